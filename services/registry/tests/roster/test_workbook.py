"""Workbooks for people: faulty rows with reasons that can be corrected and read again, and the template."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import python_calamine

from guiyan.registry.roster import FaultyRow, Roster, RosterRow, write_faulty, write_template
from guiyan.registry.roster.testing import person, table
from guiyan.registry.roster.workbook import REASON_TITLE, ROW_TITLE, TEMPLATE_COLUMNS


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


def test_template_is_read_by_the_reader(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """Every column of the template is read, none of a forbidden kind is in it, and an empty one has no rows."""
    write_template(tmp_path / "模板.xlsx")
    roster = opened(tmp_path / "模板.xlsx")
    assert [column.title for column in roster.header.columns] == list(TEMPLATE_COLUMNS)
    assert not roster.header.unread
    assert not roster.header.dropped
    assert list(roster) == []
