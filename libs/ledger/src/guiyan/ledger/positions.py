"""Positions of consumers in this process, and waiting for them without polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Final

READ: Final = "*"
"""The name under which the position of the feed itself is known."""


class Positions:
    """How far each consumer is, as its follower in this process knows; whoever waits is woken by the move."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._moved = asyncio.Event()
        self.waiting = 0
        self.on_wait: Callable[[], None] | None = None

    def __getitem__(self, name: str) -> int:
        return self._at[name]

    def known(self) -> Mapping[str, int]:
        """Every position."""
        return self._at

    def set(self, positions: Mapping[str, int]) -> None:
        """Start anew with these."""
        self._at = dict(positions)
        self._wake()

    def advance(self, names: Iterable[str], to: int) -> None:
        """Some consumers have applied everything up to a sequence."""
        for name in names:
            self._at[name] = max(to, self._at.get(name, 0))
        self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def moved(self) -> None:
        """Return after the next move; the feed is told that somebody waits."""
        self.waiting += 1
        if self.on_wait is not None:
            self.on_wait()
        try:
            await self._moved.wait()
        finally:
            self.waiting -= 1
