"""Probation: each step towards a decision by people, in its order (domain.md §2.8; R8 Art. 32, 33).

An application is taken from sixty days before the end on (`probation.apply_before`): the rule lets nobody be converted
early, and the first reminder is what asks for it. The meeting is not held before the last day of probation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.events import Payload
from guiyan.events.codes import ProbationState as State
from guiyan.events.registry.probation import (
    ProbationApplicationReceived,
    ProbationBranchVoted,
    ProbationCommitteeReviewed,
    ProbationGroupOpinionGiven,
    ProbationOpinionsCollected,
    ProbationPublicNoticePosted,
    ProbationQuarterDiscussed,
    ProbationRecordHandedOver,
    ProbationReportGiven,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.ledger.calendar import HalfYear, Quarter
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.probation_decisions import DECISIONS, DecisionCommand, decide_probation
from guiyan.registry.domain.probation_following import FollowCommand, follow
from guiyan.registry.domain.probation_record import BEFORE_APPLICATION, OPEN, Probation, evolve, require_state


@dataclass(frozen=True, slots=True)
class DiscussQuarter:
    """The branch discussed the member in a quarter; that it did, not what was said."""

    quarter: str
    when: Occasion


@dataclass(frozen=True, slots=True)
class GiveReport:
    """The member away gave the written report of a half-year; that it was given, not what it says."""

    half_year: str
    when: Occasion


@dataclass(frozen=True, slots=True)
class ReceiveApplication:
    """The member applied for conversion, to the branch that holds the relation."""

    branch: str
    when: Occasion
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class GiveGroupOpinion:
    """The group gave its opinion."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class CollectOpinions:
    """Opinions of members and others were collected; `in_group`: the member has a group, which is asked first."""

    in_group: bool
    when: Occasion


