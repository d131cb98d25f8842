"""What each event of a departure changes in its document, and the timer it sets."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, Final

from guiyan.events.codes import DepartureEnd, FlowState
from guiyan.events.registry.departure import (
    DepartureAnnounced,
    DepartureClosed,
    DestinationChanged,
    DestinationFacts,
    HostAccepted,
    HostDeclined,
    HostReportedIn,
    LeavingFacts,
    MemberLeft,
    MemberReturned,
    MobileMemberRecognised,
)
from guiyan.ledger import SHANGHAI, Document, Fact, Timer
from guiyan.registry.domain.departure import recognition_due
from guiyan.registry.projections.members import SHOWN_IN_DEPARTURES

DEPARTURES: Final = "departures"
RECOGNISE: Final = "recognise_mobile_member"
_LEAVING: Final = set(LeavingFacts.model_fields)
_DESTINATION: Final = set(DestinationFacts.model_fields)


def empty(member_id: str, member: Document | None) -> Document:
    """A departure's document before its first event: only whose it is."""
    shown = {name: (member or {}).get(name) for name in SHOWN_IN_DEPARTURES}
    return {
        "member_id": member_id,
        **shown,
        "state": None,
        "open": True,
        "announced_on": None,
        "planned_on": None,
        "away_since": None,
        "recognised_on": None,
        "host_branch": None,
        "reported_in_on": None,
        "hosted_since": None,
        "ended_on": None,
        "transfer_id": None,
        "source": None,
    }


def changed(document: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one return an event
    """The document after one more event."""
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case DepartureAnnounced() as facts:
            planned = facts.planned_on.isoformat()
            told = facts.model_dump(mode="json", include=_LEAVING)
            known = {"branch": facts.branch, "announced_on": on, "planned_on": planned}
            return {**document, **told, **known, "state": str(FlowState.REPORTED)}
        case MemberLeft() as facts:
            told = facts.model_dump(mode="json", include=_LEAVING)
            known = {"branch": facts.branch, "source": str(facts.source), "away_since": on}
            return {**document, **told, **known, "state": str(FlowState.AWAY)}
        case MobileMemberRecognised():
            moved_on = str(FlowState.MOBILE) if document["state"] == FlowState.AWAY else document["state"]
            return {**document, "state": moved_on, "recognised_on": on}
        case DestinationChanged() as facts:
            return {**document, **facts.model_dump(mode="json", include=_DESTINATION)}
        case HostReportedIn() as facts:
            return {**document, "state": _unhosted(document), "host_branch": facts.host_branch, "reported_in_on": on}
        case HostAccepted():
            return {**document, "state": str(FlowState.HOSTED), "hosted_since": on}
        case HostDeclined():
            return {**document, "state": str(FlowState.HOST_DECLINED), "host_branch": None, "reported_in_on": None}
        case MemberReturned():
            return {**document, "state": str(FlowState.RETURNED), "open": False, "ended_on": on}
        case DepartureClosed() as facts:
            transferred = facts.reason == DepartureEnd.TRANSFERRED
            end = FlowState.TRANSFERRED if transferred else FlowState.CLOSED
            return {**document, "state": str(end), "open": False, "ended_on": on, "transfer_id": facts.transfer_id}
        case _:
            return document


def shown_with_member(document: Document) -> dict[str, Any]:
    """What the member's own document tells of a departure: all of it while open, nothing of it afterwards."""
    if not document["open"]:
        return {"departure_id": None, "departure_state": None, "away_since": None, "host_branch": None}
    return {
        "departure_id": document["_id"],
        "departure_state": document["state"],
        "away_since": document["away_since"],
        "host_branch": document["host_branch"],
    }


def recognition_timer(departure_id: str, away_since: date) -> Timer:
    """Due at the first moment, in Shanghai, of the day on which six calendar months are over (R2)."""
    due_on = recognition_due(away_since)
    return Timer(
        id=recognition_timer_id(departure_id),
        due_at=datetime.combine(due_on, time.min, SHANGHAI).astimezone(UTC),
        kind=RECOGNISE,
        data={"departure_id": departure_id, "away_since": away_since.isoformat(), "due_on": due_on.isoformat()},
    )


def recognition_timer_id(departure_id: str) -> str:
    """The id of a departure's one timer."""
    return f"{RECOGNISE}:{departure_id}"


def _unhosted(document: Document) -> str:
    return str(FlowState.AWAY if document["recognised_on"] is None else FlowState.MOBILE)
