"""Destinations: down to the county and no further."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.registry.roster.place import find_destination


@pytest.mark.parametrize(
    ("text", "code", "name", "cut"),
    [
        ("浙江省杭州市西湖区", "330106", "浙江省杭州市西湖区", False),
        ("浙江杭州", "330100", "浙江省杭州市", False),
        ("浙江省", "330000", "浙江省", False),
        ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "654002", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市", False),
        ("新疆伊宁市", "654002", "新疆维吾尔自治区伊宁市", False),
        ("杭州市西湖区文三路1号2单元", "330106", "杭州市西湖区", True),
        ("吉林", "220000", "吉林省", False),
        ("上海市", "310000", "上海市", False),
        ("北京市朝阳区", "110105", "北京市朝阳区", False),
        ("哈萨克斯坦", None, "哈萨克斯坦", False),
    ],
)
def test_place_is_read_down_to_the_county(text: str, code: str | None, name: str, *, cut: bool) -> None:
    """Province, prefecture and county are recognised by full or short name; street and number are cut off."""
    assert find_destination(text) == (code, name, cut)


@pytest.mark.parametrize("text", ["", "不详", "不固定", "跨省流动", "某某路12号", "12345", "省内跨市", "外出"])
def test_what_names_no_place_is_none(text: str) -> None:
    """Words of uncertainty, addresses without a place and numbers are no destination."""
    assert find_destination(text) is None


def test_ambiguous_county_alone_is_not_guessed() -> None:
    """A county name borne by several places gets no code unless its province stands before it."""
    found = find_destination("朝阳区")
    assert found is not None
    assert found.area_code is None


@given(st.text(max_size=40))
def test_any_text_gives_a_place_or_none(text: str) -> None:
    """No text leads to an error, and no digits of an address are kept."""
    found = find_destination(text)
    assert found is None or not any(char.isdigit() for char in found.name)
