"""MongoDB, through Motor or through PyMongo's own async client: the one module that imports a driver (ADR 0005)."""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from types import MappingProxyType
from typing import Any, Final, Literal

import bson
from pymongo import DeleteOne, IndexModel, ReplaceOne, ReturnDocument
from pymongo.errors import (
    BulkWriteError,
    CollectionInvalid,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    WTimeoutError,
)

from guiyan.ledger.database import (
    Changes,
    DatabaseError,
    DuplicateKey,
    Filter,
    MomentGone,
    Session,
    StoreUnavailable,
    WriteRefused,
)
from guiyan.ledger.projection import Document, Index

Driver = Literal["motor", "pymongo"]
COMMIT_SECONDS: Final = 10.0
_DUPLICATE: Final = 11000
_TRANSIENT: Final = ("TransientTransactionError", "RetryableWriteError")
_OVERLOADED: Final = MappingProxyType(
    {
        24: "LockTimeout",
        50: "MaxTimeMSExpired",
        112: "WriteConflict",
        225: "TransactionTooOld",
        251: "NoSuchTransaction",
        262: "ExceededTimeLimit",
        290: "TransactionExceededLifetimeLimitSeconds",
        388: "TransactionTooLargeForCache",
        11601: "Interrupted",
    }
)
_MOMENT_GONE: Final = MappingProxyType({239: "SnapshotTooOld", 246: "SnapshotUnavailable"})
"""The second where a collection that is read was made after the moment."""
"""What says nothing of a document, though a write of one may be answered by it: the same write may go well later, or
with fewer beside it. The server gives not all of these a label (388 has none)."""
_CODEC: Final[bson.CodecOptions[dict[str, Any]]] = bson.CodecOptions(tz_aware=True)


def connect(url: str, database: str, driver: Driver = "motor", *, timeout_ms: int = 5_000) -> MongoDatabase:
    """The database of one service; nothing is sent before the first call. Writes wait for a majority."""
    options: dict[str, Any] = {
        "tz_aware": True,
        "w": "majority",
        "appname": "guiyan",
        "serverSelectionTimeoutMS": timeout_ms,
        "connectTimeoutMS": timeout_ms,
        "timeoutMS": None,
    }
    return MongoDatabase(_client(driver, url, options), database)


def _client(driver: Driver, url: str, options: dict[str, Any]) -> Any:
    if driver == "motor":
        from motor.motor_asyncio import AsyncIOMotorClient  # noqa: PLC0415 - only the chosen driver is loaded

        return AsyncIOMotorClient(url, **options)
    from pymongo import AsyncMongoClient  # noqa: PLC0415 - only the chosen driver is loaded

    return AsyncMongoClient(url, **options)


async def _settle(value: Any) -> Any:
    """The drivers differ in which calls are awaited: await what can be."""
    return await value if inspect.isawaitable(value) else value


@contextmanager
def _told(collection: str) -> Iterator[None]:
    """Say a driver's error in the port's words, without any value of a document."""
    try:
        yield
    except DuplicateKeyError:
        raise DuplicateKey(f"{collection} holds a document with that unique value already") from None
    except BulkWriteError as error:
        raise _bulk_fault(collection, error) from None
    except (bson.errors.InvalidDocument, DocumentTooLarge, OverflowError) as error:
        raise WriteRefused(collection, None, type(error).__name__) from None
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise StoreUnavailable(f"the database does not answer ({type(error).__name__}); try again") from error
    except PyMongoError as error:
        code = getattr(error, "code", None)
        if gone := _MOMENT_GONE.get(code or 0):
            raise MomentGone(f"the database asks to try again ({gone})") from error
        if code in _OVERLOADED or any(error.has_error_label(label) for label in _TRANSIENT):
            name = _OVERLOADED.get(code or 0, type(error).__name__)
            raise StoreUnavailable(f"the database asks to try again ({name})") from error
        raise DatabaseError(f"{collection}: the database refused ({type(error).__name__}, code {code})") from error


def _bulk_fault(collection: str, error: BulkWriteError) -> Exception:
    if any(error.has_error_label(label) for label in _TRANSIENT):
        return StoreUnavailable("the database asks to try again (bulk write)")
    faults: list[dict[str, Any]] = (error.details or {}).get("writeErrors", [])
    if not faults:
        return StoreUnavailable("a bulk write was not acknowledged by a majority; try again")
    fault = faults[0]
    if fault.get("code") in _OVERLOADED:
        return StoreUnavailable(f"the database asks to try again ({_OVERLOADED[fault['code']]})")
    reason = "duplicate value of a unique index" if fault.get("code") == _DUPLICATE else f"code {fault.get('code')}"
    return WriteRefused(collection, _id_of(fault.get("op", {})), reason)


