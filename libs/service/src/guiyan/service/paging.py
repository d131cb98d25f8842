"""Paging: filters, order and cursor as ranges of an index, so that the ten-thousandth page costs as much as the first.

A page begins after a place in the order: the sort field's value, then `_id`. What lies behind a place is one to three
ranges, each of which an index on (…, field, _id) holds in one piece; they are read one after the other until the page
is full. So pages neither skip nor repeat a document while others come and go, and none is looked at twice.

A cursor is opaque and holds no personal text (ADR 0017): where the list masks its sort field the cursor names the last
document alone, and its value is read from the list again.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guiyan.service.filters import MAX_INTEGER
from guiyan.service.reads import Document, Query, Reads

MAX_CURSOR_CHARS: Final = 1_024
Scalar = str | int | float | bool | None


class BadCursor(Exception):  # noqa: N818 - the name says what is wrong
    """The text is no cursor of this list."""


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list: one field, up or down, then `_id` likewise."""

    field: str
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "Sort":
        """`left_on` is up, `-left_on` down."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.field}" if self.descending else self.field

    def keys(self) -> list[tuple[str, int]]:
        """The order in MongoDB's words."""
        way = -1 if self.descending else 1
        return [(self.field, way)] if self.field == "_id" else [(self.field, way), ("_id", way)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands in an order."""

    value: Scalar
    id: str

    @classmethod
    def of(cls, document: Mapping[str, Any], sort: Sort) -> "Place":
        """The place of a document; the field may lie deeper (`person.name`)."""
        found: Any = document
        for part in sort.field.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return cls(found, str(document["_id"]))


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one list in one order; `telling` when they may hold the value of the sort field."""

    listing: str
    sort: Sort
    telling: bool

    def write(self, place: Place) -> str:
        """The cursor after a place."""
        parts = [self.listing, str(self.sort), place.id, *([place.value] if self.telling else [])]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, cursor: str) -> Place:
        """The place a cursor stands at, without its value unless they tell it; raises BadCursor for any other text."""
        if len(cursor) > MAX_CURSOR_CHARS or not cursor.isascii():
            raise BadCursor
        try:
            parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        except (ValueError, binascii.Error, RecursionError):
            raise BadCursor from None
        match parts:
            case [str() as name, str() as order, str() as id_, *rest] if (
                name == self.listing and order == str(self.sort) and _plain(id_) and len(rest) == self.telling
            ):
                value = rest[0] if rest else None
            case _:
                raise BadCursor
        if not isinstance(value, str | int | float | bool | None) or not _plain(value):
            raise BadCursor
        return Place(value, id_)

    async def find_place(self, reads: Reads, collection: str, where: Query, cursor: str) -> Place:
        """The same with the value, which is read from the list as far as the caller may see it; raises BadCursor."""
        place = self.read(cursor)
        if self.telling:
            return place
        found = await reads.find(collection, all_of(where, {"_id": place.id}), limit=1)
        if not found:
            raise BadCursor
        return Place.of(found[0], self.sort)


def _plain(value: Scalar) -> bool:
    """Whether MongoDB can hold it: no lone surrogate, no number beyond 64 bits."""
    if isinstance(value, str):
        return value.isprintable() and "\x00" not in value
    return not isinstance(value, int) or abs(value) <= MAX_INTEGER


@dataclass(frozen=True, slots=True)
class Range:
    """One part of what follows: the query, and the order within it (by `_id` alone where the field has one value)."""

    query: Query
    keys: tuple[tuple[str, int], ...]


def ranges(sort: Sort, place: Place | None) -> tuple[Range, ...]:
    """What comes after a place, in order, each part one range of an index; missing and null come first going up."""
    whole = tuple(sort.keys())
    if place is None:
        return (Range({}, whole),)
    beyond = {"$lt" if sort.descending else "$gt": place.id}
    if sort.field == "_id":
        return (Range({"_id": beyond}, whole),)
    same = Range({sort.field: place.value, "_id": beyond}, whole[1:])
    if place.value is None:
        return (same,) if sort.descending else (same, Range({sort.field: {"$ne": None}}, whole))
    further = Range({sort.field: {"$lt" if sort.descending else "$gt": place.value}}, whole)
    return (same, further, Range({sort.field: None}, whole[1:])) if sort.descending else (same, further)


@dataclass(frozen=True, slots=True)
class Page:
    """What one page is asked for: the filters (the scope among them), the order, how many, and after which place."""

    where: Query
    sort: Sort
    limit: int
    after: Place | None = None

    async def read(self, reads: Reads, collection: str) -> tuple[list[Document], Place | None]:
        """Its documents in order, and the place of the last one where more follow."""
        found: list[Document] = []
        for part in ranges(self.sort, self.after):
            query, left = all_of(self.where, part.query), self.limit + 1 - len(found)
            found += await reads.find(collection, query, sort=part.keys, limit=left)
            if len(found) > self.limit:
                return found[: self.limit], Place.of(found[self.limit - 1], self.sort)
        return found, None


def all_of(*conditions: Query) -> Query:
    """One query for all of them."""
    parts: Sequence[Query] = [one for one in conditions if one]
    if len(parts) > 1:
        return {"$and": list(parts)}
    return parts[0] if parts else {}
