"""Work that goes on beside the doors: looked at again and again, through every outage."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final

import structlog

from guiyan.ledger import Call, FenceLost, Timer
from guiyan.ledger.errors import Contention
from guiyan.ledger.patience import AWAY as SERVERS_AWAY

AWAY: Final = (*SERVERS_AWAY, Contention)
"""What passes by itself: a server that is away, an aggregate that many want to change."""

log = structlog.get_logger("guiyan.job")


class Looking(ABC):
    """A `Job` of the service that looks every so often whether there is something to do."""

    def __init__(self, name: str, pause_seconds: float) -> None:
        self._name = name
        self._pause_seconds = pause_seconds
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Look until `stop`; no fault ends it."""
        while not self._stopping.is_set():
            try:
                await self.look()
            except FenceLost:
                log.warning("job_replaced", job=self._name)
            except AWAY as away:
                log.warning("job_waits", job=self._name, error=type(away).__name__)
            except Exception:
                log.exception("job_failed", job=self._name)
            await rest(self._stopping, self._pause_seconds)

    @abstractmethod
    async def look(self) -> None:
        """Do what there is to do now."""

    async def stop(self) -> None:
        """Finish what is in hand, then let `run` return."""
        self._stopping.set()

    async def at_rest(self) -> bool:
        """Whether nothing is in hand or due that a manual clock would have to wait for."""
        return True


async def rest(ending: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until `ending`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ending.wait(), seconds)


def its_job_looks(timer: Timer) -> Sequence[Call]:  # noqa: ARG001 - that its time has come is all it says
    """A timer that only makes a manual clock stop there: the job looks for itself."""
    return ()
