"""The two axes of time: which day judges what is computed by the day (domain.md §8)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from guiyan.service.resources import TimeAxes

TODAY = date(2026, 8, 4)
APRIL, KNOWN = date(2026, 3, 31), datetime(2026, 4, 4, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (TimeAxes(), TODAY),
        (TimeAxes(known_at=KNOWN), date(2026, 4, 5)),
        (TimeAxes(APRIL), APRIL),
        (TimeAxes(APRIL, KNOWN), APRIL),
        (TimeAxes(known_at=datetime(2027, 1, 1, tzinfo=UTC)), TODAY),
    ],
)
def test_the_day_of_a_past(at: TimeAxes, day: date) -> None:
    """The business date asked for; else that of the moment, in Shanghai, and no day to come; else today."""
    assert at.day(TODAY) == day
