"""The calendar the office works by: quarters, half-years, calendar months, days in Asia/Shanghai. Pure functions."""

from __future__ import annotations

import calendar as gregorian
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final, Self

from guiyan.ledger.clock import SHANGHAI

_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])\Z", re.ASCII)
_HALF_YEAR = re.compile(r"([0-9]{4})-H([12])\Z", re.ASCII)

SPRING_FESTIVALS: Final = MappingProxyType(
    {
        2024: date(2024, 2, 10),
        2025: date(2025, 1, 29),
        2026: date(2026, 2, 17),
        2027: date(2027, 2, 6),
        2028: date(2028, 1, 26),
        2029: date(2029, 2, 13),
        2030: date(2030, 2, 3),
        2031: date(2031, 1, 23),
    }
)
"""The first day of the first lunar month, by year (domain.md §4.4)."""

FOUNDED: Final = date(1921, 7, 1)
"""Nothing that is recorded here happened before there was anything to record (domain.md §8)."""


def moment_of(day: date, at: time = time()) -> datetime:
    """The moment in UTC at which a clock in Asia/Shanghai shows this day and time; midnight by default."""
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day of the month some calendar months later (or earlier); the month's last day where it has none."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, last_of_month(year, month + 1)))


def add_years(day: date, years: int) -> date:
    """The same day some years later; 28 February where 29 February does not exist."""
    return add_months(day, 12 * years)


def last_of_month(year: int, month: int) -> int:
    """The number of a month's last day."""
    return gregorian.monthrange(year, month)[1]


def whole_months_between(start: date, end: date) -> int:
    """How many calendar months have fully passed from `start` to `end`; negative when `end` is earlier.

    A month has passed when `add_months(start, n)` is not after `end`, so 31 January + 1 month is full on 28 February.
    """
    if end < start:
        return -whole_months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def spring_festival(year: int) -> date:
    """The Spring Festival's first day; raises LookupError for a year that the table does not hold."""
    try:
        return SPRING_FESTIVALS[year]
    except KeyError:
        known = f"{min(SPRING_FESTIVALS)} to {max(SPRING_FESTIVALS)}"
        raise LookupError(
            f"the Spring Festival of {year} is not in the table ({known}); add it to calendar.py"
        ) from None


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter, written `2026-Q1`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:  # noqa: PLR2004 - a year has four
            raise ValueError(f"a year has quarters 1 to 4, not {self.number}")

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-Q1`; raises ValueError when it is none."""
        found = _QUARTER.match(text)
        if found is None:
            raise ValueError(f"{text!r} is no quarter; write it like 2026-Q1")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        """1 January, April, July or October."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """31 March, 30 June, 30 September or 31 December."""
        return self.next().first_day - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has: 90 to 92."""
        return (self.last_day - self.first_day).days + 1

    def day(self, number: int) -> date:
        """Its day `number`, counted from 1; raises ValueError when it has no such day."""
        if not 1 <= number <= self.days:
            raise ValueError(f"{self} has days 1 to {self.days}, not {number}")
        return self.first_day + timedelta(days=number - 1)

    def number_of(self, day: date) -> int:
        """Which day of the quarter a day is, counted from 1; raises ValueError when it lies outside."""
        if Quarter.of(day) != self:
            raise ValueError(f"{day} does not lie in {self}")
        return (day - self.first_day).days + 1

    def next(self) -> Self:
        """The quarter after it."""
        return self.plus(1)

    def previous(self) -> Self:
        """The quarter before it."""
        return self.plus(-1)

    def plus(self, quarters: int) -> Self:
        """The quarter so many later (or earlier)."""
        year, number = divmod(self.year * 4 + self.number - 1 + quarters, 4)
        return type(self)(year, number + 1)


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """Half a calendar year, written `2026-H1`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in {1, 2}:
            raise ValueError(f"a year has halves 1 and 2, not {self.number}")

    def __str__(self) -> str:
        return f"{self.year:04}-H{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-H1`; raises ValueError when it is none."""
        found = _HALF_YEAR.match(text)
        if found is None:
            raise ValueError(f"{text!r} is no half-year; write it like 2026-H1")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The half-year a day lies in."""
        return cls(day.year, (day.month + 5) // 6)

    @property
    def first_day(self) -> date:
        """1 January or 1 July."""
        return date(self.year, 6 * self.number - 5, 1)

    @property
    def last_day(self) -> date:
        """30 June or 31 December."""
        return add_months(self.first_day, 6) - timedelta(days=1)

    def next(self) -> Self:
        """The half-year after it."""
        return type(self)(self.year + self.number // 2, 3 - self.number)


def quarter_of(day: date) -> Quarter:
    """The quarter a day lies in."""
    return Quarter.of(day)
