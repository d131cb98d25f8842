"""Commands on many aggregates that are written down together: one write for all that come while another is under way.

Each command stands for itself: it is decided, guarded and answered alone, and none is answered before it is durable.
What is saved is a write and a sync for each, and the reading of aggregates that the caller knows already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, TypeVar

from guiyan.ledger.append import BATCH_LIMIT
from guiyan.ledger.commands import Commands, Decided
from guiyan.ledger.commit import Appended, Commit
from guiyan.ledger.context import Context
from guiyan.ledger.decider import Decider
from guiyan.ledger.errors import LedgerError, Refused, WrongSequence
from guiyan.ledger.port import Ledger

S = TypeVar("S")
C = TypeVar("C")
FEW: Final = 8
"""An atomic batch costs the server some milliseconds, whatever its size: fewer commits than this go one by one."""


@dataclass(frozen=True, slots=True)
class Known(Generic[S]):
    """An aggregate as its caller knows it, from its documents or its own last command.

    Out of date it is harmless: the write is guarded by `sequence`, its last message, and else decided again.
    """

    state: S
    version: int
    sequence: int


@dataclass(frozen=True)
class Done(Generic[S]):
    """What a command came to: where it stands in the ledger; `known`: the aggregate after it, where nobody read it."""

    sequence: int
    after: Callable[[], Known[S]] | None = None

    @property
    def known(self) -> Known[S] | None:
        """The aggregate after the command, or None where it must be read."""
        return None if self.after is None else self.after()


class Grouped:
    """Runs commands on known aggregates, many at a time."""

    def __init__(self, ledger: Ledger, commands: Commands) -> None:
        self._ledger = ledger
        self._commands = commands
        self._waiting: list[tuple[Commit, asyncio.Future[Appended | LedgerError]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def execute(
        self, decider: Decider[S, C], aggregate_id: str, command: C, context: Context, known: Known[S] | None = None
    ) -> Done[S]:
        """Decide a command on an aggregate as it is known, and write its events with those of others.

        What is refused, changes nothing or was overtaken is decided again on what the ledger has, by `Commands`; the
        errors are those of `Commands.execute`.
        """
        if known is not None:
            done = await self._try(decider, aggregate_id, command, context, known)
            if done is not None:
                return done
        outcome = await self._commands.execute(decider, aggregate_id, command, context)
        return Done(outcome.sequence)

    async def _try(
        self, decider: Decider[S, C], aggregate_id: str, command: C, context: Context, known: Known[S]
    ) -> Done[S] | None:
        """The command on what is known; None where that was not enough to write it."""
        try:
            drafts = decider.decide(command, known.state)
        except Refused:
            return None
        if not drafts:
            return None
        subject = decider.subject(aggregate_id)
        decided = await self._commands.written(subject, drafts, known.version, known.sequence, context)
        appended = await self._append(decided.commit)
        if isinstance(appended, WrongSequence):
            return None
        if isinstance(appended, LedgerError):
            raise appended
        if appended.duplicate:
            return None
        return Done(appended.sequence, partial(_after, decider, known, decided, appended.sequence))

    async def _append(self, commit: Commit) -> Appended | LedgerError:
        answer: asyncio.Future[Appended | LedgerError] = asyncio.get_running_loop().create_future()
        self._waiting.append((commit, answer))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        """Write what waits, again and again until nothing does; what comes meanwhile goes with the next batch."""
        while self._waiting:
            batch = self._next()
            outcomes: Sequence[Appended | LedgerError] | BaseException
            try:
                outcomes = await self._written([commit for commit, _ in batch])
            except BaseException as error:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if not answer.done():  # else whoever waited was cancelled
                    answer.set_result(outcome)

    def _next(self) -> list[tuple[Commit, asyncio.Future[Appended | LedgerError]]]:
        """As many as one batch takes; of one aggregate one commit."""
        taken, left = dict[object, tuple[Commit, asyncio.Future[Appended | LedgerError]]](), []
        for one in self._waiting:
            if one[0].subject in taken or len(taken) >= BATCH_LIMIT:
                left.append(one)
            else:
                taken[one[0].subject] = one
        self._waiting = left
        return list(taken.values())

    async def _written(self, commits: Sequence[Commit]) -> Sequence[Appended | LedgerError]:
        if len(commits) >= FEW:
            return await self._ledger.append_many(commits)
        return await asyncio.gather(*(self._one(commit) for commit in commits))

    async def _one(self, commit: Commit) -> Appended | LedgerError:
        try:
            return await self._ledger.append(commit)
        except LedgerError as error:
            return error


def _after(decider: Decider[S, C], known: Known[S], decided: Decided, sequence: int) -> Known[S]:
    state = known.state
    for event in decided.commit.events:
        state = decider.evolve(state, event)
    return Known(state, decided.version, sequence)
