"""Merged cells: the value belongs to every row of the range; headers of several lines (domain.md §3.3)."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from guiyan.registry.roster import FaultyRow, Limits, Roster, RosterRow, RosterUnreadable
from guiyan.registry.roster.testing import BRANCH, id_number

Rows = Sequence[Sequence[Any]]
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""
SHORT = "样例街道第一党支部"


def by_xlsxwriter(rows: Rows, ranges: Sequence[Range], at: tuple[int, int]) -> bytes:
    """The workbook as one library writes it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        for top, left, bottom, right in ranges:
            page.merge_range(top + at[0], left + at[1], bottom + at[0], right + at[1], None)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    page.write(number + at[0], place + at[1], cell)
    return buffer.getvalue()


def by_openpyxl(rows: Rows, ranges: Sequence[Range], at: tuple[int, int]) -> bytes:
    """The workbook as the other one does."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is not None:
                page.cell(number + at[0] + 1, place + at[1] + 1, cell)
    for top, left, bottom, right in ranges:
        page.merge_cells(
            start_row=top + at[0] + 1,
            start_column=left + at[1] + 1,
            end_row=bottom + at[0] + 1,
            end_column=right + at[1] + 1,
        )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture(params=[by_xlsxwriter, by_openpyxl])
def written(request: pytest.FixtureRequest) -> Callable[..., bytes]:
    """A workbook of rows and merged ranges, at a corner of the sheet, by either library."""
    write: Callable[..., bytes] = request.param
    return lambda rows, ranges=(), at=(0, 0): write(rows, ranges, at)


def one(number: int, branch: Any = SHORT, **changes: Any) -> list[Any]:
    """姓名, 公民身份证号, 所在党支部, 学历, 手机号."""
    told = {"name": f"甄样例{number}", "id_no": id_number(sequence=f"{number:03d}"), "branch": branch}
    return list({**told, "education": "大学", "mobile": "14006540001", **changes}.values())


HEADER = ["姓名", "公民身份证号", "所在党支部", "学历", "手机号"]


@pytest.mark.parametrize("at", [(0, 0), (3, 2)])
def test_a_merged_branch_is_every_rows_branch(
    written: Callable[..., bytes], opened: Callable[..., Roster], at: tuple[int, int]
) -> None:
    """One branch name over three rows, wherever the table stands in the sheet; rows after it have their own."""
    rows = [HEADER, one(11), one(13, None), one(15, None), one(17, "中共示范镇村党支部")]
    found = list(opened(written(rows, [(1, 2, 3, 2)], at)))
    assert [row.branch_code for row in found if isinstance(row, RosterRow)] == [BRANCH] * 3 + ["654002002001"]
    assert [row.row_number for row in found] == [number + at[0] for number in (2, 3, 4, 5)], "as Excel counts them"


def test_a_blank_cell_below_is_not_filled_without_merging(
    written: Callable[..., bytes], opened: Callable[..., Roster]
) -> None:
    """Nothing is guessed: a branch left out is missing, also just below a merged one."""
    rows = [HEADER, one(11), one(13, None), one(15, None)]
    *_, last = opened(written(rows, [(1, 2, 2, 2)]))
    assert isinstance(last, FaultyRow)
    assert [problem.code for problem in last.problems] == ["branch_missing"]


def test_a_record_in_two_rows_is_told(written: Callable[..., bytes], opened: Callable[..., Roster]) -> None:
    """Name and number merged over two rows: the second is nobody's, and says with which row it is merged."""
    second = [None, None, None, None, "14006540002"]
    first, other = opened(written([HEADER, one(11), second], [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2)]))
    assert isinstance(first, RosterRow)
    assert isinstance(other, FaultyRow)
    assert [(problem.code, problem.pointer) for problem in other.problems] == [("row_merged", "公民身份证号")]
    assert "第 2 行" in other.problems[0].message_zh


def test_headings_between_rows_are_nobodys_record(written: Callable[..., bytes], opened: Callable[..., Roster]) -> None:
    """A text merged over the table's width - a group's heading, a remark at the end - is passed over and counted."""
    rows = [HEADER, ["第一党小组"], one(11), ["第二党小组"], one(13), ["以上共 2 名党员"]]
    roster = opened(written(rows, [(1, 0, 1, 4), (3, 0, 3, 4), (5, 0, 5, 4)]))
    assert [type(row) for row in roster] == [RosterRow, RosterRow]
    assert roster.skipped == 3


