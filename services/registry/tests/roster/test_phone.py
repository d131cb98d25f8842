"""Mobile numbers become E.164; landlines keep their area code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.registry.roster.phone import find_landline, find_mobile, mobile_is_assigned


@pytest.mark.parametrize(
    "text",
    ["14006540001", "+8614006540001", "8614006540001", "008614006540001", "140-0654-0001", "140 0654 0001",
     "+86 140 0654 0001", "(+86)14006540001"],
)  # fmt: skip
def test_mobile_numbers_become_e164(text: str) -> None:
    """With or without country code, with blanks or hyphens: one E.164 number."""
    assert find_mobile(text) == "+8614006540001"


@pytest.mark.parametrize(
    "text", ["", "12345678901", "1400654000", "140065400011", "0999-8123456", "一四〇", "14006540001/14006540002"]
)
def test_other_texts_are_no_mobile_number(text: str) -> None:
    """Eleven digits beginning with 13 to 19, nothing else."""
    assert find_mobile(text) is None


@pytest.mark.parametrize(
    ("mobile", "assigned"), [("+8613812345678", True), ("+8619912345678", True), ("+8614012345678", False)]
)
def test_unassigned_ranges_are_known(mobile: str, *, assigned: bool) -> None:
    """140… passes the form but is in no range operators use for telephones (domain.md §4.1)."""
    assert mobile_is_assigned(mobile) is assigned


@pytest.mark.parametrize(
    ("text", "landline"),
    [("0999-8123456", "0999-8123456"), ("09998123456", "0999-8123456"), ("(0999)8123456", "0999-8123456"),
     ("999-8123456", "0999-8123456"), ("8123456", "8123456"),
     ("+86-0999-8123456", None), ("12", None), ("0999-0000001", None)],
)  # fmt: skip
def test_landlines_keep_their_area_code(text: str, landline: str | None) -> None:
    """Area code and number are told apart; a number of a subscriber never begins with 0 or 1."""
    assert find_landline(text) == landline


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_none(text: str) -> None:
    """No text leads to an error, and what is found has the form that is stored."""
    mobile = find_mobile(text)
    assert mobile is None or (mobile.startswith("+861") and len(mobile) == 14)
    find_landline(text)
