"""The watchdog of the event loop: a loop that stalls makes everything late and is seen nowhere else."""

import asyncio
import time
from typing import Final

import structlog

from guiyan.service.metrics import Metrics

BEAT_SECONDS: Final = 0.25
PERIOD_SECONDS: Final = 10.0
WARN_SECONDS: Final = 1.0

log = structlog.get_logger("guiyan.watchdog")


async def watch(metrics: Metrics) -> None:
    """Measure how late a short sleep ends, keep the longest of the last ten seconds as a metric, until cancelled."""
    worst, period_ends = 0.0, time.monotonic() + PERIOD_SECONDS
    while True:
        began = time.monotonic()
        await asyncio.sleep(BEAT_SECONDS)
        now = time.monotonic()
        late = max(0.0, now - began - BEAT_SECONDS)
        if late > WARN_SECONDS:
            log.warning("the event loop stood still", seconds=round(late, 2))
        worst = max(worst, late)
        metrics.loop_stall.set(worst)
        if now > period_ends:
            worst, period_ends = 0.0, now + PERIOD_SECONDS
