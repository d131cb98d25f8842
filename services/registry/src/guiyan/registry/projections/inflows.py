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
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.types import types_of
from guiyan.service.masking import mask_id_number, mask_phone

INFLOWS: Final = "inflows"


class Inflows(Projection):
    """Collection `inflows`, keyed by the record's id."""

    name: ClassVar[str] = "inflows"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = types_of("inflow")
    opens: ClassVar[frozenset[str]] = frozenset({"InflowRegistered"})
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(INFLOWS, ("host_branch", "_id")),
        Index(INFLOWS, ("departure_id",), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The record's document."""
        return (Key(INFLOWS, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the record's document."""
        before = docs.get(INFLOWS, fact.aggregate_id)
        if before is None and not isinstance(fact.payload, InflowRegistered):
            return
        docs.put(INFLOWS, fact.aggregate_id, noted(_changed(before or {}, fact), fact))


def _changed(document: Document, fact: Fact) -> Document:
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case InflowRegistered() as facts:
            codes = facts.model_dump(mode="json", exclude={"pii"})
            return {**_empty(), **codes, **_shown(fact), "registered_on": on}
        case InflowPaired() as facts:
            pair = {"departure_id": facts.departure_id, "member_id": facts.member_id, "paired_on": on}
            return {**document, **pair}
        case InflowOriginAsked():
            return {**document, "origin_asked_on": on}
        case InflowGroupAssigned() as facts:
            return {**document, "group": facts.group}
        case InflowEnded() as facts:
            return {**document, "ended_on": on, "open": False, "relation_followed": facts.relation_followed}
        case _:
            return document


def _empty() -> Document:
    later = ("departure_id", "paired_on", "origin_asked_on", "group", "ended_on", "relation_followed")
    return {**dict.fromkeys(later), "open": True}


def _shown(fact: Fact) -> dict[str, Any]:
    """The personal text as this database keeps it: names to sort and search by, numbers masked."""
    text = fact.pii if isinstance(fact.pii, InflowText) else None
    return {
        "name": text.name if text else None,
        "id_no": mask_id_number(text.id_no) if text and text.id_no else None,
        "mobile": mask_phone(text.mobile.removeprefix("+86")) if text and text.mobile else None,
        "origin_title": text.origin_title if text else None,
    }
