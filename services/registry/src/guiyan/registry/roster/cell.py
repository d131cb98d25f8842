"""What a cell can hold, and its text with full-width signs, stray blanks and invisible characters removed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_BLANKS = re.compile(r"\s+")
_MAX_EXACT_FLOAT = 2**53


def text_of(cell: Cell) -> str:
    """The cell as text: numbers without ".0", dates in ISO 8601, full-width signs as half-width, blanks trimmed."""
    if type(cell) is str:
        return _clean(cell)
    if cell is None:
        return ""
    if type(cell) is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < _MAX_EXACT_FLOAT else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


@lru_cache(maxsize=16384)
def compact(text: str) -> str:
    """The text without any blank inside: names of branches and headers are compared so."""
    return _BLANKS.sub("", text)


@lru_cache(maxsize=16384)
def _clean(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if not text.isprintable():
        # Tabs and line breaks part words; what is left (zero-width signs, byte order marks) is invisible and goes.
        text = "".join(char for char in _BLANKS.sub(" ", text) if char.isprintable())
    return text.strip(" '\"`")
