"""The ledger's port: what the rest of the system may ask of it.

Two adapters implement it and pass one conformance suite: `guiyan.ledger.nats.NatsLedger` on JetStream and
`guiyan.ledger.memory.MemoryLedger`, the in-memory twin.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from guiyan.ledger.commit import Appended, Commit, History, StoredCommit
from guiyan.ledger.errors import LedgerError
from guiyan.ledger.subject import Subject


class Ledger(Protocol):
    """Append, read and follow what happened."""

    async def append(self, commit: Commit) -> Appended:
        """Write one commit, guarded by its expected sequence; safe to repeat with the same command id.

        Raises WrongSequence when the aggregate moved on, OutcomeUnknown when no answer could be had,
        LedgerUnavailable when the server is away.
        """

    async def append_together(self, commits: Sequence[Commit]) -> list[Appended]:
        """Write 1..1000 commits on different aggregates, all or none; the same errors as `append`."""

    async def append_many(self, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
        """Write commits on different aggregates, each for itself; an outcome for each, in order."""

    async def read(self, subject: Subject, *, after: int = 0, fresh: bool = False) -> History:
        """The aggregate's commits with a sequence above `after`; `fresh` asks the leader, never a replica."""

    def follow(self, after: int, *, batch: int = 500) -> AsyncIterator[Sequence[StoredCommit]]:
        """Every message above `after`, in order and without a hole, in batches of at most `batch`, for ever.

        Yields an empty batch about once a second while nothing new comes, so that the caller can do its rounds.
        Raises HoleInLedger and LedgerRewound: states that a person must look at; everything else it waits out.
        """

    async def stored_after(self, sequence: int) -> datetime | None:
        """When the first message above a sequence was stored; None when there is none. Raises LedgerUnavailable."""

    async def head(self) -> int:
        """The sequence of the newest message, 0 for an empty ledger."""
