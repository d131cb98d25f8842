"""Rows of imports kept to be looked at: masked, in a collection of their own, and gone after seven days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from guiyan.ledger import Document, Index
from guiyan.ledger.database import Changes, Database
from guiyan.registry.imports.files import KEPT
from guiyan.service.reads import Query

IMPORT_ROWS: Final = "import_rows"
AT_ONCE: Final = 1_000


class KeptRows:
    """What became of the rows of imports, by import."""

    def __init__(self, database: Database) -> None:
        self._rows = database.collection(IMPORT_ROWS)

    async def open(self) -> None:
        """Make the indexes, and forget what is past its time."""
        await self._rows.create_index(Index(IMPORT_ROWS, ("expires_at",)))
        await self._rows.create_index(Index(IMPORT_ROWS, ("import_id", "outcome", "_id")))
        await self.forget_old()

    async def keep(self, import_id: str, org: str, rows: Sequence[Document]) -> None:
        """Keep the rows of an organisation's import in the place of those of an attempt before."""
        await self._rows.delete_many({"import_id": import_id})
        own = {"import_id": import_id, "org": org, "expires_at": datetime.now(UTC) + KEPT}
        for first in range(0, len(rows), AT_ONCE):
            part = [{"_id": f"{import_id}.{one['row']:07d}", **one, **own} for one in rows[first : first + AT_ONCE]]
            await self._rows.write(Changes(inserts=part))

    async def forget_old(self) -> None:
        """Remove what is past its time."""
        await self._rows.delete_many({"expires_at": {"$lte": datetime.now(UTC)}})


class Collected:
    """`Reads` over collections that no projection writes: there is nothing to wait for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Documents of a collection, in order, at most `limit` (0: all)."""
        cursor = self._database.collection(collection).find(query)
        if sort:
            cursor = cursor.sort(list(sort))
        return await (cursor.limit(limit) if limit else cursor).to_list()

    async def get(self, collection: str, id_: str) -> Document | None:
        """One document, or None."""
        return await self._database.collection(collection).find_one(id_)

    async def count(self, collection: str, query: Query) -> int:
        """How many documents the query finds."""
        return await self._database.collection(collection).count_documents(query)

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """What is here is here at once."""
        del wait_seconds
        return sequence
