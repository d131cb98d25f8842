"""The installation's clock: the machine's, or a manual one that the command line moves for all services together.

The manual time is one value in the bucket CLOCK, written by `guiyan clock` alone; every service reads it, none writes.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import nats.errors
import nats.js.errors
import structlog

from guiyan.ledger import Clock, ManualClock, SystemClock
from guiyan.service.bus import Bus

BUCKET: Final = "CLOCK"
KEY: Final = "now"
LOOK_SECONDS: Final = 1.0
WAIT_SECONDS: Final = 60.0

log = structlog.get_logger("guiyan.clock")


class ClockError(Exception):
    """The manual clock has no time: set it with `guiyan clock`, or let the service run by GUIYAN_CLOCK=system."""


class ClockKeeper:
    """Keeps this process's manual clock at the installation's time; does nothing when the machine's clock is used."""

    def __init__(self, bus: Bus, *, manual: bool, on_moved: Callable[[], None] = lambda: None) -> None:
        self._bus = bus
        self._on_moved = on_moved
        self._manual = ManualClock(datetime(1970, 1, 1, tzinfo=UTC)) if manual else None
        self.clock: Clock = self._manual or SystemClock()

    @property
    def is_manual(self) -> bool:
        """Whether the time may be moved."""
        return self._manual is not None

    def when_moved(self, act: Callable[[], None]) -> None:
        """What to do when the time has moved."""
        self._on_moved = act

    async def start(self, *, wait_seconds: float = WAIT_SECONDS) -> None:
        """Take over the installation's time, waiting until there is one; raises ClockError when none comes."""
        if self._manual is None:
            return
        deadline = asyncio.get_running_loop().time() + wait_seconds
        while not await self.refresh():
            if asyncio.get_running_loop().time() > deadline:
                raise ClockError(ClockError.__doc__)
            log.warning("waiting for the installation's manual clock to be set")
            await asyncio.sleep(LOOK_SECONDS)

    async def refresh(self) -> bool:
        """Read the installation's time now; False when it has none yet."""
        if self._manual is None:
            return True
        found = await self._read()
        if found is None:
            return False
        before = self._manual.now()
        self._manual.set(found)
        if self._manual.now() > before:
            self._on_moved()
        return True

    async def _read(self) -> datetime | None:
        subject = f"$KV.{self._bus.prefix}{BUCKET}.{KEY}"
        stream = f"KV_{self._bus.prefix}{BUCKET}"
        try:
            found = await self._bus.jetstream.get_last_msg(stream, subject, direct=True)
        except nats.js.errors.NotFoundError:
            return None
        text = (found.data or b"").decode("ascii", "replace")
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    async def run(self) -> None:
        """Look once a second until cancelled; an outage is waited out."""
        while self._manual is not None:
            await asyncio.sleep(LOOK_SECONDS)
            with contextlib.suppress(nats.errors.Error, nats.js.errors.Error, TimeoutError, ValueError):
                await self.refresh()
