"""The three windows of a year in which everybody is registered: Spring Festival, May 1, October 1 (S-30, §2.12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from guiyan.events.codes import SweepKind
from guiyan.ledger.calendar import SPRING_FESTIVALS
from guiyan.registry.domain.parameters import Parameters

AROUND_SPRING_FESTIVAL: Final = timedelta(days=15)
NUMBERS: Final = {SweepKind.SPRING_FESTIVAL: 1, SweepKind.MAY_DAY: 2, SweepKind.NATIONAL_DAY: 3}
"""A window's number in its year; sweeps in between count on from four (S-13: numbered)."""
YEARS_AHEAD: Final = 2


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One window: its first and last day, which one it is, and of which year."""

    opens_on: date
    closes_on: date
    kind: SweepKind
    year: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The last days of a sweep: branches hand in, townships check, the city closes (domain.md §2.12)."""

    branch_due_on: date
    township_due_on: date
    city_due_on: date


def windows_of(year: int) -> tuple[Window, ...]:
    """The windows of a year, earliest first (§2.12): Spring Festival ± 15 days, 28 Apr to 7 May, 28 Sep to 10 Oct.

    The Spring Festival follows the moon and stands in a table (§4.4). Of a year that the table does not have only the
    two other windows are given: a day is never guessed. Such a sweep can be planned by hand.
    """
    festival = SPRING_FESTIVALS.get(year)
    around = AROUND_SPRING_FESTIVAL
    spring = [] if festival is None else [
        Window(festival - around, festival + around, SweepKind.SPRING_FESTIVAL, year)
    ]  # fmt: skip
    may = Window(date(year, 4, 28), date(year, 5, 7), SweepKind.MAY_DAY, year)
    october = Window(date(year, 9, 28), date(year, 10, 10), SweepKind.NATIONAL_DAY, year)
    return (*spring, may, october)


def first_window(day: date) -> Window:
    """The first window that has not closed by this day: the one that an office begins with."""
    return next(one for one in _from(day.year) if one.closes_on >= day)


def window_after(window: Window) -> Window:
    """The window that follows on this one."""
    return next(one for one in _from(window.year) if one.opens_on > window.opens_on)


def limits_of(closes_on: date, valid: Parameters) -> Limits:
    """The last days that follow from the window's end: calendar days, not working days (the windows are holidays)."""
    return Limits(
        closes_on + timedelta(days=valid.sweep_branch_within_days),
        closes_on + timedelta(days=valid.sweep_township_within_days),
        closes_on + timedelta(days=valid.sweep_city_within_days),
    )


def _from(year: int) -> list[Window]:
    return [window for later in range(YEARS_AHEAD) for window in windows_of(year + later)]
