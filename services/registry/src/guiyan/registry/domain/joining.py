"""Whether the days of a membership can be right: birth, joining, full membership (domain.md §2.8, §4.3).

One place for the roster, the doors and the decider. A fault is a day that cannot be; a doubt is one to be looked at
again, and is taken as told. Each is a code of the registry's messages, or None.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from guiyan.ledger.calendar import FOUNDED

NO_PROBATION_FROM: Final = date(1969, 4, 1)
NO_PROBATION_UNTIL: Final = date(1977, 8, 11)
"""No probation was served between these days: both dates are then the same (§2.8)."""
ADULT_YEARS: Final = 18


def joining_fault(joined_on: date, birth_date: date | None) -> str | None:
    """Nobody joined before the founding, or before birth."""
    if joined_on < FOUNDED:
        return "date_out_of_range"
    return "joined_before_birth" if birth_date and joined_on < birth_date else None


def joining_doubt(joined_on: date, birth_date: date | None) -> str | None:
    """Under 18 (R8 Art. 5): a doubt only, older admissions differ."""
    young = birth_date is not None and joined_on < years_after(birth_date, ADULT_YEARS)
    return "joined_under_18" if young else None


def full_fault(joined_on: date, full_on: date) -> str | None:
    """Full membership comes after joining; on one day only while there was no probation."""
    if full_on < joined_on:
        return "full_before_joined"
    return "full_equals_joined" if full_on == joined_on and not _without_probation(joined_on) else None


def full_doubt(joined_on: date, full_on: date) -> str | None:
    """Probation is a year (R8 Art. 32)."""
    short = full_on < years_after(joined_on, 1) and not _without_probation(joined_on)
    return "full_within_year" if short else None


def years_after(day: date, years: int) -> date:
    """The same day so many years later; of a leap day the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _without_probation(joined_on: date) -> bool:
    return NO_PROBATION_FROM <= joined_on <= NO_PROBATION_UNTIL
