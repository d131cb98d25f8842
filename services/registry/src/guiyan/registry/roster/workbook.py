"""Writes the workbook of faulty rows: as they stood, each faulty cell marked and explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from guiyan.registry.roster.cell import Cell
from guiyan.registry.roster.headers import Header
from guiyan.registry.roster.problem import MESSAGES, Problem
from guiyan.registry.roster.row import FaultyRow
from guiyan.registry.roster.schema import BY_NAME, Kind

ROW_TITLE: Final = "原行号"
REASON_TITLE: Final = "原因"
FAULTY_SHEET: Final = "退回行"
CODES_SHEET: Final = "原因说明"
CODES_HEAD: Final = ("代码", "原因", "Reason", "涉及栏目", "该栏应填", "处数")
TO_DO: Final = "请改正标红单元格后, 将本文件原样重新导入; “原行号”“原因”两栏不必删除。"
COMMENTS_MAX: Final = 20_000
"""Spreadsheets grow slow with more; the colour and the row's reasons stand in every row all the same."""
DATE_FORMAT: Final = 'yyyy"年"MM"月"dd"日"'
_CELL_MAX_CHARS: Final = 32_767
_WIDTH: Final = 16
_REASON_WIDTH: Final = 60
_AS_TEXT: Final = frozenset({Kind.ID_NUMBER, Kind.PHONE})


def write_faulty(target: Path | BytesIO, header: Header, faulty: Iterable[FaultyRow]) -> int:
    """Writes the rows kept out, as they stood, with the row number and the reasons in Chinese; returns how many.

    Each cell that is at fault is red and tells its reason in a comment; a second sheet explains every code that occurs.
    Columns of forbidden kinds are not written. The file reads as a roster again once it has been corrected.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = _FaultySheet(book, header)
        for row in faulty:
            sheet.write(row)
        _write_codes(book, sheet.found, header)
    return sheet.count


class _FaultySheet:
    """The first sheet, row by row; `found` counts the problems by code and column."""

    def __init__(self, book: Any, header: Header) -> None:
        self._sheet = book.add_worksheet(FAULTY_SHEET)
        self._columns = _written_columns(header)
        self._place_of = {header.titles[index]: place for place, index in reversed(list(enumerate(self._columns)))}
        kinds = {column.position: BY_NAME[_field(column.field)].kind for column in header.columns}
        # Text, so that a number entered anew keeps its last digits.
        self._as_text = [kinds.get(index) in _AS_TEXT for index in self._columns]
        red = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
        self._formats = {
            (at_fault, form): book.add_format({**(red if at_fault else {}), **({"num_format": form} if form else {})})
            for at_fault in (False, True)
            for form in ("", "@", DATE_FORMAT)
        }
        self._comments = 0
        self.count = 0
        self.found: Counter[Problem] = Counter()
        self._head(book, header)

    def _head(self, book: Any, header: Header) -> None:
        bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        for place, index in enumerate(self._columns):
            self._sheet.set_column(place, place, _WIDTH, text if self._as_text[place] else None)
            self._sheet.write_string(0, place, header.titles[index], bold)
        last = len(self._columns)
        self._sheet.set_column(last + 1, last + 1, _REASON_WIDTH)
        self._sheet.write_string(0, last, ROW_TITLE, bold)
        self._sheet.write_string(0, last + 1, REASON_TITLE, bold)
        self._sheet.freeze_panes(1, 0)

    def write(self, row: FaultyRow) -> None:
        """One more row."""
        self.count += 1
        reasons: dict[int, list[str]] = {}
        for problem in row.problems:
            self.found[problem] += 1
            if problem.pointer in self._place_of:
                reasons.setdefault(self._place_of[problem.pointer], []).append(problem.message_zh)
        for place, index in enumerate(self._columns):
            cell = row.cells[index] if index < len(row.cells) else None
            form = "@" if self._as_text[place] else DATE_FORMAT if isinstance(cell, (date, datetime)) else ""
            _write_cell(self._sheet, self.count, place, cell, self._formats[place in reasons, form])
            if place in reasons and self._comments < COMMENTS_MAX:
                self._comments += 1
                self._sheet.write_comment(self.count, place, "; ".join(reasons[place]), {"author": "Guiyan"})
        self._sheet.write_number(self.count, len(self._columns), row.row_number)
        self._sheet.write_string(self.count, len(self._columns) + 1, reasons_of(row)[:_CELL_MAX_CHARS])


def reasons_of(row: FaultyRow) -> str:
    """The reasons of one row in Chinese, each with its column: "性别: 应为男或女; …"."""
    return "; ".join(f"{each.pointer}: {each.message_zh}" if each.pointer else each.message_zh for each in row.problems)


def _write_codes(book: Any, found: Counter[Problem], header: Header) -> None:
    """The second sheet: each code that occurs, what it means, and what its column should hold."""
    sheet = book.add_worksheet(CODES_SHEET)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for place, (title, width) in enumerate(zip(CODES_HEAD, (24, 44, 44, 20, 40, 8), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, bold)
    fields = {column.title: BY_NAME[_field(column.field)] for column in header.columns}
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Problem] = {}
    for problem, times in found.items():
        key = problem.code, problem.pointer
        counts[key] += times
        first.setdefault(key, problem)
    line = 0
    for line, (key, times) in enumerate(sorted(counts.items()), 1):
        field = fields.get(key[1])
        zh, en = _meaning(first[key])
        for place, text in enumerate((key[0], zh, en, key[1], field.help_zh if field else "")):
            sheet.write_string(line, place, text[:_CELL_MAX_CHARS], wrap)
        sheet.write_number(line, len(CODES_HEAD) - 1, times)
    sheet.write_string(line + 2, 0, TO_DO)


def _meaning(problem: Problem) -> tuple[str, str]:
    """What a code means wherever it occurs: the row that a sentence names is another one each time."""
    if problem.code in MESSAGES:
        zh, en = MESSAGES[problem.code]
        return zh.replace("{row}", "N"), en.replace("{row}", "N")
    return problem.message_zh, problem.message_en


def _field(name: str) -> str:
    """Parts of a destination (destination_2, …) are of one field."""
    return name if name in BY_NAME else name.rpartition("_")[0]


def _written_columns(header: Header) -> list[int]:
    dropped = {column.position for column in header.dropped}
    added = {index for index, title in enumerate(header.titles) if title in {ROW_TITLE, REASON_TITLE}}
    return [index for index in range(len(header.titles)) if index not in dropped | added]


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, form)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, form)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, column, cell, form)
    elif isinstance(cell, (date, datetime)):
        sheet.write_datetime(row, column, cell, form)
    else:
        sheet.write_string(row, column, str(cell)[:_CELL_MAX_CHARS], form)
