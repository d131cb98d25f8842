"""Reservations: who holds a thing of which there may be one only, decided before anything is appended (ADR 0007).

A reservation only names the aggregate that may be written for a key: an ID number's member. Whether that aggregate
came to be stands in the ledger alone. A reservation that a crash left behind is taken up by the next try, which writes
to the same aggregate id, and the ledger lets one of the two through.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from guiyan.ledger import Clock, Document
from guiyan.ledger.database import Changes, Database, DuplicateKey, WriteRefused

COLLECTION = "reservations"
FRESH = timedelta(hours=1)


class Reservations:
    """One document a key, `{_id, holder, at}`: the unique `_id` decides a race; no transaction is needed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._collection = database.collection(COLLECTION)
        self._clock = clock

    async def find(self, key: str) -> str | None:
        """The holder of a key, if there is one."""
        found = await self._collection.find_one(key)
        return None if found is None else str(found["holder"])

    async def hold(self, key: str, proposed: str) -> str:
        """Reserve `key` for `proposed` unless somebody holds it; gives the holder, this one or the earlier one."""
        try:
            await self._collection.insert_one(self._document(key, proposed))
        except DuplicateKey:
            return await self.find(key) or await self.hold(key, proposed)
        return proposed

    async def hold_many(self, proposed: Mapping[str, str]) -> Mapping[str, str]:
        """The same for many keys in two round trips (more only in a race); gives every key's holder."""
        held = await self._held(proposed)
        free = [self._document(key, holder) for key, holder in proposed.items() if key not in held]
        if not free:
            return held
        try:
            await self._collection.write(Changes(inserts=free))
        except (WriteRefused, DuplicateKey):
            return {key: await self.hold(key, holder) for key, holder in proposed.items()}
        return {**proposed, **held}

    async def swap(self, key: str, held: str, proposed: str) -> bool:
        """Pass `key` from `held` to `proposed`; False when `held` does not hold it any more."""
        change = {"holder": proposed, "at": self._clock.now()}
        return bool(await self._collection.update_one({"_id": key, "holder": held}, {"$set": change}))

    async def is_fresh(self, key: str) -> bool:
        """Whether the key was reserved so lately that the command behind it may still be under way."""
        found = await self._collection.find_one(key)
        return found is not None and self._clock.now() - found["at"] < FRESH

    def _document(self, key: str, holder: str) -> Document:
        return {"_id": key, "holder": holder, "at": self._clock.now()}

    async def _held(self, keys: Mapping[str, str]) -> dict[str, str]:
        found = self._collection.find({"_id": {"$in": list(keys)}})
        return {one["_id"]: one["holder"] for one in await found.to_list()}


def id_number_key(index: str) -> str:
    """The key of an ID number, by its blind index: held by the member who has that number."""
    return f"id_no:{index}"
