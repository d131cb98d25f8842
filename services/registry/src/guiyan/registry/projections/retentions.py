"""What each event of a retained relation changes in its document; parked relations stand in the same list (§6 no. 13).

A relation parked at the organisation of the home (P-09) is no process of anybody's: its row comes from the member's
record (`relation_holding`), with the same two years, and has no events and no timers of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Final

from guiyan.events import derived_id, time_of
from guiyan.events.codes import RelationHolding, RetentionState
from guiyan.events.registry import retention as facts
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.ledger import Docs, Document, Fact, Timer, business_date
from guiyan.ledger.calendar import moment_of
from guiyan.registry.domain.dates import months_after
from guiyan.registry.domain.membership import ENDED
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.domain.retention_calendar import reminders_of
from guiyan.registry.domain.retention_record import KEPT, OPEN
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.registry.projections.members import MEMBERS, concerning, noted, shown_also

RETENTIONS: Final = "retentions"
PARKED: Final = "PARKED"
REMIND: Final = "remind_retention"
OVERDUE: Final = "retention_overdue"
RESTORED: Final = ("state", "retain_until", "overdue", "reminded", "plan")
SHOWN: Final = ("name", "branch", "responsible", "person_category", "contacted_on")
_LATER: Final = (
    "requested_on", "retained_on", "placed_in", "contact_person_id", "relay_person_id", "dues_paid_to", "retain_until",
    "ended_on", "ended_from", "transfer_id",
)  # fmt: skip
Valid = Callable[[], Parameters]


def parked_id(member_id: str) -> str:
    """The id of the row of a relation that is only parked."""
    return derived_id(time_of(member_id), "parked", member_id)


def empty(member: Document) -> Document:
    """A row before anything is known of it but whose it is."""
    later = dict.fromkeys(_LATER)
    own = {
        "kind": None,
        "state": None,
        "open": True,
        "overdue": False,
        "extensions": 0,
        "extension_no": None,
        "has_details": False,
    }
    more: Document = {
        "holding_org": None,
        "from_on": None,
        "reminded": [],
        "plan": {},
        "timers": [],
        "dest_area_code": None,
    }
    return {"member_id": member["_id"], **shown_of(member), **later, **own, **more}


def shown_of(member: Document) -> dict[str, Any]:
    """What a row shows of its member."""
    return {**{name: member[name] for name in SHOWN}, "away": member["departure_id"] is not None}


def apply_retention(fact: Fact, told: facts.RetentionEvent, docs: Docs, valid: Valid) -> None:
    """Change the row, its timers, and what the member's own document shows of it."""
    member = docs.get(MEMBERS, told.member_id)
    if member is None:
        return  # not part of the past that is told
    before = docs.get(RETENTIONS, fact.aggregate_id) or {**empty(member), "dest_area_code": _area(member, docs)}
    after = _settled(_changed({**before, "_id": fact.aggregate_id}, fact, valid))
    docs.put(RETENTIONS, fact.aggregate_id, noted({**after, "timers": _set_timers(after, docs)}, fact))
    shown = {"retention_id": fact.aggregate_id, "retention_state": after["state"]}
    docs.put(MEMBERS, told.member_id, {**shown_also(concerning(member, fact), RETENTIONS, fact.aggregate_id), **shown})


def _area(member: Document, docs: Docs) -> str | None:
    """Where the member's open trip leads, as the member told it."""
    trip = docs.get(DEPARTURES, member["departure_id"]) if member["departure_id"] else None
    return (trip or {}).get("dest_area_code")


def _settled(document: Document) -> Document:
    return {**document, "open": document["state"] in OPEN, "overdue": document["state"] == RetentionState.OVERDUE}


def _changed(document: Document, fact: Fact, valid: Valid) -> Document:  # noqa: PLR0911 - one case an event
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case facts.RetentionRequested() as told:
            asked = {"kind": str(told.kind), "holding_org": told.holding_org, "from_on": told.from_on.isoformat()}
            more = {"relay_person_id": told.relay_person_id, "has_details": told.pii is not None}
            return {**document, **asked, **more, "state": str(RetentionState.REQUESTED), "requested_on": on}
        case facts.RelationRetained() as told:
            more = {name: getattr(told, name) for name in ("holding_org", "contact_person_id", "dues_paid_to")}
            kept = {**more, "placed_in": told.branch, "from_on": told.from_on.isoformat(), "retained_on": on}
            term = _term(told.from_on, told.retain_until, fact, valid)
            return {**document, **kept, **term, "state": str(RetentionState.RETAINED)}
        case facts.RetentionReminded() as told:
            reminded = [*document["reminded"], told.after_months]
            return {**document, "state": str(RetentionState.REMINDED), "reminded": reminded}
        case facts.RetentionExtended() as told:
            term = _term(date.fromisoformat(document["from_on"]), told.retain_until, fact, valid)
            told_of = {"extensions": document["extensions"] + 1, "extension_no": told.decision_no}
            return {**document, **term, **told_of, "state": str(RetentionState.EXTENDED)}
        case facts.RetentionMoved() as told:
            return {**document, "holding_org": told.holding_org, "placed_in": told.branch}
        case facts.RetentionOverdue():
            return {**document, "state": str(RetentionState.OVERDUE)}
        case facts.RetentionEnded() as told:
            ended = {"ended_on": on, "transfer_id": told.transfer_id, "state": str(told.how)}
            return {**document, **ended, "ended_from": {name: document[name] for name in RESTORED}}
        case facts.RetentionReopened():
            again = {"ended_on": None, "ended_from": None, "transfer_id": None}
            return {**document, **(document["ended_from"] or {}), **again}
        case _:
            return document


