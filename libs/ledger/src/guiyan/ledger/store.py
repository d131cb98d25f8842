"""The store of a service's read models: documents by generation, checkpoints, parking, leases, timers, control."""

from __future__ import annotations

import os
import socket
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final

from guiyan.ledger.checkpoints import Checkpoints, Move
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.database import Changes, Cursor, Database, Filter, Session
from guiyan.ledger.generations import Generations
from guiyan.ledger.lease import PATIENCE_SECONDS, Leases
from guiyan.ledger.parking import Parked, Parking
from guiyan.ledger.projection import Document, Index, Key, Projection
from guiyan.ledger.target import TIMERS, Target
from guiyan.ledger.timers import Timers

SET_ASIDE: Final = "_set_aside"
_LOAD_AT_ONCE: Final = 5_000


@dataclass
class Batch:
    """What one turn of a follower writes, all or nothing."""

    fence: int
    moves: list[Move] = field(default_factory=list)
    changes: dict[str, Changes] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    freed: list[Parked] = field(default_factory=list)
    queued: dict[str, int] = field(default_factory=dict)
    forged: list[StoredCommit] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


class LiveCursor:
    """A query on whatever generation is live when it is run."""

    def __init__(self, live: LiveCollection, filter_: Filter | None, projection: Mapping[str, Any] | None) -> None:
        self._live, self._filter, self._projection = live, filter_, projection
        self._steps: list[tuple[str, tuple[Any, ...]]] = []

    def sort(self, field: str | Sequence[tuple[str, int]], direction: int = 1) -> LiveCursor:
        """Order by one field, or by several with their directions."""
        self._steps.append(("sort", (field, direction)))
        return self

    def skip(self, count: int) -> LiveCursor:
        """Leave out the first `count`."""
        self._steps.append(("skip", (count,)))
        return self

    def limit(self, count: int) -> LiveCursor:
        """At most `count`; 0 means all."""
        self._steps.append(("limit", (count,)))
        return self

    async def _cursor(self) -> Cursor:
        cursor: Cursor = (await self._live.resolve()).find(self._filter, self._projection)
        for name, arguments in self._steps:
            cursor = getattr(cursor, name)(*arguments)
        return cursor

    async def to_list(self, length: int | None = None) -> list[Document]:
        """Run it."""
        return await (await self._cursor()).to_list(length)

    async def __aiter__(self) -> AsyncIterator[Document]:
        async for document in await self._cursor():
            yield document


class LiveCollection:
    """A collection of a projection as queries see it: always the live generation, never a half-built one."""

    def __init__(self, store: Store, line: str, name: str) -> None:
        self._store, self._line, self._name = store, line, name

    async def resolve(self) -> Any:
        """The collection of the generation that is live now."""
        target = await self._store.generations.live(self._line)
        return self._store.database.collection(target.collection(self._name))

    async def find_one(
        self, filter_: Filter | str, projection: Mapping[str, Any] | None = None, *, session: Session = None
    ) -> Document | None:
        """The first document that fits; a string means `_id`."""
        found: Document | None = await (await self.resolve()).find_one(filter_, projection, session=session)
        return found

    def find(
        self,
        filter_: Filter | None = None,
        projection: Mapping[str, Any] | None = None,
        *,
        session: Session = None,  # noqa: ARG002 - the port's signature; a live query has no session
    ) -> LiveCursor:
        """A query for every document that fits."""
        return LiveCursor(self, filter_, projection)

    async def count_documents(self, filter_: Filter | None = None, *, session: Session = None) -> int:
        """How many documents fit."""
        return int(await (await self.resolve()).count_documents(filter_, session=session))

    async def count_by(self, filter_: Filter, field: str, *, session: Session = None) -> dict[Any, int]:
        """How many documents fit, for each value of a field."""
        found: dict[Any, int] = await (await self.resolve()).count_by(filter_, field, session=session)
        return found

    async def values_by(
        self, filter_: Filter, group: str, field: str, *, session: Session = None
    ) -> dict[Any, frozenset[Any]]:
        """Which values of a field those that fit have, for each value of another."""
        reader = await self.resolve()
        found: dict[Any, frozenset[Any]] = await reader.values_by(filter_, group, field, session=session)
        return found


