"""Writes the roster in the office's shape: title rows, 18 columns and a number, serial dates, phones as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from guiyan.cli.sample.names import CITY
from guiyan.cli.sample.people import Member

TITLE = "党员基本信息汇总表"
COLUMNS: tuple[tuple[str, int], ...] = (
    *(("序号", 6), ("姓名", 10), ("所在党支部", 22), ("公民身份证号", 20), ("性别", 6), ("出生日期", 16), ("学历", 12)),
    *(
        ("人员类别", 10),
        ("加入党组织日期", 16),
        ("转为正式党员日期", 16),
        ("工作岗位", 18),
        ("手机号", 13),
        ("固定电话", 13),
    ),
    *(
        ("家庭住址", 24),
        ("党籍状态", 10),
        ("是否为失联党员", 10),
        ("失去联系日期", 16),
        ("是否为流动党员", 10),
        ("外出流向", 16),
    ),
)
"""Header and width of each column (domain.md §3.3), without the column that is never collected."""

_DATE_FORMAT = 'yyyy"年"MM"月"dd"日"'
_HEADER_ROW = 3
_EPOCH = date(1899, 12, 30)


def write_roster(path: Path, members: Iterable[Member], on: date) -> int:
    """Writes the roster as it stood on the business date, data from row 5; returns the number of members."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        # A fixed date of making, so that the same seed gives the same bytes.
        book.set_properties({"title": TITLE, "created": datetime(on.year, on.month, on.day, tzinfo=UTC)})
        sheet = book.add_worksheet("花名册")
        title = book.add_format({"bold": True, "align": "center", "font_size": 18})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
        day = book.add_format({"num_format": _DATE_FORMAT})
        for place, (_, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, TITLE, title)
        sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, f"填报单位: 中共{CITY}委员会组织部 (样例数据, 人员均为虚构)")
        sheet.merge_range(2, 0, 2, len(COLUMNS) - 1, f"填报日期: {on:%Y年%m月%d日}")
        sheet.write_row(_HEADER_ROW, 0, [header for header, _ in COLUMNS], head)
        sheet.freeze_panes(_HEADER_ROW + 1, 2)
        count = 0
        for count, member in enumerate(members, 1):
            _write(sheet, _HEADER_ROW + count, member, day)
    return count


def cells_of(member: Member) -> Iterator[str | int | date | None]:
    """The cells of one member in the order of `COLUMNS`; the mobile number is a number, as it mostly is."""
    yield from (member.place + 1, member.name, member.branch.short_name, member.id_no, "男" if member.male else "女")
    yield from (member.birth_date, member.education, "正式党员" if member.full_on else "预备党员")
    yield from (member.joined_on, member.full_on, member.post, int(member.mobile), None)
    yield from (
        f"{member.branch.short_name.removesuffix('党支部')}{member.place % 88 + 1}号",
        "正常",
        "否",
        None,
        "否",
        None,
    )


def _write(sheet: Any, row: int, member: Member, day: Any) -> None:
    for place, cell in enumerate(cells_of(member)):
        if isinstance(cell, str):
            sheet.write_string(row, place, cell)
        elif isinstance(cell, int):
            sheet.write_number(row, place, cell)
        elif cell is not None:
            sheet.write_number(row, place, (cell - _EPOCH).days, day)
