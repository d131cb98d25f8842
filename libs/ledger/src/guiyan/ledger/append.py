"""Guarded appends: what to make of every answer, and of none.

The rules are the same for the real server and for the twin, so they stand here once, over a narrow transport:
no answer is UNKNOWN, never a failure; the leader is asked what stands on the aggregate; the own command id there is
success; another commit there is WrongSequence; nothing there is tried again (architecture.md §3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from guiyan.events import encode_batch
from guiyan.ledger.commit import Appended, Commit, History, StoredCommit
from guiyan.ledger.errors import CommandIdTaken, LedgerUnavailable, OutcomeUnknown, WrongSequence
from guiyan.ledger.subject import Subject

BATCH_LIMIT = 1000
_TRIES_BEFORE_TAKEN = 3


class Said(Enum):
    """What the server said to a write."""

    STORED = auto()
    """Written now."""
    BUSY = auto()
    """Another write to the subject is in flight (10164): read and decide again."""
    STALE = auto()
    """The aggregate has moved on (10071): perhaps by an earlier try of this very command."""
    KNOWN = auto()
    """The command id was seen before (duplicate, 10201): an earlier try, or the id was used for something else."""
    NOTHING = auto()
    """No answer in time: it may be written, now or later."""
    NOBODY = auto()
    """Nobody takes the subject at the moment (no stream, no leader): not written."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a write; `sequence` is where it, or the first of a batch, was stored."""

    said: Said
    sequence: int = 0


class Transport(Protocol):
    """What carries writes to a ledger and reads back from it."""

    patience_seconds: float
    tries_max: int

    async def publish(self, commit: Commit) -> Answer:
        """Send one commit. Raises LedgerUnavailable when it surely was not sent."""

    async def publish_batch(self, commits: Sequence[Commit]) -> Answer:
        """Send several, all or none. Raises LedgerUnavailable when they surely were not sent."""

    async def read(self, subject: Subject, *, after: int = 0, fresh: bool = False) -> History:
        """Read an aggregate. Raises LedgerUnavailable."""

    async def pause(self, attempt: int) -> None:
        """Wait before the next attempt, longer each time."""


async def append(transport: Transport, commit: Commit, *, in_doubt: bool = False) -> Appended:
    """Write one commit and be sure of it; the errors of `Ledger.append`.

    `in_doubt`: a try of the same call, without an answer, went before; what it wrote is no duplicate.
    """
    answer = await transport.publish(commit)
    if answer.said is Said.STORED:
        return Appended(answer.sequence)
    return (await _settle(transport, (commit,), answer, in_doubt=in_doubt))[0]


async def append_together(transport: Transport, commits: Sequence[Commit]) -> list[Appended]:
    """Write commits on different aggregates, all or none, and be sure of it; the errors of `Ledger.append`."""
    _check(commits)
    answer = await _publish(transport, commits)
    if answer.said is Said.STORED:
        return _numbered(answer.sequence, len(commits))
    return await _settle(transport, commits, answer, in_doubt=False)


async def _settle(transport: Transport, commits: Sequence[Commit], answer: Answer, *, in_doubt: bool) -> list[Appended]:
    """Find out what became of a write that was not plainly acknowledged, writing again where nothing was written."""
    deadline = asyncio.get_running_loop().time() + transport.patience_seconds
    attempt = 0
    while True:
        in_doubt = in_doubt or answer.said is Said.NOTHING
        if answer.said is Said.BUSY:
            raise WrongSequence(str(commits[0].subject), commits[0].expected_sequence)
        try:
            found = await _find(transport, commits, whole=answer.said is Said.KNOWN)
        except LedgerUnavailable:
            found = None
        else:
            if found is not None:
                return [_appended(commit, stored, ours=in_doubt) for commit, stored in zip(commits, found, strict=True)]
            if answer.said is Said.KNOWN and attempt >= _TRIES_BEFORE_TAKEN:
                raise CommandIdTaken(commits[0].command_id)
        attempt += 1
        if attempt >= transport.tries_max or asyncio.get_running_loop().time() > deadline:
            raise _gave_up(commits[0], in_doubt=in_doubt)
        await transport.pause(attempt)
        try:
            answer = await _publish(transport, commits)
        except LedgerUnavailable:
            answer = Answer(Said.NOBODY)
        if answer.said is Said.STORED:
            return _numbered(answer.sequence, len(commits))


async def _find(transport: Transport, commits: Sequence[Commit], *, whole: bool) -> list[StoredCommit] | None:
    """What these commands wrote; None when nothing stands there yet. Raises WrongSequence when others wrote."""
    found: list[StoredCommit] = []
    moved: Commit | None = None
    for commit in commits:
        history = await transport.read(commit.subject, after=0 if whole else commit.expected_sequence, fresh=True)
        own = history.find_command(commit.command_id)
        if own is not None:
            found.append(own)
        elif moved is None and history.last_sequence != commit.expected_sequence:
            moved = commit
    if len(found) == len(commits):
        return found
    if found and moved is None:
        moved = next(c for c in commits if c.command_id not in {f.command_id for f in found})
    if moved is not None:
        raise WrongSequence(str(moved.subject), moved.expected_sequence)
    return None


def _appended(commit: Commit, stored: StoredCommit, *, ours: bool) -> Appended:
    """Ours is what this very call may have written: same bytes after a lost answer; all else was an earlier try."""
    return Appended(stored.sequence, duplicate=not (ours and stored.body == encode_batch(commit.events)))


def _gave_up(commit: Commit, *, in_doubt: bool) -> Exception:
    if in_doubt:
        return OutcomeUnknown(
            f"the ledger did not say whether command {commit.command_id} was written to {commit.subject};"
            " send it again with the same command id"
        )
    return LedgerUnavailable(f"the ledger took no write to {commit.subject}; nothing was written, try again later")


async def _publish(transport: Transport, commits: Sequence[Commit]) -> Answer:
    return await (transport.publish(commits[0]) if len(commits) == 1 else transport.publish_batch(commits))


def _numbered(first: int, count: int) -> list[Appended]:
    return [Appended(sequence) for sequence in range(first, first + count)]


def _check(commits: Sequence[Commit]) -> None:
    if not 1 <= len(commits) <= BATCH_LIMIT:
        raise ValueError(f"between 1 and {BATCH_LIMIT} commits are written together, not {len(commits)}")
    if len({commit.subject for commit in commits}) != len(commits):
        raise ValueError("commits written together must be on different aggregates")
    if len({commit.command_id for commit in commits}) != len(commits):
        raise ValueError("commits written together need command ids of their own")
