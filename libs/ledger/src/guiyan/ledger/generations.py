"""Which generation of a projection readers see: one pointer document per projection and version.

A new version has a pointer of its own, so that during a rolling update old code reads the old version and new code
the new one. A rebuild makes the next generation beside the live one; switching is one write.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from guiyan.ledger.database import Database, DatabaseError, Session
from guiyan.ledger.projection import Projection
from guiyan.ledger.target import Target

POINTERS: Final = "_generations"
REFRESH_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is known of one projection version: its generations, and whether it is held."""

    projection: str
    version: int
    live: int = 1
    previous: int | None = None
    building: int | None = None
    latest: int = 1
    caught_up: bool = False
    paused: bool = False
    failed: str | None = None
    switched_at: datetime | None = None

    @property
    def target(self) -> Target:
        """What readers see."""
        return Target(self.projection, self.version, self.live)

    def sibling(self, generation: int) -> Target:
        """Another generation of the same version."""
        return Target(self.projection, self.version, generation)

    @classmethod
    def read(cls, document: dict[str, Any]) -> Pointer:
        """Read it from its document."""
        return cls(**{name: document[name] for name in cls.__slots__ if name in document})


class Generations:
    """Reads and moves the pointers; what it read is believed for half a second."""

    def __init__(self, database: Database) -> None:
        self._pointers = database.collection(POINTERS)
        self._known: dict[str, Pointer] = {}
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def live(self, line: str) -> Target:
        """What readers of a projection version see now; generation 1 when nothing was ever built."""
        if time.monotonic() - self._read_at > REFRESH_SECONDS:
            await self.refresh()
        pointer = self._known.get(line)
        if pointer is None:
            name, _, version = line.rpartition("_v")
            return Target(name, int(version), 1)
        return pointer.target

    async def refresh(self) -> dict[str, Pointer]:
        """Read every pointer anew."""
        async with self._lock:
            found = await self._pointers.find().to_list()
            self._known = {one["_id"]: Pointer.read(one) for one in found}
            self._read_at = time.monotonic()
            return dict(self._known)

    async def ensure(self, projections: Iterable[Projection]) -> dict[str, Pointer]:
        """The pointers of these projections; those not known yet are made, with generation 1 live and empty."""
        known = await self.refresh()
        for projection in projections:
            line = Target.of(projection, 1).line
            if line not in known:
                fresh = {"projection": projection.name, "version": projection.version, "live": 1, "latest": 1}
                await self._pointers.update_one({"_id": line}, {"$setOnInsert": fresh}, upsert=True)
        known = await self.refresh()
        return {line: known[line] for line in (Target.of(one, 1).line for one in projections)}

    async def begin(self, line: str) -> Target:
        """Number the next generation and note that it is being built."""
        found = await self._pointers.find_one_and_update({"_id": line}, {"$inc": {"latest": 1}})
        if found is None:
            raise DatabaseError(f"projection {line} is not known in this database")
        target = Pointer.read(found).sibling(found["latest"])
        await self.set(line, building=target.generation)
        return target

    async def renumber(self, line: str) -> Target:
        """Let readers see a new, empty generation: what they saw was never finished."""
        found = await self._pointers.find_one_and_update({"_id": line}, {"$inc": {"latest": 1}})
        if found is None:
            raise DatabaseError(f"projection {line} is not known in this database")
        target = Pointer.read(found).sibling(found["latest"])
        await self.set(line, live=target.generation)
        return target

    async def switch(self, line: str, to: int, session: Session = None) -> None:
        """Let readers see another generation; the one they saw stays as the previous."""
        pointer = (await self.refresh())[line]
        changes = {"live": to, "previous": pointer.live, "building": None, "switched_at": datetime.now(UTC)}
        fitted = await self._pointers.update_one(
            {"_id": line, "live": pointer.live}, {"$set": changes}, session=session
        )
        if not fitted:
            raise DatabaseError(f"projection {line} was switched by somebody else meanwhile; look at its status")
        self._read_at = float("-inf")

    async def set(self, line: str, **fields: Any) -> None:
        """Change fields of a pointer."""
        await self._pointers.update_one({"_id": line}, {"$set": fields})
        self._read_at = float("-inf")
