"""Rules about business dates that every aggregate of the registry shares."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from guiyan.ledger import Refused
from guiyan.ledger.calendar import FOUNDED


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something happened (`occurred_on`) and which business date it is said on (`today`), both in Shanghai."""

    occurred_on: date
    today: date


def require_happened(when: Occasion, *, not_before: date | None = None, pointer: str = "/occurred_on") -> None:
    """What is recorded has happened: not in the future, and not before what it follows on (back-dating is normal).

    domain.md §8: late receipts and back-registration are normal; the future is not, nor is a year mistyped.
    """
    if when.occurred_on > when.today:
        raise Refused("in_the_future", pointer=pointer)
    earliest = max(not_before or FOUNDED, FOUNDED)
    if when.occurred_on < earliest:
        raise Refused("too_early", pointer=pointer, earliest=earliest.isoformat())


def require_joined(joined_on: date | None, on: date, pointer: str = "/occurred_on") -> None:
    """Nobody leaves, or does anything else as a member, before the day of joining; where that is unknown, all goes."""
    if joined_on is not None and on < joined_on:
        raise Refused("before_joining", pointer=pointer)


def months_after(day: date, months: int) -> date:
    """The same day `months` calendar months later, or the last day of a shorter month (31 Aug + 6 = 28 Feb)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_of(day: date) -> str:
    """The business month of a day, yyyy-mm."""
    return f"{day.year:04d}-{day.month:02d}"


def month_number(month: str) -> int:
    """A business month as a running number, so that months can be subtracted."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1
