"""The port to a service's own database: collections, transactions, reads as of one moment.

Two adapters pass one conformance suite: `guiyan.ledger.mongo` (Motor or PyMongo's async client) and
`guiyan.ledger.memory.MemoryDatabase`, the in-memory twin.

DatabaseError
├── StoreUnavailable   the database is away or asks to try again: nothing is known to have been written
├── DuplicateKey       a document with that unique value exists already
└── WriteRefused       a document cannot be stored as it is; trying again is useless
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from guiyan.ledger.projection import Document, Index

Filter = Mapping[str, Any]
Session = Any
"""What a transaction or a snapshot hands out and every call may be given; opaque."""


class DatabaseError(Exception):
    """Base of every error of the database port."""


class StoreUnavailable(DatabaseError):  # noqa: N818 - named for what is wrong
    """The database is away or asks to try again; repeat the whole step."""


class MomentGone(StoreUnavailable):
    """The database cannot tell what is read as of a snapshot's moment; take another one."""


class DuplicateKey(DatabaseError):  # noqa: N818 - the name says what is wrong
    """A document with that unique value exists already."""


class WriteRefused(DatabaseError):  # noqa: N818 - the name says what is wrong
    """A document cannot be stored as it is (unique index, size, a value BSON has no type for)."""

    def __init__(self, collection: str, id_: str | None, reason: str) -> None:
        super().__init__(f"a document of {collection} cannot be stored: {reason}")
        self.collection = collection
        self.id = id_
        self.reason = reason


@dataclass(slots=True)
class Changes:
    """What a batch does to one collection: each document at most once."""

    inserts: list[Document] = field(default_factory=list)
    replaces: list[Document] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.inserts) + len(self.replaces) + len(self.deletes)


class Cursor(Protocol):
    """A query not yet run; `sort`, `skip` and `limit` give it back changed, as in every MongoDB driver."""

    def sort(self, field: str | Sequence[tuple[str, int]], direction: int = 1) -> Cursor:
        """Order by one field, or by several with their directions (1, -1)."""

    def skip(self, count: int) -> Cursor:
        """Leave out the first `count`."""

    def limit(self, count: int) -> Cursor:
        """At most `count`; 0 means all."""

    async def to_list(self, length: int | None = None) -> list[Document]:
        """Run it and give the documents, at most `length`."""

    def __aiter__(self) -> AsyncIterator[Document]:
        """Run it and give one document after the other."""


class Reader(Protocol):
    """The reading half of a collection: what queries get."""

    async def find_one(
        self, filter_: Filter | str, projection: Mapping[str, Any] | None = None, *, session: Session = None
    ) -> Document | None:
        """The first document that fits; a string means `_id`."""

    def find(
        self, filter_: Filter | None = None, projection: Mapping[str, Any] | None = None, *, session: Session = None
    ) -> Cursor:
        """A query for every document that fits."""

    async def count_documents(self, filter_: Filter | None = None, *, session: Session = None) -> int:
        """How many documents fit."""

    async def count_by(self, filter_: Filter, field: str, *, session: Session = None) -> dict[Any, int]:
        """How many documents fit, for each value of a plain field; None stands for no value."""

    async def values_by(
        self, filter_: Filter, group: str, field: str, *, session: Session = None
    ) -> dict[Any, frozenset[Any]]:
        """Which values of a plain field those that fit have, for each value of another; None stands for no value."""


class Collection(Reader, Protocol):
    """One collection; every write is acknowledged by a majority and journalled."""

    name: str

    async def insert_one(self, document: Document, *, session: Session = None) -> None:
        """Insert; raises DuplicateKey when its `_id` or another unique value is taken."""

    async def update_one(
        self, filter_: Filter, update: Mapping[str, Any], *, upsert: bool = False, session: Session = None
    ) -> int:
        """Change the first document that fits; gives how many fitted (0 or 1)."""

    async def update_many(self, filter_: Filter, update: Mapping[str, Any], *, session: Session = None) -> int:
        """Change every document that fits; gives how many fitted."""

    async def find_one_and_update(
        self, filter_: Filter, update: Mapping[str, Any], *, upsert: bool = False, session: Session = None
    ) -> Document | None:
        """Change the first document that fits and give it as it is afterwards; None when none fitted."""

    async def delete_many(self, filter_: Filter, *, session: Session = None) -> int:
        """Remove every document that fits; gives how many."""

    async def write(self, changes: Changes, *, session: Session = None) -> None:
        """Apply many changes in as few round trips as possible; raises WriteRefused or DuplicateKey."""

    async def create_index(self, index: Index) -> None:
        """Create the index unless it is there, and the collection with it."""

    async def create_indexes(self, indexes: Sequence[Index]) -> None:
        """Likewise several, in one round trip."""


class Database(Protocol):
    """One service's database."""

    name: str

    def collection(self, name: str) -> Collection:
        """A collection; it comes into being with its first document."""

    async def collection_names(self) -> list[str]:
        """The names of the collections that exist."""

    async def create(self, name: str) -> None:
        """Make an empty collection unless it is there."""

    async def drop(self, name: str) -> None:
        """Remove a collection with its documents and indexes."""

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """All writes with this session happen, or none; an exception inside aborts it."""

    def snapshot(self) -> AbstractAsyncContextManager[Session]:
        """All reads with this session see the database as of one moment."""

    async def ping(self) -> None:
        """Raises StoreUnavailable when the database does not answer."""

    async def close(self) -> None:
        """Give the connections back."""
