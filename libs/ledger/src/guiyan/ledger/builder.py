"""The builder: brings targets forward beside the feed, in big batches; while one is written the next is folded.

A projection that was paused for long goes this way, so that the live ones need not wait for it. Every batch is one
transaction with its checkpoint. (What begins from nothing is built faster: `guiyan.ledger.bulk`.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.database import WriteRefused
from guiyan.ledger.feed import Feed, Lane, Work
from guiyan.ledger.port import Ledger
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.store import Store
from guiyan.ledger.stream import Stream
from guiyan.ledger.stride import Stride

BATCH: Final = 5_000
Progress = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sources:
    """What documents are made from, and where they go: enough to build, and no way to a command or a message."""

    store: Store
    ledger: Ledger
    sealer: Sealer


class Builder:
    """Feeds its lanes until somebody says that they are far enough."""

    def __init__(self, sources: Sources, lanes: Sequence[Lane], fence: int, *, stride: Stride | None = None) -> None:
        self._sources = sources
        self._stride = stride or Stride(BATCH)
        self._feed = Feed(sources.store, sources.sealer, fence)
        self._feed.lanes = list(lanes)

    @property
    def position(self) -> int:
        """Where the hindmost lane is."""
        return min(one.position for one in self._feed.lanes)

    async def run(self, enough: Callable[[int], bool], progress: Progress) -> None:
        """Feed them until `enough(position)`, asked after every batch; raises FenceLost or StoreUnavailable."""
        writing: tuple[Work, asyncio.Task[None]] | None = None
        read = self.position
        try:
            async with Stream(self._sources.ledger, read, self._stride.most) as stream:
                while not enough(read):
                    commits = await stream.next()
                    for part in self._stride.parts(commits):
                        work = await self._feed.fold(await self._feed.read(part))
                        writing = await self._settle(writing, work)
                        read = work.after
                        await progress(self.position)
                    if not commits:
                        writing = await self._settle(writing, None)
                        await progress(self.position)
            await self._settle(writing, None)
        finally:
            if writing is not None and not writing[1].done():
                writing[1].cancel()

    async def to(self, sequence: int) -> None:
        """Feed them up to exactly one sequence; nothing when they are there already."""
        if self.position >= sequence:
            return
        async with Stream(self._sources.ledger, self.position, self._stride.most) as stream:
            while self.position < sequence:
                for part in self._stride.parts(_up_to(await stream.next(), sequence)):
                    with self._stride.of(len(part)):
                        await self._feed.write(await self._feed.fold(await self._feed.read(part)))

    async def _settle(
        self, writing: tuple[Work, asyncio.Task[None]] | None, work: Work | None
    ) -> tuple[Work, asyncio.Task[None]] | None:
        """Wait for the write under way, mend it when a document was refused, then begin the next one."""
        if writing is not None:
            earlier, task = writing
            with self._stride.of(len(earlier.commits)):
                try:
                    await task
                except WriteRefused as refused:
                    await self._feed.mend(earlier, refused, work)
                    await self._feed.write(earlier)
                    if work is not None:
                        await self._feed.refold(work)
        if work is None:
            return None
        return work, asyncio.ensure_future(self._feed.commit(work))


def _up_to(commits: Sequence[StoredCommit], sequence: int) -> Sequence[StoredCommit]:
    return [one for one in commits if one.sequence <= sequence]
