"""The inflow ledger: one document a record (domain.md §6 no. 3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from guiyan.events.registry.inflow import (
    InflowEnded,
    InflowGroupAssigned,
    InflowOriginAsked,
    InflowPaired,
    InflowRegistered,
    InflowText,
)
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.ledger.calendar import add_months
from guiyan.registry.projections import guests
from guiyan.registry.projections.indexes import ordered
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.types import types_of
from guiyan.service import rulebook
from guiyan.service.masking import mask_id_number, mask_phone

INFLOWS: Final = "inflows"


class Inflows(Projection):
    """Collection `inflows`, keyed by the record's id."""

    name: ClassVar[str] = "inflows"
    version: ClassVar[int] = 4
    handles: ClassVar[frozenset[str]] = types_of("inflow") | guests.TYPES | rulebook.HANDLES
    opens: ClassVar[frozenset[str]] = frozenset({"InflowRegistered"})
    indexes: ClassVar[tuple[Index, ...]] = (
        *ordered(INFLOWS, "host_branch", "_id", "name", "registered_on"),
        *ordered(INFLOWS, "host_branch", "_id", within=("open",)),
        Index(INFLOWS, ("departure_id",), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The record's document; of what a person did, the person's."""
        if fact.type in guests.TYPES:
            return (Key(guests.GUESTS, str(fact.payload.member_id)),)  # type: ignore[attr-defined] # each names it
        return () if fact.type in rulebook.HANDLES else (Key(INFLOWS, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the record's document, or those that a person has."""
        if rulebook.noted(fact, docs):
            return
        if fact.type in guests.TYPES:
            for id_ in guests.note_activity(fact, docs)["records"]:
                record = docs.get(INFLOWS, id_)
                if record is not None:  # part of the past that is told
                    docs.put(INFLOWS, id_, {**record, **guests.shown(record, guests.of_record(record, docs))})
            return
        before = docs.get(INFLOWS, fact.aggregate_id)
        if before is None and not isinstance(fact.payload, InflowRegistered):
            return
        guests.note_record(fact, docs)
        after = noted(_changed(before or {}, fact, docs), fact)
        docs.put(INFLOWS, fact.aggregate_id, {**after, **guests.shown(after, guests.of_record(after, docs))})


def _changed(document: Document, fact: Fact, docs: Docs) -> Document:
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case InflowRegistered() as facts:
            codes = facts.model_dump(mode="json", exclude={"pii"})
            return {
                **_empty(),
                **codes,
                **_shown(fact),
                "hosts": [facts.host_branch],
                "registered_on": on,
                "transfer_from": _transfer_from(fact, docs),
            }
        case InflowPaired() as facts:
            pair = {"departure_id": facts.departure_id, "member_id": facts.member_id, "paired_on": on}
            return {**document, **pair}
        case InflowOriginAsked():
            return {**document, "origin_asked_on": on}
        case InflowGroupAssigned() as facts:
            hosts = [one for one in document["hosts"] if one != facts.host_branch]
            put = {"host_branch": facts.host_branch, "hosts": [*hosts, facts.host_branch]}
            return {**document, **put, "group": facts.group}
        case InflowEnded() as facts:
            state = "FOLLOWED" if facts.relation_followed else "ENDED"
            end = {"ended_on": on, "open": False, "relation_followed": facts.relation_followed}
            return {**document, **end, "state": state}
        case _:
            return document


def _transfer_from(fact: Fact, docs: Docs) -> str:
    """From which day on the relation has to follow: months at a fixed place by the rule of that day (R1 Art. 25)."""
    on = fact.event.occurredon
    months = rulebook.valued(docs, on)("transfer.must_after")
    assert isinstance(months, int)  # noqa: S101 - a parameter of months
    return add_months(on, months).isoformat()


def _empty() -> Document:
    later = ("departure_id", "paired_on", "origin_asked_on", "group", "ended_on", "relation_followed")
    return {**dict.fromkeys(later), "open": True, "state": "OPEN"}


def _shown(fact: Fact) -> dict[str, Any]:
    """The personal text as this database keeps it: names to sort and search by, numbers masked."""
    text = fact.pii if isinstance(fact.pii, InflowText) else None
    return {
        "name": text.name if text else None,
        "id_no": mask_id_number(text.id_no) if text and text.id_no else None,
        "mobile": mask_phone(text.mobile.removeprefix("+86")) if text and text.mobile else None,
        "origin_title": text.origin_title if text else None,
        "origin_phone": mask_phone(text.origin_phone) if text and text.origin_phone else None,
    }
