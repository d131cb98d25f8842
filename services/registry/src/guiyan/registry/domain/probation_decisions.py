"""Decisions on a probation, each by an organisation above the branch, on a paper, on a day (R8 Art. 32, 33).

The member's record says the same from the same moment on: who writes a decision here writes it there, in one batch
(ADR 0002). A decision after the limit is late, not refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from guiyan.events import Payload
from guiyan.events.codes import ProbationState as State
from guiyan.events.codes import ProbationVote, RecordError
from guiyan.events.registry.probation import (
    ProbationCancelled,
    ProbationConverted,
    ProbationDecisionAnnulled,
    ProbationExtended,
)
from guiyan.ledger import Draft, Refused
from guiyan.registry.domain.dates import Occasion, months_after, require_happened
from guiyan.registry.domain.organisation import Organisation
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.probation_record import OPEN, Decided, Probation, require_state


@dataclass(frozen=True, slots=True)
class Ruling:
    """What every decision tells: its document, whose it is, and `above`: those above the branch who may decide."""

    decision_no: str
    decided_by: str
    above: tuple[str, ...]
    when: Occasion


@dataclass(frozen=True, slots=True)
class Convert:
    """A full member; `full_on` is the day probation ended as whoever decides saw it."""

    ruling: Ruling
    full_on: date | None


@dataclass(frozen=True, slots=True)
class Extend:
    """Probation goes on for so many months more."""

    ruling: Ruling
    months: int
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class Cancel:
    """The probationary status is cancelled."""

    ruling: Ruling


@dataclass(frozen=True, slots=True)
class AnnulRuling:
    """The newest decision should never have stood in this record; it is named by its event."""

    ruling: Ruling
    annulled_id: str
    error: RecordError


DecisionCommand = Convert | Extend | Cancel | AnnulRuling
DECISIONS: Final = (Convert, Extend, Cancel, AnnulRuling)


def deciders_of(above: Sequence[Organisation]) -> tuple[str, ...]:
    """Who of those above a branch may decide: the committees with the power to, and the top of the tree (R1 Art. 25).

    Where nobody has been given the power in the register, it does not know, and takes what any of them decided.
    """
    marked = [one.code for one in above if one.may_approve_probation]
    top = [one.code for one in above[-1:]]
    return tuple(dict.fromkeys((*marked, *top))) if marked else tuple(one.code for one in above)


def require_above(ruling: Ruling) -> None:
    """A branch resolves, an organisation above it decides (R8 Art. 33)."""
    if ruling.decided_by not in ruling.above:
        raise Refused("for_an_organisation_above", pointer="/decided_by")


def last_decision(state: Probation, annulled_id: str) -> Decided:
    """The newest decision that stands, when it is the one named."""
    if not state.decided or state.decided[-1].event_id != annulled_id:
        raise Refused("not_the_last_decision", pointer="/annulled_id")
    return state.decided[-1]


def require_resolved(state: Probation, vote: ProbationVote) -> None:
    """What is decided above is what the branch meeting resolved; where that is not approved, it meets again (R8)."""
    if state.vote != vote:
        raise Refused("vote_was_otherwise", vote=state.vote or "-")


def _convert(command: Convert, state: Probation) -> Payload:
    """As the meeting resolved on or after the last day; seniority counts from the day probation ended (R8 Art. 32)."""
    require_resolved(state, ProbationVote.CONVERT)
    if state.ends_on != command.full_on:
        raise Refused("probation_changed", status=409)
    assert state.ends_on is not None and state.voted_on is not None  # noqa: S101, PT018 - the branch has voted
    if state.voted_on < state.ends_on:  # the date of admission was set right after the meeting
        raise Refused("vote_before_end", ends_on=state.ends_on.isoformat())
    paper = {"decision_no": command.ruling.decision_no, "decided_by": command.ruling.decided_by}
    return ProbationConverted(member_id=state.member_id, full_on=state.ends_on, **paper)


def _extend(command: Extend, state: Probation) -> Payload:
    """Once only, by half a year at least and a year at most, counted from its last day (R8 Art. 32)."""
    valid = command.parameters
    require_resolved(state, ProbationVote.EXTEND)
    if state.months_extended:
        raise Refused("extended_already")
    least, most = valid.probation_extension_min_months, valid.probation_extension_max_months
    if not least <= command.months <= most:
        raise Refused("extension_length", pointer="/months", least=least, most=most)
    assert state.ends_on is not None  # noqa: S101 - every open probation has an end
    return ProbationExtended(
        member_id=state.member_id,
        months=command.months,
        ends_on=months_after(state.ends_on, command.months),
        decision_no=command.ruling.decision_no,
        decided_by=command.ruling.decided_by,
    )


def _cancel(command: Cancel, state: Probation) -> Payload:
    """As the meeting resolved. What is grave otherwise is decided on the membership itself (PROBATION_CANCELLED)."""
    require_resolved(state, ProbationVote.CANCEL)
    paper = {"decision_no": command.ruling.decision_no, "decided_by": command.ruling.decided_by}
    return ProbationCancelled(member_id=state.member_id, **paper)


def _annul(command: AnnulRuling, state: Probation) -> Sequence[Draft]:
    """The newest that stands; it counts from that decision's own day, as if it had never been here (§2.11)."""
    require_state(state, OPEN | {State.APPROVED_FULL, State.CANCELLED})
    last = last_decision(state, command.annulled_id)
    require_above(command.ruling)
    require_happened(command.ruling.when, not_before=last.decided_on, pointer="/decided_on")
    return [Draft(annulment(state, command.annulled_id, command.error, command.ruling), last.decided_on)]


def annulment(state: Probation, annulled_id: str, error: RecordError, ruling: Ruling) -> ProbationDecisionAnnulled:
    """The event that takes a decision out of the record."""
    paper = {"decision_no": ruling.decision_no, "decided_by": ruling.decided_by}
    return ProbationDecisionAnnulled(member_id=state.member_id, annulled_id=annulled_id, error=error, **paper)


def decide_probation(command: DecisionCommand, state: Probation) -> Sequence[Draft]:
    """The events of a decision on one probation; raises Refused."""
    if isinstance(command, AnnulRuling):
        return _annul(command, state)
    require_state(state, frozenset({State.BRANCH_VOTED}))
    require_above(command.ruling)
    require_happened(command.ruling.when, not_before=state.voted_on, pointer="/decided_on")
    match command:
        case Convert():
            facts = _convert(command, state)
        case Extend():
            facts = _extend(command, state)
        case Cancel():
            facts = _cancel(command, state)
    return [Draft(facts, command.ruling.when.occurred_on)]
