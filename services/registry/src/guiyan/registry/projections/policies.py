"""The rule library: one document per rule, in force or repealed (S-01)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.registry.policy import PolicyDocumentAdded
from guiyan.ledger import Docs, Fact, Index, Key, Projection
from guiyan.registry.projections.members import noted

POLICY_DOCUMENTS: Final = "policy_documents"
IN_FORCE: Final = "IN_FORCE"
REPEALED: Final = "REPEALED"


class PolicyLibrary(Projection):
    """Collection `policy_documents`."""

    name: ClassVar[str] = "policy_library"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = frozenset({"PolicyDocumentAdded", "PolicyDocumentRepealed"})
    indexes: ClassVar[tuple[Index, ...]] = (Index(POLICY_DOCUMENTS, ("dated_on", "_id")),)

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The rule's document."""
        return (Key(POLICY_DOCUMENTS, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Enter the rule, or take it out of force."""
        facts, on = fact.payload.model_dump(mode="json"), fact.event.occurredon.isoformat()
        if isinstance(fact.payload, PolicyDocumentAdded):
            document = {**facts, "state": IN_FORCE, "added_on": on, "repealed_on": None, "by_document_no": None}
        else:
            before = docs.get(POLICY_DOCUMENTS, fact.aggregate_id)
            if before is None:
                return
            document = {**before, "state": REPEALED, "repealed_on": on, "by_document_no": facts["by_document_no"]}
        docs.put(POLICY_DOCUMENTS, fact.aggregate_id, noted(document, fact))
