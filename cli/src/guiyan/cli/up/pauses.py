"""When a process that ended by itself is started again: nearly at once, and ever later when it keeps ending."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0


@dataclass
class Pauses:
    """The pauses of one process; `failures` counts the starts in a row that did not last."""

    failures: int = 0
    _started_at: float = field(default_factory=time.monotonic)
    _again_at: float = 0.0

    def started(self) -> None:
        """It is started just now."""
        self._started_at = time.monotonic()
        self._again_at = 0.0

    def over(self) -> bool:
        """Whether a process that does not run is to be started now; the first question begins the pause."""
        now = time.monotonic()
        if self._again_at == 0.0:
            self.failures = 0 if now - self._started_at > STEADY_SECONDS else self.failures + 1
            self._again_at = now + BACKOFF_SECONDS[min(self.failures, len(BACKOFF_SECONDS) - 1)]
        return now >= self._again_at
