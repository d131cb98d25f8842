"""Filters of a list: which fields may be asked for, and the query each question means."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

from pydantic_core import PydanticKnownError

from guiyan.events.document_numbers import find_spelling
from guiyan.events.exact import as_day, as_moment
from guiyan.service.problems import FieldProblem

MAX_VALUES: Final = 50
MAX_TEXT_CHARS: Final = 200
MAX_INTEGER: Final = 2**63 - 1
# Ends of a range: `left_on_from=2026-01-01&left_on_to=2026-03-31`, both inclusive.
FROM, TO = "_from", "_to"

Query = dict[str, Any]


class Kind(StrEnum):
    """What a field holds, and so what may be asked of it."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DOCUMENT_NO = "document_no"


RANGED: Final = frozenset({Kind.DATE, Kind.MOMENT, Kind.INTEGER})


@dataclass(frozen=True, slots=True)
class Filter:
    """One field that a list may be narrowed by.

    `field` is its path in the document (default: the parameter's name), `choices` the allowed codes. Several values
    of one parameter mean any of them; of a document's number any spelling finds it (ADR 0029). Dates are stored as ISO
    text unless `native` says that they are datetimes.
    `present` asks whether the field holds anything at all (with `kind` BOOLEAN).
    """

    kind: Kind = Kind.TEXT
    field: str = ""
    choices: Collection[str] = ()
    native: bool = False
    present: bool = False
    description: str = ""


Filters = Mapping[str, Filter]


class _Wrong(Exception):  # noqa: N818 - the name says what is wrong
    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def query_of(filters: Filters, asked: Sequence[tuple[str, str]]) -> tuple[Query, list[FieldProblem]]:
    """The query that the parameters mean, and what is wrong with them (unknown names, wrong values)."""
    known = parameters_of(filters)
    wanted: dict[str, list[str]] = {}
    faults: list[FieldProblem] = []
    for name, value in asked:
        if name in known:
            wanted.setdefault(name, []).append(value)
        else:
            faults.append(FieldProblem("?" + shown_name(name), "unknown_filter", {"known": ", ".join(known)}))
    query: dict[str, Query] = {}
    for name, values in wanted.items():
        base, operator, one = known[name]
        try:
            read = [found for value in values[: MAX_VALUES + 1] for found in _all_of(one, value)]
            _condition(query.setdefault(one.field or base, {}), *(_presence(read) if one.present else (operator, read)))
        except _Wrong as wrong:
            faults.append(FieldProblem(f"?{name}", wrong.code, wrong.params))
    return dict(query), faults[:MAX_VALUES]


def parameters_of(filters: Filters) -> dict[str, tuple[str, str, Filter]]:
    """Every parameter's name with (filter's name, operator, filter); ranges add `_from` and `_to`."""
    found: dict[str, tuple[str, str, Filter]] = {}
    for name, one in filters.items():
        found[name] = (name, "$in", one)
        if one.kind in RANGED:
            found[name + FROM] = (name, "$gte", one)
            found[name + TO] = (name, "$lte", one)
    return found


def _condition(query: Query, operator: str, values: list[Any]) -> None:
    if len(values) > MAX_VALUES:
        raise _Wrong("too_long", max_length=MAX_VALUES)
    if operator in {"$in", "$nin"}:
        query[operator] = values
    elif len(values) > 1:
        raise _Wrong("invalid_value")
    else:
        query[operator] = values[0]


def _presence(values: list[Any]) -> tuple[str, list[Any]]:
    """Whether there is any value; asked for both ways at once, it is no question."""
    if len(set(values)) > 1:
        return "$nin", []
    return ("$ne" if values[0] else "$eq"), [None]


def shown_name(name: str) -> str:
    """A parameter's name that the caller made up is told back only when it is a plain word."""
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "*"  # noqa: PLR2004 - longer than any name of ours


def _all_of(one: Filter, text: str) -> list[Any]:
    """What one value means: of a document's number the one spelling (ADR 0029), and what was kept before as typed."""
    read = _read(one, text)
    if one.kind is not Kind.DOCUMENT_NO:
        return [read]
    return list(dict.fromkeys((find_spelling(text) or text, text)))


def _read(one: Filter, text: str) -> Any:
    if len(text) > MAX_TEXT_CHARS or "\x00" in text:
        raise _Wrong("too_long", max_length=MAX_TEXT_CHARS)
    if one.choices and text not in one.choices:
        raise _Wrong("enum", expected=", ".join(sorted(one.choices)))
    match one.kind:
        case Kind.DATE:
            return _date(text, native=one.native)
        case Kind.MOMENT:
            return _moment(text, native=one.native)
        case Kind.INTEGER:
            return integer(text)
        case Kind.BOOLEAN:
            return _boolean(text)
        case Kind.TEXT | Kind.DOCUMENT_NO:
            return text


def _date(text: str, *, native: bool) -> date | str:
    try:
        found = date.fromisoformat(as_day(text))
    except (ValueError, PydanticKnownError):
        raise _Wrong("date") from None
    return datetime(found.year, found.month, found.day, tzinfo=UTC) if native else found.isoformat()


def _moment(text: str, *, native: bool) -> datetime | str:
    try:
        found = datetime.fromisoformat(as_moment(text))
        if found.tzinfo is None:
            raise _Wrong("datetime")
        found = found.astimezone(UTC)
    except (ValueError, OverflowError, PydanticKnownError):
        raise _Wrong("datetime") from None
    return found if native else found.isoformat(timespec="microseconds").replace("+00:00", "Z")


def integer(text: str) -> int:
    """A whole number of at most 64 bits; raises _Wrong, told as `number`."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 19 or abs(int(text)) > MAX_INTEGER:  # noqa: PLR2004 - more digits than 64 bits have
        raise _Wrong("number")
    return int(text)


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise _Wrong("boolean")
    return text == "true"
