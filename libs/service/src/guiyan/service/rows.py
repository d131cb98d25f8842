"""Rows made for one answer, read like a projection's documents: for lists that no collection holds so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from guiyan.ledger.memory.query import look_up, matches, ordered
from guiyan.service.reads import Document, Query


class Rows:
    """`Reads` over rows in memory; the same filters, order and cursors as over the database."""

    def __init__(self, rows: Mapping[str, Sequence[Document]], sequence: int) -> None:
        self._rows = rows
        self._sequence = sequence

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Rows in order, at most `limit` (0: all)."""
        found = ordered([row for row in self._rows[collection] if matches(row, query)], list(sort))
        return found[:limit] if limit else found

    async def get(self, collection: str, id_: str) -> Document | None:
        """One row, or None."""
        return next(iter(await self.find(collection, {"_id": id_})), None)

    async def count(self, collection: str, query: Query) -> int:
        """How many rows the query finds."""
        return len(await self.find(collection, query))

    async def count_by(self, collection: str, query: Query, field: str) -> dict[Any, int]:
        """How many documents the query finds, for each value of a field (None: without one)."""
        return dict(Counter(next(iter(look_up(one, field)), None) for one in await self.find(collection, query)))

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """How far what they were made from had come: whoever made them has waited."""
        del wait_seconds
        return max(sequence, self._sequence)