@dataclass(frozen=True, slots=True)
class ReviewByCommittee:
    """The branch committee reviewed the conversion."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class PostNotice:
    """Put up for public notice until a day, where local rule asks for it."""

    until: date
    when: Occasion


@dataclass(frozen=True, slots=True)
class VoteByBranch:
    """The branch meeting resolved; it may meet anew until there is a decision."""

    facts: ProbationBranchVoted
    when: Occasion


@dataclass(frozen=True, slots=True)
class HandOverRecord:
    """The record of training and assessment goes to `to_org`; `receivers`: the member's branch and all above it.

    None when the relation has left the city: then whoever received it is named.
    """

    to_org: str
    receivers: tuple[str, ...] | None
    when: Occasion


StepCommand = (
    DiscussQuarter
    | GiveReport
    | ReceiveApplication
    | GiveGroupOpinion
    | CollectOpinions
    | ReviewByCommittee
    | PostNotice
    | VoteByBranch
    | HandOverRecord
)
Command = StepCommand | DecisionCommand | FollowCommand


def _require_period(first: date, last: date, state: Probation, when: Occasion, pointer: str) -> None:
    """A quarter or half-year that has begun, and in which the member was on probation."""
    if first > when.occurred_on:
        raise Refused("period_to_come", pointer=pointer)
    if state.joined_on is not None and last < state.joined_on:
        raise Refused("period_before_probation", pointer=pointer, joined_on=state.joined_on.isoformat())


def _discuss(command: DiscussQuarter, state: Probation) -> Sequence[Draft]:
    """Each quarter once, while probation lasts (§2.8)."""
    require_state(state, OPEN)
    require_happened(command.when, not_before=state.joined_on)
    quarter = Quarter.parse(command.quarter)
    _require_period(quarter.first_day, quarter.last_day, state, command.when, "/quarter")
    if command.quarter in state.quarters:
        raise Refused("quarter_discussed", pointer="/quarter", quarter=command.quarter)
    told = ProbationQuarterDiscussed(member_id=state.member_id, quarter=command.quarter)
    return [Draft(told, command.when.occurred_on)]


def _report(command: GiveReport, state: Probation) -> Sequence[Draft]:
    """Each half-year once (§2.8, local)."""
    require_state(state, OPEN)
    require_happened(command.when, not_before=state.joined_on)
    half = HalfYear.parse(command.half_year)
    _require_period(half.first_day, half.last_day, state, command.when, "/half_year")
    if command.half_year in state.reports:
        raise Refused("report_given", pointer="/half_year", half_year=command.half_year)
    told = ProbationReportGiven(member_id=state.member_id, half_year=command.half_year)
    return [Draft(told, command.when.occurred_on)]


def _apply(command: ReceiveApplication, state: Probation) -> Sequence[Draft]:
    """Not earlier than sixty days before the end; late is late, not refused (R8 Art. 33, P-08)."""
    require_state(state, BEFORE_APPLICATION)
    require_happened(command.when, not_before=state.since or state.joined_on)
    assert state.ends_on is not None  # noqa: S101 - every open probation has an end
    earliest = state.ends_on - timedelta(days=command.parameters.probation_apply_before_days)
    if command.when.occurred_on < earliest:
        raise Refused("application_too_early", pointer="/occurred_on", earliest=earliest.isoformat())
    told = ProbationApplicationReceived(member_id=state.member_id, branch=command.branch)
    return [Draft(told, command.when.occurred_on)]


_STEPS = GiveGroupOpinion | CollectOpinions | ReviewByCommittee | PostNotice


def _step(command: _STEPS, state: Probation) -> Sequence[Draft]:
    """Group, members and others, committee, and where local rule asks for it the notice: in this order (R8 Art. 33)."""
    allowed, told = _allowed(command, state.member_id)
    require_state(state, allowed)
    require_happened(command.when, not_before=state.since)
    if isinstance(command, PostNotice) and command.until < command.when.occurred_on:
        raise Refused("notice_ends_before", pointer="/until")
    return [Draft(told, command.when.occurred_on)]


def _allowed(command: _STEPS, member_id: str) -> tuple[frozenset[State], Payload]:
    match command:
        case GiveGroupOpinion():
            return frozenset({State.APPLIED}), ProbationGroupOpinionGiven(member_id=member_id)
        case CollectOpinions():
            asked = {State.GROUP_OPINION} if command.in_group else {State.APPLIED, State.GROUP_OPINION}
            return frozenset(asked), ProbationOpinionsCollected(member_id=member_id)
        case ReviewByCommittee():
            return frozenset({State.OPINIONS_COLLECTED}), ProbationCommitteeReviewed(member_id=member_id)
        case PostNotice():
            posted = ProbationPublicNoticePosted(member_id=member_id, until=command.until)
            return frozenset({State.COMMITTEE_REVIEWED}), posted


def _vote(command: VoteByBranch, state: Probation) -> Sequence[Draft]:
    """Never before the last day of probation, nor while a notice runs (R8 Art. 33)."""
    require_state(state, frozenset({State.COMMITTEE_REVIEWED, State.PUBLIC_NOTICE, State.BRANCH_VOTED}))
    assert state.ends_on is not None  # noqa: S101 - every open probation has an end
    on = command.when.occurred_on
    if on < state.ends_on:
        raise Refused("vote_before_end", pointer="/occurred_on", ends_on=state.ends_on.isoformat())
    if state.notice_until is not None and on <= state.notice_until:
        raise Refused("notice_runs", pointer="/occurred_on", until=state.notice_until.isoformat())
    require_happened(command.when, not_before=state.since)
    return [Draft(command.facts, on)]


def _hand_over(command: HandOverRecord, state: Probation) -> Sequence[Draft]:
    """To who has the member now; once (§2.8: the origin hands the training and assessment record over)."""
    if state.state is None:
        raise Refused("probation_unknown", status=404)
    require_happened(command.when, not_before=state.joined_on)
    if command.to_org == state.record_at:
        raise Refused("record_is_there", pointer="/to_org")
    if command.receivers is not None and command.to_org not in command.receivers:
        raise Refused("not_the_receiver", pointer="/to_org")
    told = ProbationRecordHandedOver(member_id=state.member_id, to_org=command.to_org)
    return [Draft(told, command.when.occurred_on)]


def decide(command: Command, state: Probation) -> Sequence[Draft]:  # noqa: PLR0911 - one return a kind of command
    """The events of a command on one probation; raises Refused."""
    match command:
        case DiscussQuarter():
            return _discuss(command, state)
        case GiveReport():
            return _report(command, state)
        case ReceiveApplication():
            return _apply(command, state)
        case GiveGroupOpinion() | CollectOpinions() | ReviewByCommittee() | PostNotice():
            return _step(command, state)
        case VoteByBranch():
            return _vote(command, state)
        case HandOverRecord():
            return _hand_over(command, state)
        case _ if isinstance(command, DECISIONS):
            return decide_probation(command, state)
        case _:
            return follow(command, state)


PROBATION: Decider[Probation, Command] = Decider("registry", "probation", Probation, evolve, decide)
