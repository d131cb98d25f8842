"""Dates as offices write them: date cells, Excel serials, `yyyy年MM月dd日`, `yyyy.MM`, `yyyyMMdd`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from guiyan.registry.roster.cell import Cell, text_of

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 1, 1)

_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_SERIALS = range(1, 73051)
_YEAR_FIRST = range(1900, 2101)
_PARTS = re.compile(
    r"([0-9]{4})[年./\-\s]\s*([0-9]{1,2})(?:[月./\-\s]\s*(?:([0-9]{1,2})[日号]?)?)?(?:[ T]0?0:00(?::00)?(?:\.0+)?)?\Z"
)
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?\Z")
_SERIAL_TEXT = re.compile(r"[0-9]{5}(?:\.0+)?\Z")


class ReadDate(NamedTuple):
    """A date and whether its day was written (`exact`); without one the first of the month stands."""

    value: date
    exact: bool = True


class UnreadableDateError(ValueError):
    """The cell holds no date; `code` is a code of `problem.MESSAGES`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_date(cell: Cell, *, epoch_1904: bool = False) -> ReadDate | None:
    """The date in the cell, None where it is blank; raises `UnreadableDateError` where it is something else."""
    if type(cell) is date:
        return _in_range(ReadDate(cell))
    if isinstance(cell, datetime):
        return _in_range(ReadDate(cell.date()))
    if isinstance(cell, (float, int)) and not isinstance(cell, bool):
        return _in_range(_number(float(cell), epoch_1904=epoch_1904))
    text = text_of(cell)
    return _text(text, epoch_1904) if text else None


def _in_range(found: ReadDate) -> ReadDate:
    if EARLIEST <= found.value < LATEST:
        return found
    raise UnreadableDateError("date_out_of_range")


def _number(value: float, *, epoch_1904: bool) -> ReadDate:
    whole = int(value) if abs(value) < 10**9 else 0
    if whole in _YEAR_FIRST and value != whole:
        # 1990.1 is January or October: the cell lost the zero.
        raise UnreadableDateError("date_ambiguous")
    if whole in _SERIALS and whole not in _YEAR_FIRST:
        return ReadDate((_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + timedelta(days=whole))
    return _parts(_PACKED.match(str(whole)))


@lru_cache(maxsize=65536)
def _text(text: str, epoch_1904: bool) -> ReadDate:  # noqa: FBT001  the cache takes positional keys
    if _SERIAL_TEXT.match(text):
        return _in_range(_number(float(text), epoch_1904=epoch_1904))
    return _in_range(_parts(_PARTS.match(text) or _PACKED.match(text)))


def _parts(found: re.Match[str] | None) -> ReadDate:
    if not found:
        raise UnreadableDateError("date_format")
    year, month, day = found.groups()
    try:
        return ReadDate(date(int(year), int(month), int(day or 1)), exact=day is not None)
    except ValueError:
        raise UnreadableDateError("date_format") from None