def _id_of(operation: Mapping[str, Any]) -> str | None:
    found = operation.get("_id") or operation.get("q", {}).get("_id")
    return found if isinstance(found, str) else None


class MongoCursor:
    """A query on MongoDB, run when it is read."""

    def __init__(self, collection: str, cursor: Any) -> None:
        self._name = collection
        self._cursor = cursor

    def sort(self, field: str | Sequence[tuple[str, int]], direction: int = 1) -> MongoCursor:
        """Order by one field, or by several with their directions."""
        self._cursor.sort(field, direction) if isinstance(field, str) else self._cursor.sort(list(field))
        return self

    def skip(self, count: int) -> MongoCursor:
        """Leave out the first `count`."""
        self._cursor.skip(count)
        return self

    def limit(self, count: int) -> MongoCursor:
        """At most `count`."""
        self._cursor.limit(count)
        return self

    async def to_list(self, length: int | None = None) -> list[Document]:
        """Run it."""
        with _told(self._name):
            found: list[Document] = await self._cursor.to_list(length)
            return found

    async def __aiter__(self) -> AsyncIterator[Document]:
        with _told(self._name):
            async for document in self._cursor:
                yield document


class MongoCollection:
    """One collection of MongoDB, the same on both drivers."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection
        self.name: str = collection.name

    async def find_one(
        self, filter_: Filter | str, projection: Mapping[str, Any] | None = None, *, session: Session = None
    ) -> Document | None:
        """The first document that fits."""
        wanted = {"_id": filter_} if isinstance(filter_, str) else filter_
        with _told(self.name):
            found: Document | None = await self._collection.find_one(wanted, projection, session=session)
            return found

    def find(
        self, filter_: Filter | None = None, projection: Mapping[str, Any] | None = None, *, session: Session = None
    ) -> MongoCursor:
        """A query."""
        return MongoCursor(self.name, self._collection.find(filter_ or {}, projection, session=session))

    async def count_documents(self, filter_: Filter | None = None, *, session: Session = None) -> int:
        """How many documents fit."""
        with _told(self.name):
            return int(await self._collection.count_documents(filter_ or {}, session=session))

    async def _aggregate(self, steps: Sequence[Mapping[str, Any]], session: Session) -> list[Document]:
        with _told(self.name):
            cursor = self._collection.aggregate(list(steps), session=session)
            if inspect.isawaitable(cursor):  # PyMongo's own client; Motor gives the cursor at once
                cursor = await cursor
            found: list[Document] = await cursor.to_list(None)
            return found

    async def count_by(self, filter_: Filter, field: str, *, session: Session = None) -> dict[Any, int]:
        """How many documents fit, for each value of a field; one pass in the server."""
        steps: list[Document] = [
            {"$match": filter_},
            {"$group": {"_id": {"$ifNull": [f"${field}", None]}, "n": {"$sum": 1}}},
        ]
        return {one["_id"]: int(one["n"]) for one in await self._aggregate(steps, session)}

    async def values_by(
        self, filter_: Filter, group: str, field: str, *, session: Session = None
    ) -> dict[Any, frozenset[Any]]:
        """Which values of a field the documents that fit have, for each value of another; one pass in the server."""
        values = {"$addToSet": {"$ifNull": [f"${field}", None]}}
        steps: list[Document] = [
            {"$match": filter_},
            {"$group": {"_id": {"$ifNull": [f"${group}", None]}, "values": values}},
        ]
        return {one["_id"]: frozenset(one["values"]) for one in await self._aggregate(steps, session)}

    async def insert_one(self, document: Document, *, session: Session = None) -> None:
        """Insert one."""
        with _told(self.name):
            await self._collection.insert_one(document, session=session)

    async def update_one(
        self, filter_: Filter, update: Mapping[str, Any], *, upsert: bool = False, session: Session = None
    ) -> int:
        """Change one."""
        with _told(self.name):
            done = await self._collection.update_one(filter_, update, upsert=upsert, session=session)
            return int(done.matched_count)

    async def update_many(self, filter_: Filter, update: Mapping[str, Any], *, session: Session = None) -> int:
        """Change all that fit."""
        with _told(self.name):
            return int((await self._collection.update_many(filter_, update, session=session)).matched_count)

    async def find_one_and_update(
        self, filter_: Filter, update: Mapping[str, Any], *, upsert: bool = False, session: Session = None
    ) -> Document | None:
        """Change one and give it as it is afterwards."""
        with _told(self.name):
            found: Document | None = await self._collection.find_one_and_update(
                filter_, update, upsert=upsert, return_document=ReturnDocument.AFTER, session=session
            )
            return found

    async def delete_many(self, filter_: Filter, *, session: Session = None) -> int:
        """Remove all that fit."""
        with _told(self.name):
            return int((await self._collection.delete_many(filter_, session=session)).deleted_count)

    async def write(self, changes: Changes, *, session: Session = None) -> None:
        """Inserts in one round trip, everything else in another."""
        rest: list[Any] = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in changes.replaces]
        rest.extend(DeleteOne({"_id": id_}) for id_ in changes.deletes)
        try:
            with _told(self.name):
                if changes.inserts:
                    await self._collection.insert_many(changes.inserts, ordered=False, session=session)
                if rest:
                    await self._collection.bulk_write(rest, ordered=False, session=session)
        except WriteRefused as refused:
            raise WriteRefused(self.name, refused.id or _unstorable(changes), refused.reason) from None

    async def create_index(self, index: Index) -> None:
        """Create one."""
        await self.create_indexes([index])

    async def create_indexes(self, indexes: Sequence[Index]) -> None:
        """Create them unless they are there."""
        models = [
            IndexModel(
                [(name.lstrip("-"), -1 if name.startswith("-") else 1) for name in index.fields],
                unique=index.unique,
                sparse=index.sparse,
            )
            for index in indexes
        ]
        with _told(self.name):
            await self._collection.create_indexes(models)


def _unstorable(changes: Changes) -> str | None:
    """Which document BSON cannot hold: the driver does not say."""
    for document in (*changes.inserts, *changes.replaces):
        try:
            encoded = bson.encode(document, codec_options=_CODEC)
        except (bson.errors.InvalidDocument, OverflowError):
            return str(document["_id"])
        if len(encoded) > 16 * 1024 * 1024:
            return str(document["_id"])
    return None


class MongoDatabase:
    """One service's database on a MongoDB replica set."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._database = client[name]
        self._collections: dict[str, MongoCollection] = {}
        self.name = name

    def collection(self, name: str) -> MongoCollection:
        """A collection; made once, because the drivers take longer over that than over a small query."""
        found = self._collections.get(name)
        if found is None:
            found = self._collections[name] = MongoCollection(self._database[name])
        return found

    async def collection_names(self) -> list[str]:
        """The names of the collections that exist."""
        with _told(self.name):
            return list(await self._database.list_collection_names())

    async def create(self, name: str) -> None:
        """Make an empty collection unless it is there."""
        with _told(self.name):
            try:
                await self._database.create_collection(name)
            except CollectionInvalid:
                return

    async def drop(self, name: str) -> None:
        """Remove a collection."""
        with _told(self.name):
            await self._database.drop_collection(name)

    async def drop_all(self) -> None:
        """Remove the whole database (tests)."""
        with _told(self.name):
            await self._client.drop_database(self.name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """All or nothing; the commit is repeated while its outcome is unknown."""
        with _told(self.name):
            async with await _settle(self._client.start_session()) as session:
                await _settle(session.start_transaction())
                try:
                    yield session
                except BaseException:
                    await session.abort_transaction()
                    raise
                await self._commit(session)

    @staticmethod
    async def _commit(session: Session) -> None:
        deadline = time.monotonic() + COMMIT_SECONDS
        while True:
            try:
                await session.commit_transaction()
            except PyMongoError as error:
                if not error.has_error_label("UnknownTransactionCommitResult") or time.monotonic() > deadline:
                    raise
            else:
                return

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Session]:
        """Reads as of one moment; good for as long as the server keeps history (5 minutes by default)."""
        with _told(self.name):
            async with await _settle(self._client.start_session(snapshot=True)) as session:
                yield session

    async def ping(self) -> None:
        """Ask the server for a sign of life."""
        with _told(self.name):
            await self._client.admin.command("ping")

    async def close(self) -> None:
        """Give the connections back."""
        await _settle(self._client.close())
