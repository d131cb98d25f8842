"""Cursors: where the next page of a list begins, as an opaque text that only this list understands.

Pages are found by key (the sort field's value, then `_id`), so that they neither skip nor repeat a document
while others come and go, and the ten-thousandth page costs as much as the first.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final

from guiyan.service.filters import MAX_INTEGER

MAX_CURSOR_CHARS: Final = 1_024
Query = dict[str, Any]
Scalar = str | int | float | bool | None


class BadCursor(Exception):  # noqa: N818
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


def encode(listing: str, sort: Sort, value: Scalar, id_: str) -> str:
    """The cursor after the document with this value and id."""
    text = json.dumps([listing, str(sort), value, id_], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(listing: str, sort: Sort, cursor: str) -> tuple[Scalar, str]:
    """The value and id a cursor stands at; raises BadCursor when it is not from this list in this order."""
    if len(cursor) > MAX_CURSOR_CHARS or not cursor.isascii():
        raise BadCursor
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise BadCursor from None
    match parts:
        case [str() as name, str() as order, (str() | bool() | int() | float() | None) as value, str() as id_] if (
            name == listing and order == str(sort) and _plain(value) and _plain(id_)
        ):
            return value, id_
        case _:
            raise BadCursor


def _plain(value: Scalar) -> bool:
    """Whether MongoDB can hold it: no lone surrogate, no number beyond 64 bits."""
    if isinstance(value, str):
        return value.isprintable() and "\x00" not in value
    return not isinstance(value, int) or abs(value) <= MAX_INTEGER


def after(sort: Sort, value: Scalar, id_: str) -> Query:
    """The query for what comes after (value, id) in this order; missing and null come first when going up."""
    beyond = {"$lt" if sort.descending else "$gt": id_}
    if sort.field == "_id":
        return {"_id": beyond}
    same = {sort.field: value, "_id": beyond}
    if value is None:
        return same if sort.descending else {"$or": [{sort.field: {"$ne": None}}, same]}
    further: list[Query] = [{sort.field: {"$lt" if sort.descending else "$gt": value}}, same]
    if sort.descending:
        further.append({sort.field: None})
    return {"$or": further}
