"""Which events a replay shows: one aggregate or all, up to a business date and up to a record time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime

from guiyan.cli.failures import NotFound
from guiyan.events import Event
from guiyan.ledger import Ledger, StoredCommit, Subject


@dataclass(frozen=True, slots=True)
class Selection:
    """`as_of` keeps what had happened by the end of that business date, `known_at` what was recorded by that moment."""

    as_of: date | None = None
    known_at: datetime | None = None
    types: frozenset[str] = frozenset()

    def keeps(self, event: Event) -> bool:
        """Whether the event is shown."""
        return (
            (self.as_of is None or event.occurredon <= self.as_of)
            and (self.known_at is None or event.time <= self.known_at)
            and (not self.types or event.type in self.types)
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a replay: where the event stands and what it is."""

    sequence: int
    index: int
    event: Event

    @property
    def position(self) -> str:
        """`<sequence>.<index>`, as receipts and proofs write it."""
        return f"{self.sequence}.{self.index}"


async def replay_aggregate(
    ledger: Ledger, subject: Subject, selection: Selection, *, after: int = 0
) -> AsyncIterator[Entry]:
    """One aggregate's events, oldest first; raises NotFound when the ledger has never heard of it."""
    history = await ledger.read(subject, fresh=True)
    if not history.commits:
        what = f"{subject.service}/{subject.aggregate}/{subject.id}"
        raise NotFound(
            f"The ledger has no event of {what}. Look its id up in the service, or list all with `guiyan replay`.",
            f"账本中没有 {what} 的事件。请在服务中查找其编号,或用 `guiyan replay` 列出全部。",
            code="no_such_aggregate",
        )
    for commit in history.commits:
        if commit.sequence > after:
            for entry in entries_of(commit, selection):
                yield entry


async def replay_all(ledger: Ledger, selection: Selection, *, after: int = 0) -> AsyncIterator[Entry]:
    """Every event of the ledger above `after` and up to its head as it is when the replay starts; forged ones never."""
    head = await ledger.head()
    if head <= after:
        return
    async for batch in ledger.follow(after):
        for commit in batch:
            if commit.sequence > head:
                return
            if commit.forged is None:
                for entry in entries_of(commit, selection):
                    yield entry
            if commit.sequence == head:
                return


def entries_of(commit: StoredCommit, selection: Selection) -> list[Entry]:
    """The selected events of one commit."""
    return [Entry(commit.sequence, n, event) for n, event in enumerate(commit.events) if selection.keeps(event)]
