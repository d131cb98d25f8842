"""The two-level summary counted anew from exported files, as somebody with a spreadsheet would; nothing of the product.

Only the headings of the printed ledgers and the words in their cells are known here (domain.md §6 nos. 2, 3, 12, 20).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl

Row = Mapping[str, Any]
AWAY_WORDS = {"外出中", "流动党员", "已纳入流入地", "流入地未接收", "失联"}


def from_xlsx(content: bytes) -> list[dict[str, Any]]:
    """The rows of a printed ledger below its headings, which begin with 序号; days as days, nothing as None."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    every = list(sheet.iter_rows(values_only=True))
    top = next(place for place, line in enumerate(every) if line[0] == "序号")
    headings, *lines = every[top:]
    return [dict(zip(map(str, headings), line, strict=True)) for line in lines]


def from_csv(content: bytes) -> list[dict[str, Any]]:
    """The same of a list as CSV; empty cells as None."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [{heading: cell or None for heading, cell in line.items()} for line in lines]


def day_of(cell: Any) -> date | None:
    """A cell's day, whichever way the file holds it."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.date()
    return date.fromisoformat(str(cell))


def is_yes(cell: Any) -> bool:
    """A cell that says yes."""
    return cell == "是"


def months_in(first: date, last: date) -> set[str]:
    """The months of a period, as cells name them."""
    return {f"{year}-{month:02}" for year in range(first.year, last.year + 1) for month in range(1, 13)
            if (first.year, first.month) <= (year, month) <= (last.year, last.month)}  # fmt: skip


@dataclass(frozen=True)
class Files:
    """The exported ledgers of a city."""

    organisations: list[dict[str, Any]]
    departures: list[dict[str, Any]]
    inflows: list[dict[str, Any]]
    members: list[dict[str, Any]]
    dues: list[dict[str, Any]]

    def codes(self) -> dict[str, str]:
        """Short name, and the code itself, to code."""
        return {name: one["党组织代码"] for one in self.organisations for name in (one["简称"], one["党组织代码"])}

    def above(self) -> dict[str, str | None]:
        """Under whom each organisation stands: its heir when it was merged away, else the one it is put under."""
        return {one["党组织代码"]: _heir(one) or one["上级代码"] for one in self.organisations}

    def below(self, top: str) -> set[str]:
        """An organisation and all that stands under it."""
        above, found = self.above(), {top}
        while more := {code for code, parent in above.items() if parent in found} - found:
            found |= more
        return found


def _heir(organisation: Row) -> str | None:
    """Who took over all of it; one that was split went to several, and has none."""
    if organisation["撤销日期"] is None:
        return None
    heirs = str(organisation["承接党组织"] or "").split("、")
    return heirs[0] if len(heirs) == 1 and heirs[0] else None


def recount(files: Files, within: set[str], first: date, last: date) -> dict[str, float | None]:
    """Every figure of the summary for the records of these branches, over a period."""
    codes, months = files.codes(), months_in(first, last)

    def mine(rows: Iterable[Row], heading: str) -> list[Row]:
        return [one for one in rows if codes[str(one[heading])] in within]

    def falls(one: Row, heading: str) -> bool:
        day = day_of(one[heading])
        return day is not None and first <= day <= last

    trips = [one for one in mine(files.departures, "所在支部") if is_yes(one["计入统计"])]
    out = [one for one in trips if is_yes(one["在外"]) and one["状态"] in AWAY_WORDS]
    contacted = [one for one in out if months & set(str(one["联系上的月份"] or "").split("、"))]
    people = [one for one in mine(files.members, "所在党支部") if is_yes(one["计入统计"])]
    guests = mine(files.inflows, "编入支部")
    return {
        "out": len(out),
        "in": sum(is_yes(one["在册"]) for one in guests),
        "mobile": sum(one["认定日期"] is not None for one in out),
        "hosted": sum(one["纳入日期"] is not None for one in out),
        "unhosted": sum(one["纳入日期"] is None for one in out),
        "contacted": len(contacted),
        "in_transfer": sum(one["在办转接"] is not None for one in people),
        "transfer_overdue": sum(one["转接超期自"] is not None for one in people),
        "lost": sum(one["状态"] == "失联" for one in out),
        "probationary": sum((one["人员类别"], one["党籍状态"]) == ("预备党员", "正常") for one in people),
        "arrears": sum(int(one["欠交月数"] or 0) > 0 for one in mine(files.dues, "所在党支部")),
        "left": sum(falls(one, "外出日期") for one in trips),
        "returned": sum(one["状态"] == "已返回" and falls(one, "结束日期") for one in trips),
        "transferred": sum(one["状态"] == "已转出" and falls(one, "结束日期") for one in trips),
        "came_in": sum(falls(one, "流入日期") for one in guests),
        "contact_rate": round(len(contacted) / len(out), 4) if out else None,
    }
