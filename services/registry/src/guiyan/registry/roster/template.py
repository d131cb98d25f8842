"""Writes the empty roster to fill in, from the schema: what is read, what must be told, words to pick from, help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from guiyan.registry.roster.schema import TEMPLATE, Field, Kind, template_title
from guiyan.registry.roster.workbook import DATE_FORMAT

TITLE: Final = "党员基本信息汇总表"
ROSTER_SHEET, EXAMPLE_SHEET, HELP_SHEET, WORDS_SHEET = "花名册", "填写示例", "填写说明", "代码"
NOTE: Final = (
    "带 * 的栏目必填。按栏目名称识别, 顺序可变, 用不到的栏目可以删除; 请勿增加与登记无关的栏目。"
    "各栏说明见批注和“填写说明”。"
)
EXAMPLE_NOTE: Final = "示例中的人员为虚构, 不属于任何人。"
HELP_HEAD: Final = ("栏目", "必填", "怎样填写", "How to fill it in", "也认识的栏目名称")
ROWS: Final = 5_000
_HEAD_ROWS: Final = 3
_WIDTH: Final = 16
_TEXT: Final = frozenset({Kind.ID_NUMBER, Kind.PHONE})


def write_template(target: Path | BytesIO, branches: Sequence[str] = ()) -> None:
    """Writes the template; `branches` are names of the own branches to pick from.

    The first sheet is an empty roster; others hold a made-up person as example, the help, and the words of the lists.
    """
    with xlsxwriter.Workbook(target) as book:
        sheets = {name: book.add_worksheet(name) for name in (ROSTER_SHEET, EXAMPLE_SHEET, HELP_SHEET, WORDS_SHEET)}
        words = _write_words(sheets[WORDS_SHEET], branches)
        for name in (ROSTER_SHEET, EXAMPLE_SHEET):
            _write_table(book, sheets[name], words, NOTE if name == ROSTER_SHEET else EXAMPLE_NOTE)
        _write_example(sheets[EXAMPLE_SHEET])
        _write_help(book, sheets[HELP_SHEET])
        sheets[ROSTER_SHEET].activate()


def _write_words(sheet: Any, branches: Sequence[str]) -> dict[str, str]:
    """The lists to pick from, one a column; where each field's list stands, as a spreadsheet names it."""
    lists: dict[str, Sequence[str]] = {field.name: field.choices for field in TEMPLATE if field.choices}
    if branches:
        lists["branch"] = branches
    places: dict[str, str] = {}
    titles = {field.name: field.title for field in TEMPLATE}
    for place, (name, words) in enumerate(lists.items()):
        sheet.write_string(0, place, titles[name])
        sheet.write_column(1, place, words)
        sheet.set_column(place, place, _WIDTH)
        column = xlsxwriter.utility.xl_col_to_name(place, True)
        places[name] = f"={WORDS_SHEET}!{column}$2:{column}${len(words) + 1}"
    return places


def _write_table(book: Any, sheet: Any, words: dict[str, str], note: str) -> None:
    title = book.add_format({"bold": True, "align": "center", "font_size": 16})
    head = {"bold": True, "border": 1, "text_wrap": True, "bg_color": "#EEEEEE"}
    plain, required = book.add_format(head), book.add_format({**head, "font_color": "#C00000"})
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": DATE_FORMAT})
    sheet.merge_range(0, 0, 0, len(TEMPLATE) - 1, TITLE, title)
    sheet.merge_range(1, 0, 1, len(TEMPLATE) - 1, note)
    for place, field in enumerate(TEMPLATE):
        style = text if field.kind in _TEXT else day if field.kind is Kind.DATE else None
        sheet.set_column(place, place, _WIDTH, style)
        sheet.write_string(2, place, template_title(field), required if field.required else plain)
        sheet.write_comment(2, place, field.help_zh, {"author": "Guiyan"})
        if field.name in words:
            # A warning, not a wall: other words are understood too (学历, 岗位代码, 支部简称).
            choice = {"validate": "list", "source": words[field.name], "error_type": "warning"}
            sheet.data_validation(_HEAD_ROWS, place, _HEAD_ROWS + ROWS - 1, place, choice)
    sheet.freeze_panes(_HEAD_ROWS, 2)


def _write_example(sheet: Any) -> None:
    for place, field in enumerate(TEMPLATE):
        if not field.example:
            continue
        if field.kind is Kind.DATE:
            sheet.write_datetime(_HEAD_ROWS, place, date.fromisoformat(field.example))
        else:
            sheet.write_string(_HEAD_ROWS, place, field.example)


def _write_help(book: Any, sheet: Any) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for place, (title, width) in enumerate(zip(HELP_HEAD, (20, 6, 50, 50, 60), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, bold)
    for line, field in enumerate(TEMPLATE, 1):
        for place, text in enumerate(help_of(field)):
            sheet.write_string(line, place, text, wrap)


def help_of(field: Field) -> tuple[str, str, str, str, str]:
    """One line of the help: header, whether it must be told, what to write in both languages, other headers."""
    words = "、".join(field.choices)
    zh = f"{field.help_zh}: {words}" if words else field.help_zh
    return field.title, "必填" if field.required else "", zh, field.help_en, " ".join(field.synonyms.split())
