"""Lists as workbooks that an office prints (domain.md §6), read back by another library."""

import io
import tempfile
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libs.service.tests.test_listing import BRANCH, DOCUMENTS, ask

from guiyan.service.tables import XLSX_TYPE, Column
from guiyan.service.workbook import A3, A4, Around, Workbook

NOW = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
AROUND = Around("流出党员台账", "示例市委组织部", "officer-1", NOW, "zh-CN", ledger=True)
COLUMNS = (
    Column("_id", "编号", "Id", 38),
    Column("name", "姓名", "Name", 10),
    Column("branch", "所在支部", "Branch", 16, book="organisation"),
    Column("left_on", "外出日期", "Left on", 12),
    Column("count", "人数", "Count", 8, number_format="0", link="count_url"),
    Column("share", "联系率", "Share", 8, number_format="0.0%"),
    Column("version", "版本", "Version", 8),
)
ROW = {"_id": "m1", "name": "张*", "branch": "b1", "left_on": "2026-06-01", "count": 3, "share": 0.5, "version": 2}


def made(around: Around = AROUND, columns: Sequence[Column] = COLUMNS, rows: Sequence[dict[str, Any]] = (ROW,)) -> Any:
    """The sheet as openpyxl reads it."""
    book = Workbook(around, columns)
    book.add(rows)
    return openpyxl.load_workbook(io.BytesIO(book.done())).active


async def test_a_list_over_http_is_the_printed_form() -> None:
    """Title with organisation and day, headings in line 2, as many rows as the scope has, plain cells only."""
    answer = await ask("", Accept=XLSX_TYPE)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert str(sheet["A1"].value).startswith("党组织654002100000流出党员台账（20")
    assert [cell.value for cell in sheet[2]] == ["姓名", "所在支部", "状态", "外出日期", "月数", "编号"]
    assert sheet.max_row == 2 + sum(one["branch"] == BRANCH for one in DOCUMENTS)
    assert {cell.data_type for row in sheet.iter_rows(min_row=3) for cell in row} <= {"s", "n", "d"}


def test_the_page_is_set_up_for_paper() -> None:
    """One page wide, headings on every page and in sight, page numbers, who made it when; ids beside the print."""
    sheet = made()
    assert sheet["A1"].value == "示例市委组织部流出党员台账（2026年7月1日）"
    headings = [cell.value for cell in sheet[2]]
    assert headings == ["序号", "姓名", "所在支部", "外出日期", "人数", "联系率", "备注", "编号", "版本"]
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$2:$2", "A3")
    assert sheet.print_area == "'流出党员台账'!$A$1:$G$3"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.oddFooter.left.text == "制表：officer-1 2026-07-01 09:30"
    for cell in sheet[3]:
        assert cell.border.left.style == cell.border.bottom.style == "thin"
        assert cell.alignment.wrap_text


def test_cells_are_of_their_kind() -> None:
    """Days are days, figures are figures with their format and open their list, codes are told in words."""
    books = {"organisation": {"b1": "第一支部"}.get}
    around = Around("台账", "", "x", NOW, "en", ledger=True, books=books, base_url="http://city.example")
    row = made(around, rows=[{**ROW, "count_url": "/v1/departures?open=true"}])[3]
    assert [cell.value for cell in row][:7] == [1, "张*", "第一支部", datetime(2026, 6, 1), 3, 0.5, None]  # noqa: DTZ001 - a sheet's dates have no zone
    assert (row[3].number_format, row[5].number_format) == ("yyyy-mm-dd", "0.0%")
    assert row[4].hyperlink.target == "http://city.example/v1/departures?open=true"


@pytest.mark.parametrize(
    ("width", "paper", "orientation"), [(8, A4, "portrait"), (25, A4, "landscape"), (40, A3, "landscape")]
)
def test_the_paper_goes_by_the_width(width: int, paper: int, orientation: str) -> None:
    """A narrow list upright on A4, a wide one across, a ledger of many columns on A3."""
    sheet = made(AROUND, [Column(f"f{n}", str(n), str(n), width, printed=True) for n in range(6)])
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation or "portrait") == (paper, orientation)


@given(st.text(), st.sampled_from(["", "=", "+", "-", "@", "&", "&P"]))
def test_no_text_runs_or_breaks_anything(text: str, start: str) -> None:
    """Whatever name, title or person a list tells: no formula, no order in the footer, no broken file."""
    books = {"organisation": lambda _: start + text}
    around = Around("台账", start + text, start + text, NOW, "zh-CN", books=books)
    sheet = made(around, rows=[{**ROW, "name": start + text}])
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
    for cell in (sheet["A3"], sheet["B3"], sheet["A1"]):
        assert not str(cell.value or "").startswith(("=", "+", "-", "@"))
    book = Workbook(around, COLUMNS)
    assert len(around.footer) <= 255
    book.close()


def test_many_rows_are_held_in_parts_and_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays far below what the rows take; the rows' file on disk is gone afterwards (GB/T 22239 8.1.4.10)."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tracemalloc.start()
    book = Workbook(AROUND, COLUMNS, large=True)
    for part in range(3):
        book.add({**ROW, "_id": f"m{part}-{number}", "name": f"张{part}-{number}"} for number in range(2_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert list(tmp_path.glob("guiyan-*"))
    content = book.done()
    book.close()
    assert peak < 3_000_000
    assert not list(tmp_path.iterdir())
    rows = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    assert rows is not None
    last = list(rows.iter_rows(min_row=6_002, values_only=True))
    assert last[0][:2] == (6_000, "张2-1999")


async def test_a_sheet_tells_what_it_was_asked_for() -> None:
    """In the words of its columns, below the title; how it was paged is nothing to print (§6)."""
    asked = "state=AWAY&state=MOBILE&left_on_from=2026-01-01&left=true&limit=100&sort=left_on"
    sheet = openpyxl.load_workbook(io.BytesIO((await ask(asked, Accept=XLSX_TYPE)).content)).active
    assert sheet is not None
    assert sheet["A2"].value == "状态：外出中、MOBILE；外出日期 ≥ 2026-01-01；外出日期：有"
    assert [cell.value for cell in sheet[3]][:3] == ["姓名", "所在支部", "状态"]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "A4")
    english = await ask(f"branch={BRANCH}", Accept=XLSX_TYPE, **{"Accept-Language": "en"})
    sheet = openpyxl.load_workbook(io.BytesIO(english.content)).active
    assert sheet is not None
    assert str(sheet["A2"].value).startswith("Branch: ")


def test_rows_are_numbered_from_the_headings_on() -> None:
    """With a line of conditions as well; long ones have room."""
    around = Around("台账", "", "x", NOW, "zh-CN", ledger=True, asked="条件" * 200)
    sheet = made(around, rows=(ROW, ROW))
    assert [sheet.cell(line, 1).value for line in (3, 4, 5)] == ["序号", 1, 2]
    assert sheet.row_dimensions[2].height > 30
    assert sheet.merged_cells.ranges
