"""The open trip of a member, as far as an activity certificate asks for it (domain.md §2.1, §2.2, §2.4).

Trips of a member do not overlap (ADR 0011): what is told of another trip than the open one is old.
"""

from datetime import date
from typing import Any, Final

from guiyan.events import registry
from guiyan.events.codes import DestCertainty, FlowReason, MobileMemberKind
from guiyan.ledger import Document, Fact
from guiyan.transfers.domain.certificate_acts import Absence
from guiyan.transfers.projections import suggestions

LEAVES: Final = frozenset({"DepartureAnnounced", "MemberLeft"})
COMES_HOME: Final = frozenset({"MemberReturned", "DepartureClosed"})
HOSTING: Final = frozenset({"HostReportedIn", "HostAccepted", "HostDeclined", "HostEnded"})
HANDLES: Final = LEAVES | COMES_HOME | HOSTING | {"DestinationChanged", "DepartureReopened"}


def kept(person: Document | None) -> Document:
    """What a person's document holds of it, and before anything was told."""
    before = person or {}
    return {"trip": before.get("trip"), "certificates": before.get("certificates", [])}


def changed(person: Document | None, fact: Fact) -> Document | None:  # noqa: PLR0911 - one return a kind of fact
    """The person after a fact of a trip; None when it changes nothing."""
    if person is None or fact.type not in HANDLES:
        return None
    trip, payload = person["trip"], fact.payload
    if fact.type in LEAVES:
        return {**person, "trip": _begun(trip, fact)}
    if isinstance(payload, registry.DepartureReopened):
        return {**person, "trip": _reopened(trip, fact, payload)}
    if trip is None or trip["id"] != fact.aggregate_id:
        return None
    if fact.type in COMES_HOME:
        return {**person, "trip": {**trip, "home_on": fact.event.occurredon.isoformat()}}
    if isinstance(payload, registry.DestinationChanged):
        fixed_on = suggestions.fixed_since(trip, payload.dest_certainty, fact.event.occurredon.isoformat())
        return {**person, "trip": {**trip, **_place(payload), "fixed_on": fixed_on}}
    gone = fact.type in {"HostDeclined", "HostEnded"}
    host = None if gone else payload.model_dump(include={"host_branch"})["host_branch"]
    return {**person, "trip": {**trip, "host": host}}


def is_away(person: Document) -> bool:
    """Whether a trip is open: announced, or left and not come home."""
    return person["trip"] is not None and person["trip"]["home_on"] is None


def was_away(person: Document, on: date) -> bool:
    """Whether the member had left by a day and was not home then, as far as the newest trip tells."""
    trip = person["trip"]
    if trip is None or not trip["left"] or on < date.fromisoformat(trip["since"]):
        return False
    return trip["home_on"] is None or on < date.fromisoformat(trip["home_on"])


def absence_of(person: Document) -> Absence | None:
    """The open trip as the rules of certificates ask for it."""
    trip = person["trip"]
    if trip is None or trip["home_on"] is not None:
        return None
    return Absence(
        departure_id=trip["id"],
        reason=FlowReason(trip["reason"]),
        since=date.fromisoformat(trip["since"]),
        until=date.fromisoformat(trip["until"]) if trip["until"] else None,
        certainty=DestCertainty(trip["certainty"]),
        kind=MobileMemberKind(trip["kind"]) if trip["kind"] else None,
        area=trip["area"],
    )


def _begun(before: Document | None, fact: Fact) -> Document:
    told = fact.payload.model_dump(mode="json")
    same = before if before is not None and before["id"] == fact.aggregate_id else {}
    since = told.get("planned_on") or fact.event.occurredon.isoformat()
    return {
        "id": fact.aggregate_id,
        "fixed_on": suggestions.fixed_since({}, told["dest_certainty"], since),
        "suggested": same.get("suggested", False),
        "left": fact.type == "MemberLeft",
        "reason": told["reason"],
        "since": since,
        "until": told["expected_return"],
        "certainty": told["dest_certainty"],
        "kind": told["member_kind"],
        "area": told["dest_area_code"],
        "host": same.get("host"),
        "home_on": None,
    }


def _reopened(before: Document | None, fact: Fact, payload: registry.DepartureReopened) -> Document | None:
    """The trip that was closed goes on as it was; of one that nothing else is known of it is not told why."""
    if before is None or before["id"] != fact.aggregate_id:
        return before
    return {**before, "home_on": None, "host": payload.host_branch}


def _place(payload: registry.DestinationChanged) -> dict[str, Any]:
    told = {"certainty": payload.dest_certainty, "area": payload.dest_area_code}
    return {name: value for name, value in told.items() if value is not None}
