"""Lists as PDF, as an office files them: head on every page, page of pages, bounded, masked (ADR 0016)."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from libs.service.tests.test_listing import BRANCH, DOCUMENTS, LISTING, ask
from pypdf import PdfReader

from guiyan.service import listing
from guiyan.service.printing import PDF_TYPE
from guiyan.service.sheet import PDF_ROWS, Sheet, figure
from guiyan.service.tables import XLSX_TYPE, Column
from guiyan.service.workbook import Around

AT = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
"""One o'clock in the morning of 1 July, in Shanghai."""
AROUND = Around("流出党员台账", "示例市委组织部", "officer-1", AT, "zh-CN", ledger=True)
COLUMNS = (
    Column("_id", "编号", "Id", 38),
    Column("name", "姓名", "Name", 10),
    Column("branch", "所在支部", "Branch", 16, book="organisation"),
    Column("left_on", "外出日期", "Left on", 12),
    Column("share", "联系率", "Share", 8, number_format="0.0%"),
    Column("version", "版本", "Version", 8),
)
ROW = {"_id": "m1", "name": "张*", "branch": "b1", "left_on": "2026-06-01", "share": 0.5, "version": 2}


def texts(pdf: bytes) -> list[str]:
    """The text of each page, without what only parts lines and words."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return ["".join(sign for sign in page if not sign.isspace() and sign != "\u200b") for page in pages]


def made(rows: int = 1, around: Around = AROUND, columns: tuple[Column, ...] = COLUMNS, **changes: Any) -> list[str]:
    """The pages of a list with so many rows."""
    sheet = Sheet(around, columns)
    sheet.add({**ROW, **changes} for _ in range(rows))
    return texts(sheet.done())


async def test_a_list_over_http_is_a_file_of_paper() -> None:
    """By Accept: the rows of the scope, masked, numbered by nobody; the file's name is the list's."""
    answer = await ask("", Accept=PDF_TYPE)
    assert answer.headers["content-type"] == PDF_TYPE
    assert answer.headers["content-disposition"] == 'attachment; filename="members.pdf"'
    assert "guiyan-truncated" not in answer.headers
    text = "".join(texts(answer.content))
    rows = sum(one["branch"] == BRANCH for one in DOCUMENTS)
    assert text.count("外出中") + text.count("MOBILE") == rows
    assert ("张*" in text, "张三丰" in text, "m0001" in text) == (True, False, False)


async def test_what_the_list_was_narrowed_to_stands_below_the_title() -> None:
    """A paper says itself what it shows."""
    answer = await ask("state=AWAY&left_on_from=2026-02-01", Accept=PDF_TYPE)
    assert "状态：外出中；外出日期≥2026-02-01" in texts(answer.content)[0]
    english = await ask("state=AWAY", Accept=PDF_TYPE, **{"Accept-Language": "en"})
    page = texts(english.content)[0]
    assert ("Membersaway" in page, "State:away" in page, "Page1of" in page) == (True, True, True)


def test_every_page_has_the_head_and_its_number() -> None:
    """Two hundred rows: title once, headings on every page, page of pages, who made it when, rows numbered through."""
    pages = made(200)
    assert len(pages) > 2
    assert pages[0].startswith("示例市委组织部流出党员台账（2026年7月1日）")
    for number, page in enumerate(pages, 1):
        assert "序号姓名所在支部外出日期联系率备注" in page
        assert f"第{number}页共{len(pages)}页" in page
        assert "制表：officer-12026-07-0101:00" in page
    assert "".join(pages).count("张*") == 200
    assert "200张*" in pages[-1]


def test_cells_are_told_in_words() -> None:
    """Codes by the books, shares in per cent, and what a spreadsheet would run is plain text, as it was told."""
    books = {"organisation": {"b1": "第一支部"}.get}
    (page,) = made(around=replace(AROUND, books=books), name="=1+1")
    assert "1=1+1第一支部2026-06-0150.0%" in page
    assert [figure(one, form) for one, form in ((3, ""), (0.125, "0.0%"), (2.5, "0.00"), (7, "0"))] == [
        "3", "12.5%", "2.50", "7",
    ]  # fmt: skip


def test_what_was_told_is_never_markup() -> None:
    """Every sign of the template's language stands in its cell."""
    told = "#panic()*粗*_斜_$x^2$<标签>@参照`码`//注"
    assert told in made(name=told)[0]


