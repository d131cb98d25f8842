"""Every field of a member's record (domain.md §3.4): entered, corrected, listed and exported, masked and in words."""

from __future__ import annotations

import csv
import io

import pytest
from services.registry.tests.city import HOME, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.events.registry.member import MemberCore, MemberText
from guiyan.registry.doors import member_codes, members
from guiyan.registry.roster.codes import DEGREE_WORDS, EDUCATION_WORDS, POST_WORDS

WHOLE = {
    "former_name": "李旧名", "mobile": "13912345678", "landline": "0999-8123456", "home_address": "样例街道1号",
    "file_place": "样例市人才中心", "education_code": "21", "degree_code": "4", "post_code": "0164",
    "is_migrant_worker": True, "member_kind": "RURAL_LABOUR", "home_area_code": "654002", "group": TOWN,
    "admitting_branch": HOME, "joined_on": "2010-07-01", "full_on": "2011-07-01",
}  # fmt: skip
SHOWN = {
    "name": "李*", "former_name": "李*", "mobile": "139****5678", "landline": "099****3456", "home_address": "***",
    "file_place": "***", "education_code": "21", "degree_code": "4", "post_code": "0164", "is_migrant_worker": True,
    "member_kind": "RURAL_LABOUR", "home_area_code": "654002", "group": TOWN, "admitting_branch": HOME,
    "source": "DEVELOPED",
}  # fmt: skip
WORDS = {
    "曾用名": "李*", "学历": "本科毕业", "学位": "学士", "工作岗位": "农民工", "是否农民工": "是",
    "流动党员类别": "农村富余劳动力", "固定电话": "099****3456", "档案所在地": "***", "家庭住址": "***",
}  # fmt: skip


async def entered(office: Office) -> str:
    """A member of whom everything is told."""
    member = await office.member(HOME, 1, **WHOLE)
    await office.city.settle()
    return member


async def test_what_is_told_is_shown_masked(office: Office) -> None:
    """The record and its row in the list: codes as they are, of text that there is some."""
    member = await entered(office)
    one = (await office.get(f"/v1/members/{member}")).json()
    (row,) = (await office.get("/v1/members")).json()["items"]
    assert {name: one[name] for name in SHOWN} == SHOWN
    assert {name: row[name] for name in SHOWN} == SHOWN


async def test_the_export_tells_codes_in_words(office: Office) -> None:
    """CSV: each code as its word of the office's list; nothing personal in clear."""
    await entered(office)
    answer = await office.get("/v1/members", accept="text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert {name: row[name] for name in WORDS} == WORDS
    assert not [text for text in ("旧名", "8123456", "人才中心", "1号") if text in answer.text]


async def test_each_field_is_corrected(office: Office) -> None:
    """Set right by the office above, and the row follows; what is not told stays."""
    member = await entered(office)
    change = {
        "former_name": "赵旧名", "landline": "0999-8000009", "file_place": "样例街道", "degree_code": "3",
        "is_migrant_worker": False, "member_kind": "LAID_OFF", "home_area_code": "650102",
    }  # fmt: skip
    assert (await office.post(f"/v1/members/{member}/correct", change)).status_code == 200
    await office.city.settle()
    one = (await office.get(f"/v1/members/{member}")).json()
    assert {name: one[name] for name in change} == {
        **change, "former_name": "赵*", "landline": "099****0009", "file_place": "***"
    }  # fmt: skip
    assert (one["education_code"], one["name"]) == ("21", "李*")


async def test_a_correction_of_each_field_may_be_asked_for(office: Office) -> None:
    """A member asks, and both values stand side by side, text masked (§3.6)."""
    member = await entered(office)
    wish = {"file_place": "样例街道", "former_name": "赵旧名", "member_kind": "GRADUATE", "degree_code": "3"}
    made = await office.post(
        "/v1/corrections", {"member_id": member, "why": "CHANGED_SINCE", **wish}, role="MEMBER", sub=member, org=HOME
    )
    assert made.status_code == 201, made.text
    await office.city.settle()
    shown = (await office.get(f"/v1/corrections/{made.json()['id']}")).json()["changes"]
    assert {one["field"]: (one["old"], one["new"]) for one in shown} == {
        "file_place": ("***", "***"), "former_name": ("李*", "赵*"), "member_kind": ("RURAL_LABOUR", "GRADUATE"),
        "degree_code": ("4", "3"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        "is_migrant_worker=true", "member_kind=RURAL_LABOUR", "degree_code=4", "post_code=0164",
        "home_area_code=654002", "education_code=21", f"group={TOWN}", "source=DEVELOPED",
    ],
)  # fmt: skip
async def test_the_list_is_narrowed_by_each_code(office: Office, asked: str) -> None:
    """Who has the code is told, who has none is not."""
    member = await entered(office)
    await office.member(HOME, 2, source="TRANSFER_IN")
    await office.city.settle()
    assert [one["id"] for one in (await office.get(f"/v1/members?{asked}")).json()["items"]] == [member]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("education_code", "99"),
        ("degree_code", "9"),
        ("degree_code", "BA"),
        ("post_code", "farmer"),
        ("member_kind", "X"),
    ],
)
async def test_a_code_of_no_list_is_refused(office: Office, field: str, value: str) -> None:
    """§4.1: entered, corrected or asked for, a code stands in its list; the field is named."""
    member = await entered(office)
    body = {"branch": HOME, "person_category": "FULL", "name": "李示例", "id_no": id_number(2), field: value}
    for answer in (
        await office.post("/v1/members", body),
        await office.post(f"/v1/members/{member}/correct", {field: value}),
        await office.post("/v1/corrections", {"member_id": member, "why": "CHANGED_SINCE", field: value}),
    ):
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{field}"]


async def test_masked_text_is_revealed_for_a_reason(office: Office) -> None:
    """Former name and place of the file are shown as all masked fields are: by a recorded act."""
    member = await entered(office)
    body = {"fields": ["former_name", "file_place"], "reason": "CORRECTION"}
    revealed = await office.post(f"/v1/members/{member}/reveal", body)
    assert revealed.json() == {"id": member, "former_name": "李旧名", "file_place": "样例市人才中心"}


def test_no_field_of_a_record_is_without_a_column() -> None:
    """§3.4: what is recorded is shown; the birth date stands in the masked number."""
    told = {*MemberCore.model_fields, *MemberText.model_fields} - {"birth_date"}
    assert told <= {column.field for column in members.LIST.columns}


def test_every_code_has_its_words_in_both_languages() -> None:
    """The words of the lists are those that rosters are read by."""
    for labels, known in (
        (member_codes.EDUCATION, EDUCATION_WORDS), (member_codes.DEGREES, DEGREE_WORDS),
        (member_codes.POSTS, POST_WORDS),
    ):  # fmt: skip
        assert {code: zh for code, (zh, _) in labels.items()} == {code: one.split()[0] for code, one in known.items()}
        assert all(en.isascii() and en for _, en in labels.values())
