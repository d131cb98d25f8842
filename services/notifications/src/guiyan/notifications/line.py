"""One channel's line: takes what is queued for it, in order, and keeps so many in hand at once.

A message that takes long holds up no other, and neither does another channel.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import structlog

from guiyan.ledger import Clock, FenceLost
from guiyan.notifications.channels.pool import Pool
from guiyan.notifications.handing import Gate, Handing
from guiyan.notifications.jobs import AWAY, rest
from guiyan.notifications.queries import NoticeReads
from guiyan.service.reads import Document

POLL_SECONDS: Final = 0.2
BATCH: Final = 100
AT_ONCE: Final = 16
HANDS: Final = 2
"""So many messages are written for one that is in hand: the next are ready when places become free."""
FAULT_SECONDS: Final = 60.0

log = structlog.get_logger("guiyan.sender")


class Line:
    """Works until `ending` is set, by whoever; then finishes what it has in hand."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a line works with
        self,
        pool: Pool,
        channels: Sequence[str],
        notices: NoticeReads,
        handing: Handing,
        clock: Clock,
        faulty: dict[str, float],
        at_once: int = AT_ONCE,
    ) -> None:
        """`faulty` is kept by whoever makes lines: which notices a fault of ours keeps here, and since when."""
        self._pool = pool
        self._channels = channels
        self._notices = notices
        self._handing = handing
        self._clock = clock
        self._at_once = at_once
        self._hands = HANDS * at_once
        self._waiting: asyncio.Queue[Document | None] = asyncio.Queue()
        self._taken: dict[str, int | None] = {}
        """Those waiting or in hand (None), and those done whose result the documents do not show yet (its sequence)."""
        self._faulty = faulty
        self._shown = 0

    async def run(self, ending: asyncio.Event) -> None:
        """Fetch and send; raises what ends a sender's work, and sets `ending` then so that the others end too."""
        gate = Gate(self._at_once, ending)
        hands = [self._hand(ending, gate) for _ in range(self._hands)]
        ends = await asyncio.gather(self._fetch(ending), *hands, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def idle(self) -> bool:
        """Whether nothing is queued for now that a provider could take, but what a fault of ours keeps here."""
        now = self._clock.now()
        if not self._pool.open(now):
            return True
        found = await self._notices.to_send(now, 1 + len(self._faulty), self._channels)
        return all(one["_id"] in self._faulty for one in found)

    async def _fetch(self, ending: asyncio.Event) -> None:
        try:
            while not ending.is_set():
                fresh = await self._fresh()
                for notice in fresh:
                    self._taken[notice["_id"]] = None
                    self._waiting.put_nowait(notice)
                await rest(ending, POLL_SECONDS / 10 if fresh else POLL_SECONDS)
        finally:
            ending.set()
            for _ in range(self._hands):  # wakes those that wait for more
                self._waiting.put_nowait(None)

    async def _fresh(self) -> list[Document]:
        """What is queued and not yet taken here; nothing while no provider can take it, or while enough waits.

        Nothing either while the documents are being built for the first time: those that are there say little yet, and
        the address book may be empty.
        """
        now = self._clock.now()
        if not self._pool.open(now) or self._waiting.qsize() > self._hands:
            return []
        shown = self._shown = await self._notices.applied(0, 0)
        if not shown:
            return []
        self._taken = {id_: done for id_, done in self._taken.items() if done is None or done > shown}
        found = await self._notices.to_send(now, BATCH + len(self._taken), self._channels)
        return [one for one in found if one["_id"] not in self._taken]

    async def _hand(self, ending: asyncio.Event, gate: Gate) -> None:
        try:
            while (notice := await self._waiting.get()) is not None and not ending.is_set():
                done = await self._try(notice, gate)
                if done:
                    self._taken[notice["_id"]] = done
                else:
                    self._taken.pop(notice["_id"], None)
        except BaseException:
            ending.set()
            raise

    async def _try(self, notice: Document, gate: Gate) -> int:
        """Send one; a fault of ours in one notice is told, and holds up no other."""
        if time.monotonic() - self._faulty.get(notice["_id"], float("-inf")) < FAULT_SECONDS:
            return 0
        try:
            return await self._handing.send(self._pool, notice, self._shown, gate)
        except (*AWAY, FenceLost):
            raise
        except Exception:
            log.exception("notice_faulty", notice=notice["_id"])
            self._faulty[notice["_id"]] = time.monotonic()
            return 0
