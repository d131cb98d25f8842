"""Masks: shown is just what domain.md §6 shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.service.masking import mask_email, mask_id_number, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_name, "张三丰", "张*"),
        (mask_name, "古丽·买买提", "古*"),
        (mask_name, "", ""),
        (mask_name, None, ""),
        (mask_phone, "13812341234", "138****1234"),
        (mask_phone, "12371", "*****"),
        (mask_id_number, "654002199001011234", "654002**********34"),
        (mask_email, "zhang@example.org", "z***@example.org"),
        (mask_email, "zhang", "*****"),
        (mask_text, "anything", "***"),
    ],
)
def test_a_mask_shows_the_agreed_part(mask: object, text: str | None, shown: str) -> None:
    """A name shows its first character, a phone number its ends, an identity number place and last two."""
    assert callable(mask)
    assert mask(text) == shown


@given(st.text(st.characters(exclude_characters="*"), min_size=1))
def test_a_mask_never_shows_a_whole_text(text: str) -> None:
    """Whatever stands in a field, no mask lets the whole of it through; what is masked already may stay as it is."""
    for mask in (mask_name, mask_phone, mask_id_number, mask_email, mask_text):
        assert mask(text) != text
