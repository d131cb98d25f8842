"""Departures: one stream per trip, from the announcement to the return (domain.md §2.1, §2.2; R2, R3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guiyan.events.codes import DepartureEnd, FlowState
from guiyan.events.registry.departure import (
    DepartureAnnounced,
    DepartureClosed,
    DepartureReopened,
    DestinationChanged,
    DestinationText,
    EmployerChanged,
    MemberLeft,
    MemberReturned,
    MobileMemberConfirmed,
    MobileMemberRecognised,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, months_after, require_happened, require_joined
from guiyan.registry.domain.hosting import FollowHost, HostCommand, RemindHost, decide_hosting, follow_host, remind_host
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.tellings import said
from guiyan.registry.domain.trip import (
    ON_THE_WAY,
    OPEN,
    Departure,
    evolve,
    going_on,
    require_known,
    require_state,
    told,
)


@dataclass(frozen=True, slots=True)
class AnnounceDeparture:
    """The member, who joined on `joined_on`, tells before leaving; `after` is when the last trip ended."""

    facts: DepartureAnnounced
    text: DestinationText | None
    when: Occasion
    after: date | None = None
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordLeaving:
    """The member, who joined on `joined_on`, has left, announced or not; `after` is when the last trip ended."""

    facts: MemberLeft
    text: DestinationText | None
    when: Occasion
    after: date | None = None
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeDestination:
    """The member tells another destination (R3: at every change)."""

    facts: DestinationChanged
    text: DestinationText | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class ChangeEmployer:
    """The member tells another employer or occupation at the same place (R3)."""

    facts: EmployerChanged
    text: DestinationText | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """The member is home again, or did not go after all."""

    when: Occasion
    certificate_handed_in: bool | None = None


@dataclass(frozen=True, slots=True)
class Recognise:
    """The timer of the sixth calendar month (R2); says for which first day it was set."""

    away_since: date
    due_on: date


@dataclass(frozen=True, slots=True)
class ConfirmRecognition:
    """The branch confirms what the timer recognised (domain.md §2.2)."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class CloseDeparture:
    """End the trip otherwise than by coming home."""

    reason: DepartureEnd
    when: Occasion
    transfer_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReopenDeparture:
    """The decision that had ended the membership was taken out of the record (domain.md §2.11)."""

    annulled_id: str


Command = (
    AnnounceDeparture
    | RecordLeaving
    | ChangeDestination
    | ChangeEmployer
    | HostCommand
    | RemindHost
    | FollowHost
    | RecordReturn
    | Recognise
    | ConfirmRecognition
    | CloseDeparture
    | ReopenDeparture
)


def recognition_due(away_since: date, parameters: Parameters = DEFAULTS) -> date:
    """The day a member away becomes a mobile member: six calendar months after the first day away (R2)."""
    return months_after(away_since, parameters.mobile_recognise_after_months)


def require_return_after_leaving(expected: date | None, leaving: date) -> None:
    """Nobody means to be back before leaving."""
    if expected is not None and expected < leaving:
        raise Refused("return_before_leaving", pointer="/expected_return")


def _announce(command: AnnounceDeparture, state: Departure) -> Sequence[Draft]:
    """Before leaving: reason, time, place and contact (R3)."""
    if state.state is not None:
        raise Refused("departure_state", state=state.state)
    require_joined(command.joined_on, command.when.occurred_on)
    require_happened(command.when, not_before=command.after)
    if command.facts.planned_on < command.when.occurred_on:
        raise Refused("planned_in_the_past", pointer="/planned_on")
    require_return_after_leaving(command.facts.expected_return, command.facts.planned_on)
    return [Draft(command.facts, command.when.occurred_on, command.text)]


def _leave(command: RecordLeaving, state: Departure) -> Sequence[Draft]:
    """Left as announced, or found to have left (S-14: sweep, family, host)."""
    if state.state is not None:
        require_state(state, frozenset({FlowState.REPORTED}))
    require_joined(command.joined_on, command.when.occurred_on)
    require_happened(command.when, not_before=state.announced_on or command.after)
    require_return_after_leaving(command.facts.expected_return, command.when.occurred_on)
    return [Draft(command.facts, command.when.occurred_on, command.text)]