class Store:
    """Everything a service keeps in its database besides what it makes itself."""

    def __init__(
        self, database: Database, *, owner: str | None = None, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self.database = database
        self.generations = Generations(database)
        self.checkpoints = Checkpoints(database)
        self.parking = Parking(database)
        self.timers = Timers(database, self.generations)
        self.leases = Leases(
            database, owner or f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}", patience_seconds
        )

    def collection(self, projection: Projection | type[Projection], name: str) -> LiveCollection:
        """What queries read: a projection's collection, in its live generation at every call."""
        return LiveCollection(self, Target.of(projection, 1).line, name)

    def snapshot(self) -> AbstractAsyncContextManager[Session]:
        """All reads with this session see the database as of one moment."""
        return self.database.snapshot()

    async def load(self, target: Target, keys: Iterable[Key]) -> dict[Key, Document]:
        """Those of the documents that exist."""
        by_collection: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            by_collection[key.collection].append(key.id)
        found: dict[Key, Document] = {}
        for name, ids in by_collection.items():
            collection = self.database.collection(target.collection(name))
            for start in range(0, len(ids), _LOAD_AT_ONCE):
                wanted = {"_id": {"$in": ids[start : start + _LOAD_AT_ONCE]}}
                found.update({Key(name, one["_id"]): one for one in await collection.find(wanted).to_list()})
        return found

    async def prepare(self, target: Target, projection: Projection, *, only_unique: bool = False) -> None:
        """Make the indexes of a generation, and with them its collections, unless they are there.

        The unique ones alone are made before a first build: they may refuse a document. The others cost the database
        half when they are made after it.
        """
        by_collection: dict[str, list[Index]] = defaultdict(list)
        for index in (*projection.indexes, Index(TIMERS, ("done", "due_at", "_id"))):
            if index.unique or not only_unique:
                by_collection[index.collection].append(index)
        for name, indexes in by_collection.items():
            await self.database.collection(target.collection(name)).create_indexes(indexes)

    async def drop(self, target: Target) -> None:
        """Remove a generation: its collections, checkpoint and parked aggregates."""
        for name in await self.collections_of(target):
            await self.database.drop(target.collection(name))
        await self.checkpoints.forget(str(target))
        await self.parking.forget(str(target))

    async def collections_of(self, target: Target) -> list[str]:
        """The names of a generation's collections, without the prefix."""
        prefix = target.collection("")
        return sorted(
            one.removeprefix(prefix) for one in await self.database.collection_names() if one.startswith(prefix)
        )

    async def commit(self, batch: Batch) -> None:
        """Documents, checkpoints, parked aggregates and set-aside messages in one transaction.

        Raises FenceLost (somebody else moved a checkpoint), WriteRefused (a document cannot be stored) or
        StoreUnavailable (nothing is known: read the checkpoint, it tells).
        """
        async with self.database.transaction() as session:
            await self.checkpoints.move(batch.moves, batch.fence, session)
            if batch.whole:
                await self.checkpoints.make_whole(batch.whole, session)
            for name, changes in batch.changes.items():
                if len(changes):
                    await self.database.collection(name).write(changes, session=session)
            for one in batch.freed:
                await self.parking.free(one, session)
            await self.parking.write(batch.parked, batch.queued, session)
            for commit in batch.forged:
                await self._set_aside(commit, session)

    async def _set_aside(self, commit: StoredCommit, session: Session) -> None:
        record = {"subject": str(commit.subject), "reason": commit.forged, "at": commit.stored_at}
        await self.database.collection(SET_ASIDE).update_one(
            {"_id": str(commit.sequence)},
            {"$set": {"sequence": commit.sequence, **record}},
            upsert=True,
            session=session,
        )

    async def count_set_aside(self) -> int:
        """How many messages of the ledger this service did not believe."""
        return await self.database.collection(SET_ASIDE).count_documents()
