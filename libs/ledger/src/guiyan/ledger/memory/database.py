"""The in-memory twin of a service's database: the same answers as MongoDB, no server, faults on demand."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from guiyan.ledger.database import Changes, DuplicateKey, Filter, Session, StoreUnavailable, WriteRefused
from guiyan.ledger.memory.query import look_up, matcher, ordered, projected, updated
from guiyan.ledger.memory.rows import Rows, Stored, store
from guiyan.ledger.memory.store_faults import StoreFaults
from guiyan.ledger.projection import Document, Index


@dataclass(slots=True)
class _Transaction:
    """What a transaction has written so far, and what it saw below that."""

    rows: dict[tuple[str, Any], Stored | None] = field(default_factory=dict)
    seen: dict[tuple[str, Any], Stored | None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Snapshot:
    """What the documents that changed since a moment were at that moment."""

    before: dict[tuple[str, Any], Stored | None] = field(default_factory=dict)


class MemoryCursor:
    """A query on the twin."""

    def __init__(
        self, collection: MemoryCollection, filter_: Filter, fields: Mapping[str, Any] | None, session: Session
    ) -> None:
        self._collection, self._filter, self._fields, self._session = collection, filter_, fields, session
        self._sort: Sequence[tuple[str, int]] = ()
        self._skip = self._limit = 0

    def sort(self, field: str | Sequence[tuple[str, int]], direction: int = 1) -> MemoryCursor:
        """Order by one field, or by several with their directions."""
        self._sort = [(field, direction)] if isinstance(field, str) else list(field)
        return self

    def skip(self, count: int) -> MemoryCursor:
        """Leave out the first `count`."""
        self._skip = count
        return self

    def limit(self, count: int) -> MemoryCursor:
        """At most `count`."""
        self._limit = count
        return self

    async def to_list(self, length: int | None = None) -> list[Document]:
        """Run it."""
        await asyncio.sleep(0)
        found = self._found()
        by_document = {id(one.document): one for one in found}
        rows = [one.document for one in found]
        rows = ordered(rows, self._sort) if self._sort else rows
        end = self._skip + self._limit if self._limit else None
        rows = rows[self._skip : end][:length]
        return [projected(by_document[id(row)].copy(), self._fields) for row in rows]

    def _found(self) -> list[Stored]:
        """What fits: all of it, or no more than the first ones where they are all that is wanted."""
        if self._limit and self._sort and self._session is None:
            first = self._collection.first(self._filter, self._sort, self._skip + self._limit)
            if first is not None:
                return first
        return self._collection.matching(self._filter, self._session)

    async def __aiter__(self) -> AsyncIterator[Document]:
        for document in await self.to_list():
            yield document


class MemoryCollection:
    """One collection of the twin."""

    def __init__(self, database: MemoryDatabase, name: str) -> None:
        self._database = database
        self.name = name

    def _candidates(self, filter_: Filter, session: Session) -> list[Stored]:
        """The documents that may fit, as the session sees them, in order of insertion."""
        rows = self._database.rows.get(self.name)
        base = [] if rows is None else rows.candidates(filter_)
        if isinstance(session, _Transaction):
            other = session.rows
        elif isinstance(session, _Snapshot):
            other = session.before
        else:
            return base
        own = {id_: stored for (name, id_), stored in other.items() if name == self.name}
        seen = [own.pop(one.document["_id"], one) for one in base]
        return [one for one in [*seen, *own.values()] if one is not None]

    def matching(self, filter_: Filter, session: Session) -> list[Stored]:
        """Every stored document that fits, in order of insertion."""
        fits = matcher(filter_)
        return [one for one in self._candidates(filter_, session) if fits(one.document)]

    def first(self, filter_: Filter, order: Sequence[tuple[str, int]], count: int) -> list[Stored] | None:
        """The first that fit, by an index of moments; with what stands beside the last, where the order leaves it open.

        None without such an index.
        """
        rows = self._database.rows.get(self.name)
        moments = None if rows is None or order[0][1] < 0 else rows.moments(filter_, order[0][0])
        if moments is None:
            return None
        fits, found, last = matcher(filter_), list[Stored](), None
        by_id = list(order[1:]) == [("_id", 1)]
        for moment, stored in moments:
            if len(found) >= count and (by_id or moment != last):
                break
            if fits(stored.document):
                found.append(stored)
                last = moment
        return found

    async def find_one(
        self, filter_: Filter | str, projection: Mapping[str, Any] | None = None, *, session: Session = None
    ) -> Document | None:
        """The first document that fits."""
        found = (
            await self.find({"_id": filter_} if isinstance(filter_, str) else filter_, projection, session=session)
            .limit(1)
            .to_list()
        )
        return found[0] if found else None

    def find(
        self, filter_: Filter | None = None, projection: Mapping[str, Any] | None = None, *, session: Session = None
    ) -> MemoryCursor:
        """A query."""
        return MemoryCursor(self, filter_ or {}, projection, session)

    async def count_documents(self, filter_: Filter | None = None, *, session: Session = None) -> int:
        """How many documents fit."""
        await asyncio.sleep(0)
        return len(self.matching(filter_ or {}, session))

    async def count_by(self, filter_: Filter, field: str, *, session: Session = None) -> dict[Any, int]:
        """How many documents fit, for each value of a field."""
        await asyncio.sleep(0)
        found = self.matching(filter_, session)
        return dict(Counter(next(iter(look_up(one.document, field)), None) for one in found))

    async def values_by(
        self, filter_: Filter, group: str, field: str, *, session: Session = None
    ) -> dict[Any, frozenset[Any]]:
        """Which values of a field those that fit have, for each value of another."""
        await asyncio.sleep(0)
        values: defaultdict[Any, set[Any]] = defaultdict(set)
        for one in self.matching(filter_, session):
            first = [next(iter(look_up(one.document, name)), None) for name in (group, field)]
            values[first[0]].add(first[1])
        return {value: frozenset(seen) for value, seen in values.items()}

    async def insert_one(self, document: Document, *, session: Session = None) -> None:
        """Insert one."""
        await self._database.step()
        document.setdefault("_id", uuid.uuid4().hex)
        self._put(document, session, new=True)

    async def update_one(
        self, filter_: Filter, update: Mapping[str, Any], *, upsert: bool = False, session: Session = None
    ) -> int:
        """Change one."""
        await self._database.step()
        return self._update(filter_, update, session, upsert=upsert)[0]

    async def update_many(self, filter_: Filter, update: Mapping[str, Any], *, session: Session = None) -> int:
        """Change all that fit."""
        await self._database.step()
        found = self.matching(filter_, session)
        for one in found:
            self._put(updated(one.copy(), update), session)
        return len(found)

    async def find_one_and_update(
        self, filter_: Filter, update: Mapping[str, Any], *, upsert: bool = False, session: Session = None
    ) -> Document | None:
        """Change one and give it as it is afterwards."""
        await self._database.step()
        stored = self._update(filter_, update, session, upsert=upsert)[1]
        return None if stored is None else stored.copy()

    async def delete_many(self, filter_: Filter, *, session: Session = None) -> int:
        """Remove all that fit."""
        await self._database.step()
        found = self.matching(filter_, session)
        for one in found:
            self._set(one.document["_id"], None, session)
        return len(found)

    async def write(self, changes: Changes, *, session: Session = None) -> None:
        """Many changes; outside a transaction those before a refused one stay."""
        await self._database.step()
        try:
            for document in changes.inserts:
                self._put(document, session, new=True)
            for document in changes.replaces:
                self._put(document, session)
        except DuplicateKey:
            raise WriteRefused(self.name, str(document["_id"]), "duplicate value of a unique index") from None
        for id_ in changes.deletes:
            self._set(id_, None, session)

    async def create_index(self, index: Index) -> None:
        """Create one."""
        await self.create_indexes([index])

    async def create_indexes(self, indexes: Sequence[Index]) -> None:
        """Remembered when unique; of each the first field finds documents at once, the second orders their moments."""
        await self._database.create(self.name)
        for one in indexes:
            first, *rest = (name.lstrip("-") for name in one.fields)
            self._database.table(self.name).index(first)
            if rest:
                self._database.table(self.name).order(first, rest[0])
        known = self._database.unique.setdefault(self.name, [])
        known.extend(one for one in indexes if one.unique and one not in known)

    def _update(
        self, filter_: Filter, update: Mapping[str, Any], session: Session, *, upsert: bool
    ) -> tuple[int, Stored | None]:
        found = self.matching(filter_, session)
        if found:
            return 1, self._put(updated(found[0].copy(), update), session)
        if not upsert:
            return 0, None
        seed = {name: value for name, value in filter_.items() if not isinstance(value, Mapping) and name[0] != "$"}
        document = updated(seed, update, inserting=True)
        document.setdefault("_id", uuid.uuid4().hex)
        return 0, self._put(document, session, new=True)

    def _put(self, document: Document, session: Session, *, new: bool = False) -> Stored:
        stored = store(self.name, document)
        if new and self._holds(document["_id"], session):
            raise DuplicateKey(f"{self.name} holds a document with that unique value already")
        for index in self._database.unique.get(self.name, ()):
            self._refuse_double(index, stored, session)
        self._set(document["_id"], stored, session)
        return stored

    def _holds(self, id_: Any, session: Session) -> bool:
        if isinstance(session, _Transaction) and (self.name, id_) in session.rows:
            return session.rows[self.name, id_] is not None
        return id_ in self._database.rows.get(self.name, ())

    def _refuse_double(self, index: Index, stored: Stored, session: Session) -> None:
        names = [name.lstrip("-") for name in index.fields]
        values = [look_up(stored.document, name) for name in names]
        if index.sparse and not any(values):
            return
        first = values[0]
        narrowed = {names[0]: first[0]} if len(first) == 1 and isinstance(first[0], str) else {}
        for other in self._candidates(narrowed, session):
            same = [look_up(other.document, name) for name in names] == values
            if same and other.document["_id"] != stored.document["_id"]:
                raise DuplicateKey(f"{self.name} holds a document with that unique value already")

    def _set(self, id_: Any, stored: Stored | None, session: Session) -> None:
        if isinstance(session, _Transaction):
            session.seen.setdefault((self.name, id_), self._database.table(self.name).get(id_))
            session.rows[self.name, id_] = stored
        else:
            self._database.keep(self.name, id_, stored)


class MemoryDatabase:
    """One service's database, in memory; `faults` makes it fail as a real one can."""

    def __init__(self, name: str = "memory", faults: StoreFaults | None = None) -> None:
        self.name = name
        self.faults = faults or StoreFaults()
        self.rows: dict[str, Rows] = {}
        self.unique: dict[str, list[Index]] = {}
        self._snapshots: list[_Snapshot] = []

    def collection(self, name: str) -> MemoryCollection:
        """A collection."""
        return MemoryCollection(self, name)

    async def step(self) -> None:
        """Let others run, as a round trip would; fail when the plan says so."""
        await asyncio.sleep(0)
        self.faults.before_call()

    def table(self, name: str) -> Rows:
        """The documents of a collection, which is made when it is not there."""
        found = self.rows.get(name)
        if found is None:
            found = self.rows[name] = Rows()
        return found

    def keep(self, name: str, id_: Any, stored: Stored | None) -> None:
        """Write a document, or remove it; whoever reads as of a moment before goes on seeing it as it was then."""
        rows = self.table(name)
        for snapshot in self._snapshots:
            snapshot.before.setdefault((name, id_), rows.get(id_))
        if stored is None:
            rows.remove(id_)
        else:
            rows[id_] = stored

    async def collection_names(self) -> list[str]:
        """The names of the collections that exist."""
        return list(self.rows)

    async def create(self, name: str) -> None:
        """Make an empty collection unless it is there."""
        self.table(name)

    async def drop(self, name: str) -> None:
        """Remove a collection."""
        for id_ in list(self.rows.get(name, ())) if self._snapshots else ():
            self.keep(name, id_, None)
        self.rows.pop(name, None)
        self.unique.pop(name, None)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """All or nothing; two transactions that change one document conflict, and the later one must try again."""
        transaction = _Transaction()
        yield transaction
        await self.step()
        self.faults.before_commit()
        for (name, id_), seen in transaction.seen.items():
            if self.rows.get(name, {}).get(id_) is not seen:
                raise StoreUnavailable("another transaction changed the same document; try again")
        for (name, id_), stored in transaction.rows.items():
            self.keep(name, id_, stored)
        self.faults.after_commit()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Session]:
        """Reads as of this moment."""
        snapshot = _Snapshot()
        self._snapshots.append(snapshot)
        try:
            yield snapshot
        finally:
            self._snapshots.remove(snapshot)

    async def ping(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to give back."""
