"""The introduction letter on paper: every blank, three parts, long names, the code (R4, domain.md §2.3)."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from guiyan.events.codes import PersonCategory, Sex
from guiyan.events.transfers import LetterFacts
from guiyan.transfers.forms.letter import LETTER_FORM, Bearer, Office, Print, Way, blanks, full_years

AT = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
"""One o'clock in the morning of 27 November, in Shanghai."""
TRANSFER = "0190a5d0-0000-7000-8000-000000000001"
NAME = "阿卜杜热合曼·买买提吐尔逊·热合木图拉·阿布都克里木"
OFFICE = Office("示例市示例乡党委", "示例乡人民路1号", "690101", "0999-0000001", "0999-0000002")
TEXT = {"name": "李示例", "id_no": "690101198005010019", "birth_date": "1980-12-01", "mobile": "+8614012345678"}
LETTER: dict[str, Any] = {
    "issuer": "654002001000", "letter_year": 2026, "letter_sn": 7, "to_title": "示例街道党工委",
    "issued_on": date(2026, 11, 27), "valid_days": 30, "expires_on": date(2026, 12, 27), "dues_paid_to": "2026-10",
}  # fmt: skip


def letter(  # noqa: PLR0913 - one argument a thing that a test may change
    text: dict[str, str] | None = None,
    sex: Sex = Sex.MALE,
    *,
    category: PersonCategory = PersonCategory.FULL,
    office: Office = OFFICE,
    to_branch: str | None = "西街社区第一党支部",
    count: int = 1,
    **facts: Any,
) -> dict[str, Any]:
    """The blanks of one letter, all known unless told otherwise."""
    way = Way(TRANSFER, "示例乡示例村党支部", to_branch)
    bearer = Bearer(TEXT if text is None else text, sex, category)
    return blanks(LetterFacts(**LETTER | facts), bearer, way, office, Print(count, AT, "示例乡党委"))


def pages(told: dict[str, Any]) -> list[str]:
    """The text of each page, without what only parts lines and words."""
    found = PdfReader(io.BytesIO(LETTER_FORM.pdf({"letters": [told]}, made_at=AT))).pages
    return ["".join(sign for sign in page.extract_text() if not sign.isspace() and sign != "\u200b") for page in found]


def parts(told: dict[str, Any]) -> tuple[str, str, str]:
    """Stub, letter, receipt: what stands between the lines where the sheet is cut."""
    (page,) = pages(told)
    stub, body, receipt = re.split("骑缝章第[0-9]{4}-[0-9]+号", page)
    return stub, body, receipt


def test_the_stub_tells_who_went_where_under_which_number() -> None:
    """Serial, name, 正式, from, to, date in capitals, and where the receipt is pasted."""
    stub, _, _ = parts(letter())
    for told in (
        "介绍信存根第2026-007号", "李示例同志系中共正式党员，组织关系由示例乡示例村党支部转到示例街道党工委。",
        "贰零贰陆年壹拾壹月贰拾柒日", "回执联粘贴处", "第1次打印2026-11-27示例乡党委",
    ):  # fmt: skip
        assert told in stub, told


def test_the_letter_says_what_the_form_asks() -> None:
    """Every blank in its place, in the order of the form; figures of dues, validity and date in capitals."""
    _, body, _ = parts(letter())
    assert (
        "690101198005010019"
        in PdfReader(io.BytesIO(LETTER_FORM.pdf({"letters": [letter()]}, made_at=AT))).pages[0].extract_text()
    ), "the number is copied as it stands"
    assert body == (
        "中国共产党党员组织关系介绍信第2026-007号"
        "示例街道党工委："
        "李示例同志（男），45岁，族，系中共正式党员，身份证号码690101198005010019，"
        "由示例乡示例村党支部去西街社区第一党支部，请转接组织关系。该同志党费已交到贰零贰陆年壹拾月。"
        "（有效期叁拾天）"
        "（盖章）贰零贰陆年壹拾壹月贰拾柒日"
        "党员联系电话或其他联系方式：14012345678"
        "党员原所在基层党委通讯地址：示例乡人民路1号"
        "联系电话：0999-0000001传真：0999-0000002邮编：690101"
    )


def test_the_receipt_goes_back_to_the_committee_that_issued() -> None:
    """To whom, about whom, with empty date, name and telephone of whoever acknowledges."""
    _, _, receipt = parts(letter())
    assert receipt.startswith("中国共产党党员组织关系介绍信回执联第2026-007号")
    assert "示例市示例乡党委：李示例同志的党员组织关系已转达我处，特此回复。" in receipt
    assert "（盖章）年月日经办人：联系电话：" in receipt


def test_no_issuer_is_named_above_the_seal() -> None:
    """The seal alone tells who issued (R4): between the text and the date there is the place for it."""
    stub, body, _ = parts(letter())
    assert "示例市示例乡党委" not in stub + body


def test_a_probationary_woman() -> None:
    """The options that do not apply are left out, and the training file goes along (§2.8)."""
    stub, body, _ = parts(letter(sex=Sex.FEMALE, category=PersonCategory.PROBATIONARY))
    assert ("同志（女），" in body, "系中共预备党员，" in body, "系中共预备党员" in stub) == (True, True, True)
    assert "培养教育考察材料（入党材料）随本介绍信一并转递" in body
    assert not set("男正") & set(stub + body)
    assert "入党材料" not in parts(letter())[1]


