"""How many commits go into one transaction: fewer when the database cannot do with so many, more when it can again.

mongod aborts a transaction that lasts longer than its limit (5 s here, ADR 0004). On a busy machine the usual number
can take longer than that, and the same number again would take as long: whoever tried again would try for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from guiyan.ledger.database import StoreUnavailable

T = TypeVar("T")
LEAST: Final = 20
GROWTH: Final = 8
"""A full stride that went well makes the next one by an eighth longer."""


class Stride:
    """Shared by all who write one after the other; begins with the most, and comes back to it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = most

    def parts(self, commits: Sequence[T]) -> Iterator[Sequence[T]]:
        """The commits in parts, each as long as the stride is when its turn comes."""
        start = 0
        while start < len(commits):
            part = commits[start : start + self.size]
            start += len(part)
            yield part

    @contextmanager
    def of(self, count: int) -> Iterator[None]:
        """One transaction with so many commits: halves the stride when the database was not able to do it."""
        try:
            yield
        except StoreUnavailable:
            self.size = max(min(LEAST, self.most), self.size // 2)
            raise
        if count >= self.size:
            self.size = min(self.most, self.size + max(1, self.size // GROWTH))
