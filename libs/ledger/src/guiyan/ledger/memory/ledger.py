"""The ledger's twin: the same rules in memory, and a plan of faults to try the callers with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from guiyan.ledger import append as guarded
from guiyan.ledger.append import Answer, Said
from guiyan.ledger.commit import Appended, Commit, History, StoredCommit
from guiyan.ledger.errors import LedgerError, LedgerRewound, LedgerUnavailable
from guiyan.ledger.faults import Crashed, Fault, FaultPlan, NoFaults
from guiyan.ledger.imports import append_many
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.memory.log import MemoryLog, Stored
from guiyan.ledger.message import Message, believed, decode, encode
from guiyan.ledger.subject import Subject

IDLE_SECONDS = 0.05
LATE_OPERATIONS = 3


class MemoryLedger:
    """`Ledger` on a log in memory; several of them on one `MemoryLog` are several processes on one server.

    Without a `ring` it signs for every service. `faults` says what goes wrong; CRASH raises Crashed.
    """

    patience_seconds = 3600.0
    tries_max = 12

    def __init__(
        self, log: MemoryLog | None = None, ring: KeyRing | None = None, faults: FaultPlan | None = None
    ) -> None:
        self.log = log or MemoryLog()
        self._ring = ring or self.log.ring
        self._faults = faults or NoFaults()
        self._decoded = self.log.decoded(self._ring)

    async def append(self, commit: Commit) -> Appended:
        """See `Ledger.append`."""
        return await guarded.append(self, commit)

    async def append_together(self, commits: Sequence[Commit]) -> list[Appended]:
        """See `Ledger.append_together`."""
        return await guarded.append_together(self, commits)

    async def append_many(self, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
        """An import: commits on different aggregates, each for itself; an outcome for each."""
        return await append_many(self, commits)

    async def read(self, subject: Subject, *, after: int = 0, fresh: bool = False) -> History:
        """See `Ledger.read`."""
        self.log.pass_time()
        fault = self._faults.next_read()
        if fault is Fault.AWAY:
            raise LedgerUnavailable("the twin is away, says its plan of faults; try again")
        if fault is Fault.DELAY:
            await asyncio.sleep(0)
        name = str(subject)
        stored = self.log.find(name, 0)
        if fault is Fault.STALE_READ and not fresh:
            stored = stored[:-1]
        last = stored[-1].sequence if stored else 0
        commits = [self._decode(message) for message in stored if message.sequence > after]
        return History(subject, last, believed(commits))

    async def follow(self, after: int, *, batch: int = 500) -> AsyncIterator[Sequence[StoredCommit]]:
        """See `Ledger.follow`; idles for 50 ms instead of a second, so that tests are quick."""
        position = after
        if after > self.log.head:
            raise LedgerRewound("of the twin", after, self.log.head)
        while True:
            messages = self.log.messages[position : position + batch]
            if not messages:
                await self.log.wait(IDLE_SECONDS)
                messages = self.log.messages[position : position + batch]
            position += len(messages)
            yield [self._decode(message) for message in messages]

    async def stored_after(self, sequence: int) -> datetime | None:
        """See `Ledger.stored_after`."""
        return self.log.messages[sequence].stored_at if sequence < self.log.head else None

    async def head(self) -> int:
        """The sequence of the newest message."""
        return self.log.head

    async def publish(self, commit: Commit) -> Answer:
        """Send one commit, once; for `guiyan.ledger.append`."""
        return await self._send([encode(commit, self._ring)])

    async def publish_batch(self, commits: Sequence[Commit]) -> Answer:
        """Send an atomic batch, once; for `guiyan.ledger.append`."""
        return await self._send([encode(commit, self._ring) for commit in commits])

    async def pause(self, attempt: int) -> None:  # noqa: ARG002 - the twin does not grow tired
        """Let others go first."""
        await asyncio.sleep(0)

    async def _send(self, messages: Sequence[Message]) -> Answer:
        self.log.pass_time()
        await asyncio.sleep(0)  # as with a real server, others may go first
        fault = self._faults.next_write()
        if fault is Fault.AWAY:
            raise LedgerUnavailable("the twin is away, says its plan of faults; try again")
        if fault is Fault.LOSE:
            return Answer(Said.NOTHING)
        if fault is Fault.LATE:
            self.log.write_later(messages, LATE_OPERATIONS)
            return Answer(Said.NOTHING)
        if fault is Fault.DELAY:
            await asyncio.sleep(0)
        answer = self.log.write(messages)
        if fault is Fault.DUPLICATE:
            answer = self.log.write(messages)
        if fault is Fault.CRASH:
            raise Crashed
        return Answer(Said.NOTHING) if fault is Fault.DROP_ACK else answer

    def _decode(self, stored: Stored) -> StoredCommit:
        return self._decoded.of(stored, self._read)

    def _read(self, stored: Stored) -> StoredCommit:
        return decode(
            sequence=stored.sequence,
            subject=stored.subject,
            headers=stored.headers,
            body=stored.body,
            stored_at=stored.stored_at,
            ring=self._ring,
        )
