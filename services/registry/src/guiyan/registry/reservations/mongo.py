"""Reservations in the service's own database: the unique `_id` decides a race."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError

COLLECTION = "reservations"
_DUPLICATE_KEY = 11000


class MongoReservations:
    """One document a key: `{_id: key, holder}`; majority writes, no transaction needed."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def hold(self, key: str, proposed: str) -> str:
        """Reserve a key unless it is held; gives its holder."""
        try:
            await self._collection.insert_one({"_id": key, "holder": proposed})
        except DuplicateKeyError:
            found = await self._collection.find_one({"_id": key})
            return str(found["holder"])
        return proposed

    async def hold_many(self, proposed: Mapping[str, str]) -> Mapping[str, str]:
        """Reserve many keys in one round trip when all are free; gives every key's holder."""
        if not proposed:
            return {}
        documents = [{"_id": key, "holder": holder} for key, holder in proposed.items()]
        try:
            await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if any(fault["code"] != _DUPLICATE_KEY for fault in faults):
                raise
            taken = [documents[fault["index"]]["_id"] for fault in faults]
            found = self._collection.find({"_id": {"$in": taken}})
            held = {document["_id"]: document["holder"] async for document in found}
            return {**proposed, **held}
        return dict(proposed)

    async def swap(self, key: str, held: str, proposed: str) -> bool:
        """Pass a key on, if it is still held by `held`."""
        done = await self._collection.update_one({"_id": key, "holder": held}, {"$set": {"holder": proposed}})
        return bool(done.matched_count)

    async def find(self, key: str) -> str | None:
        """The holder, if there is one."""
        found = await self._collection.find_one({"_id": key})
        return None if found is None else str(found["holder"])
