"""Reservations: who holds a thing of which there may be one only, decided before anything is appended (ADR 0007).

A reservation only names the aggregate that may be written for a key: an ID number's member, a member's one open
departure. Whether that aggregate came to be stands in the ledger alone. A reservation that a crash left behind is
taken up by the next try, which writes to the same aggregate id, and the ledger lets one of the two through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from guiyan.ledger import Clock, Document
from guiyan.ledger.database import Changes, Database, DuplicateKey, WriteRefused

COLLECTION = "reservations"
FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reserved:
    """Who holds a key, and who held it `before`, oldest first."""

    holder: str
    before: tuple[str, ...] = ()


class Reservations:
    """One document a key, `{_id, holder, at, before}`: the unique `_id` decides a race; no transaction is needed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._collection = database.collection(COLLECTION)
        self._clock = clock

    async def find(self, key: str) -> str | None:
        """The holder of a key, if there is one."""
        reserved = await self.find_all(key)
        return None if reserved is None else reserved.holder

    async def find_all(self, key: str) -> Reserved | None:
        """The holder of a key and those before it, if there is one."""
        found = await self._collection.find_one(key)
        return None if found is None else Reserved(str(found["holder"]), tuple(found.get("before", ())))

    async def hold(self, key: str, proposed: str, before: Sequence[str] = ()) -> str:
        """Reserve `key` for `proposed` unless somebody holds it; gives the holder, this one or the earlier one.

        `before` are those known to have held it in a time of which no reservation is left.
        """
        try:
            await self._collection.insert_one({**self._document(key, proposed), "before": list(before)})
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
        change = {"$set": {"holder": proposed, "at": self._clock.now()}, "$push": {"before": held}}
        return bool(await self._collection.update_one({"_id": key, "holder": held}, change))

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


def departure_key(member_id: str) -> str:
    """The key of a member's one open departure: held by the departure's id, also after it has ended."""
    return f"departure:{member_id}"
