"""Periods as boards step through them: a month (月报), a quarter (季报) or a year (年报)."""

from __future__ import annotations

from datetime import date
from typing import Final

from guiyan.console.i18n import mark
from guiyan.service.period import Period

MONTH, QUARTER, YEAR = "month", "quarter", "year"
ALL: Final = (MONTH, QUARTER, YEAR)
TITLES: Final = {MONTH: mark("月报"), QUARTER: mark("季报"), YEAR: mark("年报")}
COUNTS: Final = {MONTH: 12, QUARTER: 4, YEAR: 1}
"""How many of each a year has."""


def span_of(period: str) -> str:
    """How long a period is."""
    return YEAR if "-" not in period else QUARTER if "-Q" in period else MONTH


def around(period: str) -> tuple[str, str]:
    """The periods of the same length before and after it."""
    span, first = span_of(period), Period.parse(period).first
    each = 12 // COUNTS[span]
    count = first.year * COUNTS[span] + (first.month - 1) // each
    return _text(span, count - 1), _text(span, count + 1)


def within(period: str, span: str, today: date) -> str:
    """The period of another length that has today, where the present one has it; else the one of its last day."""
    told = Period.parse(period)
    day = today if told.first <= today <= told.last else told.last
    each = 12 // COUNTS[span]
    return _text(span, day.year * COUNTS[span] + (day.month - 1) // each)


def _text(span: str, count: int) -> str:
    year, place = divmod(count, COUNTS[span])
    return f"{year}" if span == YEAR else f"{year}-Q{place + 1}" if span == QUARTER else f"{year}-{place + 1:02}"
