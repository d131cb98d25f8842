"""Roster files for tests: made-up people only, with numbers of the province that does not exist."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from guiyan.events.id_numbers import check_digit
from guiyan.registry.roster.idnumber import MADE_UP_PROVINCE

TODAY = date(2026, 2, 2)
"""The business date rosters are read on."""
OFFICE_HEADER = (
    *("序号", "姓名", "所在党支部", "公民身份证号", "性别", "出生日期", "学历", "人员类别", "加入党组织日期"),
    *("转为正式党员日期", "工作岗位", "手机号", "固定电话", "家庭住址", "党籍状态", "是否为失联党员", "失去联系日期"),
    *("是否为流动党员", "外出流向"),
)
"""The office's roster (domain.md §3.3) without the column that is never collected."""
BRANCH = "654002001001"
"""The code of the branch 样例街道第一党支部."""


def id_number(birth: str = "19800515", sequence: str = "011", region: str = MADE_UP_PROVINCE + "0001") -> str:
    """A sound number of the reserved province."""
    body = region + birth + sequence
    return body + check_digit(body)


def person(**changes: Any) -> dict[str, Any]:
    """One good row of the office's roster by its headers; `changes` replace cells."""
    row = {
        "序号": 1, "姓名": "甄样例", "所在党支部": "样例街道第一党支部", "公民身份证号": id_number(), "性别": "男",
        "出生日期": date(1980, 5, 15), "学历": "大学本科", "人员类别": "正式党员",
        "加入党组织日期": date(2005, 7, 1), "转为正式党员日期": date(2006, 7, 1), "工作岗位": "农牧渔民",
        "手机号": 14006540001,
        "固定电话": "0999-8123456", "家庭住址": "样例街道1号", "党籍状态": "正常", "是否为失联党员": "否",
        "失去联系日期": None, "是否为流动党员": "否", "外出流向": None,
    }  # fmt: skip
    return {**row, **changes}


def workbook(rows: Iterable[Sequence[Any]], *, sheet: str = "Sheet1", merged: str = "", options: Any = None) -> bytes:
    """An XLSX of these rows; with `merged` a title over all columns stands above them."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **(options or {})}) as book:
        page, day = book.add_worksheet(sheet), book.add_format({"num_format": 'yyyy"年"MM"月"dd"日"'})
        if merged:
            page.merge_range(0, 0, 0, len(OFFICE_HEADER) - 1, merged)
        for number, row in enumerate(rows, 1 if merged else 0):
            for place, cell in enumerate(row):
                if isinstance(cell, (date, datetime)):
                    page.write_datetime(number, place, cell, day)
                elif cell is not None:
                    page.write(number, place, cell)
    return buffer.getvalue()


def table(*people: dict[str, Any]) -> bytes:
    """An XLSX with the headers of the first person and one row a person."""
    return workbook([list(people[0]), *([*row.values()] for row in people)])
