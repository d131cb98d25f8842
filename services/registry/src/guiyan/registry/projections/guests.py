"""What a host knows of somebody from elsewhere: activities taken part in there, dues paid there (domain.md §6 no. 3).

Kept by person beside the records, so that what is told before the person was entered or paired counts as well.
"""

from __future__ import annotations

from typing import Any, Final

from guiyan.events.notifications import AttendanceRecorded, AttendanceWithdrawn
from guiyan.events.registry.dues import DuesPaidAtHost, DuesPaymentWithdrawn
from guiyan.events.registry.inflow import InflowPaired, InflowRegistered
from guiyan.ledger import Docs, Document, Fact

GUESTS: Final = "guests"
TYPES: Final = frozenset({"AttendanceRecorded", "AttendanceWithdrawn", "DuesPaidAtHost", "DuesPaymentWithdrawn"})
_EMPTY: Final[Document] = {"attended": {}, "paid": {}, "records": []}


def note_record(fact: Fact, docs: Docs) -> None:
    """An inflow record belongs to this person: by the id it was entered with, and by the member's once paired."""
    payload = fact.payload
    if isinstance(payload, InflowRegistered | InflowPaired):
        for person_id in dict.fromkeys(one for one in (payload.person_id, payload.member_id) if one is not None):
            guest = docs.get(GUESTS, person_id) or _EMPTY
            if fact.aggregate_id not in guest["records"]:
                docs.put(GUESTS, person_id, {**guest, "records": [*guest["records"], fact.aggregate_id]})


def note_activity(fact: Fact, docs: Docs) -> Document:
    """Keep what a person did; gives the person's document after it."""
    payload = fact.payload
    assert isinstance(  # noqa: S101 - of TYPES
        payload, AttendanceRecorded | AttendanceWithdrawn | DuesPaidAtHost | DuesPaymentWithdrawn
    )
    guest = docs.get(GUESTS, payload.member_id) or _EMPTY
    match payload:
        case AttendanceRecorded():
            seen = [fact.event.occurredon.isoformat(), payload.branch]
            guest = {**guest, "attended": {**guest["attended"], fact.aggregate_id: seen}}
        case AttendanceWithdrawn():
            left = {id_: seen for id_, seen in guest["attended"].items() if id_ != fact.aggregate_id}
            guest = {**guest, "attended": left}
        case DuesPaidAtHost():
            paid = [max(payload.months), payload.host_branch]
            guest = {**guest, "paid": {**guest["paid"], fact.event.id: paid}}
        case DuesPaymentWithdrawn():
            left = {id_: paid for id_, paid in guest["paid"].items() if id_ != payload.payment_id}
            guest = {**guest, "paid": left}
    docs.put(GUESTS, payload.member_id, guest)
    return guest


def shown(record: Document, guests: list[Document]) -> dict[str, Any]:
    """What a record shows of it: at its host, or a branch merged into that, from arrival on until the record's end."""
    until = record["ended_on"] or "9999"
    seen = {
        id_: day for guest in guests for id_, (day, branch) in guest["attended"].items() if branch in record["hosts"]
    }
    days = [day for day in seen.values() if record["registered_on"] <= day <= until]
    paid = [to for guest in guests for to, host in guest["paid"].values() if host in record["hosts"]]
    return {
        "attended": len(days),
        "attended_on": max(days, default=None),
        "dues_paid_to": max(paid, default=None),
    }


def of_record(record: Document, docs: Docs) -> list[Document]:
    """The documents of the record's person, under either id."""
    ids = dict.fromkeys(one for one in (record["person_id"], record["member_id"]) if one)
    return docs.get_all(GUESTS, tuple(ids))
