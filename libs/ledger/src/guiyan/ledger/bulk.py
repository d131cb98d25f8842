"""The first build of documents, from the ledger's beginning: folded in memory, written in big lots.

Nobody reads the documents yet, so they need no transactions: the checkpoint is marked torn before the first lot and
moved in one transaction after the last, when the indexes have been made. A build that dies leaves a torn generation,
which is given up and begun anew.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from guiyan.ledger.builder import Progress, Sources
from guiyan.ledger.checkpoints import Move
from guiyan.ledger.collecting import rarely
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.database import Changes, DatabaseError, StoreUnavailable, WriteRefused
from guiyan.ledger.feed import Feed, Lane, Work
from guiyan.ledger.parking import Parked
from guiyan.ledger.patience import pause_seconds
from guiyan.ledger.store import Batch
from guiyan.ledger.stream import Stream

T = TypeVar("T")
READ_AT_ONCE: Final = 1_000
"""Few enough to stay in the processor's caches, and to let a reader of the service come between; one read of keys."""
LOT_DOCUMENTS: Final = 4_000
CHUNK_DOCUMENTS: Final = 2_000
TRIES: Final = 6
SIGN_SECONDS: Final = 1.0
"""How often a sign of life is given while the database makes indexes."""


class BulkBuild:
    """Builds new, empty targets together: every commit is decoded once for all of them."""

    def __init__(self, sources: Sources, lanes: Sequence[Lane], fence: int) -> None:
        self._sources = sources
        self._lanes = lanes
        self._feed = Feed(sources.store, sources.sealer, fence)
        self._feed.lanes = list(lanes)
        self._fence = fence
        self._parked: list[Parked] = []
        self._queued: Counter[str] = Counter()
        self._forged: list[StoredCommit] = []

    async def run(self, enough: Callable[[int], bool], progress: Progress) -> None:
        """Build until `enough(position)`; raises FenceLost, StoreUnavailable, or WriteRefused (then use Builder)."""
        checkpoints = self._sources.store.checkpoints
        await checkpoints.tear([one.name for one in self._lanes], self._fence)
        coming: asyncio.Task[Work | None] | None = None
        writing: asyncio.Task[None] | None = None
        indexing: asyncio.Task[None] | None = None
        read = 0
        try:
            with rarely():
                async with Stream(self._sources.ledger, 0, READ_AT_ONCE) as stream:
                    while not enough(read):
                        work = await (coming or self._next(stream))
                        coming = asyncio.create_task(self._next(stream))
                        if work is not None:
                            read = await self._fold(work)
                        if self._dirty() >= LOT_DOCUMENTS:
                            writing = await self._next_lot(writing)
                        await progress(read)
                    await _cancelled(coming)
                writing = await self._next_lot(writing)
                await writing
            indexing = asyncio.create_task(self._index())
            while not indexing.done():
                await asyncio.wait([indexing], timeout=SIGN_SECONDS)
                await progress(read)
            await indexing
            await self._finish(read)
        finally:
            await _cancelled(coming)
            await _cancelled(writing)
            await _cancelled(indexing)

    async def _next(self, stream: Stream) -> Work | None:
        """Read and open the next batch, while the one before is folded and written."""
        commits = await stream.next()
        return await self._feed.read(commits) if commits else None

    def _dirty(self) -> int:
        return sum(one.folder.shelf.dirty for one in self._lanes)

    async def _fold(self, work: Work) -> int:
        await self._feed.fold(work, take=False)
        self._parked.extend(work.parked)
        self._forged.extend(work.forged)
        for one in work.folded.values():
            self._queued.update(one.queued)
        self._feed.skip(work)
        return work.after

    async def _next_lot(self, writing: asyncio.Task[None] | None) -> asyncio.Task[None]:
        """Wait for the lot under way, then begin to write the next one while folding goes on."""
        if writing is not None:
            await writing
        for lane in self._lanes:
            lane.folder.shelf.trim()
        lot = [
            (lane.folder.target.collection(name), changes)
            for lane in self._lanes
            for name, changes in lane.folder.shelf.take()[0].items()
        ]
        return asyncio.create_task(self._write(lot))

    async def _write(self, lot: Sequence[tuple[str, Changes]]) -> None:
        await self._sources.store.checkpoints.hold([one.name for one in self._lanes], self._fence)
        for name, changes in lot:
            for chunk in _chunks(changes):
                await self._insist(name, chunk)

    async def _insist(self, name: str, chunk: Changes) -> None:
        """Write a chunk, again when the database was away: whole documents may be written twice."""
        collection = self._sources.store.database.collection(name)
        for tries in range(1, TRIES + 1):
            try:
                return await collection.write(chunk)
            except StoreUnavailable:
                if tries == TRIES:
                    raise
                await asyncio.sleep(pause_seconds(tries))
                chunk = Changes([], [*chunk.inserts, *chunk.replaces], chunk.deletes)
        return None

    async def _index(self) -> None:
        """Make the indexes, over all documents at once: half the database's work of keeping them all along.

        Raises WriteRefused when a document does not fit one: built carefully, its fact is found and parked.
        """
        for lane in self._lanes:
            target = lane.folder.target
            try:
                await self._sources.store.prepare(target, lane.folder.projection)
            except StoreUnavailable:
                raise
            except DatabaseError as error:
                raise WriteRefused(target.collection(""), None, f"an index cannot be made: {error}") from error
            lane.indexed = True

    async def _finish(self, read: int) -> None:
        names = [one.name for one in self._lanes]
        moves = [Move(name, 0, read) for name in names]
        batch = Batch(self._fence, moves, parked=self._parked, queued=dict(self._queued), forged=self._forged)
        batch.whole = names
        await self._sources.store.commit(batch)
        for lane in self._lanes:
            lane.position = lane.stored = read


async def _cancelled(task: asyncio.Task[Any] | None) -> None:
    if task is not None and not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _chunks(changes: Changes) -> Iterator[Changes]:
    yield from (Changes(inserts=part) for part in _parts(changes.inserts))
    yield from (Changes(replaces=part) for part in _parts(changes.replaces))
    yield from (Changes(deletes=part) for part in _parts(changes.deletes))


def _parts(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), CHUNK_DOCUMENTS):
        yield items[start : start + CHUNK_DOCUMENTS]
