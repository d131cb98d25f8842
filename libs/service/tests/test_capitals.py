"""Capital numerals on letters and certificates (R4), read back by Unicode's own values of the signs."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.service.capitals import MOST, capital_date, capital_digits, capital_month, capital_number

ORDINARY = set("〇一二三四五六七八九十百两")
"""Signs to which a stroke can be added: none of them may stand in capitals."""


def read_number(told: str) -> int:
    """The number by the values that Unicode gives the signs: a ten or hundred multiplies what stands before it."""
    total, figure = 0, 0
    for sign in told:
        value = int(unicodedata.numeric(sign))
        if value >= 10:
            total, figure = total + figure * value, 0
        else:
            figure = value
    return total + figure


def read_digits(told: str) -> int:
    """A year by the same values, sign after sign."""
    return int("".join(str(int(unicodedata.numeric(sign))) for sign in told))


def read_date(told: str) -> date:
    """A day read back."""
    year, _, rest = told.partition("年")
    month, _, rest = rest.partition("月")
    assert rest.endswith("日")
    return date(read_digits(year), read_number(month), read_number(rest.removesuffix("日")))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_of_the_century_reads_back(day: date) -> None:
    """No two days are written alike, none with a sign that can be altered."""
    told = capital_date(day)
    assert read_date(told) == day
    assert not set(told) & ORDINARY
    assert told.startswith(capital_month(day.year, day.month))


def test_every_number_reads_back() -> None:
    """Days of validity, 1 to 90 and as far as an office may set them: all of them, no two alike."""
    told = [capital_number(number) for number in range(MOST + 1)]
    assert [read_number(one) for one in told] == list(range(MOST + 1))
    assert not set("".join(told)) & ORDINARY


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "零"), (1, "壹"), (10, "壹拾"), (11, "壹拾壹"), (20, "贰拾"), (30, "叁拾"), (90, "玖拾"), (100, "壹佰"),
        (105, "壹佰零伍"), (110, "壹佰壹拾"), (366, "叁佰陆拾陆"),
    ],
)  # fmt: skip
def test_numbers_as_offices_write_them(number: int, told: str) -> None:
    """A ten begins with 壹, an empty place between others is one 零."""
    assert capital_number(number) == told


def test_a_letters_dates() -> None:
    """The form's own way: the year sign by sign, month and day as numbers."""
    assert capital_date(date(2026, 11, 27)) == "贰零贰陆年壹拾壹月贰拾柒日"
    assert (capital_month(2030, 10), capital_digits("2000")) == ("贰零叁零年壹拾月", "贰零零零")


@pytest.mark.parametrize("wrong", [-1, MOST + 1])
def test_what_has_no_capitals_is_refused(wrong: int) -> None:
    """Never something that looks like another number."""
    with pytest.raises(ValueError, match="999"):
        capital_number(wrong)
    for figures in ("", "20a6", "２０２６", "-1"):
        with pytest.raises(ValueError, match="figures"):
            capital_digits(figures)
