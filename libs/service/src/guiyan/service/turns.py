"""Taking turns: what replicas of the service must not do at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from guiyan.ledger import Contention
from guiyan.ledger.lease import Leases

WAIT_SECONDS = 10.0
RETRY_SECONDS = 0.02


class Turns:
    """One job, one at a time, across tasks and replicas.

    A holder that says nothing for the lease's patience counts as dead; `held_seconds`, well below it, bounds how long
    a turn may last, so that nobody works on when another has begun.
    """

    def __init__(self, leases: Leases, name: str, *, held_seconds: float = 2.0) -> None:
        self._leases = leases
        self._name = name
        self._held_seconds = held_seconds
        self._here = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the turn and keep it while inside; raises Contention when it does not come within ten seconds."""
        async with self._here:
            fence = await self._acquire()
            try:
                async with asyncio.timeout(self._held_seconds):
                    yield
            finally:
                await self._leases.release(self._name, fence)

    async def _acquire(self) -> int:
        deadline = time.monotonic() + WAIT_SECONDS
        tries = 0
        while time.monotonic() < deadline:
            tries += 1
            fence = await self._leases.try_acquire(self._name)
            if fence is not None:
                return fence
            await asyncio.sleep(RETRY_SECONDS)
        raise Contention(self._name, tries)
