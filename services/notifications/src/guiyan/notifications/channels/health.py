"""How a provider is doing: a circuit breaker by error rate that lets it come back slowly.

WORKING → SUSPENDED (too many failures) → PROBING (one message at a time) → RETURNING (its share grows) → WORKING.
Pure: the time is given. Failures while it returns suspend it for twice as long, up to a ceiling.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

FIRST_SHARE: Final = 0.1


class Course(StrEnum):
    """What an outcome changed."""

    NONE = "NONE"
    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"


@dataclass(frozen=True, slots=True)
class Limits:
    """When a provider is suspended and how it comes back: counts, shares and spans of time."""

    window: timedelta = timedelta(minutes=1)
    """How far back outcomes count."""
    outcomes_least: int = 5
    """Fewer outcomes in the window tell nothing."""
    failed_share: float = 0.5
    """From this share of failures on it is suspended."""
    pause: timedelta = timedelta(seconds=30)
    """How long it is left alone the first time; doubled each time after."""
    pause_most: timedelta = timedelta(minutes=15)
    ramp: timedelta = timedelta(minutes=5)
    """How long its share grows from a tenth to the whole."""


DEFAULT_LIMITS: Final = Limits()


class Health:
    """One provider's health; `note` every outcome, ask `share` before handing over."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._outcomes: deque[tuple[datetime, bool]] = deque(maxlen=1_000)
        self._pause = limits.pause
        self._suspended_until: datetime | None = None
        self._returns_since: datetime | None = None

    def share(self, now: datetime) -> float:
        """Which part of its weight it gets: 1 = all, 0 = nothing; the least share while it is being tried."""
        if self._suspended_until is not None:
            return FIRST_SHARE if now >= self._suspended_until else 0.0
        if self._returns_since is None:
            return 1.0
        grown = (now - self._returns_since) / self._limits.ramp
        return min(1.0, FIRST_SHARE + (1 - FIRST_SHARE) * max(0.0, grown))

    @property
    def probing(self) -> bool:
        """Whether only one message at a time may try it."""
        return self._suspended_until is not None

    @property
    def failures(self) -> int:
        """Failures that count at present."""
        return sum(not well for _, well in self._outcomes)

    def suspend(self, until: datetime) -> None:
        """Begin suspended: somebody before found it so."""
        self._suspended_until = until

    def note(self, well: bool, now: datetime) -> Course:  # noqa: FBT001 - one word a call: note(False, now)
        """Count one outcome; tells whether it suspended or resumed the provider."""
        if self._suspended_until is not None:
            return self._tried(well, now)
        self._outcomes.append((now, well))
        while self._outcomes and now - self._outcomes[0][0] > self._limits.window:
            self._outcomes.popleft()
        if self._returns_since is not None and now - self._returns_since >= self._limits.ramp:
            self._returns_since, self._pause = None, self._limits.pause
        if well or not self._too_many():
            return Course.NONE
        return self._leave(now)

    def _too_many(self) -> bool:
        count = len(self._outcomes)
        return count >= self._limits.outcomes_least and self.failures >= self._limits.failed_share * count

    def _leave(self, now: datetime) -> Course:
        if self._returns_since is not None:
            self._pause = min(self._pause * 2, self._limits.pause_most)
        self._suspended_until, self._returns_since = now + self._pause, None
        return Course.SUSPENDED

    def _tried(self, well: bool, now: datetime) -> Course:  # noqa: FBT001 - how it went
        assert self._suspended_until is not None  # noqa: S101 - the caller's condition
        if now < self._suspended_until:  # the answer to something handed over before
            return Course.NONE
        if well:
            self._suspended_until, self._returns_since = None, now
            self._outcomes.clear()
            return Course.RESUMED
        self._pause = min(self._pause * 2, self._limits.pause_most)
        self._suspended_until = now + self._pause
        return Course.NONE
