"""Working days: by the official holiday calendar where it is published, else Monday to Friday, marked provisional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import chinese_calendar
from chinese_calendar.constants import holidays

FIRST_YEAR: Final[int] = min(holidays).year
LAST_YEAR: Final[int] = max(holidays).year
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A date found by counting working days; `provisional` when a year without a published calendar was touched."""

    result: date
    provisional: bool


def is_published(year: int) -> bool:
    """Whether the official holidays and swapped days of a year are known."""
    return FIRST_YEAR <= year <= LAST_YEAR


def is_working_day(day: date) -> bool:
    """Whether people work on a day: by the calendar (swapped weekends count), else Monday to Friday."""
    if is_published(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < _SATURDAY


def add_working_days(start: date, count: int) -> WorkingDay:
    """The `count`-th working day after `start` (before it, when negative); `start` itself is not counted.

    With 0 it is `start` when that is a working day, else the next one.
    """
    day, left = start, abs(count)
    step = _DAY if count >= 0 else -_DAY
    provisional = not is_published(start.year)
    if count == 0:
        while not is_working_day(day):
            day += _DAY
            provisional = provisional or not is_published(day.year)
    while left:
        day += step
        provisional = provisional or not is_published(day.year)
        left -= is_working_day(day)
    return WorkingDay(day, provisional)


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + n * _DAY) for n in range(1, days + 1))
