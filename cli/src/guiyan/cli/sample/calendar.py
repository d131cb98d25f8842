"""The year a sample tells of: where it starts, where the manual clock starts, quarters, office hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_CLOCK_STARTS_AFTER_DAYS = 32
_CLOCK_STARTS_AT = time(9)
_OFFICE_OPENS = 10
_OFFICE_SECONDS = 8 * 3600
_QUARTER_MONTHS = 3


class Quarter(NamedTuple):
    """One quarter of the year: first and last day, and its months as `yyyy-mm`."""

    name: str
    first: date
    last: date
    months: tuple[str, ...]


class Year(NamedTuple):
    """A year from `start`; what happened before `clock_start` is reported before the manual clock runs."""

    start: date

    @property
    def end(self) -> date:
        """The last business date."""
        return self.start.replace(year=self.start.year + 1) - timedelta(days=1)

    @property
    def clock_start(self) -> datetime:
        """Where the manual clock stands at first: 32 days after the start, at nine in the morning."""
        return datetime.combine(self.start + timedelta(days=_CLOCK_STARTS_AFTER_DAYS), _CLOCK_STARTS_AT, SHANGHAI)

    def quarters(self) -> list[Quarter]:
        """The calendar quarters that begin or run in the year, cut to it."""
        first = date(self.start.year, (self.start.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1, 1)
        found = []
        while first <= self.end:
            following = _month_after(first, _QUARTER_MONTHS)
            months = tuple(f"{_month_after(first, place):%Y-%m}" for place in range(_QUARTER_MONTHS))
            name = f"{first.year}-Q{(first.month - 1) // _QUARTER_MONTHS + 1}"
            last = min(self.end, following - timedelta(days=1))
            found.append(Quarter(name, max(first, self.start), last, months))
            first = following
        return found


def office_hour(random: Random, day: date) -> datetime:
    """Some second between ten and six of that day."""
    opens = datetime.combine(day, time(_OFFICE_OPENS), SHANGHAI)
    return opens + timedelta(seconds=random.randrange(_OFFICE_SECONDS))


def some_day(random: Random, first: date, last: date) -> date:
    """Some day from `first` to `last`, both included; `first` where they are in the wrong order."""
    return first + timedelta(days=random.randint(0, max(0, (last - first).days)))


def _month_after(day: date, months: int) -> date:
    place = day.month - 1 + months
    return date(day.year + place // 12, place % 12 + 1, 1)
