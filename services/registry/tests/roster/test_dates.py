"""Dates as offices write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.registry.roster.dates import EARLIEST, LATEST, UnreadableDateError, read_date

DAY = date(2005, 7, 1)


@pytest.mark.parametrize(
    "cell",
    [
        DAY, datetime(2005, 7, 1, tzinfo=UTC), datetime(2005, 7, 1, 23, 59, tzinfo=UTC), 38534, 38534.0, 38534.75,
        "38534", 20050701, 20050701.0, "20050701", "2005年07月01日", "2005年7月1日", "2005-07-01", "2005/7/1",
        "2005.7.1", "2005.07.01", "２００５年７月１日", " 2005-07-01 ", "2005-07-01 00:00:00",
        "2005年 7月 1日", "2005 7 1", "2005/07/01 0:00:00", "2005年7月1号",
    ],
)  # fmt: skip
def test_every_shape_gives_the_day(cell: Any) -> None:
    """Date cells, serials as number or text, packed digits, Chinese, ISO, slashes, dots, full width: one day."""
    found = read_date(cell)
    assert found is not None
    assert (found.value, found.exact) == (DAY, True)


@pytest.mark.parametrize("cell", ["2005年7月", "2005-07", "2005.07", "2005/7", "200507", 200507])
def test_month_alone_is_the_first_and_marked(cell: Any) -> None:
    """A date without a day is taken as the first of the month and marked as not exact."""
    found = read_date(cell)
    assert found is not None
    assert (found.value, found.exact) == (DAY, False)


@pytest.mark.parametrize("cell", [None, "", "   ", "　"])
def test_blank_is_no_date(cell: Any) -> None:
    """A blank cell has no date and no fault."""
    assert read_date(cell) is None


def test_1904_workbooks_count_from_another_day() -> None:
    """Serials of a workbook in the 1904 system are four years and a day off and are corrected."""
    found = read_date(38534 - 1462, epoch_1904=True)
    assert found is not None
    assert found.value == DAY


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (1990.1, "date_ambiguous"), ("2005-02-30", "date_format"), ("2005年13月1日", "date_format"),
        ("去年", "date_format"), (True, "date_format"), (timedelta(days=1), "date_format"), (1e300, "date_format"),
        (float("nan"), "date_format"),
        (-5, "date_format"), ("1850-01-01", "date_out_of_range"), (date(1800, 1, 1), "date_out_of_range"),
        ("2005", "date_format"), (2005, "date_format"), ("05-07-01", "date_format"), ("2005-07-01-02", "date_format"),
    ],
)  # fmt: skip
def test_what_is_no_date_says_why(cell: Any, code: str) -> None:
    """What cannot be read as one day is refused with the reason; 1990.1 could be January or October."""
    with pytest.raises(UnreadableDateError) as caught:
        read_date(cell)
    assert caught.value.code == code


@given(
    st.dates(EARLIEST, LATEST - timedelta(days=1)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"])
)
def test_written_dates_come_back(day: date, form: str) -> None:
    """Whatever day is written in an office's form is read as that day."""
    found = read_date(day.strftime(form))
    assert found is not None
    assert found.value == day


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.times()))
def test_any_cell_gives_a_date_a_blank_or_the_fault(cell: Any) -> None:
    """No cell content leads to any other error."""
    try:
        found = read_date(cell)
    except UnreadableDateError:
        return
    assert found is None or EARLIEST <= found.value < LATEST
