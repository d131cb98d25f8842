"""Trying again while a server is away: with growing pauses, for as long as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from guiyan.ledger.counters import Counters
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.errors import Contention, LedgerUnavailable, OutcomeUnknown

T = TypeVar("T")
PAUSES_SECONDS: Final = (0.02, 0.1, 0.3, 1.0, 2.0, 5.0)
CONTENTION_TRIES: Final = 6
AWAY: Final = (LedgerUnavailable, OutcomeUnknown, StoreUnavailable)
_log = structlog.get_logger(__name__)


def pause_seconds(tries: int) -> float:
    """How long to wait after so many failed tries (1, 2, 3 …)."""
    return PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS)) - 1]


async def patiently(act: Callable[[], Awaitable[T]], counters: Counters) -> T:
    """Do it, and again while a server is away; raises Contention when an aggregate was contended too often."""
    tries = 0
    while True:
        try:
            return await act()
        except AWAY as away:
            _log.warning("server_away", error=type(away).__name__, tries=tries)
        except Contention:
            if tries >= CONTENTION_TRIES:
                raise
        tries += 1
        counters.retries += 1
        await asyncio.sleep(pause_seconds(tries))
