"""Workbooks for people: faulty rows with reasons that can be corrected and read again, and the template."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine

from guiyan.registry.roster import FaultyRow, Roster, RosterRow, write_faulty
from guiyan.registry.roster.testing import person, table, workbook
from guiyan.registry.roster.workbook import CODES_SHEET, REASON_TITLE, ROW_TITLE


def cells(path: Path) -> list[list[Any]]:
    """The cells of the first sheet."""
    return list(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())


def test_faulty_rows_go_out_with_their_reasons(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """Each faulty row stands as it was, with its row number and every reason in Chinese."""
    roster = opened(table(person(), person(性别="女", 手机号="1")))
    faulty = [row for row in roster if isinstance(row, FaultyRow)]
    assert write_faulty(tmp_path / "退回.xlsx", roster.header, faulty) == 1
    header, row = cells(tmp_path / "退回.xlsx")
    assert header[-2:] == [ROW_TITLE, REASON_TITLE]
    told = dict(zip(header, row, strict=True))
    assert (told["姓名"], told[ROW_TITLE]) == ("甄样例", 3)
    assert "性别: 性别与身份证号第 17 位不符" in told[REASON_TITLE]
    assert "手机号" in told[REASON_TITLE]


def returned(opened: Callable[..., Roster], data: bytes, path: Path) -> Any:
    """The workbook of a roster's faulty rows, as openpyxl reads it."""
    roster = opened(data)
    write_faulty(path, roster.header, [row for row in roster if isinstance(row, FaultyRow)])
    return openpyxl.load_workbook(path)


def test_each_faulty_cell_is_marked_and_explained(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """Red, with the reason in Chinese as its comment; also where the cell is empty; sound cells are left alone."""
    book = returned(opened, table(person(性别="女", 人员类别=None)), tmp_path / "a.xlsx")
    sheet = book.worksheets[0]
    cell = {sheet.cell(1, column).value: sheet.cell(2, column) for column in range(1, sheet.max_column + 1)}
    assert cell["性别"].comment.text == "性别与身份证号第 17 位不符"
    assert "缺少人员类别" in cell["人员类别"].comment.text
    assert cell["人员类别"].value is None
    marked = {title for title, one in cell.items() if one.fill.fgColor.rgb == "FFFFC7CE"}
    assert marked == {title for title, one in cell.items() if one.comment} == {"性别", "人员类别"}


def test_a_second_sheet_explains_each_code(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """Every code that occurs, in both languages, with its column, what belongs there, and how often it occurs."""
    people = [person(性别="女"), person(性别="女"), person(公民身份证号="1")]
    sheet = returned(opened, table(*people), tmp_path / "a.xlsx")[CODES_SHEET]
    lines = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True) if row[1]]
    assert [(line[0], line[3], line[5]) for line in lines] == [
        ("id_no_format", "公民身份证号", 1),
        ("sex_mismatch", "性别", 2),
    ]
    assert lines[0][1].startswith("身份证号应为 18 位")
    assert lines[0][4].startswith("18 位")


def test_numbers_entered_anew_keep_their_digits(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """Cells of ID and phone numbers are text: what a person types into them is not rounded off."""
    book = returned(opened, table(person(公民身份证号=6.9e17)), tmp_path / "a.xlsx")
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    for title in ("公民身份证号", "手机号", "固定电话"):
        assert sheet.cell(2, titles.index(title) + 1).number_format == "@"


def test_a_returned_file_that_is_still_faulty_comes_back_once_more(
    opened: Callable[..., Roster], tmp_path: Path
) -> None:
    """Sent again as it stands: the same reasons, the same columns, none of the added ones twice."""
    first = returned(opened, table(person(性别="女")), tmp_path / "a.xlsx").worksheets[0]
    again = returned(opened, (tmp_path / "a.xlsx").read_bytes(), tmp_path / "b.xlsx").worksheets[0]
    rows = [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in (first, again)]
    assert rows[0][0] == rows[1][0]
    assert rows[1][1][-1] == rows[0][1][-1]


def test_merged_values_are_in_each_returned_row(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """A branch merged over rows of which some come back stands in each of those that do."""
    rows = [list(person()), *([*person(性别="女", 序号=number).values()] for number in (1, 2))]
    rows[2][2] = None
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    book.worksheets[0].merge_cells(start_row=2, end_row=3, start_column=3, end_column=3)
    buffer = io.BytesIO()
    book.save(buffer)
    sheet = returned(opened, buffer.getvalue(), tmp_path / "a.xlsx").worksheets[0]
    assert [sheet.cell(row, 3).value for row in (2, 3)] == ["样例街道第一党支部"] * 2


def test_corrected_faulty_rows_are_a_roster_again(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """The file that came back is read like any roster once the cells are right."""
    roster = opened(table(person(人员类别="?")))
    write_faulty(tmp_path / "a.xlsx", roster.header, [row for row in roster if isinstance(row, FaultyRow)])
    header, row = cells(tmp_path / "a.xlsx")
    again = dict(zip(header, row, strict=True)) | {"人员类别": "正式党员"}
    assert [type(each) for each in opened(table(again))] == [RosterRow]


def test_forbidden_columns_do_not_go_out(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """The faulty file has no column of a forbidden kind, neither its header nor its cells."""
    roster = opened(table({"民族": "绝不保存", **person(姓名=None)}))
    write_faulty(tmp_path / "a.xlsx", roster.header, [row for row in roster if isinstance(row, FaultyRow)])
    assert "民族" not in cells(tmp_path / "a.xlsx")[0]
    assert "绝不保存" not in str(cells(tmp_path / "a.xlsx"))


def test_text_that_looks_like_a_formula_stays_text(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """A cell that begins with = or a link goes out as text: a returned file runs nothing."""
    bad = csv_row(person(姓名=None, 家庭住址='=HYPERLINK("http://x.example","y")', 工作岗位="http://x.example"))
    roster = opened(bad)
    write_faulty(tmp_path / "a.xlsx", roster.header, [row for row in roster if isinstance(row, FaultyRow)])
    assert '=HYPERLINK("http://x.example","y")' in cells(tmp_path / "a.xlsx")[1]


def csv_row(row: dict[str, Any]) -> bytes:
    """One person as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue().encode()
