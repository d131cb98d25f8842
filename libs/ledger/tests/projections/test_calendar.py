"""The calendar: quarters, months, working days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guiyan.ledger.calendar import (
    HalfYear,
    Quarter,
    add_months,
    add_years,
    moment_of,
    quarter_of,
    spring_festival,
    whole_months_between,
)
from guiyan.ledger.clock import business_date
from guiyan.ledger.working_days import add_working_days, is_working_day, working_days_between

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
KNOWN_DAYS = st.dates(date(2005, 1, 1), date(2026, 6, 30))


@given(DAYS)
def test_every_day_lies_in_exactly_one_quarter(day: date) -> None:
    """A quarter holds its days, its neighbours do not, and a day's number leads back to it."""
    quarter = quarter_of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.previous().last_day < day < quarter.next().first_day
    assert quarter.day(quarter.number_of(day)) == day
    assert Quarter.parse(str(quarter)) == quarter
    assert quarter.days in {90, 91, 92}


@given(DAYS)
def test_every_day_lies_in_exactly_one_half_year(day: date) -> None:
    """Half-years follow on each other without a gap."""
    half = HalfYear.of(day)
    assert half.first_day <= day <= half.last_day
    assert half.next().first_day == half.last_day + timedelta(days=1)
    assert HalfYear.parse(str(half)) == half


@given(DAYS, st.integers(-40, 40))
def test_quarters_add_up(day: date, count: int) -> None:
    """Going forth and back leads home, and four quarters are a year."""
    quarter = quarter_of(day)
    assert quarter.plus(count).plus(-count) == quarter
    assert quarter.plus(4) == Quarter(quarter.year + 1, quarter.number)


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_cut_at_the_months_end(day: date, months: int, result: date) -> None:
    """A day that the month does not have becomes its last."""
    assert add_months(day, months) == result


def test_a_leap_day_has_its_anniversary_on_28_february() -> None:
    """29 February plus a year is 28 February; plus four years it is 29 February again."""
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


@given(DAYS, DAYS)
def test_whole_months_are_the_most_that_fit(one: date, other: date) -> None:
    """N months have passed when the n-th monthly day is reached and the next is not."""
    start, end = sorted((one, other))
    months = whole_months_between(start, end)
    assert add_months(start, months) <= end < add_months(start, months + 1)
    assert whole_months_between(end, start) == -months


@given(DAYS)
def test_a_day_begins_at_midnight_in_shanghai(day: date) -> None:
    """The business date at its first moment is the day itself, a microsecond earlier the day before."""
    first = moment_of(day)
    assert business_date(first) == day
    assert business_date(first - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_a_quarter_ends_at_16_utc() -> None:
    """The first moment of the second quarter of 2026 is 16:00 UTC on 31 March."""
    assert moment_of(Quarter(2026, 2).first_day) == datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert moment_of(date(2026, 4, 1), time(9, 30)) == datetime(2026, 4, 1, 1, 30, tzinfo=UTC)


@given(KNOWN_DAYS, st.integers(1, 60))
def test_working_days_count_back_and_forth(start: date, count: int) -> None:
    """The n-th working day after a day has n working days up to it, and none of them is a day off."""
    found = add_working_days(start, count)
    assert working_days_between(start, found.result) == count
    assert is_working_day(found.result)
    assert not found.provisional


@given(st.dates(date(2028, 1, 1), date(2060, 1, 1)), st.integers(0, 30))
def test_an_unpublished_year_is_provisional(start: date, count: int) -> None:
    """Beyond the published calendar Monday to Friday count, and the answer says that it may change."""
    found = add_working_days(start, count)
    assert found.provisional
    assert found.result.weekday() < 5


def test_a_count_that_runs_into_an_unpublished_year_is_provisional() -> None:
    """One unpublished day on the way is enough."""
    assert add_working_days(date(2026, 12, 25), 30).provisional


def test_swapped_days_count() -> None:
    """Spring Festival 2026: nobody works from 15 to 23 February, but people do on the Saturdays 14 and 28."""
    assert add_working_days(date(2026, 2, 13), 2).result == date(2026, 2, 24)
    assert not any(is_working_day(date(2026, 2, day)) for day in range(15, 24))
    assert is_working_day(date(2026, 2, 28))


@given(DAYS, st.integers(1, 20))
def test_counting_back_mirrors_counting_on(start: date, count: int) -> None:
    """From a working day, n forth and n back is home."""
    assume(is_working_day(start))
    there = add_working_days(start, count).result
    assert add_working_days(there, -count).result == start


def test_what_does_not_exist_is_told() -> None:
    """A wrong quarter, day or unknown year is an error that says what is right."""
    for wrong in ("2026Q1", "2026-Q5", "26-Q1", "2026-Q1 "):
        with pytest.raises(ValueError, match="write it like"):
            Quarter.parse(wrong)
    with pytest.raises(ValueError, match="days 1 to 90"):
        Quarter(2026, 1).day(91)
    assert spring_festival(2026) == date(2026, 2, 17)
    with pytest.raises(LookupError, match="not in the table"):
        spring_festival(1999)