def test_what_is_not_known_is_a_line_to_write_on() -> None:
    """Nothing is made up: no sex, age, number, telephone or address where none was told."""
    bare = letter({"name": "李示例"}, Sex.UNKNOWN, office=Office("示例乡党委"), to_branch=None)
    _, body, _ = parts(bare)
    assert "李示例同志（男/女），岁，族，系中共正式党员，身份证号码，由示例乡示例村党支部去示例街道党工委，" in body
    assert "联系方式：党员原所在基层党委通讯地址：联系电话：传真：邮编：" in body
    assert "None" not in "".join(pages(bare))


def test_ethnicity_is_asked_by_the_form_and_never_answered() -> None:
    """The guard rail: the blank stands before 族, empty; nothing is told for it anywhere in the data."""
    assert "，族，" in parts(letter())[1]
    assert not {name for name in letter() if "ethnic" in name or "nation" in name or "民族" in name or "relig" in name}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (NAME[:30], "示例省示例自治州示例市示例经济技术开发区示例产业园区综合党委"),
        ("名" * 300, "长" * 120),
        ("W" * 300, "V V " * 29),
    ],
)
def test_long_names_stay_in_their_part(name: str, title: str) -> None:
    """Thirty signs as they occur, and the most that is taken: one sheet, everything on it, each part in its place."""
    office = Office(title, title, "690101", "0999-0000001", None)
    told_all = letter(TEXT | {"name": name}, to_title=title, office=office)
    stub, body, receipt = parts(told_all)
    told = "".join(title.split())
    assert [part.count(name) for part in (stub, body, receipt)] == [1, 1, 1]
    assert (stub.count(told), body.count(told), receipt.count(told)) == (1, 2, 1)
    for top, bottom, heights in zip((0, 89, 207), (89, 207, 297), _heights(told_all), strict=True):
        assert all(top < height < bottom for height in heights), "text over a line where the sheet is cut"
    for part, last in ((stub, "第1次打印2026-11-27示例乡党委"), (body, "邮编：690101"), (receipt, "联系电话：")):
        assert last in part


def _heights(told: dict[str, Any]) -> list[list[float]]:
    """How far below the top of the paper, in millimetres, the text of each part stands, in the order of the parts."""
    found: list[list[float]] = [[]]

    def visit(text: str, place: list[float], *_: Any) -> None:
        if "骑" in text:
            found.append([])
        elif text.strip() and "缝" not in text:
            found[-1].append(297 - place[5] * 25.4 / 72)

    (page,) = PdfReader(io.BytesIO(LETTER_FORM.pdf({"letters": [told]}, made_at=AT))).pages
    page.extract_text(visitor_text=visit)
    return found


def test_the_sheet_is_cut_where_it_is_meant_to_be() -> None:
    """Whatever stands on it, the two lines are at the same height of the paper, dashed from edge to edge."""
    rows = []
    for told in (letter(), letter(TEXT | {"name": "名" * 300}, to_title="长" * 120)):
        (page,) = LETTER_FORM.pages({"letters": [told]}, made_at=AT, ppi=60)
        picture = Image.open(io.BytesIO(page)).convert("L")
        edge = [y for y in range(picture.height) if any(picture.getpixel((x, y)) < 200 for x in range(4))]  # type: ignore[operator] # a grey picture has one value a point
        rows.append(edge)
    assert rows[0] == rows[1]
    assert sorted({round(y * 25.4 / 60) for y in rows[0]}) == [89, 207]


def test_the_code_is_the_transfer_and_the_letter_and_nothing_else() -> None:
    """Read back from the page as a scanner does; it stands on the receipt, and tells nothing of a person."""
    (page,) = LETTER_FORM.pages({"letters": [letter()]}, made_at=AT, ppi=150)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    assert found.text == f"guiyan:receipt:{TRANSFER}:2026-7"
    assert found.position.top_left.y > 207 / 25.4 * 150


def test_a_second_print_says_so_on_every_part() -> None:
    """So that two sheets of one letter are told apart; the first says it on the stub alone."""
    assert ["次打印" in part for part in parts(letter())] == [True, False, False]
    assert ["第2次打印" in part for part in parts(letter(count=2))] == [True, True, True]


def test_a_sign_without_a_picture_is_told_on_the_stub() -> None:
    """Whoever files the letter is asked to write by hand what the font does not have."""
    assert "有字库未收的字" in parts(letter(TEXT | {"name": "李𪚥"}))[0]
    assert "有字库未收的字" not in parts(letter())[0]


def test_two_prints_of_one_act_are_the_same_bytes() -> None:
    """Nothing of the machine or the moment of compiling is in the file."""
    one, two = (LETTER_FORM.pdf({"letters": [letter()]}, made_at=AT) for _ in range(2))
    assert one == two


@given(born=st.dates(date(1920, 1, 1), date(2008, 12, 31)), on=st.dates(date(2026, 1, 1), date(2099, 12, 31)))
def test_age_is_in_full_years(born: date, on: date) -> None:
    """As many as there were birthdays since: counted one by one; a 29 February comes on 1 March in common years."""
    birthdays = 0
    for year in range(born.year + 1, on.year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        birthdays += birthday <= on
    assert full_years(born, on) == birthdays
