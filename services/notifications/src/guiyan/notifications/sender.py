"""The sender: a line for each channel, and an eye on what is claimed without a result. One works at a time (lease)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final

from guiyan.ledger import Clock, FenceLost
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.grouping import Grouped
from guiyan.ledger.lease import BEAT_SECONDS, Leases
from guiyan.notifications.channels.pool import Pools
from guiyan.notifications.doubts import SETTLE_SECONDS
from guiyan.notifications.handing import Handing, Plans
from guiyan.notifications.jobs import Looking, rest
from guiyan.notifications.line import AT_ONCE, POLL_SECONDS, Line
from guiyan.notifications.queries import NoticeReads
from guiyan.notifications.receiving import Receiving
from guiyan.notifications.writing import Writer
from guiyan.service.reads import Document

LEASE: Final = "sender"
OPEN_SECONDS: Final = 10.0
OPEN_MOST: Final = 1_000
"""So many without a result are looked after: several crashes in a row leave more than one channel has in hand."""
ASKED_AT_ONCE: Final = 16


class Sender(Looking):
    """Sends what is queued; a `Job` of the service."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a sender works with
        self,
        commands: Grouped,
        clock: Clock,
        notices: NoticeReads,
        plans: Plans,
        writer: Writer,
        pools: Pools,
        leases: Leases,
        receiving: Receiving,
        attempts_most: int = 8,
        settle_seconds: float = SETTLE_SECONDS,
        at_once: int = AT_ONCE,
    ) -> None:
        super().__init__("sender", POLL_SECONDS)
        self._clock = clock
        self._notices = notices
        self._pools = pools
        self._leases = leases
        self._at_once = at_once
        self._faulty: dict[str, float] = {}
        self._handing = Handing(
            commands,
            clock,
            notices,
            plans,
            writer,
            pools,
            self._stopping,
            receiving.remember,
            attempts_most,
            settle_seconds,
        )

    async def run(self) -> None:
        """Send while this replica holds the lease, until `stop`; then give every connection back."""
        await super().run()
        for pool in self._pools:
            for member in pool:
                await member.provider.close()

    async def look(self) -> None:
        """Lead, where no other replica does."""
        fence = await self._leases.try_acquire(LEASE)
        if fence is not None:
            await self._lead(fence)

    async def at_rest(self) -> bool:
        """Whether nothing is in hand, and nothing is queued for now that some provider could take."""
        if self._handing.mine or await self._notices.in_hand(1):
            return False
        return all([await line.idle() for line in self._lines()])

    def _lines(self) -> list[Line]:
        return [
            Line(
                pool,
                self._pools.channels_of(pool),
                self._notices,
                self._handing,
                self._clock,
                self._faulty,
                self._at_once,
            )
            for pool in self._pools
        ]

    async def _lead(self, fence: int) -> None:
        """Let the lines work until one of them, the lease or `stop` ends it; what is in hand is finished."""
        ending = asyncio.Event()
        beating = asyncio.create_task(self._beat(fence, ending))
        stopping = asyncio.create_task(self._until_stopped(ending))
        try:
            await self._begin()
            ends = await asyncio.gather(
                self._look_after(ending), *(line.run(ending) for line in self._lines()), return_exceptions=True
            )
            for end in ends:
                if isinstance(end, BaseException):
                    raise end
            if beating.done():
                beating.result()
        finally:
            for task in (beating, stopping):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, FenceLost, StoreUnavailable):
                    await task
            with contextlib.suppress(StoreUnavailable):
                await self._leases.release(LEASE, fence)

    async def _begin(self) -> None:
        """Who was suspended is tried with one message before it gets its share."""
        for name in await self._notices.suspended():
            found = self._pools.find(name)
            if found is not None:
                found[1].health.suspend(self._clock.now())

    async def _open(self) -> None:
        await asyncio.gather(*(member.provider.open() for pool in self._pools for member in pool))

    async def _beat(self, fence: int, ending: asyncio.Event) -> None:
        try:
            while True:
                with contextlib.suppress(StoreUnavailable):
                    await self._leases.beat(LEASE, fence)
                await asyncio.sleep(BEAT_SECONDS)
        finally:
            ending.set()

    async def _until_stopped(self, ending: asyncio.Event) -> None:
        await self._stopping.wait()
        ending.set()

    async def _adopt(self, notice: Document, gate: asyncio.Semaphore) -> None:
        async with gate:
            await self._handing.adopt(notice)

    async def _look_after(self, ending: asyncio.Event) -> None:
        """See to what is claimed without a result: an earlier sender's, or one that its provider did not answer."""
        opened = float("-inf")
        try:
            while not ending.is_set():
                built = await self._notices.applied(0, 0)
                claimed = await self._notices.in_hand(OPEN_MOST) if built else []
                self._handing.found(claimed)
                gate = asyncio.Semaphore(ASKED_AT_ONCE)
                ends = await asyncio.gather(*(self._adopt(one, gate) for one in claimed), return_exceptions=True)
                if fault := next((end for end in ends if isinstance(end, BaseException)), None):
                    raise fault
                if time.monotonic() - opened > OPEN_SECONDS:
                    await self._open()
                    opened = time.monotonic()
                await rest(ending, POLL_SECONDS)
        finally:
            ending.set()
