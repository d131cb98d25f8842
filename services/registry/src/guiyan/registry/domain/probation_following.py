"""What a probation does of itself: it follows the member's record, and says when something is due (domain.md §2.8).

Nothing here refuses and nothing decides: the record is the truth, timers only say what the calendar says. Whatever
comes twice, late or in another order leads to the same end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events import Payload
from guiyan.events.codes import ProbationClosing, RecordError
from guiyan.events.codes import ProbationState as State
from guiyan.events.registry.probation import (
    ProbationApplicationOverdue,
    ProbationCancelled,
    ProbationClosed,
    ProbationDatesCorrected,
    ProbationDecisionOverdue,
    ProbationEnded,
    ProbationEscalated,
    ProbationReminded,
    ProbationReopened,
    ProbationStarted,
)
from guiyan.ledger import Draft
from guiyan.ledger.calendar import whole_months_between
from guiyan.registry.domain.dates import Occasion, months_after
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.probation_decisions import Ruling, annulment
from guiyan.registry.domain.probation_record import BEFORE_APPLICATION, Probation


@dataclass(frozen=True, slots=True)
class FollowRecord:
    """A probationary member's record says so: admitted on a day, and perhaps until when probation lasts."""

    member_id: str
    branch: str
    joined_on: date
    told_end: date | None
    on: date
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class FollowCorrection:
    """The record of somebody whose probation is over was set right: the dates follow, nothing begins or goes on."""

    joined_on: date
    told_end: date | None
    full_on: date | None
    on: date
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class FollowCancellation:
    """The membership ended by cancellation (PROBATION_CANCELLED): so did the probation, by the same paper."""

    decision_no: str
    decided_by: str
    on: date


@dataclass(frozen=True, slots=True)
class CloseProbation:
    """Nothing is to be decided here any more."""

    reason: ProbationClosing
    on: date


@dataclass(frozen=True, slots=True)
class ReopenProbation:
    """What had closed it does not stand (`closed_by` names it), or the relation came back (None)."""

    reason: ProbationClosing
    closed_by: str | None
    on: date


@dataclass(frozen=True, slots=True)
class FollowAnnulment:
    """The decision was taken out of the member's record: `causes` are its event and what had caused that."""

    causes: frozenset[str]
    error: RecordError
    decision_no: str
    decided_by: str
    on: date


@dataclass(frozen=True, slots=True)
class Remind:
    """So many days are left until this end."""

    days_left: int
    ends_on: date
    on: date


@dataclass(frozen=True, slots=True)
class SayEnded:
    """The last day has come."""

    ends_on: date


@dataclass(frozen=True, slots=True)
class SayApplicationOverdue:
    """The last day has passed, and nobody applied."""

    ends_on: date
    on: date


@dataclass(frozen=True, slots=True)
class Escalate:
    """So long after the end nobody has applied: the organisation above is told."""

    ends_on: date
    to_org: str
    on: date


@dataclass(frozen=True, slots=True)
class SayDecisionOverdue:
    """The limit after the meeting is over without a decision."""

    voted_on: date
    due_on: date
    to_org: str | None
    on: date


FollowCommand = (
    FollowRecord
    | FollowCorrection
    | FollowCancellation
    | CloseProbation
    | ReopenProbation
    | FollowAnnulment
    | Remind
    | SayEnded
    | SayApplicationOverdue
    | Escalate
    | SayDecisionOverdue
)


def term_of(joined_on: date, told_end: date | None, parameters: Parameters = DEFAULTS) -> tuple[date, int]:
    """The last day of probation, and by how many months it is an extended one (R8 Art. 32).

    A year from the meeting that admitted. What a record tells of a later end is an extension decided before it came
    here; an earlier one is none: nobody is converted early.
    """
    ends_on = months_after(joined_on, parameters.probation_months)
    if told_end is None or told_end <= ends_on:
        return ends_on, 0
    return told_end, max(1, whole_months_between(ends_on, told_end))


def _record(command: FollowRecord, state: Probation) -> Sequence[Payload]:
    """Started, or its dates set right."""
    if state.state is None:
        ends_on, extended = term_of(command.joined_on, command.told_end, command.parameters)
        dates = {"joined_on": command.joined_on, "ends_on": ends_on, "months_extended": extended}
        return [ProbationStarted(member_id=command.member_id, branch=command.branch, **dates)]
    return _redated(command, state) if state.open else []


