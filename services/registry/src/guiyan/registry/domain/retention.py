"""Retained relations: asked for in writing, kept for a time with a branch and a named person, ended (§2.10, R6).

People decide whether and for how long; the calendar reminds and says what is overdue. A transfer, a suspension or the
end of the membership ends it by itself (the relation has moved, or there is none to keep).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events import Payload
from guiyan.events.codes import RetentionEnd, RetentionKind
from guiyan.events.codes import RetentionState as State
from guiyan.events.registry.retention import (
    RelationRetained,
    RetentionEnded,
    RetentionExtended,
    RetentionMoved,
    RetentionOverdue,
    RetentionReminded,
    RetentionReopened,
    RetentionRequested,
    RetentionText,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, months_after, require_happened, require_joined
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.retention_calendar import limit_months
from guiyan.registry.domain.retention_record import KEPT, OPEN, Retention, evolve, require_state

ABROAD = frozenset({RetentionKind.STUDY_ABROAD, RetentionKind.SETTLED_ABROAD_PRIVATE})


@dataclass(frozen=True, slots=True)
class RequestRetention:
    """The member asks in writing; `after` is the end of the last retention, `joined_on` the day of joining."""

    facts: RetentionRequested
    text: RetentionText | None
    when: Occasion
    after: date | None = None
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class RetainRelation:
    """The holder keeps it: until `until`, or as long as the kind allows; in a branch, with a named contact person."""

    branch: str
    contact_person_id: str | None
    until: date | None
    dues_paid_to: str | None
    when: Occasion
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class ExtendRetention:
    """The holder keeps it longer, by a decision on paper."""

    until: date
    decision_no: str
    when: Occasion
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class MoveRetention:
    """It is kept by `holding_org` and in `branch` from now on; what is absent stays as it is (domain.md §2.13)."""

    when: Occasion
    holding_org: str | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class EndRetention:
    """People end it: the member is back, or what was asked for is not granted."""

    how: RetentionEnd
    when: Occasion


@dataclass(frozen=True, slots=True)
class FollowEnd:
    """It ended by what happened to the relation or to the membership."""

    how: RetentionEnd
    on: date
    transfer_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReopenRetention:
    """The decision that had ended it was taken out of the record (§2.11)."""

    annulled_id: str
    on: date


@dataclass(frozen=True, slots=True)
class RemindRetention:
    """So many months have passed, of this end."""

    after_months: int
    until: date
    on: date


@dataclass(frozen=True, slots=True)
class SayRetentionOverdue:
    """The last day has passed without a decision."""

    until: date
    on: date


Command = (
    RequestRetention
    | RetainRelation
    | ExtendRetention
    | MoveRetention
    | EndRetention
    | FollowEnd
    | ReopenRetention
    | RemindRetention
    | SayRetentionOverdue
)


def _request(command: RequestRetention, state: Retention) -> Sequence[Draft]:
    """One at a time; who goes abroad names the country, and who studies there a contact person at home (R6)."""
    if state.state is not None:
        raise Refused("retention_state", state=state.state)
    facts = command.facts
    require_joined(command.joined_on, command.when.occurred_on)
    require_happened(command.when, not_before=command.after)
    require_joined(command.joined_on, facts.from_on, "/from_on")
    if facts.kind in ABROAD and (command.text is None or command.text.country is None):
        raise Refused("country_missing", pointer="/country")
    if facts.kind == RetentionKind.STUDY_ABROAD and facts.relay_person_id is None:
        raise Refused("relay_person_missing", pointer="/relay_person_id")
    return [Draft(facts, command.when.occurred_on, command.text)]


def _retain(command: RetainRelation, state: Retention) -> Sequence[Draft]:
    """Normally two years at most for graduates, five abroad; with a named contact person (R1 Art. 34, R6)."""
    require_state(state, frozenset({State.REQUESTED}))
    require_happened(command.when, not_before=state.since)
    if command.contact_person_id is None:
        raise Refused("contact_person_missing", pointer="/contact_person_id")
    assert state.kind is not None and state.from_on is not None  # noqa: S101, PT018 - it was asked for
    latest = months_after(state.from_on, limit_months(state.kind, command.parameters))
    until = command.until or latest
    if not state.from_on <= until <= latest:
        raise Refused("retention_length", pointer="/retain_until", latest=latest.isoformat())
    kept = RelationRetained(
        member_id=state.member_id,
        kind=state.kind,
        holding_org=state.holding_org,
        branch=command.branch,
        from_on=state.from_on,
        retain_until=until,
        dues_paid_to=command.dues_paid_to,
        contact_person_id=command.contact_person_id,
    )
    return [Draft(kept, command.when.occurred_on)]


def _extend(command: ExtendRetention, state: Retention) -> Sequence[Draft]:
    """In its last months or overdue, by one more term of its kind at most (§2.10)."""
    require_state(state, KEPT)
    require_happened(command.when, not_before=state.since)
    assert state.kind is not None and state.retain_until is not None  # noqa: S101, PT018 - it is kept
    earliest = months_after(state.retain_until, -command.parameters.retention_extend_within_months)
    if command.when.occurred_on < earliest:
        raise Refused("retention_extended_early", pointer="/occurred_on", earliest=earliest.isoformat())
    latest = months_after(state.retain_until, limit_months(state.kind, command.parameters))
    if not state.retain_until < command.until <= latest:
        raise Refused("retention_length", pointer="/retain_until", latest=latest.isoformat())
    longer = RetentionExtended(member_id=state.member_id, retain_until=command.until, decision_no=command.decision_no)
    return [Draft(longer, command.when.occurred_on)]


def _move(command: MoveRetention, state: Retention) -> Sequence[Draft]:
    """As long as it is open, asked for included; only one that is kept has a branch."""
    require_state(state, OPEN)
    require_happened(command.when)
    holder = command.holding_org or state.holding_org
    branch = (command.branch or state.placed_in) if state.state in KEPT else None
    if (holder, branch) == (state.holding_org, state.placed_in):
        return []
    moved = RetentionMoved(member_id=state.member_id, holding_org=holder, branch=branch)
    return [Draft(moved, command.when.occurred_on)]


def _end(command: EndRetention, state: Retention) -> Sequence[Draft]:
    granted = command.how != RetentionEnd.NOT_GRANTED
    require_state(state, KEPT if granted else frozenset({State.REQUESTED}))
    require_happened(command.when, not_before=state.since)
    return [Draft(RetentionEnded(member_id=state.member_id, how=command.how), command.when.occurred_on)]


def _follow(command: Command, state: Retention) -> Sequence[Payload]:
    """What follows, and what timers say: never refused, each thing once, and only while it is so."""
    member_id = state.member_id
    match command:
        case FollowEnd() if state.open:
            return [RetentionEnded(member_id=member_id, how=command.how, transfer_id=command.transfer_id)]
        case ReopenRetention() if state.ended_by == command.annulled_id and state.ended_from is not None:
            kept = state.ended_from.state in KEPT
            again = {"annulled_id": command.annulled_id, "holding_org": state.holding_org if kept else None}
            return [RetentionReopened(member_id=member_id, **again)]
        case RemindRetention() if (
            state.state in KEPT and command.until == state.retain_until and command.after_months not in state.reminded
        ):
            until = {"after_months": command.after_months, "retain_until": command.until}
            return [RetentionReminded(member_id=member_id, **until)]
        case SayRetentionOverdue() if state.state in KEPT - {State.OVERDUE} and command.until == state.retain_until:
            return [RetentionOverdue(member_id=member_id, due_on=command.until)]
        case _:
            return []


def decide(command: Command, state: Retention) -> Sequence[Draft]:
    """The events of a command on one retention; raises Refused."""
    match command:
        case RequestRetention():
            return _request(command, state)
        case RetainRelation():
            return _retain(command, state)
        case ExtendRetention():
            return _extend(command, state)
        case MoveRetention():
            return _move(command, state)
        case EndRetention():
            return _end(command, state)
        case _:
            on = max(command.on, state.from_on or command.on) if isinstance(command, FollowEnd) else command.on
            return [Draft(one, on) for one in _follow(command, state)]


RETENTION: Decider[Retention, Command] = Decider("registry", "retention", Retention, evolve, decide)
