"""Pairs of records: what is compared, how a pair goes on, and that nothing of it is lost (domain.md §3.6)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import TODAY, Story

from guiyan.events.codes import DuplicateRule, PairState
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.duplicate import (
    DUPLICATE,
    ConfirmDuplicate,
    DismissDuplicate,
    FlagDuplicate,
    LinkMembers,
    UnlinkMembers,
    likeness,
    normal_name,
    pair_id,
    rule_of,
)

ONE, OTHER = "019b76da-a800-7000-8000-000000000001", "019b76da-a800-7000-8000-000000000002"
WHEN: Final = Occasion(TODAY, TODAY)


def flag(rule: DuplicateRule = DuplicateRule.NAME_BIRTH) -> FlagDuplicate:
    """These two may be one person; told from the larger id's side."""
    return FlagDuplicate((OTHER, ONE), rule, WHEN)


@pytest.fixture
def pair() -> Story:
    """A pair that a rule flagged."""
    told = Story(DUPLICATE, pair_id(ONE, OTHER))
    told.when(flag())
    return told


@pytest.mark.parametrize(
    "written", ["阿依古丽·买买提", "阿依古丽•买买提", " 阿依古丽 买买提", "阿依古丽．买买提", "阿依古丽　买买提"]
)
def test_names_are_compared_without_dots_blanks_and_width(written: str) -> None:
    """§3.6: however a name with a dot in it was typed, it is the same name."""
    assert normal_name(written) == "阿依古丽买买提"
    assert likeness(written, date(1980, 5, 1)) == "阿依古丽买买提|19800501"


@given(st.text(max_size=20))
def test_normalising_twice_is_normalising_once(name: str) -> None:
    """What is compared is itself in normal form."""
    once = normal_name(name)
    assert normal_name(once) == once


def test_which_rule_flags() -> None:
    """§3.6: the number first; likeness within a branch, else across branches."""
    assert rule_of(same_number=True, same_branch=False) == "SAME_ID_NUMBER"
    assert rule_of(same_number=False, same_branch=True) == "NAME_BIRTH_BRANCH"
    assert rule_of(same_number=False, same_branch=False) == "NAME_BIRTH"


def test_a_pair_is_the_same_from_either_side(pair: Story) -> None:
    """One aggregate a pair, the smaller id first; flagged again from the other side, nothing happens."""
    assert pair_id(ONE, OTHER) == pair_id(OTHER, ONE)
    assert (pair.state.member_id, pair.state.other_member_id) == (ONE, OTHER)
    assert pair.when(FlagDuplicate((ONE, OTHER), DuplicateRule.NAME_BIRTH, WHEN)) == []


def test_confirmed_linked_unlinked_and_back_again(pair: Story) -> None:
    """FLAGGED → CONFIRMED → LINKED → FLAGGED: a link can be undone, and everything is in the history."""
    assert pair.refused(LinkMembers(ONE, WHEN)).code == "pair_state"
    pair.when(ConfirmDuplicate(WHEN))
    assert pair.refused(LinkMembers(pair.id, WHEN)).pointer == "/leading_member_id"
    pair.when(LinkMembers(OTHER, WHEN))
    assert (pair.state.state, pair.state.leading) == (PairState.LINKED, OTHER)
    assert pair.refused(DismissDuplicate(WHEN)).code == "pair_state"
    pair.when(UnlinkMembers(WHEN))
    assert (pair.state.state, pair.state.leading) == (PairState.FLAGGED, None)
    pair.when(DismissDuplicate(WHEN))
    assert len(pair.events) == 5


@pytest.mark.parametrize(("rule", "again"), [("NAME_BIRTH", False), ("SAME_ID_NUMBER", True), ("BY_HAND", True)])
def test_likeness_does_not_bring_back_what_people_dismissed(pair: Story, rule: str, again: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """§3.6: the rule does not flag them again; the same ID number, or a person, does."""
    pair.when(DismissDuplicate(WHEN))
    assert bool(pair.when(flag(DuplicateRule(rule)))) == again


_COMMANDS: Final[list[Any]] = [
    flag(), flag(DuplicateRule.BY_HAND), ConfirmDuplicate(WHEN), DismissDuplicate(WHEN), LinkMembers(ONE, WHEN),
    LinkMembers(OTHER, WHEN), UnlinkMembers(WHEN),
]  # fmt: skip


@given(st.lists(st.sampled_from(_COMMANDS), max_size=15))
def test_whatever_the_order_a_link_is_of_a_confirmed_pair(commands: list[Any]) -> None:
    """Linked only after people confirmed, a leading record only while linked, and one of the two."""
    story = Story(DUPLICATE, pair_id(ONE, OTHER))
    for command in commands:
        was = story.state.state
        try:
            story.when(command)
        except Refused:
            assert story.state.state == was
        now = story.state
        if now.state == PairState.LINKED != was:
            assert was == PairState.CONFIRMED
        assert (now.leading in {ONE, OTHER}) == (now.state == PairState.LINKED)
