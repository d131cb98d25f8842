"""A trip's state: what its events make of it (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final

from guiyan.events import Event, derived_id, time_of
from guiyan.events.codes import DepartureEnd, FlowState
from guiyan.events.registry.departure import (
    DepartureAnnounced,
    DepartureClosed,
    DepartureReopened,
    DestinationChanged,
    DestinationFacts,
    EmployerChanged,
    HostAccepted,
    HostAnswerOverdue,
    HostDeclined,
    HostEnded,
    HostReportedIn,
    LeavingFacts,
    MemberLeft,
    MemberReturned,
    MobileMemberConfirmed,
    MobileMemberRecognised,
)
from guiyan.ledger import Refused
from guiyan.registry.domain.tellings import Telling, not_so, placed, standing

ENDS = frozenset({FlowState.RETURNED, FlowState.TRANSFERRED, FlowState.CLOSED})
OPEN = frozenset(FlowState) - ENDS
ON_THE_WAY = OPEN - {FlowState.REPORTED}

NO_HOST: Final[dict[str, Any]] = dict.fromkeys(("host_branch", "reported_in_on", "host_overdue_on", "hosted_since"))
"""What is known of a host when there is none (any more)."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One trip now; `state` is None while there is none under this id.

    `tellings` are the codes of the registration card (domain.md §3.4) by the business date for which they were told.
    `with_hosts_until` is that of the last act between the member and a host, before which nobody reports in elsewhere.
    `closed_from` is the state it was closed in, `closed_by` the event that ended the membership and with it the trip,
    `taken_back` what is dated after its end and therefore was not so.
    """

    id: str = ""
    member_id: str = ""
    branch: str = ""
    state: FlowState | None = None
    announced_on: date | None = None
    planned_on: date | None = None
    away_since: date | None = None
    recognised_on: date | None = None
    confirmed_on: date | None = None
    host_branch: str | None = None
    reported_in_on: date | None = None
    host_overdue_on: date | None = None
    hosted_since: date | None = None
    ended_on: date | None = None
    closed_from: FlowState | None = None
    closed_by: str | None = None
    taken_back: dict[str, Any] = field(default_factory=dict)
    with_hosts_until: date | None = None
    tellings: tuple[Telling, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """The codes of the registration card as they stand; of an ended trip, as they were at its end."""
        return standing(self.tellings, self.ended_on)

    @property
    def open(self) -> bool:
        """The trip has begun, or was announced, and has not ended."""
        return self.state in OPEN

    @property
    def begun_on(self) -> date | None:
        """The first business date that this trip knows."""
        return self.away_since or self.announced_on


def trip_id(member_id: str, number: int) -> str:
    """The id of a member's trip by its number, 1 for the first; as old as the member's own id (ADR 0011)."""
    return derived_id(time_of(member_id), "departure", member_id, str(number))


def begun_by(state: Departure, day: date) -> bool:
    """Whether the trip had begun, or was announced, on this day."""
    return state.begun_on is not None and state.begun_on <= day


def require_known(state: Departure) -> FlowState:
    """The trip's state, when there is a trip."""
    if state.state is None:
        raise Refused("departure_unknown", status=404)
    return state.state


def require_state(state: Departure, allowed: frozenset[FlowState]) -> None:
    """The trip is in one of these states."""
    known = require_known(state)
    if known not in allowed:
        raise Refused("departure_state", state=known)


def told(facts: DestinationFacts | EmployerChanged) -> dict[str, Any]:
    """The codes that were given; what is absent stays as it was."""
    kept = set(LeavingFacts.model_fields) | set(DestinationFacts.model_fields)
    return facts.model_dump(mode="json", include=kept, exclude_none=True, exclude_unset=True)


def evolve(state: Departure, event: Event) -> Departure:  # noqa: PLR0911 - one case an event
    """The trip after one more event; types that change nothing here leave it as it is."""
    on = event.occurredon
    match event.payload:
        case DepartureAnnounced() as facts:
            return Departure(
                id=event.aggregate_id,
                member_id=facts.member_id,
                branch=facts.branch,
                state=FlowState.REPORTED,
                announced_on=on,
                planned_on=facts.planned_on,
                tellings=_told(Departure(), on, facts),
            )
        case MemberLeft() as facts:
            return replace(
                state,
                id=event.aggregate_id,
                member_id=facts.member_id,
                branch=facts.branch,
                state=FlowState.AWAY,
                away_since=on,
                tellings=_told(state, on, facts),
            )
        case MobileMemberRecognised():
            moved_on = FlowState.MOBILE if state.state == FlowState.AWAY else state.state
            return replace(state, state=moved_on, recognised_on=on)
        case MobileMemberConfirmed():
            return replace(state, confirmed_on=on)
        case DestinationChanged() | EmployerChanged() as facts:
            return replace(state, tellings=_told(state, on, facts))
        case MemberReturned():
            return replace(_over(state, on), state=FlowState.RETURNED)
        case DepartureClosed() as facts:
            return _closed(state, event, facts)
        case DepartureReopened():
            return going_on(state)
        case HostReportedIn() | HostAnswerOverdue() | HostAccepted() | HostDeclined() | HostEnded():
            return _hosting(state, event)
        case _:
            return state


def _closed(state: Departure, event: Event, facts: DepartureClosed) -> Departure:
    end = FlowState.TRANSFERRED if facts.reason == DepartureEnd.TRANSFERRED else FlowState.CLOSED
    by = event.causationid if facts.reason == DepartureEnd.MEMBERSHIP_ENDED else None
    over = _over(state, event.occurredon, never=facts.reason == DepartureEnd.ENTERED_IN_ERROR)
    return replace(over, state=end, closed_from=state.state, closed_by=by)


def _told(state: Departure, on: date, facts: DestinationFacts | EmployerChanged) -> tuple[Telling, ...]:
    return tuple(placed(state.tellings, on, told(facts)))


def _over(state: Departure, on: date, *, never: bool = False) -> Departure:
    """The trip has ended; what is dated after the end, or of a trip that `never` was, shows no more (R2, §2.1)."""
    taken = not_so({one.name: getattr(state, one.name) for one in fields(state)}, on, never=never)
    gone: dict[str, Any] = dict.fromkeys(taken)
    return replace(state, ended_on=on, taken_back=taken, **gone)


def going_on(state: Departure) -> Departure:
    """A closed trip as it was before it was closed."""
    open_ = replace(state, **state.taken_back, taken_back={})
    return replace(open_, state=state.closed_from, ended_on=None, closed_from=None, closed_by=None)


def _hosting(state: Departure, event: Event) -> Departure:
    """The same for what happens between the member and a host branch."""
    on = event.occurredon
    if isinstance(event.payload, HostAnswerOverdue):
        return replace(state, host_overdue_on=on)
    state = replace(state, with_hosts_until=max(on, state.with_hosts_until or on))
    match event.payload:
        case HostReportedIn() as facts:
            reported = NO_HOST | {"host_branch": facts.host_branch, "reported_in_on": on}
            return replace(state, state=_unhosted(state), **reported)
        case HostAccepted():
            return replace(state, state=FlowState.HOSTED, hosted_since=on)
        case HostDeclined():
            return replace(state, state=FlowState.HOST_DECLINED, **NO_HOST)
        case HostEnded():
            return replace(state, state=_unhosted(state), **NO_HOST)
        case _:
            return state


def _unhosted(state: Departure) -> FlowState:
    """AWAY or MOBILE, whichever the trip is when no host has it."""
    return FlowState.AWAY if state.recognised_on is None else FlowState.MOBILE