def _change_destination(command: ChangeDestination, state: Departure) -> Sequence[Draft]:
    """A new destination, of its business date; what the member does not tell for it stays as it was."""
    return _told_anew(command, state, told(command.facts))


def _change_employer(command: ChangeEmployer, state: Departure) -> Sequence[Draft]:
    """What is not told anew stays; the place is the same."""
    return _told_anew(command, state, told(command.facts))


def _told_anew(command: ChangeDestination | ChangeEmployer, state: Departure, codes: dict[str, Any]) -> Sequence[Draft]:
    """Nothing where that day's telling says it already; what another day says is told for that day alone (§8)."""
    require_state(state, OPEN)
    on = command.when.occurred_on
    if command.text is None and codes.items() <= said(state.tellings, on).items():
        return []
    facts = type(command.facts).model_validate({"member_id": state.member_id, **codes})
    return [Draft(facts, on, command.text)]


def _confirm(command: ConfirmRecognition, state: Departure) -> Sequence[Draft]:
    """AWAY → MOBILE is the timer's to say and the branch's to confirm, once and not before it was so (R2)."""
    require_state(state, ON_THE_WAY)
    if state.recognised_on is None:
        raise Refused("not_recognised")
    require_happened(command.when, not_before=state.recognised_on)
    if state.confirmed_on is not None:
        return []
    return [Draft(MobileMemberConfirmed(member_id=state.member_id), command.when.occurred_on)]


def _return(command: RecordReturn, state: Departure) -> Sequence[Draft]:
    require_state(state, OPEN)
    facts = MemberReturned(
        member_id=state.member_id, branch=state.branch, certificate_handed_in=command.certificate_handed_in
    )
    return [Draft(facts, command.when.occurred_on)]


def _recognise(command: Recognise, state: Departure) -> Sequence[Draft]:
    """Six months without a break; a timer that was overtaken changes nothing (R2)."""
    if state.state not in ON_THE_WAY or state.recognised_on is not None or state.away_since != command.away_since:
        return []
    facts = MobileMemberRecognised(member_id=state.member_id, branch=state.branch, away_since=command.away_since)
    return [Draft(facts, command.due_on)]


def _close(command: CloseDeparture, state: Departure) -> Sequence[Draft]:
    require_state(state, OPEN)
    facts = DepartureClosed(
        member_id=state.member_id, branch=state.branch, reason=command.reason, transfer_id=command.transfer_id
    )
    return [Draft(facts, command.when.occurred_on)]


def _reopen(command: ReopenDeparture, state: Departure) -> Sequence[Draft]:
    """Goes on as it was, from the day on which it was closed; only what that very decision had closed."""
    if state.closed_by != command.annulled_id or state.ended_on is None:
        return []
    before = going_on(state)
    facts = DepartureReopened(
        member_id=state.member_id,
        branch=state.branch,
        annulled_id=command.annulled_id,
        away_since=state.away_since,
        dest_area_code=before.facts.get("dest_area_code"),
        host_branch=before.host_branch if before.hosted_since is not None else None,
    )
    return [Draft(facts, state.ended_on)]


def decide(command: Command, state: Departure) -> Sequence[Draft]:  # noqa: C901, PLR0911 - one return a command
    """The events of a command on one trip; raises Refused."""
    match command:
        case AnnounceDeparture():
            return _announce(command, state)
        case RecordLeaving():
            return _leave(command, state)
        case Recognise():
            return _recognise(command, state)
        case RemindHost():
            return remind_host(command, state)
        case FollowHost():
            return follow_host(command, state)
        case ReopenDeparture():
            return _reopen(command, state)
    require_known(state)
    require_happened(command.when, not_before=state.begun_on)
    match command:
        case ChangeDestination():
            return _change_destination(command, state)
        case ChangeEmployer():
            return _change_employer(command, state)
        case ConfirmRecognition():
            return _confirm(command, state)
        case RecordReturn():
            return _return(command, state)
        case CloseDeparture():
            return _close(command, state)
        case _:
            return decide_hosting(command, state)


DEPARTURE: Decider[Departure, Command] = Decider("registry", "departure", Departure, evolve, decide)
