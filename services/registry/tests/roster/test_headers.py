"""Columns are found by their headers in every shape of domain.md §3.3."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from guiyan.registry.roster import Roster, RosterRow, RosterUnreadable
from guiyan.registry.roster.headers import SYNONYMS, field_of, find_header, forbidden_kind
from guiyan.registry.roster.testing import BRANCH, OFFICE_HEADER, id_number, person, workbook

SYSTEM_EXPORT = (
    *(
        "姓名",
        "性别",
        "公民身份号码",
        "民族",
        "出生日期",
        "学历",
        "人员类别",
        "学位",
        "所在党支部",
        "手机号码",
        "入党日期",
    ),
    *("转正日期", "党龄", "党龄校正值", "新社会阶层类型", "工作岗位", "从事专业技术职务", "是否农民工", "现居住地"),
    *(
        "户籍所在地",
        "是否失联党员",
        "是否流动党员",
        "党员注册时间",
        "注册手机号",
        "党员增加信息",
        "党员减少信息",
        "入党类型",
    ),
    *("转正情况", "入党时所在支部", "延长预备期时间"),
)
OUTFLOW_EXPORT = (
    *("用户", "分党委", "党支部", "原职业", "外出流向", "流出时间", "流出省份", "流出原因", "是否持有活动证"),
    "组织关系状态",
)
INFLOW_EXPORT = (
    *("学工号", "姓名", "分党委", "党支部", "原职业", "流入前所在省份", "是否持有活动证", "流入时间", "流入原因"),
    *("入党时间", "组织关系所在地"),
)
NAME_LIST = (
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "党支部",
    "何时外出/何时流入",
    "地点/组织关系所在地",
    "外出/流入务工情况",
)


def fields_of(opened: Callable[..., Roster], *rows: Any) -> dict[str, int]:
    """Field → position that the header of these rows gives."""
    return {column.field: column.position for column in opened(workbook(rows)).header.columns}


def test_office_roster_is_known_whole(opened: Callable[..., Roster]) -> None:
    """Every column of the 2017 roster is read."""
    fields = fields_of(opened, OFFICE_HEADER)
    assert len(fields) == len(OFFICE_HEADER)


def test_system_export_is_known(opened: Callable[..., Roster]) -> None:
    """The later system export has other words for the same; what is not needed is listed as unread."""
    roster = opened(workbook([SYSTEM_EXPORT]))
    fields = {column.field for column in roster.header.columns}
    assert {"name", "id_no", "sex", "birth_date", "category", "branch", "mobile", "joined_on", "full_on"} <= fields
    assert {"is_migrant_worker", "is_lost", "is_mobile", "home_address", "home_area", "post", "education"} <= fields
    assert {"党龄", "注册手机号"} <= set(roster.header.unread)
    assert [each.title for each in roster.header.dropped] == ["民族"]


@pytest.mark.parametrize(
    ("header", "kind"), [(OUTFLOW_EXPORT, "OUTFLOW"), (INFLOW_EXPORT, "INFLOW"), (OFFICE_HEADER, "MEMBERS")]
)
def test_kind_of_list_is_told_by_its_columns(opened: Callable[..., Roster], header: Any, kind: str) -> None:
    """Outflow and inflow lists are told from rosters of members."""
    assert opened(workbook([header])).header.kind == kind


def test_township_name_list_is_known(opened: Callable[..., Roster]) -> None:
    """A header of two alternatives counts by the first that is known."""
    fields = fields_of(opened, NAME_LIST)
    assert (fields["left_on"], fields["destination"], fields["branch"]) == (5, 6, 4)


@pytest.mark.parametrize(
    "title",
    [
        "身份证号(18位)",
        " 身份证号 ",
        "身份证号*",
        "身份证号:",
        "身 份 证 号",
        "身份\n证号",
        "*身份证号",
        "身份证号(必填)",
    ],
)
def test_blanks_brackets_and_signs_do_not_matter(title: str) -> None:
    """Headers are compared without blanks, line breaks, brackets and marks."""
    assert field_of(title) == "id_no"


def test_no_synonym_means_two_fields() -> None:
    """Each synonym belongs to one field and none of them is of a forbidden kind."""
    words = [word for synonyms in SYNONYMS.values() for word in synonyms.split()]
    assert len(words) == len(set(words))
    assert not [word for word in words if forbidden_kind(word)]


@pytest.mark.parametrize(
    ("title", "kind"),
    [("民族", "ethnicity"), ("民 族", "ethnicity"),
     ("宗教信仰", "religion"), ("所属派出所", "police"), ("户口所在地", "police"),
     ("GPS坐标", "location"), ("本人照片", "biometrics"), ("思想动态", "opinion"), ("月收入", "money")],
)  # fmt: skip
def test_forbidden_kinds_are_recognised(title: str, kind: str) -> None:
    """The kinds that are stored nowhere are recognised by their words."""
    assert forbidden_kind(title) == kind


def test_title_rows_above_do_not_matter(rows_of: Callable[..., list[Any]]) -> None:
    """A merged title, a line of remarks and blank rows may stand above the header."""
    one = person()
    rows = [["填报单位: 样例街道"], [], ["党员基本信息汇总表", "姓名"], list(one), [*one.values()]]
    (row,) = rows_of(workbook(rows, merged="党员基本信息汇总表"))
    assert isinstance(row, RosterRow)
    assert row.row_number == 6


def test_columns_may_stand_in_any_order(rows_of: Callable[..., list[Any]]) -> None:
    """The same columns in reverse order give the same member with the same hash."""
    one = person()
    straight = rows_of(workbook([list(one), [*one.values()]]))
    reverse = rows_of(workbook([list(one)[::-1], [*one.values()][::-1]]))
    assert straight[0].row_hash == reverse[0].row_hash


def test_three_columns_of_a_merged_destination_are_joined(accepted: Callable[..., RosterRow]) -> None:
    """外出流向 over 省, 市, 县 in a second header line is one destination."""
    rows: list[list[Any]] = [
        ["姓名", "公民身份证号", "所在党支部", "是否为流动党员", "外出流向", None, None],
        [None, None, None, None, "省", "市", "县"],
        ["甄样例", id_number(), BRANCH, "是", "浙江省", "杭州市", "西湖区"],
    ]
    row = accepted(workbook(rows))
    assert row.departure is not None
    assert row.departure.dest_area_code == "330106"
    assert row.row_number == 3


def test_repeated_headers_and_footers_are_skipped(opened: Callable[..., Roster]) -> None:
    """Headers repeated on each page, numbered empty rows, totals and signatures are no members."""
    one = [*person().values()]
    rows = [list(person()), one, list(person()), [2], [], ["合计", "1人"], ["填表人: 样例", None, "审核: 样例"]]
    roster = opened(workbook(rows))
    assert len(list(roster)) == 1
    assert roster.skipped == 5


def test_first_sheet_with_a_header_is_read(accepted: Callable[..., RosterRow]) -> None:
    """A cover sheet before the roster is passed over."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("说明").write(0, 0, "请先阅读")
        page = book.add_worksheet("名单")
        page.write_row(0, 0, ["姓名", "公民身份证号", "所在党支部"])
        page.write_row(1, 0, ["甄样例", id_number(), BRANCH])
    assert accepted(buffer.getvalue()).name == "甄样例"


@pytest.mark.parametrize(
    "rows", [[["a", "b"]], [["姓名", "性别"]], [["序号", "公民身份证号", "所在党支部"]], [["x"]] * 60]
)
def test_no_header_is_one_sentence(opened: Callable[..., Roster], rows: Any) -> None:
    """Without 姓名 and two more known columns near the top the file is no roster."""
    with pytest.raises(RosterUnreadable) as caught:
        opened(workbook(rows))
    assert caught.value.code == "no_header"


def test_no_rows_have_no_header() -> None:
    """Nothing at all has no header either."""
    assert find_header([]) is None
