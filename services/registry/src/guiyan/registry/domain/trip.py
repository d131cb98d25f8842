"""A trip's state: what its events make of it (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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

ENDS = frozenset({FlowState.RETURNED, FlowState.TRANSFERRED, FlowState.CLOSED})
OPEN = frozenset(FlowState) - ENDS
ON_THE_WAY = OPEN - {FlowState.REPORTED}

NO_HOST: Final[dict[str, Any]] = dict.fromkeys(("host_branch", "reported_in_on", "host_overdue_on", "hosted_since"))
"""What is known of a host when there is none (any more)."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One trip now; `state` is None while there is none under this id.

    `facts` are the codes of the registration card (domain.md §3.4) as last told; `since` is the business date of the
    last change, before which nothing more may be said to have happened at the host. `closed_from` is the state it was
    closed in, `closed_by` the event that ended the membership and with it the trip, `unrecognised` the days of the
    recognition and its confirmation that the end took back.
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
    unrecognised: tuple[date | None, date | None] | None = None
    facts: dict[str, Any] = field(default_factory=dict)

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
                facts=told(facts),
            )
        case MemberLeft() as facts:
            return replace(
                state,
                id=event.aggregate_id,
                member_id=facts.member_id,
                branch=facts.branch,
                state=FlowState.AWAY,
                away_since=on,
                facts=state.facts | told(facts),
            )
        case MobileMemberRecognised():
            moved_on = FlowState.MOBILE if state.state == FlowState.AWAY else state.state
            return replace(state, state=moved_on, recognised_on=on)
        case MobileMemberConfirmed():
            return replace(state, confirmed_on=on)
        case DestinationChanged() | EmployerChanged() as facts:
            return replace(state, facts=state.facts | told(facts))
        case MemberReturned():
            return replace(_over(state, on), state=FlowState.RETURNED)
        case DepartureClosed() as facts:
            return _closed(state, event, facts)
        case DepartureReopened():
            return _reopened(state)
        case _:
            return _hosting(state, event)


def _closed(state: Departure, event: Event, facts: DepartureClosed) -> Departure:
    end = FlowState.TRANSFERRED if facts.reason == DepartureEnd.TRANSFERRED else FlowState.CLOSED
    by = event.causationid if facts.reason == DepartureEnd.MEMBERSHIP_ENDED else None
    over = _over(state, event.occurredon, never=facts.reason == DepartureEnd.ENTERED_IN_ERROR)
    return replace(over, state=end, closed_from=state.state, closed_by=by)


def _over(state: Departure, on: date, *, never: bool = False) -> Departure:
    """The trip has ended; what ended before six months were over, or `never` was, made no mobile member (R2, §2.1)."""
    if not recognition_fails(state.recognised_on, on, never=never):
        return replace(state, ended_on=on)
    taken = (state.recognised_on, state.confirmed_on)
    return replace(state, ended_on=on, recognised_on=None, confirmed_on=None, unrecognised=taken)


def _reopened(state: Departure) -> Departure:
    recognised_on, confirmed_on = state.unrecognised or (state.recognised_on, state.confirmed_on)
    going_on = replace(state, recognised_on=recognised_on, confirmed_on=confirmed_on, unrecognised=None)
    return replace(going_on, state=state.closed_from, ended_on=None, closed_from=None, closed_by=None)


def recognition_fails(recognised_on: date | None, ended_on: date, *, never: bool) -> bool:
    """Whether the clock recognised, before the end was told, a trip that was over by then or was none (R2, §2.1)."""
    return recognised_on is not None and (never or ended_on < recognised_on)


def _hosting(state: Departure, event: Event) -> Departure:
    """The same for what happens between the member and a host branch."""
    on = event.occurredon
    match event.payload:
        case HostReportedIn() as facts:
            reported = NO_HOST | {"host_branch": facts.host_branch, "reported_in_on": on}
            return replace(state, state=_unhosted(state), **reported)
        case HostAnswerOverdue():
            return replace(state, host_overdue_on=on)
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