def test_blank_rows_inside_a_merged_branch_stay_blank(
    written: Callable[..., bytes], opened: Callable[..., Roster]
) -> None:
    """Rows kept free for later, though the branch is merged over them, are no faulty rows."""
    roster = opened(written([HEADER, one(11), [], []], [(1, 2, 3, 2)]))
    assert [type(row) for row in roster] == [RosterRow]


def test_two_lines_of_merged_headers(written: Callable[..., bytes], opened: Callable[..., Roster]) -> None:
    """Title over all, names merged down over both header lines, 外出流向 and 联系方式 merged across their parts."""
    rows = [
        ["流动党员花名册"],
        ["序号", "姓名", "公民身份证号", "所在党支部", "外出流向", None, None, "联系方式", None, "外出日期"],
        [None, None, None, None, "省", "市", "县", "手机号", "固定电话", None],
        [1, "甄样例", id_number(), SHORT, "浙江省", "杭州市", "西湖区", "14006540001", "0999-8123456", "2024-03-01"],
    ]
    down = [(1, column, 2, column) for column in (0, 1, 2, 3, 9)]
    (row,) = opened(written(rows, [(0, 0, 0, 9), (1, 4, 1, 6), (1, 7, 1, 8), *down]))
    assert isinstance(row, RosterRow)
    assert row.departure is not None
    assert (row.row_number, row.departure.dest_area_code) == (4, "330106")
    assert (row.mobile, row.landline) == ("+8614006540001", "0999-8123456")
    assert str(row.departure.left_on) == "2024-03-01"


def test_groups_above_the_names(written: Callable[..., bytes], opened: Callable[..., Roster]) -> None:
    """基本情况 and 流动情况 over the columns' own names: the names count, and the header ends with them."""
    rows = [
        ["序号", "基本情况", None, None, None, "流动情况", None],
        [None, "姓名", "性别", "公民身份证号", "所在党支部", "外出日期", "外出原因"],
        [1, "甄样例", "男", id_number(), SHORT, "2024-03-01", "务工"],
    ]
    roster = opened(written(rows, [(0, 0, 1, 0), (0, 1, 0, 4), (0, 5, 0, 6)]))
    assert {column.field for column in roster.header.columns} == {
        "seq", "name", "sex", "id_no", "branch", "left_on", "reason",
    }  # fmt: skip
    assert [type(row) for row in roster] == [RosterRow]


def test_what_stands_under_somebody_else_is_not_the_members(
    written: Callable[..., bytes], opened: Callable[..., Roster]
) -> None:
    """Name and phone under 支部联系人 are the contact person's, also where the member's own phone is not told."""
    rows = [
        ["姓名", "公民身份证号", "所在党支部", "支部联系人", None],
        [None, None, None, "姓名", "联系电话"],
        ["甄样例", id_number(), SHORT, "别人", "14006540009"],
    ]
    roster = opened(written(rows, [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4)]))
    (row,) = roster
    assert isinstance(row, RosterRow)
    assert (row.name, row.mobile) == ("甄样例", None)
    assert roster.header.unread == ("支部联系人/姓名", "支部联系人/联系电话")


def test_forbidden_groups_take_their_columns_with_them(
    written: Callable[..., bytes], opened: Callable[..., Roster]
) -> None:
    """家庭收入 over 本人 and 配偶: neither is read, kept or returned."""
    rows = [
        ["姓名", "公民身份证号", "所在党支部", "家庭收入", None],
        [None, None, None, "本人", "全家"],
        ["甄样例", id_number(), SHORT, "绝不保存", "绝不保存"],
    ]
    roster = opened(written(rows, [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4)]))
    assert "绝不保存" not in repr(list(roster))
    assert {column.kind for column in roster.header.dropped} == {"money"}


def test_the_line_of_the_reporting_office_is_no_group(
    written: Callable[..., bytes], opened: Callable[..., Roster]
) -> None:
    """填报单位: 公安局党委, merged above the header, drops no column."""
    rows = [["填报单位: 公安局党委", None, None, "日期: 2026年", None], HEADER, one(11)]
    roster = opened(written(rows, [(0, 0, 0, 2), (0, 3, 0, 4)]))
    assert not roster.header.dropped
    assert [type(row) for row in roster] == [RosterRow]


def test_more_merged_ranges_than_any_roster_are_refused(
    written: Callable[..., bytes], opened: Callable[..., Roster], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each range costs memory: beyond the limit the file is refused in one sentence."""
    monkeypatch.setattr("guiyan.registry.roster.archive.RANGES_MAX", 2)
    file = written([HEADER, one(11), one(13), one(15)], [(row, 3, row, 4) for row in (1, 2, 3)])
    with pytest.raises(RosterUnreadable) as caught:
        opened(file, limits=Limits())
    assert caught.value.code == "too_many_merged"
