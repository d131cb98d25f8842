"""Appends for imports: thousands of commits, each for itself, in atomic batches that cost one sync each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from guiyan.ledger.append import BATCH_LIMIT, Answer, Said, Transport, append
from guiyan.ledger.commit import Appended, Commit
from guiyan.ledger.errors import LedgerError

BATCHES_UNDER_WAY = 2
SINGLES_UNDER_WAY = 64


async def append_many(transport: Transport, commits: Sequence[Commit]) -> list[Appended | LedgerError]:
    """Write commits on different aggregates and tell the outcome of each, in order.

    Batches of up to 1000 go out, two at a time. A batch that is not plainly acknowledged, because one of it is stale
    or was written before, is written again commit by commit, so that one bad row stops no other. What a commit
    fails with stands in its place: WrongSequence, OutcomeUnknown, CommandIdTaken, LedgerUnavailable.
    """
    if len({commit.subject for commit in commits}) != len(commits):
        raise ValueError("commits of an import must be on different aggregates")
    gate = asyncio.Semaphore(BATCHES_UNDER_WAY)

    async def write(part: Sequence[Commit]) -> list[Appended | LedgerError]:
        async with gate:
            return await _write_batch(transport, part)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(write(part)) for part in _parts(commits)]
    return [outcome for task in tasks for outcome in task.result()]


async def _write_batch(transport: Transport, part: Sequence[Commit]) -> list[Appended | LedgerError]:
    if len(part) > 1:
        try:
            answer = await transport.publish_batch(part)
        except LedgerError:
            answer = Answer(Said.NOBODY)
        if answer.said is Said.STORED:
            return [Appended(answer.sequence + place) for place in range(len(part))]
        return await _write_singly(transport, part, in_doubt=answer.said is Said.NOTHING)
    return await _write_singly(transport, part, in_doubt=False)


async def _write_singly(
    transport: Transport, part: Sequence[Commit], *, in_doubt: bool
) -> list[Appended | LedgerError]:
    gate = asyncio.Semaphore(SINGLES_UNDER_WAY)

    async def write(commit: Commit) -> Appended | LedgerError:
        async with gate:
            try:
                return await append(transport, commit, in_doubt=in_doubt)
            except LedgerError as error:
                return error

    return await asyncio.gather(*[write(commit) for commit in part])


def _parts(commits: Sequence[Commit]) -> Iterator[Sequence[Commit]]:
    for start in range(0, len(commits), BATCH_LIMIT):
        yield commits[start : start + BATCH_LIMIT]
