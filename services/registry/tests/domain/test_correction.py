"""Corrections: requested, answered one level above by another person, applied in the same breath (domain.md §3.6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from services.registry.tests.story import Story

from guiyan.events.codes import CorrectionRefusal, OrganisationKind
from guiyan.events.registry.correction import CorrectionRequested
from guiyan.registry.domain.correction import (
    CORRECTION,
    Answer,
    ApproveCorrection,
    RejectCorrection,
    RequestCorrection,
    answering,
)
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.organisation import Organisation

ID = "019b76da-a800-7000-8000-0000000000c1"
MEMBER_ID = "019b76da-a800-7000-8000-000000000001"
HOME, GENERAL, TOWN, CITY = "654002001001", "654002001900", "654002001000", "654002000000"
FACTS = CorrectionRequested(member_id=MEMBER_ID, branch=HOME, education_code="21", fields=("education_code",))


def above(*kinds: tuple[str, OrganisationKind]) -> list[Organisation]:
    """Organisations over one, nearest first."""
    return [Organisation(code=code, kind=kind, created_on=date(2020, 1, 1)) for code, kind in kinds]


def answer(when: Occasion, by: str = "officer-2", org: str = TOWN) -> Answer:
    """An answer by somebody of the township."""
    return Answer(by, org, frozenset({TOWN, CITY}), when)


@pytest.fixture
def request_(today: Occasion) -> Story:
    """A request of the branch, by officer-1."""
    told = Story(CORRECTION, ID)
    told.when(RequestCorrection(FACTS, None, today))
    return told


def test_one_level_above_is_a_committee_or_the_top() -> None:
    """§3.6: a general branch has no office; the committee above it answers, or the city."""
    general = (GENERAL, OrganisationKind.GENERAL_BRANCH)
    town, city = (TOWN, OrganisationKind.COMMITTEE), (CITY, OrganisationKind.COMMITTEE)
    assert answering(HOME, above(general, town, city)) == {TOWN, CITY}
    assert answering(TOWN, above(city)) == {CITY}
    assert answering(CITY, []) == {CITY}


def test_agreed_is_applied_at_once(request_: Story, today: Occasion) -> None:
    """§2.12: REQUESTED → APPROVED → APPLIED, in one commit."""
    request_.when(ApproveCorrection(answer(today)))
    assert request_.types() == ["CorrectionRequested", "CorrectionApproved", "CorrectionApplied"]
    assert request_.refused(RejectCorrection(answer(today), CorrectionRefusal.OUTDATED)).code == "correction_state"


def test_refused_with_a_coded_reason_ends_it(request_: Story, today: Occasion) -> None:
    """§2.12: REQUESTED → REJECTED."""
    (told,) = request_.when(RejectCorrection(answer(today), CorrectionRefusal.NOT_PROVED))
    assert told.reason == "NOT_PROVED"
    assert request_.refused(ApproveCorrection(answer(today))).params["state"] == "REJECTED"


def test_nobody_answers_the_own_request(request_: Story, today: Occasion) -> None:
    """§3.6: asked by one, answered by another, at any level."""
    assert request_.refused(ApproveCorrection(answer(today, by="officer-1"))).code == "own_request"


def test_a_neighbour_or_the_branch_itself_does_not_answer(request_: Story, today: Occasion) -> None:
    """§3.6: one level above, or the top."""
    for org in (HOME, "654002002000"):
        assert request_.refused(ApproveCorrection(answer(today, org=org))).code == "for_the_level_above"


def test_what_the_record_says_already_is_not_asked_for(today: Occasion) -> None:
    """A request changes something."""
    told = Story(CORRECTION, ID).refused(RequestCorrection(FACTS, None, today, needed=False))
    assert told.code == "nothing_to_correct"


def test_an_answer_follows_the_request(request_: Story, on: Callable[[date], Occasion]) -> None:
    """No answer before the day of the request."""
    assert request_.refused(ApproveCorrection(answer(on(date(2026, 6, 30))))).code == "too_early"
