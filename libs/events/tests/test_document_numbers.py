"""Numbers of documents: those of the country's offices pass in one spelling; no name and no sentence does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from guiyan.events import EVENT_TYPES
from guiyan.events.document_numbers import OFFICE_MOST, OFFICE_SIGNS, DocumentNumber, find_spelling
from guiyan.events.values import DocumentNo

NUMBERS = {
    "伊党组〔2026〕12号": "伊党组〔2026〕12号",
    "伊党组[2026]12号": "伊党组〔2026〕12号",
    "伊党组\uff3b\uff12\uff10\uff12\uff16\uff3d\uff11\uff12号": "伊党组〔2026〕12号",
    "伊党组(2026)012": "伊党组〔2026〕12号",
    "伊党组(2026)第12号": "伊党组〔2026〕12号",
    " 伊党组 【2026】 12 号 ": "伊党组〔2026〕12号",
    "伊党组2026年第12号": "伊党组〔2026〕12号",
    "示〔2026〕1号": "示〔2026〕1号",
    "示支记〔2027〕1号": "示支记〔2027〕1号",
    "支会纪2026年第3次": "支会纪〔2026〕3次",
    "中组发〔2004〕10号": "中组发〔2004〕10号",
    "中办发〔2006〕21号": "中办发〔2006〕21号",
    "组厅字〔2009〕5号": "组厅字〔2009〕5号",
    "黑组通字〔2017〕32号": "黑组通字〔2017〕32号",
    "国卫办基层函〔2019〕388号": "国卫办基层函〔2019〕388号",
    "国中医药办人教函〔2020〕1号": "国中医药办人教函〔2020〕1号",
    "国务院令第491号": "国务院令491号",
    "示1号": "示1号",
    "支字2026-3": "支字2026-3",
    "支字2026—3号": "支字2026-3",
    "支部大会记录2026-03-12": "支部大会记录2026-03-12",
    "2026-3": "2026-3",
    "654002001001": "654002001001",
    "654002-2026-0001": "654002-2026-0001",
    "654002001001-2026-3": "654002001001-2026-3",
}
NONE = [
    "", "   ", "张三", "李示例", "阿依古丽·买买提", "Zhang San", "ZHANG-2026-1", "张三〔2026〕3号",
    "阿依古丽〔2026〕3号", "张三同志支部〔2026〕3号", "此人不可靠支〔2026〕3号", "他思想落后字2026-3",
    "我支部〔2026〕3号", "因病停党〔2026〕3号", "张三,思想落后", "支部意见:表现不好", "伊党组〔2026〕12号 张三",
    "张三 伊党组〔2026〕12号", "伊党组〔2026〕12号(张三)", "伊党组〔2026〕12号。此人已失联",
    "the member is unreliable", "654002198005010015", "65400219800501001X", "654002800501001", "13800000000",
    "0999-0000001", "099900000001", "2026", "12", "伊党组〔26〕12号", "伊党组〔2026〕", "伊党组〔2026〕0号",
    "伊党组〔2026〕1234567号", "伊党组〔2026〕12号\u200b", "伊党组\u202e〔2026〕12号",
    "中共伊宁市委员会组织部办公室文件〔2026〕1号", "〔2026〕1号",
]  # fmt: skip
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高何郭马罗梁宋郑谢韩唐冯于程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉萍红鹏华飞鑫波斌宇浩凯健俊帆雪晨梅"
NAMES = st.tuples(st.sampled_from(SURNAMES), st.text(st.sampled_from(GIVEN), min_size=1, max_size=2)).map("".join)
FORMS = [
    "{}", "{}〔2026〕3号", "{}[2026]3", "{}2026年第3号", "{}第3号", "{}2026-3", "{}同志〔2026〕3号",
    "{}书记支〔2026〕3号", "支字2026-3{}", "{}654002001001", "654002001001{}", "{} 支字2026-3",
]  # fmt: skip
PLACES = st.text(st.sampled_from("伊示黑皖中"), max_size=2)
KINDS = st.text(st.sampled_from("党组办支字发通"), min_size=1, max_size=4)
BRACKETS = st.sampled_from(["〔〕", "[]", "()", "【】", "\uff3b\uff3d", "\uff08\uff09"])


def read(text: str) -> str:
    """As a door reads it."""
    return TypeAdapter[str](DocumentNumber).validate_python(text)


@pytest.mark.parametrize(("told", "spelled"), NUMBERS.items())
def test_numbers_as_offices_write_them_have_one_spelling(told: str, spelled: str) -> None:
    """Brackets, widths, blanks, 第, 号 and leading noughts make no other number; its spelling stays as it is."""
    assert read(told) == spelled
    assert read(spelled) == spelled


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number_is_refused(text: str) -> None:
    """Names, sentences, ID and phone numbers, a number with something beside it: none is a document's number."""
    with pytest.raises(ValidationError):
        read(text)


@given(NAMES, st.sampled_from(FORMS))
def test_no_name_passes(name: str, form: str) -> None:
    """Nobody's name passes, alone or dressed as a number."""
    assert find_spelling(form.format(name)) is None


@given(st.text(st.one_of(HAN, st.sampled_from(",。!?、;: ·")), max_size=60))
def test_no_words_pass(text: str) -> None:
    """Whatever is written in words alone is none: a number has its digits."""
    assert find_spelling(text) is None


@given(st.text(HAN, min_size=OFFICE_MOST + 1, max_size=60), st.sampled_from(FORMS))
def test_no_sentence_passes_as_an_office(text: str, form: str) -> None:
    """What is longer than the signs of an office is none of them, whatever stands behind or before it."""
    assert find_spelling(form.format(text)) is None


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=40), st.sampled_from(FORMS))
def test_only_the_signs_of_an_office_pass(text: str, form: str) -> None:
    """Whatever passes has few Han signs, one of them an office's, in the one place for them."""
    found = find_spelling(form.format(text))
    signs = "" if found is None else "".join(one for one in found if one.isalpha())
    assert found is None or (len(signs) <= OFFICE_MOST + 1 and not OFFICE_SIGNS.isdisjoint(signs) and signs.isalpha())
    assert found is None or not any(one.isascii() for one in signs)


@given(st.tuples(PLACES, KINDS).map("".join), st.integers(1900, 2099), st.integers(1, 999_999), BRACKETS)
def test_each_spelling_of_a_number_is_the_same_number(signs: str, year: int, serial: int, brackets: str) -> None:
    """However it is typed, and however often it is read."""
    number = f"{signs}〔{year}〕{serial}号"
    assert read(f"{signs}{brackets[0]}{year}{brackets[1]}{serial:03}") == read(number) == number
    assert read(f" {signs} {year}年 第{serial}号") == number


def test_events_told_under_the_older_rule_stay_readable() -> None:
    """The type of events takes what doors refuse now: stricter on writing only (compatibility)."""
    older = "会议研究决定,不再保留"
    assert TypeAdapter[str](DocumentNo).validate_python(older) == older
    field = EVENT_TYPES["MembershipRemoved"].model_fields["decision_no"]
    assert TypeAdapter[str](field.annotation).validate_python(older) == older
