"""The two times of the year before which visits are made: New Year and Spring Festival, and 1 July (§2.12 [S])."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from guiyan.events.codes import AidOccasion
from guiyan.ledger.calendar import SPRING_FESTIVALS


@dataclass(frozen=True, slots=True)
class Occasion:
    """One of the two in one year; a visit is made on `due_on` at the latest."""

    kind: AidOccasion
    due_on: date

    def opens_on(self, remind_before_days: int) -> date:
        """The first day on which a visit counts for it, and on which it is reminded of."""
        return self.due_on - timedelta(days=remind_before_days)


def occasions(from_year: int) -> Iterator[Occasion]:
    """From a year on, in order; where the year's Spring Festival is not in the table, the day before New Year's Day."""
    for year in count(from_year):
        festival = SPRING_FESTIVALS.get(year, date(year, 1, 1))
        yield Occasion(AidOccasion.SPRING_FESTIVAL, festival - timedelta(days=1))
        yield Occasion(AidOccasion.JULY_1, date(year, 6, 30))


def next_occasion(day: date, remind_before_days: int, visited_on: date | None = None) -> Occasion:
    """The first that is not over on the day, and for which nobody has visited yet."""
    return next(
        one
        for one in occasions(day.year)
        if one.due_on >= day and not (visited_on and one.opens_on(remind_before_days) <= visited_on)
    )
