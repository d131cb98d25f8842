"""The server inside the twin: a list of messages with the guards and deduplication of a one-replica stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guiyan.ledger.append import Answer, Said
from guiyan.ledger.clock import Clock, SystemClock
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.mac import KeyRing, ProcessRing
from guiyan.ledger.message import COMMAND_ID, EXPECTED, Message

DECODED_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class Stored:
    """One message as the log keeps it."""

    sequence: int
    subject: str
    headers: Mapping[str, str]
    body: bytes
    stored_at: datetime


class Decoded:
    """The commits of a log as one ring of keys decoded them last: every reader in the process is given the same ones.

    A message that is another one than before, for a test may change the log, is decoded again.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Stored, StoredCommit]] = {}

    def of(self, stored: Stored, decode: Callable[[Stored], StoredCommit]) -> StoredCommit:
        """The commit of a message."""
        kept = self._kept.get(stored.sequence)
        if kept is not None and kept[0] is stored:
            return kept[1]
        if len(self._kept) >= DECODED_MAX:
            for sequence in list(self._kept)[: DECODED_MAX // 2]:
                del self._kept[sequence]
        commit = decode(stored)
        self._kept[stored.sequence] = (stored, commit)
        return commit


class MemoryLog:
    """What several `MemoryLedger`s share, as several processes share a server; `ring` is their default key ring."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.ring: KeyRing = ProcessRing()
        self.messages: list[Stored] = []
        self._clock = clock or SystemClock()
        self._by_subject: dict[str, list[int]] = {}
        self._ids: dict[str, int] = {}
        self._late: list[tuple[int, Sequence[Message]]] = []
        self._waiters: set[asyncio.Future[None]] = set()
        self._decoded: dict[KeyRing, Decoded] = {}

    def decoded(self, ring: KeyRing) -> Decoded:
        """What was decoded with these keys."""
        return self._decoded.setdefault(ring, Decoded())

    @property
    def head(self) -> int:
        """The sequence of the newest message."""
        return len(self.messages)

    def find(self, subject: str, after: int) -> list[Stored]:
        """The messages of one subject above a sequence."""
        return [self.messages[n - 1] for n in self._by_subject.get(subject, ()) if n > after]

    def last(self, subject: str) -> int:
        """The sequence of the newest message on a subject, 0 for none."""
        numbers = self._by_subject.get(subject)
        return numbers[-1] if numbers else 0

    def write(self, messages: Sequence[Message]) -> Answer:
        """Write one message or several, all or none; the guard is looked at before the id, as the server does."""
        for message in messages:
            expected = message.headers.get(EXPECTED)
            if expected is not None and int(expected) != self.last(message.subject):
                return Answer(Said.STALE)
        if any(message.headers.get(COMMAND_ID) in self._ids for message in messages):
            return Answer(Said.KNOWN)
        first = self.head + 1
        for message in messages:
            self._store(message)
        self._tell()
        return Answer(Said.STORED, first)

    def write_later(self, messages: Sequence[Message], operations: int) -> None:
        """Let a write arrive after so many further operations."""
        self._late.append((operations, messages))

    def pass_time(self) -> None:
        """Count one operation; late writes that are due arrive now."""
        due = [messages for left, messages in self._late if left <= 1]
        self._late = [(left - 1, messages) for left, messages in self._late if left > 1]
        for messages in due:
            self.write(messages)

    def settle(self) -> None:
        """Let all late writes arrive."""
        late, self._late = self._late, []
        for _, messages in late:
            self.write(messages)

    async def wait(self, seconds: float) -> None:
        """Wait for the next write, at most so long."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait([waiter], timeout=seconds)
        finally:
            self._waiters.discard(waiter)

    def _store(self, message: Message) -> None:
        sequence = self.head + 1
        self.messages.append(Stored(sequence, message.subject, dict(message.headers), message.body, self._clock.now()))
        self._by_subject.setdefault(message.subject, []).append(sequence)
        command_id = message.headers.get(COMMAND_ID)
        if command_id:
            self._ids[command_id] = sequence

    def _tell(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
