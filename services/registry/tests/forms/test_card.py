"""The registration card on paper: every box, long text, rare signs, the code, hundreds in bounded memory (S-09)."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from guiyan.events.codes import FlowState
from guiyan.registry.forms.card import CARD_FORM, PURPOSES, Print, PrintReason, Told, boxes

AT = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
"""One o'clock in the morning of 1 July, in Shanghai."""
REFERENCE = "0190a5d0-0000-7000-8000-000000000001"
ADDRESS = (
    "示例省示例市示例县示例街道解放北路一千二百三十四号锦绣花园小区"
    "第二十五栋第三单元一千八百零六室东侧门面房后院二层靠左边第三间屋"
)
"""Sixty signs and some."""
TEXT = {
    "name": "阿卜杜热合曼·买买提𠮷㐂", "former_name": "李示例", "id_no": "690101198005010019",
    "birth_date": "1980-05-01",    "mobile": "+8614012345678", "landline": "0999-0123456", "home_address": ADDRESS,
    "dest_unit_name": "示例电子科技有限公司", "dest_address": "#import *西乡街道* $a$", "dest_phone": "0755-01234567",
}  # fmt: skip
MEMBER = {
    "sex": "1", "person_category": "FULL", "membership_status": "NORMAL", "relation_holding": "NORMAL",
    "education_code": "20", "joined_on": "2001-07-01", "full_on": "2002-07-01", "registered_on": "2026-01-03",
    "contacted_on": "2026-06-20", "reported_on": "2026-06-21", "dues_paid_to": "2026-06",
    "certificate_no": "654002-2026-0001", "member_kind": None,
}  # fmt: skip
TRIP = {
    "away_since": "2026-02-01", "expected_return": "2026-12-31", "hosted_since": "2026-03-01", "ended_on": None,
    "reason": "MIGRANT_WORK", "range": "CROSS_PROVINCE", "dest_certainty": "FIXED", "dest_unit_kind": "PRIVATE",
    "member_kind": "RURAL_LABOUR", "credential": "ACTIVITY_CERT",
}  # fmt: skip
WORDS = {
    "organisation": "示例市委组织部", "branch": "示例街道第一支部", "host_branch": "西乡街道流动党员支部",
    "dest_area": "广东省深圳市宝安区", "occupation_before": "农牧渔民", "occupation": "装配工",
    "contact_person": "张示例", "contact_phone": "14000000001",
}  # fmt: skip
ON_PAPER = (
    "流动党员登记卡", "示例市委组织部", "填报党组织：示例街道第一支部", "登记日期：2026年1月3日", TEXT["name"],
    "性别男", "曾用名李示例", "1980年5月1日",
    "学历大学", "690101198005010019", "正式党员", "2001年7月1日", "2002年7月1日",
    "14012345678", "0999-0123456", "农村富余劳动力", ADDRESS, "2026年2月1日", "2026年12月31日", "外出原因务工",
    "流动范围跨省", "去向确定度固定", "广东省深圳市宝安区", "#import*西乡街道*$a$", "0755-01234567",
    "示例电子科技有限公司", "单位类别私营", "农牧渔民", "现从业装配工", "西乡街道流动党员支部", "2026年3月1日",
    "张示例", "14000000001", "所持凭证活动证",
    "654002-2026-0001", "党费交至2026年6月", "2026年6月20日", "2026年6月21日",
    "已纳入流入地", "第3次打印", "打印2026年7月1日", "用途归档", "打印单位示例街道党工委", f"编号{REFERENCE}",
    "本人签字", "党支部意见", "（盖章）",
)  # fmt: skip


def card(**changes: Any) -> dict[str, Any]:
    """The boxes of one card, full unless told otherwise."""
    told = {"text": TEXT, "member": MEMBER, "trip": TRIP, "state": FlowState.HOSTED, "words": WORDS} | changes
    return boxes(Told(REFERENCE, **told), Print(3, AT, PrintReason.FILING, "示例街道党工委"))


def printed(*cards: dict[str, Any]) -> list[str]:
    """The text of each page, without what only parts lines and words."""
    pdf = CARD_FORM.pdf({"cards": list(cards)}, made_at=AT)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return ["".join(sign for sign in text if not sign.isspace() and sign != "\u200b") for text in pages]


