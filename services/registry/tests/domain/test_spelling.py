"""How names are found: as written, in pinyin, by initials; by every reading of a character, within a bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiyan.registry.domain.spelling import SPELLINGS_MAX, is_pinyin, key_asked, keys_of, readings

CHARS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("张三丰", "张"),
        ("张三丰", "张三"),
        ("张三丰", "zhang"),
        ("张三丰", "Zhang San Feng"),
        ("张三丰", "zsf"),
        ("张三丰", "zhangsf"),
        ("张三丰", "ＺＳＦ"),
        ("曾国藩", "zengguofan"),
        ("曾国藩", "cgf"),
        ("单田芳", "shantf"),
        ("仇英", "qiuying"),
        ("解缙", "xiejin"),
        ("尉迟恭", "yuchigong"),
        ("吕布", "lvbu"),
        ("吕布", "lübu"),
        ("李  明", "李明"),
        ("古丽娜尔·买买提", "古丽娜尔•买"),
        ("古丽娜尔·买买提", "gulinaer"),
        ("古丽娜尔·买买提", "glnemmt"),
        ("Aynur Memet", "aynur m"),
    ],
)
def test_a_name_is_found_by_what_people_type(name: str, asked: str) -> None:
    """Written or spelt, from its beginning on; width, case, blanks and dots do not matter."""
    assert any(key.startswith(key_asked(asked)) for key in keys_of(name))


@pytest.mark.parametrize(
    ("name", "asked"), [("张三丰", "三"), ("张三丰", "sanfeng"), ("张三丰", "zhangfeng"), ("李明", "zs")]
)
def test_a_name_is_not_found_by_anything_else(name: str, asked: str) -> None:
    """Its middle is no beginning, and other people's letters are not its own."""
    assert not any(key.startswith(key_asked(asked)) for key in keys_of(name))


def test_an_earlier_name_finds_as_well() -> None:
    """曾用名: who is remembered by the old name is found; a name never told adds nothing."""
    assert {"zhangsan", "lisi"} <= set(keys_of("张三", "李四"))
    assert keys_of("张三", None) == keys_of("张三")
    assert keys_of(None, "·") == []


@given(st.lists(CHARS, min_size=1, max_size=12))
def test_the_usual_spelling_is_there_and_the_keys_have_a_bound(chars: list[str]) -> None:
    """Every name: its usual reading in full and by initials, and no more keys than the bound lets."""
    keys, usual = set(keys_of("".join(chars))), [readings(char)[0] for char in chars]
    assert {"".join(usual), "".join(one[0] for one in usual), "".join(chars)} <= keys
    assert len(keys) <= 3 * SPELLINGS_MAX + 1


@given(st.lists(CHARS, min_size=1, max_size=4), st.data())
def test_the_surname_is_found_by_each_of_its_readings(chars: list[str], data: st.DataObject) -> None:
    """A surname is often read otherwise than the same character elsewhere."""
    surname = data.draw(st.sampled_from(readings(chars[0])))
    if len(readings(chars[0])) * (1 + sum(len(readings(one)) - 1 for one in chars[1:])) <= SPELLINGS_MAX:
        assert surname + "".join(readings(one)[0] for one in chars[1:]) in keys_of("".join(chars))


@given(st.text())
def test_any_text_is_a_key(text: str) -> None:
    """What people type never breaks, and holds nothing that a pattern would take for an operator."""
    key = key_asked(text)
    assert all(char.isalnum() for char in key)
    assert not is_pinyin("")
