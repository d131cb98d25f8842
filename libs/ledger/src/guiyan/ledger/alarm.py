"""A time limit on others that does not run while this process itself stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Self

STRETCHES: Final = 4


class Alarm:
    """Rings after so many seconds in which an answer could have been read here.

    The time goes in stretches. A loop that stood still (a starved machine, a burst of work) finds one of them over when
    it goes on, however long it stood; what came meanwhile lies in the socket, and is read in the stretches that are
    left. Counted by the clock, every answer that anybody waits for would be given up at that instant, though all had
    come. Where the loop turns, it rings when a plain timer would.
    """

    __slots__ = ("_handle", "_left", "_loop", "_ring", "_stretch_seconds")

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._ring = ring
        self._stretch_seconds = max(seconds, 0.0) / STRETCHES
        self._left = STRETCHES
        self._handle = self._loop.call_later(self._stretch_seconds, self._over)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()

    def cancel(self) -> None:
        """It is not to ring any more."""
        self._handle.cancel()

    def _over(self) -> None:
        self._left -= 1
        if self._left:
            self._handle = self._loop.call_later(self._stretch_seconds, self._over)
        else:
            self._ring()