@pytest.mark.parametrize("told", ON_PAPER)
def test_every_box_is_on_paper(told: str) -> None:
    """Codes in words, days as an office writes them, in Shanghai; rare signs and a long address whole, no empty box."""
    (text,) = printed(card())
    assert told in text


def test_an_id_number_is_copied_whole() -> None:
    """From the file, as it is: nothing stands between its digits."""
    (page,) = PdfReader(io.BytesIO(CARD_FORM.pdf({"cards": [card()]}, made_at=AT))).pages
    assert TEXT["id_no"] in page.extract_text()


def test_ethnicity_is_asked_by_the_form_and_never_answered() -> None:
    """The guard rail: the box is there, blank; nothing is told for it anywhere in the data."""
    (text,) = printed(card())
    assert "民族曾用名" in text
    assert not {name for name in card() if "ethnic" in name or "nation" in name or "民族" in name}


def test_missing_fields_are_empty_boxes() -> None:
    """Somebody of whom only the name is known: one page, every question, to be filled in by hand."""
    (text,) = printed(card(text={"name": "李示例"}, member={}, trip={}, state=None, words={"branch": "第一支部"}))
    assert "李示例" in text
    assert "None" not in text
    assert "外出地址外出地电话流入单位单位类别" in text


def test_a_sign_without_a_picture_is_told_on_the_card() -> None:
    """Whoever files the card is asked to write by hand what the font does not have."""
    (text,) = printed(card(text={"name": "李𪚥"}))
    assert "有字库未收的字" in text
    assert "有字库未收的字" not in printed(card())[0]


@pytest.mark.parametrize("sign", ["长", "W", "W W"])
def test_the_longest_text_that_is_taken_breaks_nothing(sign: str) -> None:
    """Every sealed text at its limit of 300 signs: all of it is printed, on as many pages as it needs."""
    long = (sign * 300)[:300].strip()
    named = dict.fromkeys(("name", "former_name", "home_address", "dest_address", "dest_unit_name"), long)
    text = "".join(printed(card(text=TEXT | named, words=WORDS | {"occupation": long, "contact_person": long})))
    assert text.count(sign[0]) == 7 * long.count(sign[0])
    assert "（盖章）" in text


def test_a_long_card_stays_on_its_page() -> None:
    """Sixty signs in each place, as an office has them: one page."""
    long = "长" * 60
    named = dict.fromkeys(("home_address", "dest_address", "dest_unit_name"), long)
    assert len(printed(card(text=TEXT | named, words=WORDS | {"occupation": long, "host_branch": long}))) == 1


def test_the_code_on_the_page_is_the_reference_and_nothing_else() -> None:
    """Read back from the page as a scanner does; no name, number or address in it."""
    (page,) = CARD_FORM.pages({"cards": [card()]}, made_at=AT, ppi=150)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    assert found.text == REFERENCE


def test_two_prints_of_the_same_are_the_same_bytes() -> None:
    """Nothing of the machine or the moment of compiling is in the file."""
    data = {"cards": [card(), card(text={"name": "李示例"})]}
    assert CARD_FORM.pdf(data, made_at=AT) == CARD_FORM.pdf(data, made_at=AT)


def test_every_reason_has_its_word() -> None:
    """A reason that may be given is printed in words."""
    assert set(PURPOSES) == set(PrintReason)


def test_five_hundred_cards_in_bounded_memory() -> None:
    """In files of the largest size that the door makes, and alone: the process stays below 400 MB, font included.

    The peak is the kernel's of this program: what `getrusage` tells begins with that of the process that started it.
    """
    code = (
        "import re\nfrom pathlib import Path\n"
        "from services.registry.tests.forms.test_card import AT, CARD_FORM, TEXT, card\n"
        "from guiyan.registry.doors.cards import CARDS_MAX\n"
        "cards = [card(text=TEXT | {'name': chr(0x4e00 + n) * 3}) for n in range(500)]\n"
        "for n in range(0, 470, CARDS_MAX): CARD_FORM.pdf({'cards': cards[n:n + CARDS_MAX]}, made_at=AT)\n"
        "for one in cards[470:]: CARD_FORM.pdf({'cards': [one]}, made_at=AT)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 400 * 1024
