"""Writes workbooks for people: the faulty rows with their reasons, and the empty template to fill in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from guiyan.registry.roster.cell import Cell
from guiyan.registry.roster.headers import Header
from guiyan.registry.roster.row import FaultyRow

ROW_TITLE = "原行号"
REASON_TITLE = "原因"
TEMPLATE_TITLE = "党员基本信息汇总表"
TEMPLATE_COLUMNS: tuple[str, ...] = (
    *("序号", "姓名", "所在党支部", "公民身份证号", "性别", "出生日期", "学历", "人员类别"),
    *("加入党组织日期", "转为正式党员日期", "工作岗位", "手机号", "固定电话", "家庭住址"),
    *("党籍状态", "是否为失联党员", "失去联系日期", "是否为流动党员", "外出流向"),
)
"""The office's roster of 2017 (domain.md §3.3) without the column that is never collected."""

_DATE_FORMAT = 'yyyy"年"MM"月"dd"日"'
_CELL_MAX_CHARS = 32_767
_WIDTH = 16
_TEXT_COLUMNS = ("公民身份证号", "手机号", "固定电话")
_DATE_COLUMNS = ("出生日期", "加入党组织日期", "转为正式党员日期", "失去联系日期")
_CHOICES = {
    "性别": ["男", "女"],
    "人员类别": ["正式党员", "预备党员"],
    "党籍状态": ["正常", "停止党籍"],
    "是否为失联党员": ["是", "否"],
    "是否为流动党员": ["是", "否"],
}
_NOTE = (
    "说明: 按栏目名称识别, 顺序可变; 所在党支部填全称、简称或12位代码; 身份证号和手机号按文本填写; "
    "外出流向填省市县, 到县为止。请勿增加与登记无关的栏目。"
)
_TEMPLATE_ROWS = 1_000


def write_faulty(path: Path, header: Header, faulty: Iterable[FaultyRow]) -> int:
    """Writes the rows kept out, as they stood, with the row number and the reasons in Chinese; returns how many.

    Columns of forbidden kinds are not written. The file reads as a roster again once it has been corrected.
    """
    with xlsxwriter.Workbook(
        path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("退回行")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": _DATE_FORMAT})
        columns = _written_columns(header)
        for place, title in enumerate([*(header.titles[index] for index in columns), ROW_TITLE, REASON_TITLE]):
            sheet.write_string(0, place, title, bold)
        count = 0
        for count, row in enumerate(faulty, 1):
            for place, index in enumerate(columns):
                _write_cell(sheet, count, place, row.cells[index] if index < len(row.cells) else None, day)
            sheet.write_number(count, len(columns), row.row_number)
            sheet.write_string(count, len(columns) + 1, reasons_of(row)[:_CELL_MAX_CHARS])
        sheet.freeze_panes(1, 0)
    return count


def reasons_of(row: FaultyRow) -> str:
    """The reasons of one row in Chinese, each with its column: "性别: 应为男或女; …"."""
    return "; ".join(f"{each.pointer}: {each.message_zh}" if each.pointer else each.message_zh for each in row.problems)


def write_template(path: Path) -> None:
    """Writes an empty roster with the columns that are read, choices to pick from and a line of advice."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("花名册")
        title = book.add_format({"bold": True, "align": "center", "font_size": 16})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        sheet.merge_range(0, 0, 0, len(TEMPLATE_COLUMNS) - 1, TEMPLATE_TITLE, title)
        sheet.merge_range(1, 0, 1, len(TEMPLATE_COLUMNS) - 1, _NOTE)
        sheet.write_row(2, 0, TEMPLATE_COLUMNS, head)
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": _DATE_FORMAT})
        for place, column in enumerate(TEMPLATE_COLUMNS):
            style = text if column in _TEXT_COLUMNS else day if column in _DATE_COLUMNS else None
            sheet.set_column(place, place, _WIDTH, style)
            if column in _CHOICES:
                sheet.data_validation(
                    3, place, 2 + _TEMPLATE_ROWS, place, {"validate": "list", "source": _CHOICES[column]}
                )
        sheet.freeze_panes(3, 2)


def _written_columns(header: Header) -> list[int]:
    dropped = {column.position for column in header.dropped}
    return [index for index in range(len(header.titles)) if index not in dropped]


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, (date, datetime)):
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write_string(row, column, str(cell)[:_CELL_MAX_CHARS])
