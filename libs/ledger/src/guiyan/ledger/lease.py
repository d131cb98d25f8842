"""Leases: which of several replicas does a job, without trusting anybody's clock.

The holder counts up `beat` about once a second. A stand-by that has seen the same beat for `patience_seconds` by its
own clock takes over by compare-and-set; at once where it sees that the holder's process has ended, which it can when
both run under one kernel (ADR 0019). The fence number grows with every change of holder; writes are guarded by it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from guiyan.ledger.database import Database, DuplicateKey
from guiyan.ledger.ended import has_ended, this_process
from guiyan.ledger.errors import FenceLost

LEASES: Final = "_leases"
_FENCE: Final = "fence"
BEAT_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 3.5


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lease, and when it last gave a sign of life (by its own clock, for display)."""

    owner: str | None
    fence: int
    beat: int
    beat_at: datetime | None
    info: dict[str, Any]


class Leases:
    """Leases by name in a service's database."""

    def __init__(self, database: Database, owner: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._leases = database.collection(LEASES)
        self.owner = owner
        self._process = this_process()
        self.patience_seconds = patience_seconds
        self._watched: dict[str, tuple[tuple[str | None, int], float]] = {}

    async def try_acquire(self, name: str) -> int | None:
        """The new fence when the lease is ours now; None while somebody else is alive."""
        found = await self._leases.find_one(name)
        if found is None:
            return await self._make(name)
        if found["owner"] not in {None, self.owner} and not self._silent(name, found):
            return None
        return await self._take(name, found)

    def _silent(self, name: str, found: dict[str, Any]) -> bool:
        if has_ended(found.get("process")):
            return True
        now, seen = time.monotonic(), (found["owner"], found["beat"])
        known, since = self._watched.get(name, (None, now))
        if known != seen:
            self._watched[name] = (seen, now)
            return False
        return now - since >= self.patience_seconds

    async def _make(self, name: str) -> int | None:
        fence = await self._next_fence()
        mine = {"owner": self.owner, "process": self._process, "fence": fence, "beat": 0, "at": _now()}
        try:
            await self._leases.insert_one({"_id": name, **mine})
        except DuplicateKey:
            return None
        return fence

    async def _take(self, name: str, found: dict[str, Any]) -> int | None:
        fence = await self._next_fence()
        seen = {"_id": name, "owner": found["owner"], "fence": found["fence"], "beat": found["beat"]}
        beat = found["beat"] + 1
        mine = {"owner": self.owner, "process": self._process, "fence": fence, "beat": beat, "at": _now(), "info": {}}
        return fence if await self._leases.update_one(seen, {"$set": mine}) else None

    async def _next_fence(self) -> int:
        found = await self._leases.find_one_and_update({"_id": _FENCE}, {"$inc": {"last": 1}}, upsert=True)
        if found is None:
            raise FenceLost("the database gave no fence number")
        return int(found["last"])

    async def beat(self, name: str, fence: int, **info: Any) -> None:
        """Give a sign of life; raises FenceLost when the lease is not ours any more."""
        mine = {"_id": name, "owner": self.owner, "fence": fence}
        alive = {"$inc": {"beat": 1}, "$set": {"at": _now(), "info": info}}
        if not await self._leases.update_one(mine, alive):
            raise FenceLost(f"another process took over {name}; this one must stop")

    async def release(self, name: str, fence: int) -> None:
        """Give it back, so that a stand-by need not wait."""
        await self._leases.update_one({"_id": name, "owner": self.owner, "fence": fence}, {"$set": {"owner": None}})

    async def holder(self, name: str) -> Holder | None:
        """Who holds it; None when nobody ever did."""
        found = await self._leases.find_one(name)
        if found is None:
            return None
        return Holder(found["owner"], found["fence"], found["beat"], found.get("at"), found.get("info") or {})


def _now() -> datetime:
    return datetime.now(UTC)
