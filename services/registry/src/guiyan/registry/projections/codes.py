"""The code tables: one document per code, with all its spans of validity (domain.md §4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.registry.policy import CodeListed
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.registry.projections.members import noted

CODES: Final = "codes"


class CodeTables(Projection):
    """Collection `codes`; `sequence` is that of the last change, by which readers fetch only what is new."""

    name: ClassVar[str] = "codes"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = frozenset({"CodeListed", "CodeRetired"})
    indexes: ClassVar[tuple[Index, ...]] = (Index(CODES, ("table", "code")), Index(CODES, ("sequence",)))

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The code's document."""
        return (Key(CODES, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """List the code, or end it."""
        after = _changed(docs.get(CODES, fact.aggregate_id), fact)
        if after is not None:
            docs.put(CODES, fact.aggregate_id, {**noted(after, fact), "sequence": fact.sequence})


def _changed(before: Document | None, fact: Fact) -> Document | None:
    facts = fact.payload.model_dump(mode="json")
    if isinstance(fact.payload, CodeListed):
        same = before is not None and before["from_on"] == facts["from_on"]
        kept = before["earlier"] if before else []
        earlier = kept if same or before is None else [*kept, {"from_on": before["from_on"], "until": before["until"]}]
        return {**facts, "until": before["until"] if same and before else None, "earlier": earlier}
    return None if before is None else {**before, "until": facts["until"]}