def _term(from_on: date, until: date, fact: Fact, valid: Valid) -> dict[str, Any]:
    days = reminders_of(from_on, until, business_date(fact.event.time), valid())
    return {"retain_until": until.isoformat(), "plan": {str(months): on.isoformat() for months, on in days}}


def _set_timers(document: Document, docs: Docs) -> list[str]:
    wanted = {one.id: one for one in _timers(document)}
    for timer in wanted.values():
        docs.schedule(timer)
    for id_ in document["timers"]:
        if id_ not in wanted:
            docs.cancel(id_)
    return sorted(wanted)


def _timers(document: Document) -> Iterable[Timer]:
    """Reminders while it is kept; the day after its last day it is overdue."""
    if document["state"] not in KEPT:
        return
    for months, on in document["plan"].items():
        if int(months) not in document["reminded"]:
            yield _timer(document, REMIND, date.fromisoformat(on), f":{months}", after_months=int(months))
    if not document["overdue"]:
        yield _timer(document, OVERDUE, date.fromisoformat(document["retain_until"]) + timedelta(days=1))


def _timer(document: Document, kind: str, on: date, part: str = "", **more: object) -> Timer:
    until = {"until": document["retain_until"], "due_on": on.isoformat()}
    data = {"retention_id": document["_id"], "member_id": document["member_id"], **until, **more}
    return Timer(f"{kind}:{document['_id']}{part}", moment_of(on), kind, data)


def follow_member(before: Document, after: Document, docs: Docs, dest_area_code: str | None = None) -> None:
    """The rows of a member tell branch, responsibility, last contact and destination of now."""
    shown = shown_of(after)
    ids = [id_ for id_ in (after["retention_id"], after["parked_id"]) if id_ is not None]
    if not ids or (shown_of(before) == shown and dest_area_code is None):
        return
    for id_ in ids:
        document = docs.get(RETENTIONS, id_)
        if document is not None:
            area = (dest_area_code or document["dest_area_code"]) if after["departure_id"] else None
            docs.put(RETENTIONS, id_, {**document, **shown, "dest_area_code": area})


def follow_parking(before: Document | None, member: Document, fact: Fact, docs: Docs, valid: Valid) -> Document:
    """The row of a relation that is parked at the home (P-09): from the day the record says so, by the same two years.

    Gives the member's document with the row's id.
    """
    parked, id_ = member["relation_holding"] == RelationHolding.PARKED_HUKOU, parked_id(member["_id"])
    was = before is not None and before["parked_id"] is not None
    if parked and not was:
        from_on = fact.event.occurredon
        until = months_after(from_on, valid().parked_months).isoformat()
        row = {"kind": str(RelationHolding.PARKED_HUKOU), "state": PARKED, "holding_org": member["branch"]}
        term = {"from_on": from_on.isoformat(), "retain_until": until, "version": 0, "changed_at": fact.event.time}
        docs.put(RETENTIONS, id_, {**empty(member), **row, **term, "dest_area_code": _area(member, docs)})
        return {**shown_also(member, RETENTIONS, id_), "parked_id": id_}
    if was and not parked:
        docs.delete(RETENTIONS, id_)
        return {**member, "parked_id": None}
    if was and before is not None:
        _follow_end(before, member, fact, docs, id_)
    return member


def _follow_end(before: Document, member: Document, fact: Fact, docs: Docs, id_: str) -> None:
    document = docs.get(RETENTIONS, id_)
    if document is None:
        return
    on, ended = fact.event.occurredon.isoformat(), member["membership_status"] in ENDED
    if isinstance(fact.payload, RelationTransferred) and document["open"]:
        out = {"state": str(RetentionState.TRANSFERRED_OUT), "open": False, "ended_on": on}
        docs.put(RETENTIONS, id_, {**document, **out})
    elif ended != (before["membership_status"] in ENDED) and document["state"] != RetentionState.TRANSFERRED_OUT:
        state = str(RetentionState.MEMBERSHIP_ENDED) if ended else PARKED
        docs.put(RETENTIONS, id_, {**document, "state": state, "open": not ended, "ended_on": on if ended else None})
