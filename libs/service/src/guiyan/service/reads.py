"""Reads: what queries ask of one projection - documents of its live generation, and how far it has come."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

from guiyan.ledger import Projection
from guiyan.ledger.database import MomentGone, Reader, Session
from guiyan.ledger.patience import pause_seconds
from guiyan.service.problems import Unavailable

Query = dict[str, Any]
Document = dict[str, Any]
MOMENTS: Final = 4
"""So many moments are tried before a report says that it cannot be had now."""
WaitApplied = Callable[[int, float], Awaitable[int]]


class Reads(Protocol):
    """One projection as queries see it."""

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Documents of a collection, in order, at most `limit` (0: all)."""

    async def get(self, collection: str, id_: str) -> Document | None:
        """One document, or None."""

    async def count(self, collection: str, query: Query) -> int:
        """How many documents the query finds."""

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """The ledger sequence the projection has applied, after waiting until it is `sequence` at least."""


class CountingReads(Reads, Protocol):
    """Reads that also count by a field, as a projection's own do."""

    async def count_by(self, collection: str, query: Query, field: str) -> dict[Any, int]:
        """How many documents the query finds, for each value of a field (None: without one)."""

    async def account(self, collection: str, query: Query, field: str) -> tuple[int, dict[Any, int]]:
        """How many documents the query finds, and how many for each value of a field: both of one moment."""

    async def values_by(self, collection: str, query: Query, group: str, field: str) -> dict[Any, frozenset[Any]]:
        """Which values of a field the found documents have, for each value of another."""


class Collections(Protocol):
    """Gives the live collections of a projection (the ledger's store does)."""

    def snapshot(self) -> AbstractAsyncContextManager[Session]:
        """All reads with this session see the database as of one moment."""

    def collection(self, projection: Projection | type[Projection], name: str) -> Reader:
        """A collection in its live generation."""


class ProjectionReads:
    """Reads of one projection in the service's database; `wait` is the follower's wait-until-applied.

    Documents asked for by their ids in the same turn of the event loop are read together: a query for many costs
    little more than one for a single document.
    """

    def __init__(self, store: Collections, projection: Projection | type[Projection], wait: WaitApplied) -> None:
        self._store = store
        self._projection = projection
        self._wait = wait
        self._wanted: dict[str, dict[str, list[asyncio.Future[Document | None]]]] = {}
        self._reading: set[asyncio.Task[None]] = set()

    async def find(
        self, collection: str, query: Query, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        """Documents of a collection, in order, at most `limit` (0: all)."""
        cursor = self._store.collection(self._projection, collection).find(query)
        if sort:
            cursor = cursor.sort(list(sort))
        return await (cursor.limit(limit) if limit else cursor).to_list()

    async def get(self, collection: str, id_: str) -> Document | None:
        """One document, or None."""
        loop = asyncio.get_running_loop()
        if collection not in self._wanted:
            self._wanted[collection] = defaultdict(list)
            loop.call_soon(self._read_soon, collection)
        answer: asyncio.Future[Document | None] = loop.create_future()
        self._wanted[collection][id_].append(answer)
        return await answer

    def _read_soon(self, collection: str) -> None:
        task = asyncio.create_task(self._read(collection, self._wanted.pop(collection)))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _read(self, collection: str, wanted: dict[str, list[asyncio.Future[Document | None]]]) -> None:
        try:
            query = {"_id": {"$in": list(wanted)}}
            found = await self._store.collection(self._projection, collection).find(query).to_list()
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            for answer in (one for answers in wanted.values() for one in answers if not one.done()):
                answer.set_exception(error)
            return
        by_id = {document["_id"]: document for document in found}
        for id_, answers in wanted.items():
            document = by_id.get(id_)
            for answer in answers:
                if not answer.done():
                    answer.set_result(None if document is None else dict(document))

    async def count(self, collection: str, query: Query) -> int:
        """How many documents the query finds."""
        return await self._store.collection(self._projection, collection).count_documents(query)

    async def count_by(self, collection: str, query: Query, field: str) -> dict[Any, int]:
        """How many documents the query finds, for each value of a field (None: without one)."""
        return await self._store.collection(self._projection, collection).count_by(query, field)

    async def account(self, collection: str, query: Query, field: str) -> tuple[int, dict[Any, int]]:
        """How many documents the query finds, and how many for each value of a field: both of one moment.

        Tried again with a later moment where the database cannot tell of that one: the collection was made after it.
        """
        for tries in range(1, MOMENTS):
            try:
                return await self._of_one_moment(collection, query, field)
            except MomentGone:
                await asyncio.sleep(pause_seconds(tries))
        return await self._of_one_moment(collection, query, field)

    async def _of_one_moment(self, collection: str, query: Query, field: str) -> tuple[int, dict[Any, int]]:
        found = self._store.collection(self._projection, collection)
        async with self._store.snapshot() as session:
            total = await found.count_documents(query, session=session)
            return total, await found.count_by(query, field, session=session)

    async def values_by(self, collection: str, query: Query, group: str, field: str) -> dict[Any, frozenset[Any]]:
        """Which values of a field the found documents have, for each value of another."""
        return await self._store.collection(self._projection, collection).values_by(query, group, field)

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """The ledger sequence the projection has applied, after waiting until it is `sequence` at least."""
        return await self._wait(sequence, wait_seconds)


async def wait_for(reads: Reads, sequence: int, wait_seconds: float) -> int:
    """Wait until the projection has applied `sequence`; raises Unavailable (503) when that takes too long."""
    reached = await reads.applied(sequence, wait_seconds=wait_seconds)
    if reached < sequence:
        raise Unavailable("not_yet_applied", {"sequence": sequence})
    return reached


@dataclass(frozen=True, slots=True)
class Wait:
    """What one request waits for: a ledger sequence, in all that it reads, until one deadline for all of it."""

    sequence: int = 0
    deadline_seconds: float = 0.0
    """By the monotonic clock."""

    @classmethod
    def begin(cls, sequence: int, seconds: float) -> Self:
        """The wait of a request that came now and may take so long altogether."""
        return cls(sequence, time.monotonic() + seconds)

    @property
    def left_seconds(self) -> float:
        """How long may still be waited."""
        return max(0.0, self.deadline_seconds - time.monotonic())

    async def until_applied(self, reads: Reads) -> int:
        """Wait for a projection; gives how far it has come. Raises Unavailable (503) at the deadline."""
        return await wait_for(reads, self.sequence, self.left_seconds)
