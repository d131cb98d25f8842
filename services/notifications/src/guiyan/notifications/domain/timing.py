"""When a message may leave: not at night, to an office on working days only; what is urgent waits for no working day.

The night is a parameter (notice.quiet_from, notice.quiet_to, hours in Asia/Shanghai). Working days are those of the
holiday calendar; of a year whose calendar is not published yet, Monday to Friday outside the Spring Festival's week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from guiyan.ledger import SHANGHAI
from guiyan.ledger.calendar import SPRING_FESTIVALS, moment_of
from guiyan.ledger.working_days import is_published, is_working_day
from guiyan.service.parameters import NumberOf, number

_DAY: Final = timedelta(days=1)
FESTIVAL_FROM: Final = timedelta(days=-1)
FESTIVAL_TO: Final = timedelta(days=6)
"""From the eve of the Spring Festival to its seventh day: what every year's calendar has given so far."""
LONGEST_DAYS: Final = 31
"""No row of days without work is longer: a guard against a calendar that is wrong."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours at which nothing leaves: from `start` to `end`, over midnight where `start` is later; equal: none."""

    start: int = 21
    end: int = 9

    @classmethod
    def of(cls, value: NumberOf) -> Self:
        """As the table of parameters tells."""
        return cls(number(value("notice.quiet_from")), number(value("notice.quiet_to")))

    def holds(self, hour: int) -> bool:
        """Whether nothing leaves at an hour of the day."""
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


def not_before(at: datetime, quiet: Quiet, *, working_days_only: bool) -> datetime | None:
    """The first moment from `at` on at which it may leave; None when that is at once."""
    local = at.astimezone(SHANGHAI)
    day, hour = local.date(), local.hour
    if quiet.holds(hour):
        day += _DAY * (hour >= quiet.end)  # after the evening's beginning the next morning, else this one
    elif not working_days_only or is_office_day(day):
        return None
    for _ in range(LONGEST_DAYS if working_days_only else 0):
        if is_office_day(day):
            break
        day += _DAY
    return moment_of(day, time(quiet.end))


def digest_at(at: datetime, quiet: Quiet, hour: int, *, working_days_only: bool) -> datetime:
    """The first moment from `at` on at which a digest leaves: at its hour, in the morning where that is at night."""
    leaves = time(quiet.end if quiet.holds(hour) else hour)
    day = at.astimezone(SHANGHAI).date()
    if moment_of(day, leaves) < at:
        day += _DAY
    for _ in range(LONGEST_DAYS if working_days_only else 0):
        if is_office_day(day):
            break
        day += _DAY
    return moment_of(day, leaves)


def is_office_day(day: date) -> bool:
    """Whether somebody is at the office."""
    if not is_working_day(day):
        return False
    festival = SPRING_FESTIVALS.get(day.year)
    if festival is None or is_published(day.year):
        return True
    return not FESTIVAL_FROM <= day - festival <= FESTIVAL_TO
