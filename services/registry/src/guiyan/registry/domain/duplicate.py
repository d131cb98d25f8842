"""Two records of what may be one person: flagged by rule, decided by people, linked without loss (domain.md §3.6).

A pair is one aggregate; both records keep their histories whole, and a link can be undone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event, derived_id, time_of
from guiyan.events.codes import DuplicateRule, PairState
from guiyan.events.registry.duplicate import (
    DuplicateConfirmed,
    DuplicateDismissed,
    DuplicateEvent,
    DuplicateFlagged,
    MembersLinked,
    MembersUnlinked,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened

FOR_CERTAIN = frozenset({DuplicateRule.SAME_ID_NUMBER, DuplicateRule.BY_HAND})
"""What flags a pair again that was dismissed; likeness alone does not."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair now; `state` is None while nothing was said of it. `leading` is the record that is shown of a link."""

    state: PairState | None = None
    member_id: str = ""
    other_member_id: str = ""
    leading: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class FlagDuplicate:
    """These two may be one person, by this rule; `above` is the nearest organisation over both records."""

    members: tuple[str, str]
    rule: DuplicateRule
    when: Occasion
    above: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmDuplicate:
    """They are one person."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class DismissDuplicate:
    """They are two people."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class LinkMembers:
    """Show the two as one: `leading` is shown, the other counts with it."""

    leading: str
    when: Occasion


@dataclass(frozen=True, slots=True)
class UnlinkMembers:
    """Undo the link: both stand alone again, and the pair is to be looked at anew."""

    when: Occasion


Command = FlagDuplicate | ConfirmDuplicate | DismissDuplicate | LinkMembers | UnlinkMembers


def normal_name(name: str) -> str:
    """A name as it is compared: width, case, blanks, dots between names and other signs do not matter (§3.6)."""
    return "".join(char for char in unicodedata.normalize("NFKC", name) if char.isalnum()).casefold()


def likeness(name: str, birth_date: date) -> str:
    """What two records have in common that may be one person: the name as compared, and the birth date (§3.6)."""
    return f"{normal_name(name)}|{birth_date:%Y%m%d}"


def rule_of(*, same_number: bool, same_branch: bool) -> DuplicateRule:
    """The rule by which two records are flagged: the ID number, else likeness within a branch or across (§3.6)."""
    if same_number:
        return DuplicateRule.SAME_ID_NUMBER
    return DuplicateRule.NAME_BIRTH_BRANCH if same_branch else DuplicateRule.NAME_BIRTH


def pair_of(one: str, other: str) -> tuple[str, str]:
    """The two ids, the smaller first: a pair is the same from either side."""
    return (one, other) if one < other else (other, one)


def pair_id(one: str, other: str) -> str:
    """The id of the pair: it follows from the two, so that nobody makes it twice."""
    first, second = pair_of(one, other)
    return derived_id(time_of(second), "duplicate", first, second)


def _flag(command: FlagDuplicate, state: Pair) -> Sequence[Draft]:
    """New, or dismissed and now for certain; likeness does not bring back what people dismissed."""
    again = state.state == PairState.DISMISSED and command.rule in FOR_CERTAIN
    if state.state is not None and not again:
        return []
    first, second = pair_of(*command.members)
    if first == second:
        raise Refused("same_record", pointer="/other_member_id")
    facts = DuplicateFlagged(member_id=first, other_member_id=second, rule=command.rule, above=command.above)
    return [Draft(facts, command.when.occurred_on)]


def require_pair(state: Pair, *allowed: PairState) -> None:
    """The pair is in one of these states."""
    if state.state is None:
        raise Refused("pair_unknown", status=404)
    if state.state not in allowed:
        raise Refused("pair_state", state=state.state)


def decide(command: Command, state: Pair) -> Sequence[Draft]:
    """The events of a command on one pair; raises Refused."""
    if isinstance(command, FlagDuplicate):
        return _flag(command, state)
    ids = {"member_id": state.member_id, "other_member_id": state.other_member_id}
    facts: DuplicateEvent
    match command:
        case ConfirmDuplicate():
            require_pair(state, PairState.FLAGGED)
            facts = DuplicateConfirmed.model_validate(ids)
        case DismissDuplicate():
            require_pair(state, PairState.FLAGGED, PairState.CONFIRMED)
            facts = DuplicateDismissed.model_validate(ids)
        case LinkMembers():
            require_pair(state, PairState.CONFIRMED)
            if command.leading not in ids.values():
                raise Refused("not_of_the_pair", pointer="/leading_member_id")
            facts = MembersLinked.model_validate({**ids, "leading_member_id": command.leading})
        case UnlinkMembers():
            require_pair(state, PairState.LINKED)
            facts = MembersUnlinked.model_validate(ids)
    require_happened(command.when, not_before=state.since)
    return [Draft(facts, command.when.occurred_on)]


def evolve(state: Pair, event: Event) -> Pair:
    """The pair after one more event."""
    on = event.occurredon
    match event.payload:
        case DuplicateFlagged() as facts:
            return Pair(PairState.FLAGGED, facts.member_id, facts.other_member_id, None, on)
        case DuplicateConfirmed():
            return replace(state, state=PairState.CONFIRMED, since=on)
        case DuplicateDismissed():
            return replace(state, state=PairState.DISMISSED, since=on)
        case MembersLinked() as facts:
            return replace(state, state=PairState.LINKED, leading=facts.leading_member_id, since=on)
        case MembersUnlinked():
            return replace(state, state=PairState.FLAGGED, leading=None, since=on)
        case _:
            return state


DUPLICATE: Decider[Pair, Command] = Decider("registry", "duplicate", Pair, evolve, decide)
