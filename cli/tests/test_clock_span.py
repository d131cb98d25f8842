"""How far a manual clock is moved, as a person writes it."""

from datetime import date, timedelta

import pytest

from guiyan.cli.clock.command import read_span
from guiyan.cli.failures import Misuse
from guiyan.cli.journey.story import next_quarter


def test_spans() -> None:
    """Days, hours and minutes; nothing else."""
    assert read_span("91d") == timedelta(days=91)
    assert read_span("12h") == timedelta(hours=12)
    assert read_span("30m") == timedelta(minutes=30)


@pytest.mark.parametrize("text", ["", "d", "-1d", "0d", "1w", "1.5d", "9" * 9 + "d", "１d"])
def test_bad_spans_are_usage_errors(text: str) -> None:
    """Anything else is a usage error that says what is expected."""
    with pytest.raises(Misuse):
        read_span(text)


def test_the_quarter_after() -> None:
    """The journey passes the end of the quarter, also over the year's end."""
    assert next_quarter(date(2026, 2, 2)) == date(2026, 4, 1)
    assert next_quarter(date(2026, 3, 31)) == date(2026, 4, 1)
    assert next_quarter(date(2026, 12, 31)) == date(2027, 1, 1)
    assert next_quarter(date(2026, 10, 1)) == date(2027, 1, 1)
