"""Which matters are over: by record, the last event of each kind that ends one."""

from __future__ import annotations

from typing import Final

from guiyan.ledger import Docs, Fact
from guiyan.notifications.domain.endings import record_of

ENDED: Final = "ended"


def apply(fact: Fact, docs: Docs) -> None:
    """Note at which position of the ledger it happened."""
    record = record_of(fact.payload, fact.aggregate_id)
    before = docs.get(ENDED, record) or {"by": {}}
    docs.put(ENDED, record, {"by": {**before["by"], fact.type: fact.sequence}})
