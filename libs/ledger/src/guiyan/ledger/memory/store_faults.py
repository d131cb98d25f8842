"""What can go wrong with a database, on demand: by a script for one case, by a seed for many."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from guiyan.ledger.database import StoreUnavailable

Fault = Literal["ok", "before", "after"]


@dataclass
class StoreFaults:
    """Faults of commits: `before` = nothing written, `after` = written but the writer never hears of it.

    `script` says it for the next commits one by one; after it, each commit fails with `rate` (0..1), drawn from
    `seed`; other writes fail beforehand with half that rate. `away` makes every write fail until it is set back.
    """

    script: deque[Fault] = field(default_factory=deque)
    rate: float = 0.0
    seed: int = 0
    away: bool = False
    hits: int = 0

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - a reproducible fault plan, no secret
        self._now: Fault = "ok"

    def before_call(self) -> None:
        """Fail when the database is away, or by chance before anything is written."""
        if self.away:
            raise StoreUnavailable("the in-memory database is away, as its fault plan says")
        if self.rate and self._random.random() < self.rate / 2:
            self.hits += 1
            raise StoreUnavailable("the in-memory database did not answer, as planned")

    def before_commit(self) -> None:
        """Draw this commit's fault; fail when it comes before the write."""
        self._now = self.script.popleft() if self.script else self._draw()
        self._raise_if("before")

    def after_commit(self) -> None:
        """Fail when the fault comes after the write."""
        self._raise_if("after")

    def _draw(self) -> Fault:
        if not self.rate or self._random.random() >= self.rate:
            return "ok"
        return self._random.choice(("before", "after"))

    def _raise_if(self, fault: Fault) -> None:
        if self._now == fault:
            self.hits += 1
            raise StoreUnavailable(f"the in-memory database lost its connection {fault} the write, as planned")
