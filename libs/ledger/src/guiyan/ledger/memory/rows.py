"""The documents of one collection of the twin, and what its indexes find at once."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson

from guiyan.ledger.database import Filter, WriteRefused
from guiyan.ledger.memory.query import look_up
from guiyan.ledger.projection import Document

_CODEC: bson.CodecOptions[dict[str, Any]] = bson.CodecOptions(tz_aware=True)
_MAX_BYTES = 16 * 1024 * 1024
_SCALARS = frozenset({str, bool, type(None)})
_OTHER = object()


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as BSON (what a reader gets) and decoded (what filters look at)."""

    raw: bytes
    document: Document

    def copy(self) -> Document:
        """What a reader gets."""
        return bson.decode(self.raw, codec_options=_CODEC)


def store(collection: str, document: Document) -> Stored:
    """The document as it is kept; raises WriteRefused for what the database has no type or no room for."""
    try:
        raw = bson.encode(document, codec_options=_CODEC)
    except (bson.errors.InvalidDocument, OverflowError) as error:
        raise WriteRefused(collection, str(document.get("_id")), type(error).__name__) from None
    if len(raw) > _MAX_BYTES:
        raise WriteRefused(collection, str(document.get("_id")), "larger than 16 MB")
    return Stored(raw, bson.decode(raw, codec_options=_CODEC))


class _Order:
    """The ids of the documents of each value of one field in the order of their moments in another."""

    def __init__(self, group: str, name: str) -> None:
        self._group, self._name = group, name
        self._moments: defaultdict[Any, list[tuple[datetime, Any]]] = defaultdict(list)
        self._without: Counter[Any] = Counter()

    def is_whole(self, value: Any) -> bool:
        """Whether every document of a value (None: also those without one) has a moment."""
        return type(value) in _SCALARS and not self._without[value] and not self._without[_OTHER]

    def of(self, value: Any) -> list[tuple[datetime, Any]]:
        """Moments and ids of a value's documents."""
        return self._moments.get(value, [])

    def add(self, id_: Any, document: Document) -> None:
        """A document that has come."""
        value, moment = self._place(document)
        if moment is None:
            self._without[value] += 1
        else:
            insort(self._moments[value], (moment, id_))

    def remove(self, id_: Any, document: Document) -> None:
        """A document that goes."""
        value, moment = self._place(document)
        if moment is None:
            self._without[value] -= 1
        else:
            moments = self._moments[value]
            del moments[bisect_left(moments, (moment, id_))]

    def _place(self, document: Document) -> tuple[Any, datetime | None]:
        """Under what it stands, and its moment; under a mark of its own where its value is no plain one."""
        value, moment = document.get(self._group), document.get(self._name)
        if type(value) not in _SCALARS:
            return _OTHER, None
        return value, moment if isinstance(moment, datetime) else None


class Rows(dict[Any, Stored]):
    """The documents of a collection in order of insertion, found at once by what its indexes begin with."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[Any, int] = {}
        self._count = 0
        self._indexes: dict[str, defaultdict[str, set[Any]]] = {}
        self._orders: dict[tuple[str, str], _Order] = {}

    def __setitem__(self, id_: Any, stored: Stored) -> None:
        self._forget(id_)
        if id_ not in self:
            self._count += 1
            self._places[id_] = self._count
        super().__setitem__(id_, stored)
        for name, index in self._indexes.items():
            for value in _texts(stored.document, name):
                index[value].add(id_)
        for order in self._orders.values():
            order.add(id_, stored.document)

    def remove(self, id_: Any) -> None:
        """Take a document away, if it is there."""
        if id_ in self:
            self._forget(id_)
            del self._places[id_], self[id_]

    def index(self, name: str) -> None:
        """Find documents by the texts that a field holds."""
        if name not in self._indexes:
            index = self._indexes[name] = defaultdict(set)
            for id_, stored in self.items():
                for value in _texts(stored.document, name):
                    index[value].add(id_)

    def order(self, group: str, name: str) -> None:
        """Find documents in the order of the moments that a field holds, among those of one value of another field."""
        if (group, name) not in self._orders:
            order = self._orders[group, name] = _Order(group, name)
            for id_, stored in self.items():
                order.add(id_, stored.document)

    def moments(self, filter_: Filter, name: str) -> Iterator[tuple[datetime, Stored]] | None:
        """The documents that may fit by their moments, earliest first; None where no index has all of them in order."""
        for (group, by), order in self._orders.items():
            if by == name and group in filter_ and order.is_whole(filter_[group]):
                return ((moment, self[id_]) for moment, id_ in order.of(filter_[group]))
        return None

    def candidates(self, filter_: Filter) -> list[Stored]:
        """The documents that may fit, in order of insertion: all of them where no index says more."""
        ids = self._narrowed(filter_)
        if ids is None:
            return list(self.values())
        return [self[id_] for id_ in sorted(ids, key=self._places.__getitem__)]

    def _narrowed(self, filter_: Filter) -> Iterable[Any] | None:
        for name, wanted in filter_.items():
            found: Iterable[Any] | None = None
            if name == "$and":
                found = next((ids for one in wanted if (ids := self._narrowed(one)) is not None), None)
            elif (values := _wanted_texts(wanted)) is not None and name == "_id":
                found = {one for one in values if one in self}
            elif values is not None and name in self._indexes:
                found = set().union(*(self._indexes[name].get(one, ()) for one in values))
            if found is not None:
                return found
        return None

    def _forget(self, id_: Any) -> None:
        stored = self.get(id_)
        if stored is not None:
            for name, index in self._indexes.items():
                for value in _texts(stored.document, name):
                    index[value].discard(id_)
            for order in self._orders.values():
                order.remove(id_, stored.document)


def _texts(document: Document, name: str) -> list[str]:
    """The texts at a path: the value, or the values of a list there."""
    flat = (one for value in look_up(document, name) for one in (value if isinstance(value, list) else [value]))
    return [one for one in flat if isinstance(one, str)]


def _wanted_texts(wanted: Any) -> list[str] | None:
    """The texts of which a field has to hold one; None where something else is asked."""
    if isinstance(wanted, str):
        return [wanted]
    if isinstance(wanted, Mapping) and "$in" in wanted:
        values = list(wanted["$in"])
        return values if all(isinstance(one, str) for one in values) else None
    return None
