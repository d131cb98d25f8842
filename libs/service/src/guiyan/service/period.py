"""The period of a report: a month, a quarter or a year (月报/季报/年报; domain.md §6 no. 20)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

_FORM: Final = re.compile(r"(?P<year>[1-9]\d{3})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
PATTERN: Final = r"^[1-9]\d{3}(-(Q[1-4]|0[1-9]|1[0-2]))?$"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, from the first day to the last."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2026`, `2026-Q3` or `2026-10`; raises ValueError for anything else."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError("no period")
        year, quarter, month = int(found["year"]), found["quarter"], found["month"]
        begin = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
        end = int(month) if month else begin + 2 if quarter else 12
        return cls(text, date(year, begin, 1), date(year, end, monthrange(year, end)[1]))

    @classmethod
    def quarter_of(cls, day: date) -> Self:
        """The quarter that a day lies in."""
        return cls.parse(f"{day.year}-Q{(day.month + 2) // 3}")

    @property
    def months(self) -> tuple[str, ...]:
        """Its months, such as 2026-07."""
        return tuple(f"{self.first.year}-{month:02}" for month in range(self.first.month, self.last.month + 1))

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarters it touches, such as 2026-Q3."""
        quarters = range((self.first.month + 2) // 3, (self.last.month + 2) // 3 + 1)
        return tuple(f"{self.first.year}-Q{quarter}" for quarter in quarters)
