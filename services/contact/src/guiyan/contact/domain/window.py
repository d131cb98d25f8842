"""The days in which one contact is due: a quarter, half a year abroad, a month where the place is unknown (§2.5, §2.6).

Windows of one length follow one another without a gap. One belongs to the quarter in which it begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from guiyan.contact.domain.numbering import duty_id, window_duty_id
from guiyan.contact.domain.parameters import Parameters
from guiyan.events.codes import FlowRange, FlowReason
from guiyan.ledger.calendar import Quarter, add_months

QUARTER_MONTHS: Final = 3
QUARTER_DAYS: Final = 90
"""The length for which the days of reminding are told (§2.6: day 45, 75, 85)."""
ABROAD: Final = "ABROAD"
UNKNOWN: Final = "UNKNOWN"
OUTSIDE_THE_MAINLAND: Final = frozenset({FlowRange.OVERSEAS, FlowRange.HK_MO_TW})


@dataclass(frozen=True, slots=True)
class Window:
    """From the first day to the last."""

    first: date
    last: date

    @property
    def quarter(self) -> Quarter:
        """The quarter it belongs to."""
        return Quarter.of(self.first)

    def duty_id(self, member_id: str) -> str:
        """The id of a member's duty in it: the quarter's, or one of its own, which no other window has."""
        if self.is_quarter:
            return duty_id(member_id, self.quarter)
        return window_duty_id(member_id, self.first, self.last)

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    @property
    def is_quarter(self) -> bool:
        """Whether it is just a quarter."""
        return (self.first, self.last) == (self.quarter.first_day, self.quarter.last_day)

    def reminder(self, number: int) -> date | None:
        """The date of a day of reminding told for a quarter: sooner in a shorter window, later in a longer one."""
        days = (self.last - self.first).days + 1
        day = number if self.is_quarter else max(1, number * days // QUARTER_DAYS)
        return self.first + timedelta(days=day - 1) if day <= days else None

    def next_reminder(self, days: Iterable[int], after: date) -> int | None:
        """The next of the days of reminding that comes after a date, as it is told for a quarter; None if none does."""
        return next((one for one in sorted(days) if (on := self.reminder(one)) is not None and on > after), None)


def window_at(day: date, months: int) -> Window:
    """The window of so many months that a day lies in."""
    number = day.year * 12 + day.month - 1
    first = _month(number - number % months)
    return Window(first, add_months(first, months) - timedelta(days=1))


def window_after(day: date, months: int) -> Window:
    """The first window that begins after a day."""
    return window_at(window_at(day, months).last + timedelta(days=1), months)


def months_of(cycle: str | None, parameters: Parameters) -> int:
    """How many months a member's window has: six abroad, one while the place is unknown, else a quarter."""
    if cycle == ABROAD:
        return parameters.abroad_cycle_months
    return parameters.unknown_cycle_months if cycle == UNKNOWN else QUARTER_MONTHS


def cycle_of(range_: str | None, reason: str | None, certainty: str | None) -> str | None:
    """Which cycle a member has by what was told of the trip; None is the quarter's."""
    abroad = range_ in OUTSIDE_THE_MAINLAND if range_ is not None else reason == FlowReason.ABROAD
    if abroad:
        return ABROAD
    return UNKNOWN if certainty == UNKNOWN else None


def _month(number: int) -> date:
    year, month = divmod(number, 12)
    return date(year, month + 1, 1)
