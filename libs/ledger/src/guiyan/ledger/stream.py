"""The ledger as a stream one can wait for and be woken from without losing a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Any, Self

from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.port import Ledger


class Stream:
    """Batches of the ledger after a sequence; `next` also returns, empty, when `woken` is set."""

    def __init__(self, ledger: Ledger, after: int, batch: int, woken: asyncio.Event | None = None) -> None:
        self._batches: AsyncIterator[Sequence[StoredCommit]] = aiter(ledger.follow(after, batch=batch))
        self._woken = woken or asyncio.Event()
        self._coming: asyncio.Future[Sequence[StoredCommit]] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.gather(self._coming, return_exceptions=True)
        close = getattr(self._batches, "aclose", None)
        if close is not None:
            await close()

    async def next(self, within_seconds: float | None = None) -> Sequence[StoredCommit]:
        """The next batch; empty when nothing new came for a while (or within so long) or somebody woke us."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(anext(self._batches))
        wake = asyncio.create_task(self._woken.wait())
        try:
            waiting: set[asyncio.Future[Any]] = {self._coming, wake}
            await asyncio.wait(waiting, timeout=within_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wake.cancel()
        self._woken.clear()
        if not self._coming.done():
            return ()
        coming, self._coming = self._coming, None
        return coming.result()
