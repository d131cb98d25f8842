"""A mirror: the documents of one small collection held in memory and brought up to date when somebody asks.

The directory of organisations and the rulebook are two of them. Every document carries `sequence`, the ledger sequence
of its last change, so that a reading fetches only what is new.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Final

from guiyan.ledger.database import DatabaseError, StoreUnavailable
from guiyan.service.reads import Document, Reads, wait_for

REFRESH_SECONDS: Final = 0.25
STALE_SECONDS: Final = 1.0
"""What was read less than so long ago answers at once, while one reader looks for what is new."""


class Mirror:
    """Reads what changed by one small query, at most four times a second, and hands it to `take`.

    Nobody waits for that query while the last one is fresh enough: a mirror is asked at every request, so that waiting
    for one query would put all requests in a row behind it. Who needs to see a certain change names its sequence.
    """

    def __init__(self, reads: Reads, collection: str, take: Callable[[Iterable[Document]], None]) -> None:
        self._reads = reads
        self._collection = collection
        self._take = take
        self._sequence = 0
        self._refreshed_at = float("-inf")
        self._lock = asyncio.Lock()
        self._reached = 0
        self._reaching = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self, *, after_sequence: int = 0, wait_seconds: float = 0) -> None:
        """Read what changed; with `after_sequence` first wait until the projection has come that far.

        Raises Unavailable (503) when that takes too long.
        """
        if after_sequence:
            await wait_for(self._reads, after_sequence, wait_seconds)
        elif self._age_seconds() < STALE_SECONDS:
            self._read_beside()
            return
        async with self._lock:
            if after_sequence or self._age_seconds() > REFRESH_SECONDS:
                await self._read()

    async def reach(self, sequence: int, *, wait_seconds: float) -> bool:
        """Have read everything up to a ledger sequence; False when the projection does not come so far in time.

        For whoever decides over one event after the other: what was read for one is not read again for the next.
        """
        async with self._reaching:
            if sequence <= self._reached:
                return True
            applied = await self._reads.applied(sequence, wait_seconds=wait_seconds)
            if applied < sequence:
                return False
            async with self._lock:
                await self._read()
            self._reached = applied
            return True

    def _age_seconds(self) -> float:
        return time.monotonic() - self._refreshed_at

    def _read_beside(self) -> None:
        """Begin to read what changed, unless that was done just now or is being done."""
        if self._age_seconds() > REFRESH_SECONDS and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read_quietly())

    async def _read_quietly(self) -> None:
        """Nobody waits for this reading: where it fails, the next one that somebody waits for tells."""
        with contextlib.suppress(StoreUnavailable, DatabaseError):
            async with self._lock:
                await self._read()

    async def _read(self) -> None:
        at = time.monotonic()
        changed = await self._reads.find(self._collection, {"sequence": {"$gt": self._sequence}})
        if changed:
            self._take(changed)
            self._sequence = max(document["sequence"] for document in changed)
        self._refreshed_at = at