@pytest.mark.parametrize(("width", "paper"), [(40, (595, 842)), (100, (842, 595)), (200, (1191, 842))])
def test_the_paper_follows_the_width(width: int, paper: tuple[int, int]) -> None:
    """A4, A4 across, A3 across."""
    sheet = Sheet(AROUND, (Column("name", "姓名", "Name", width),))
    sheet.add([ROW])
    page = PdfReader(io.BytesIO(sheet.done())).pages[0].mediabox
    assert (round(float(page.width)), round(float(page.height))) == paper


async def test_a_list_longer_than_paper_is_for_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a header and on the last page; a spreadsheet of the same list has all rows."""
    monkeypatch.setattr(listing, "PDF_ROWS", 50)
    answer = await ask("", Accept=PDF_TYPE)
    assert answer.headers["guiyan-truncated"] == "true"
    pages = texts(answer.content)
    assert "本表仅印前50行，其后未印；请缩小范围，或导出为表格文件。" in pages[-1]
    assert "".join(pages).count("外出中") + "".join(pages).count("MOBILE") == 50
    assert "guiyan-truncated" not in (await ask("", Accept=XLSX_TYPE)).headers


def test_a_long_word_stays_in_its_cell_and_a_sign_without_a_picture_is_told() -> None:
    """Whoever made the list may be an id of 36 signs; a rare sign is to be written by hand."""
    sheet = Sheet(AROUND, COLUMNS)
    sheet.add([{**ROW, "name": "0190a5d0-0000-7000-8000-000000000001"}])
    assert max(len(word) for cell in sheet.data()["rows"][0] for word in cell.split("\u200b")) <= 10
    (page,) = texts(sheet.done())
    assert "0190a5d0-0000-7000-8000-000000000001" in page
    assert "有字库未收的字" not in page
    assert "有字库未收的字" in made(name="𪚥*")[0]


def test_an_empty_list_is_a_page() -> None:
    """Title and headings, no row: that there is nothing is told on paper, too."""
    (page,) = made(0)
    assert "序号姓名所在支部外出日期联系率备注" in page


def test_the_same_list_of_the_same_moment_is_the_same_bytes() -> None:
    """Nothing of the machine is in the file."""
    one, two = (Sheet(AROUND, COLUMNS) for _ in range(2))
    for sheet in (one, two):
        sheet.add([ROW])
    assert one.done() == two.done()


def test_every_list_offers_all_four_forms() -> None:
    """The OpenAPI document tells them."""
    content = LISTING.openapi()["responses"][200]["content"]
    assert list(content) == ["application/json", "text/csv", XLSX_TYPE, PDF_TYPE]


def test_the_longest_file_in_bounded_memory() -> None:
    """As many rows as one file has, twenty columns: the process stays below 400 MB, font included."""
    code = (
        "import re\nfrom pathlib import Path\n"
        "from libs.service.tests.test_sheet import AROUND, PDF_ROWS, Column, Sheet\n"
        "columns = tuple(Column(f'c{n}', '列', 'Column', 14) for n in range(20))\n"
        "for turn in range(3):\n"
        "    sheet = Sheet(AROUND, columns)\n"
        "    for row in range(PDF_ROWS):\n"
        "        sheet.add([{f'c{n}': chr(0x4e00 + row * 7 + n) + '示例街道党工委' for n in range(20)}])\n"
        "    sheet.done()\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 400 * 1024
    assert PDF_ROWS >= 500
