"""Members: entered once, corrected, moved by a transfer alone (domain.md §3.4, §2.3, §2.8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from services.registry.tests.story import NOW, Story

from guiyan.events import new_id
from guiyan.events.codes import MemberSource, OrganisationKind, PersonCategory
from guiyan.events.registry.member import (
    BranchAssigned,
    MemberDetailsCorrected,
    MemberRegistered,
    MemberText,
    MemberTextChange,
)
from guiyan.events.registry.membership import MembershipRemoved
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.member import MEMBER, AssignBranch, CorrectDetails, RegisterMember
from guiyan.registry.domain.organisation import Organisation

MEMBER_ID = "019b76da-a800-7000-8000-000000000001"
TRANSFERS = ("019b76da-a800-7000-8000-0000000000a1", "019b76da-a800-7000-8000-0000000000a2")
HOME, NEW, NEWER = "654002001001", "654002002001", "654002003001"
BRANCH = Organisation(code=HOME, kind=OrganisationKind.BRANCH, created_on=date(2026, 1, 1))
TEXT = MemberText(name="李示例", id_no="690101199001010017", birth_date=date(1990, 1, 1))


def registered(**more: object) -> MemberRegistered:
    """A registration."""
    return MemberRegistered.model_validate(
        {
            "member_id": MEMBER_ID,
            "branch": HOME,
            "person_category": PersonCategory.FULL,
            "source": MemberSource.DEVELOPED,
            "joined_on": "2010-06-01",
            "full_on": "2011-06-01",
            **more,
        }
    )


@pytest.fixture
def member(today: Occasion) -> Story:
    """A member of the home branch."""
    told = Story(MEMBER, MEMBER_ID)
    told.when(RegisterMember(registered(), TEXT, BRANCH, today))
    return told


def test_a_member_is_entered_once(member: Story, today: Occasion) -> None:
    """The same ID number again is 409, at the field at fault."""
    told = member.refused(RegisterMember(registered(), TEXT, BRANCH, today))
    assert (told.code, told.pointer, told.status) == ("id_no_taken", "/id_no", 409)


@pytest.mark.parametrize("kind", [kind for kind in OrganisationKind if kind not in {"BRANCH", "JOINT_BRANCH"}])
def test_a_relation_is_with_a_formal_branch_only(today: Occasion, kind: OrganisationKind) -> None:
    """R1 Art. 32: a mobile branch, a group or a committee holds no formal relation."""
    place = Organisation(code=HOME, kind=kind, created_on=date(2026, 1, 1))
    command = RegisterMember(registered(), TEXT, place, today)
    assert Story(MEMBER, MEMBER_ID).refused(command).code == "no_branch"


def test_a_branch_that_has_ended_takes_nobody(today: Occasion) -> None:
    """A dissolved branch holds no relation."""
    ended = Organisation(HOME, kind=OrganisationKind.BRANCH, created_on=date(2020, 1, 1), dissolved_on=date(2021, 1, 1))
    command = RegisterMember(registered(), TEXT, ended, today)
    assert Story(MEMBER, MEMBER_ID).refused(command).pointer == "/branch"


@pytest.mark.parametrize(
    ("category", "joined_on", "full_on", "code"),
    [
        ("FULL", "2010-06-01", "2010-05-31", "full_before_joined"),
        ("FULL", "2010-06-01", "2010-06-01", "full_equals_joined"),
        ("FULL", "1977-08-12", "1977-08-12", "full_equals_joined"),
        ("FULL", "1977-08-11", "1977-08-11", None),
        ("FULL", "1969-04-01", "1969-04-01", None),
        ("FULL", "1969-03-31", "1969-03-31", "full_equals_joined"),
        ("PROBATIONARY", "2026-01-01", "2026-06-01", "full_on_of_probationary"),
        ("PROBATIONARY", "2026-01-01", None, None),
        ("PROBATIONARY", "2026-07-02", None, "in_the_future"),
        ("FULL", None, "2026-06-01", None),
    ],
)
def test_joining_and_conversion_stand_in_their_order(
    today: Occasion, category: str, joined_on: str | None, full_on: str | None, code: Any
) -> None:
    """§2.8: conversion after joining; the same day only for admissions from 1969-04-01 to 1977-08-11."""
    facts = registered(person_category=category, joined_on=joined_on, full_on=full_on)
    told, old = Story(MEMBER, MEMBER_ID), TEXT.model_copy(update={"birth_date": date(1940, 1, 1)})
    if code is None:
        assert told.when(RegisterMember(facts, old, BRANCH, today))
    else:
        assert told.refused(RegisterMember(facts, old, BRANCH, today)).code == code


@pytest.mark.parametrize(
    ("joined_on", "code"),
    [("1989-12-31", "joined_before_birth"), ("1921-06-30", "date_out_of_range"), ("1990-01-01", None)],
)
def test_nobody_joins_before_birth(member: Story, today: Occasion, joined_on: str, code: str | None) -> None:
    """§4.3: a day before birth cannot be, entered or corrected; under 18 is a doubt only, and taken."""
    facts = registered(joined_on=joined_on, full_on=None)
    told = Story(MEMBER, MEMBER_ID)
    change = MemberDetailsCorrected(member_id=MEMBER_ID, joined_on=date.fromisoformat(joined_on))
    right = CorrectDetails(change, None, today, birth_date=TEXT.birth_date)
    if code is None:
        assert told.when(RegisterMember(facts, TEXT, BRANCH, today))
        assert member.when(right)
    else:
        for refused in (told.refused(RegisterMember(facts, TEXT, BRANCH, today)), member.refused(right)):
            assert (refused.code, refused.pointer) == (code, "/joined_on")


def test_a_corrected_number_leaves_the_joining_after_birth(member: Story, today: Occasion) -> None:
    """The other way round: a birth date after the day of joining is told at the number that says it."""
    change = MemberDetailsCorrected(member_id=MEMBER_ID, id_index="0" * 64)
    text = MemberTextChange(id_no="690101201106020011", birth_date=date(2011, 6, 2))
    refused = member.refused(CorrectDetails(change, text, today, birth_date=text.birth_date))
    assert (refused.code, refused.pointer) == ("joined_before_birth", "/id_no")


def test_the_relation_follows_a_transfer_once(member: Story, today: Occasion) -> None:
    """§8 invariants: the relation changes at RelationTransferred; a repeat, also a late one, moves nothing."""
    first, second = AssignBranch(NEW, TRANSFERS[0], today, NOW), AssignBranch(NEWER, TRANSFERS[1], today, NOW)
    assert [moved.branch for moved in member.when(first)] == [NEW]
    assert member.when(first) == []
    assert [moved.from_branch for moved in member.when(second)] == [NEW]
    assert member.when(first) == []
    assert member.state.branch == NEWER


def test_an_older_move_never_undoes_a_newer_one(member: Story, today: Occasion) -> None:
    """Worked off again in any order, the last one told stands - also where the older one had nothing to change."""
    assert member.when(AssignBranch(HOME, TRANSFERS[0], today, NOW)) == []
    member.when(AssignBranch(NEW, TRANSFERS[1], today, NOW + timedelta(minutes=1)))
    assert member.when(AssignBranch(HOME, TRANSFERS[0], today, NOW - timedelta(seconds=1))) == []
    assert member.state.branch == NEW


def test_a_move_counts_from_when_it_was_told(member: Story, today: Occasion) -> None:
    """The registry may be late in following one transfer: the next one, told before it had, still moves."""
    moved = BranchAssigned(member_id=MEMBER_ID, from_branch=HOME, branch=NEW, transfer_id=TRANSFERS[0])
    member.given(moved, cause=new_id(NOW - timedelta(hours=2)))
    assert member.when(AssignBranch(NEWER, TRANSFERS[1], today, NOW - timedelta(hours=1)))
    assert member.state.branch == NEWER


def test_nobody_is_moved_who_is_not_in_the_register(today: Occasion) -> None:
    """A transfer of somebody unknown here is refused, not guessed."""
    assert Story(MEMBER, MEMBER_ID).refused(AssignBranch(NEW, TRANSFERS[0], today, NOW)).code == "member_unknown"


def test_an_ended_membership_moves_no_more(member: Story, today: Occasion) -> None:
    """R1 Art. 24: after an end there is only joining anew."""
    decision = {
        "member_id": MEMBER_ID, "branch": HOME, "decision_no": "示〔2026〕1号", "decided_on": "2026-06-01",
        "decided_by": "654002001000", "ground": "ART31_6",
    }  # fmt: skip
    member.given(MembershipRemoved.model_validate(decision))
    assert member.refused(AssignBranch(NEW, TRANSFERS[0], today, NOW)).code == "membership_ended"


def test_a_correction_changes_what_it_names_and_nothing_else(member: Story, today: Occasion) -> None:
    """§3.6: what is absent stays as it was; a correction to the same value writes nothing."""
    facts = MemberDetailsCorrected(member_id=MEMBER_ID, education_code="21")
    member.when(CorrectDetails(facts, None, today))
    assert member.state.core.education_code == "21"
    assert member.state.core.joined_on == date(2010, 6, 1)
    assert member.when(CorrectDetails(facts, None, today)) == []


def test_corrected_text_is_sealed_in_the_event(member: Story, today: Occasion) -> None:
    """Personal text goes into the event's sealed part, never into its codes."""
    command = CorrectDetails(MemberDetailsCorrected(member_id=MEMBER_ID), MemberTextChange(name="李更正"), today)
    (draft,) = MEMBER.decide(command, member.state)
    assert draft.pii == MemberTextChange(name="李更正")
    assert "李更正" not in draft.payload.model_dump_json()


def test_a_correction_keeps_the_dates_in_order(member: Story, today: Occasion) -> None:
    """§2.8 holds after a correction too, together with what it leaves as it was."""
    facts = MemberDetailsCorrected(member_id=MEMBER_ID, full_on=date(2010, 1, 1))
    assert member.refused(CorrectDetails(facts, None, today)).code == "full_before_joined"
