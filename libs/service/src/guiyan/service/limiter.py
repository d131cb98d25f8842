"""A limit on how often one caller may ask: a token bucket per caller, in memory."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from guiyan.service.problems import Problem

MAX_CALLERS = 10_000


class Limiter:
    """Lets each caller send `burst` requests at once and `per_second` for ever; the oldest callers are forgotten."""

    def __init__(self, per_second: float, burst: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, caller: str) -> None:
        """Count one request; raises Problem 429 with Retry-After when the caller must wait."""
        now = self._now()
        level, at = self._buckets.pop(caller, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._per_second)
        allowed = level >= 1
        self._buckets[caller] = (level - 1 if allowed else level, now)
        if len(self._buckets) > MAX_CALLERS:
            self._buckets.popitem(last=False)
        if not allowed:
            seconds = max(1, ceil((1 - level) / self._per_second))
            raise Problem(429, "too_many_requests", headers={"Retry-After": str(seconds)}, params={"seconds": seconds})
