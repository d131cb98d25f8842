"""Identity numbers: GB 11643 with ISO 7064 MOD 11-2."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.events.id_numbers import check_digit
from guiyan.registry.roster.idnumber import InvalidIdNumberError, parse_id_number, place_is_known

TODAY = date(2026, 2, 2)
bodies = st.builds(
    lambda birth, sequence: f"690001{birth:%Y%m%d}{sequence:03d}",
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


def fault_of(text: str) -> str:
    """The code with which the text is refused."""
    with pytest.raises(InvalidIdNumberError) as caught:
        parse_id_number(text, TODAY)
    return caught.value.code


@pytest.mark.parametrize(("body", "digit"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_check_digit_of_the_standards_own_examples(body: str, digit: str) -> None:
    """GB 11643-1999 prints two numbers as examples; their check digits come out."""
    assert check_digit(body) == digit


@given(bodies)
def test_sound_numbers_tell_birth_date_and_sex(body: str) -> None:
    """Digits 7 to 14 are the birth date; an odd 17th digit is a man, an even one a woman."""
    number = parse_id_number(body + check_digit(body), TODAY)
    assert f"{number.birth_date:%Y%m%d}" == body[6:14]
    assert number.sex == ("1" if int(body[16]) % 2 else "2")
    assert number.made_up
    assert not number.converted


@given(bodies, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, digit: str) -> None:
    """MOD 11-2 detects each change of a single digit."""
    right = body + check_digit(body)
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong != right:
        assert fault_of(wrong) in {"id_no_check_digit", "id_no_format", "id_no_birth_date"}


@given(bodies, st.integers(0, 15))
def test_two_digits_exchanged_are_always_noticed(body: str, place: int) -> None:
    """MOD 11-2 detects each exchange of neighbours."""
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    if swapped != body:
        assert check_digit(swapped) != check_digit(body)


def test_small_x_blanks_and_hyphens_are_forgiven() -> None:
    """A trailing x, blanks and hyphens inside are how people write a number."""
    assert parse_id_number("110105 19491231-002x", TODAY).value == "11010519491231002X"


def test_fifteen_digits_become_eighteen() -> None:
    """An old number gets the century 19 and its check digit."""
    number = parse_id_number("110105491231002", TODAY)
    assert (number.value, number.converted) == ("11010519491231002X", True)


@pytest.mark.parametrize(
    "text", ["", "1", "6900011980051501", "69000119800515011A4", "六九〇〇〇一", "0" * 18, "١" * 18]
)
def test_other_texts_are_no_numbers(text: str) -> None:
    """Anything else is refused as no ID number, digits of other scripts included."""
    assert fault_of(text) == "id_no_format"


@pytest.mark.parametrize("birth", ["19800231", "19801301", "00000101", "20270101"])
def test_birth_date_must_exist_and_lie_behind(birth: str) -> None:
    """A 31st of February or a birthday in the future is refused even with a right check digit."""
    body = f"690001{birth}001"
    assert fault_of(body + check_digit(body)) == "id_no_birth_date"


@pytest.mark.parametrize(("region", "known"), [("654002", True), ("654101", True), ("110104", True), ("699999", False)])
def test_place_is_known_for_counties_of_today_and_of_the_past(region: str, *, known: bool) -> None:
    """The table holds today's counties and abolished ones; 654002 is among them (domain.md finding 10)."""
    assert place_is_known(region) is known
