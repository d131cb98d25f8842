"""The ledger on JetStream: one literal subject per aggregate, one message per commit, every write guarded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from nats.aio.client import Client

from guiyan.ledger import append as guarded
from guiyan.ledger.append import Answer
from guiyan.ledger.commit import Appended, Commit, History, StoredCommit
from guiyan.ledger.errors import LedgerError, LedgerUnavailable
from guiyan.ledger.imports import append_many
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats.following import Follower
from guiyan.ledger.nats.headers import read_headers_strictly
from guiyan.ledger.nats.names import Names
from guiyan.ledger.nats.reading import Reader
from guiyan.ledger.nats.replies import Replies
from guiyan.ledger.nats.writing import Writer
from guiyan.ledger.subject import Subject

ACK_TIMEOUT_SECONDS = 2.0
PATIENCE_SECONDS = 8.0
_PAUSE_SECONDS = 0.05
_PAUSE_MAX_SECONDS = 1.0


class NatsLedger:
    """`Ledger` on a connection that its caller opened, and closes.

    `prefix` stands before the stream and its subjects (tests); `name` begins the names of its consumers, by default
    the service that `keyring` signs for.
    """

    tries_max = 1000

    def __init__(  # noqa: PLR0913 - settings with defaults
        self,
        client: Client,
        keyring: KeyRing,
        *,
        stream: str = "LEDGER",
        prefix: str = "",
        name: str | None = None,
        ack_timeout_seconds: float = ACK_TIMEOUT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        read_headers_strictly(client)
        names = Names(prefix, stream)
        self.patience_seconds = patience_seconds
        self._client = client
        self._ring = keyring
        self._names = names
        self._name = name or keyring.service or "reader"
        self._timeout_seconds = ack_timeout_seconds
        self._replies = Replies(client)
        self._writer = Writer(client, self._replies, keyring, names, ack_timeout_seconds)
        self._reader = Reader(self._replies, keyring, names, ack_timeout_seconds)

    async def append(self, commit: Commit) -> Appended:
        """See `Ledger.append`; also raises CommandIdTaken and CommitTooLarge."""
        return await guarded.append(self, commit)

    async def append_together(self, commits: Sequence[Commit]) -> list[Appended]:
        """See `Ledger.append_together`."""
        return await guarded.append_together(self, commits)

    async def append_many(self, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
        """An import: commits on different aggregates, each for itself, in atomic batches; an outcome for each."""
        return await append_many(self, commits)

    async def read(self, subject: Subject, *, after: int = 0, fresh: bool = False) -> History:
        """See `Ledger.read`; raises LedgerUnavailable."""
        return await self._reader.read(subject, after=after, fresh=fresh)

    def follow(self, after: int, *, batch: int = 500) -> AsyncIterator[Sequence[StoredCommit]]:
        """See `Ledger.follow`; raises HoleInLedger, LedgerRewound."""
        follower = Follower(
            self._client,
            self._replies,
            self._ring,
            self._names,
            self.head,
            name=f"{self._name}-follow",
            after=after,
            batch=batch,
        )
        return follower.run()

    async def stored_after(self, sequence: int) -> datetime | None:
        """See `Ledger.stored_after`: one message is asked for, no consumer is made."""
        return await self._reader.stored_after(sequence)

    async def head(self) -> int:
        """The sequence of the newest message. Raises LedgerUnavailable."""
        stream = self._names.stream
        reply = await self._replies.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout_seconds=self._timeout_seconds)
        document = json.loads(reply.data) if reply is not None and reply.data else {}
        if "state" not in document:
            why = document.get("error", {}).get("description", "no answer")
            raise LedgerUnavailable(f"stream {stream} cannot be reached: {why}; try again later")
        return int(document["state"]["last_seq"])

    async def publish(self, commit: Commit) -> Answer:
        """Send one commit, once; for `guiyan.ledger.append`."""
        return await self._writer.publish(commit)

    async def publish_batch(self, commits: Sequence[Commit]) -> Answer:
        """Send an atomic batch, once; for `guiyan.ledger.append`."""
        return await self._writer.publish_batch(commits)

    async def pause(self, attempt: int) -> None:
        """Wait before the next attempt: 50 ms, then twice as long each time, at most a second."""
        await asyncio.sleep(min(_PAUSE_MAX_SECONDS, _PAUSE_SECONDS * 2 ** (attempt - 1)))
