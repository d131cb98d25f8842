"""A list as PDF, as an office files it: what `workbook` prints by a spreadsheet, set on paper at once (ADR 0016).

A4 or A3 by the width of its columns, the head on every page, "第 x 页 共 y 页", whose list, of which day, made by whom.
Columns that are for machines are left out; a list longer than paper is for says on its last page that it ends early.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from guiyan.ledger import SHANGHAI
from guiyan.service.printing import PACKAGES, Form, unprintable
from guiyan.service.tables import Column
from guiyan.service.workbook import A4_WIDTH, NUMBER, PORTRAIT_WIDTH, Around, placed

PDF_ROWS: Final = 500
"""Most rows of one file: each takes some 200 kB while it is set (ADR 0016); more is for a spreadsheet."""
LIST_FORM: Final = Form(PACKAGES / "list.typ", tagged=False)
LARGEST, SMALLEST = 9.0, 5.0
_INNER_MILLIMETRES: Final = {("a4", False): 186, ("a4", True): 273, ("a3", True): 396}
_MILLIMETRES_A_POINT: Final = 0.3528
_WORD: Final = re.compile(r"[!-~]{11,}")
_CUT: Final = (
    "本表仅印前 {rows} 行，其后未印；请缩小范围，或导出为表格文件。",
    "Only the first {rows} rows are printed, others follow: narrow the list, or take it as a spreadsheet.",
)
_MISSING: Final = (
    "※ 有字库未收的字，印作空框，请手写补正。",
    "※ Some signs have no picture in the font: write them into the empty boxes by hand.",
)


class Sheet:
    """The file, built part by part; made in one go at the end."""

    def __init__(self, around: Around, columns: Sequence[Column]) -> None:
        self._around = around
        self._columns = [column for column in placed(columns, around) if column.is_printed]
        self._rows: list[list[str]] = []

    def add(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """More rows."""
        for document in documents:
            number = len(self._rows) + 1
            self._rows.append([self._cell(column, document, number) for column in self._columns])

    def done(self, *, cut: bool = False) -> bytes:
        """The file; `cut` tells that rows follow which are not in it."""
        return LIST_FORM.pdf(self.data(cut=cut), made_at=self._around.made_at)

    def close(self) -> None:
        """Nothing is kept elsewhere."""

    def data(self, *, cut: bool = False) -> dict[str, Any]:
        """What the form is filled with."""
        around, english = self._around, self._around.language == "en"
        width = sum(column.width for column in self._columns)
        paper = ("a4", False) if width <= PORTRAIT_WIDTH else ("a4", True) if width <= A4_WIDTH else ("a3", True)
        at = f"{around.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        notes = [_CUT[english].format(rows=len(self._rows))] if cut else []
        if unprintable(cell for row in self._rows for cell in row):
            notes.append(_MISSING[english])
        return {
            "title": around.heading,
            "name": around.title,
            "asked": around.asked,
            "english": english,
            "made": f"Made by {around.made_by} {at}" if english else f"制表：{around.made_by} {at}",
            "paper": paper[0],
            "flipped": paper[1],
            "size": _size(width, _INNER_MILLIMETRES[paper]),
            "columns": [
                {"heading": one.heading(around.language), "width": one.width, "align": _align(one)}
                for one in self._columns
            ],
            "rows": [[_breakable(cell) for cell in row] for row in self._rows],
            "notes": notes,
        }

    def _cell(self, column: Column, document: Mapping[str, Any], number: int) -> str:
        if column is NUMBER:
            return str(number)
        value = column.told(document, self._around.language)
        if not isinstance(value, str):
            return figure(value, column.number_format)
        book = self._around.books.get(column.book)
        return value if book is None else book(value) or value


def figure(value: float, number_format: str) -> str:
    """A figure by the workbook's format: so many places, a share in per cent."""
    if not number_format:
        return str(value)
    places = len(number_format.removesuffix("%").partition(".")[2])
    return f"{value:.{places}{'%' if number_format.endswith('%') else 'f'}}"


def _breakable(text: str) -> str:
    """Signs that are no Chinese ones stand together as a word: a long one may break anywhere, and overflows no cell."""
    return _WORD.sub(lambda found: "\u200b".join(found[0]), text)


def _size(width: int, millimetres: int) -> float:
    """Letters in points, in which two declared characters are as wide as one of the page's; bounded."""
    fitting = 2 * millimetres / _MILLIMETRES_A_POINT / max(width, 1)
    return round(min(LARGEST, max(SMALLEST, fitting)), 2)


def _align(column: Column) -> str:
    """Words at the left, what is short in the middle."""
    short = 12
    return "center" if column.width <= short else "left"