def _corrected(command: FollowCorrection, state: Probation) -> Sequence[Payload]:
    """What is over shows the record's dates too; what was decided, and the paper it stands on, stay (§3.6)."""
    return [] if state.state is None or state.open else _redated(command, state)


def _redated(command: FollowRecord | FollowCorrection, state: Probation) -> Sequence[Payload]:
    """The dates as the record has them; an extension decided here stays one, counted from the right end."""
    ends_on, extended = term_of(command.joined_on, command.told_end, command.parameters)
    if state.decided and not extended:
        extended = state.months_extended
        ends_on = months_after(ends_on, extended)
    full_on = state.full_on
    if isinstance(command, FollowCorrection) and state.state == State.APPROVED_FULL:
        full_on = command.full_on or full_on
    now = (state.joined_on, state.ends_on, state.months_extended, state.full_on)
    if now == (command.joined_on, ends_on, extended, full_on):
        return []
    dates = {"joined_on": command.joined_on, "ends_on": ends_on, "months_extended": extended, "full_on": full_on}
    return [ProbationDatesCorrected(member_id=state.member_id, **dates)]


def _annulled(command: FollowAnnulment, state: Probation) -> Sequence[Payload]:
    if not state.decided or state.decided[-1].caused_by not in command.causes:
        return []
    ruling = Ruling(command.decision_no, command.decided_by, (), Occasion(command.on, command.on))
    return [annulment(state, state.decided[-1].event_id, command.error, ruling)]


def _reopen(command: ReopenProbation, state: Probation) -> Sequence[Payload]:
    if (
        state.state != State.CLOSED
        or command.reason != state.closed_for
        or command.closed_by not in {None, state.closed_by}
    ):
        return []
    return [ProbationReopened(member_id=state.member_id, reason=command.reason)]


def _say(command: FollowCommand, state: Probation) -> Sequence[Payload]:
    """What a timer says, while it is so: of the end it was set for, and once."""
    waiting, member_id = state.state in BEFORE_APPLICATION, state.member_id
    match command:
        case Remind() if waiting and command.ends_on == state.ends_on and command.days_left not in state.reminded:
            return [ProbationReminded(member_id=member_id, days_left=command.days_left, ends_on=command.ends_on)]
        case SayEnded() if state.open and command.ends_on == state.ends_on and not state.said_ended:
            return [ProbationEnded(member_id=member_id, ends_on=command.ends_on)]
        case SayApplicationOverdue() if waiting and command.ends_on == state.ends_on and not state.said_overdue:
            return [ProbationApplicationOverdue(member_id=member_id, due_on=command.ends_on)]
        case Escalate() if waiting and command.ends_on == state.ends_on and not state.said_escalated:
            return [ProbationEscalated(member_id=member_id, to_org=command.to_org)]
        case SayDecisionOverdue() if (
            state.state == State.BRANCH_VOTED and command.voted_on == state.voted_on and not state.said_undecided
        ):
            return [ProbationDecisionOverdue(member_id=member_id, due_on=command.due_on, to_org=command.to_org)]
        case _:
            return []


def follow(command: FollowCommand, state: Probation) -> Sequence[Draft]:
    """The events of what happened elsewhere, or of the calendar; never refuses."""
    on = command.ends_on if isinstance(command, SayEnded) else command.on
    if isinstance(command, FollowRecord) and state.state is None:
        on = command.joined_on
    return [Draft(one, on) for one in _facts(command, state)]


def _facts(command: FollowCommand, state: Probation) -> Sequence[Payload]:
    match command:
        case FollowRecord():
            return _record(command, state)
        case FollowCorrection():
            return _corrected(command, state)
        case FollowCancellation() | CloseProbation():
            return _end(command, state) if state.open else []
        case ReopenProbation():
            return _reopen(command, state)
        case FollowAnnulment():
            return _annulled(command, state)
        case _:
            return _say(command, state)


def _end(command: FollowCancellation | CloseProbation, state: Probation) -> Sequence[Payload]:
    if isinstance(command, CloseProbation):
        return [ProbationClosed(member_id=state.member_id, reason=command.reason)]
    paper = {"decision_no": command.decision_no, "decided_by": command.decided_by}
    return [ProbationCancelled(member_id=state.member_id, **paper)]
