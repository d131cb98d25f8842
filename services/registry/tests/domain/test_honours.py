"""Consents, commendations and the reserve list: people's doing, with consent to just that (S-45 to S-48)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import TODAY, Story

from guiyan.events.codes import CommendationKind, ConsentPurpose
from guiyan.events.registry.honour import (
    CommendationAwarded,
    CommendationProposed,
    CommendationPublished,
    ReserveListed,
)
from guiyan.events.registry.privacy import ConsentGiven
from guiyan.ledger import Refused
from guiyan.registry.domain.commendation import COMMENDATION, Award, Check, DropProposal, Propose, Publish, PutUp
from guiyan.registry.domain.consent import CONSENT, Consent, GiveConsent, WithdrawConsent
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.reserve import RESERVE, FollowWithdrawal, ListInReserve, UnlistFromReserve

MEMBER_ID, ID = "019b76da-a800-7000-8000-000000000001", "019b76da-a800-7000-8000-0000000000d1"
CONSENT_ID = "019b76da-a800-7000-8000-0000000000e1"
HOME, TOWN, CITY = "654002001001", "654002001000", "654002000000"
WHEN: Final = Occasion(TODAY, TODAY)
ABOVE: Final = (TOWN, CITY)
PROPOSE: Final = Propose(
    CommendationProposed(member_id=MEMBER_ID, branch=HOME, kind=CommendationKind.OUTSTANDING_MOBILE_MEMBER, year=2026),
    WHEN,
)
UPHELD: Final = Check(upheld=True, org=TOWN, above=ABOVE, when=WHEN)
AWARD: Final = Award(CommendationAwarded(member_id=MEMBER_ID, decision_no="示1号", decided_by=TOWN), ABOVE, WHEN)


def consent(purpose: str, **more: Any) -> Consent:
    """A consent of the member."""
    return Consent(CONSENT_ID, MEMBER_ID, ConsentPurpose(purpose), TODAY, **more)


def publish(by: Consent) -> Publish:
    """Publish on a notice board."""
    return Publish(CommendationPublished(member_id=MEMBER_ID, consent_id=CONSENT_ID, where="notice_board"), by, WHEN)


def name(by: Consent) -> ListInReserve:
    """Name the member for the reserve list."""
    return ListInReserve(ReserveListed(member_id=MEMBER_ID, named_by_org=TOWN, consent_id=CONSENT_ID), by, WHEN)


def commended(*commands: Any) -> Story:
    """A commendation after these commands."""
    told = Story(COMMENDATION, ID)
    for command in commands:
        told.when(command)
    return told


def test_from_proposal_to_publication() -> None:
    """§2.12: PROPOSED → CHECKED → NOTICED → AWARDED → PUBLISHED, and no step is left out."""
    told = commended(PROPOSE)
    assert told.refused(AWARD).params["state"] == "PROPOSED"
    for command in (UPHELD, PutUp(WHEN), AWARD, publish(consent("PUBLISH_COMMENDATION"))):
        told.when(command)
    assert told.state.state == "PUBLISHED"
    assert told.refused(DropProposal(WHEN)).code == "commendation_state"


def test_not_upheld_goes_no_further() -> None:
    """§2.12: checked above the branch; a proposal that is not upheld is dropped."""
    told = commended(PROPOSE)
    assert told.refused(Check(upheld=True, org=HOME, above=ABOVE, when=WHEN)).code == "for_an_organisation_above"
    told.when(Check(upheld=False, org=CITY, above=ABOVE, when=WHEN))
    assert told.types() == ["CommendationProposed", "CommendationChecked", "CommendationDropped"]
    assert told.state.state == "DROPPED"


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (Consent(), "consent_of_another_kind"),
        (consent("RESERVE_LIST"), "consent_of_another_kind"),
        (Consent(CONSENT_ID, ID, ConsentPurpose.PUBLISH_COMMENDATION, TODAY), "consent_of_another_kind"),
        (consent("PUBLISH_COMMENDATION", withdrawn_on=TODAY), "consent_withdrawn"),
    ],
)
def test_nothing_is_published_without_the_members_consent_to_that(by: Consent, code: str) -> None:
    """S-46, PIPL Art. 25: the member's own, to this purpose, not withdrawn."""
    told = commended(PROPOSE, UPHELD, PutUp(WHEN), AWARD).refused(publish(by))
    assert (told.code, told.pointer) == (code, "/consent_id")


def test_the_reserve_list_rests_on_a_consent_and_ends_with_it() -> None:
    """S-48: listed once, by consent to just that; withdrawn, the member is off the list, and may be named again."""
    story = Story(RESERVE, MEMBER_ID)
    assert story.refused(name(consent("PUBLISH_COMMENDATION"))).pointer == "/consent_id"
    assert story.refused(UnlistFromReserve(WHEN)).code == "reserve_not_listed"
    story.when(name(consent("RESERVE_LIST")))
    assert story.refused(name(consent("RESERVE_LIST"))).code == "reserve_listed"
    assert story.when(FollowWithdrawal(ID, TODAY)) == [], "another consent"
    (left,) = story.when(FollowWithdrawal(CONSENT_ID, TODAY))
    assert left.consent_withdrawn
    story.when(name(consent("RESERVE_LIST")))
    story.when(UnlistFromReserve(WHEN))
    assert story.state.consent_id is None


def test_a_consent_is_withdrawn_once_and_not_before_it_was_given() -> None:
    """PIPL Art. 15: at any time after; a repeat changes nothing."""
    story = Story(CONSENT, CONSENT_ID)
    given_ = ConsentGiven(person_id=MEMBER_ID, purpose=ConsentPurpose.RESERVE_LIST, text_version="2026-01")
    story.when(GiveConsent(given_, WHEN))
    assert story.refused(WithdrawConsent(Occasion(date(2026, 6, 30), TODAY))).code == "too_early"
    assert story.when(WithdrawConsent(WHEN))
    assert story.when(WithdrawConsent(WHEN)) == []


_STEPS: Final[list[Any]] = [
    PROPOSE, UPHELD, Check(upheld=False, org=TOWN, above=ABOVE, when=WHEN), PutUp(WHEN), AWARD, DropProposal(WHEN),
    publish(consent("PUBLISH_COMMENDATION")), publish(consent("RESERVE_LIST")),
]  # fmt: skip


@given(st.lists(st.sampled_from(_STEPS), max_size=14))
def test_whatever_is_asked_nothing_is_awarded_unchecked(steps: list[Any]) -> None:
    """In any order: awarded only after check and notice, published only after the award, once each."""
    story = Story(COMMENDATION, ID)
    for step in steps:
        try:
            story.when(step)
        except Refused:
            continue
    order = ["CommendationProposed", "CommendationChecked", "CommendationNoticed", "CommendationAwarded",
             "CommendationPublished"]  # fmt: skip
    done = [one for one in story.types() if one != "CommendationDropped"]
    assert done == order[: len(done)]
