"""A list as a workbook that an office prints: title, ruled cells, headings on every page, "第 x 页 共 y 页".

Columns that are for machines stand to the right of the print area, so that nothing is lost and nothing disturbs.
"""

import io
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

from guiyan.ledger import SHANGHAI
from guiyan.service.language import Language
from guiyan.service.tables import Books, Column, plain, printable

SHEET_NAME_CHARS: Final = 31
FOOTER_CHARS: Final = 80
A4, A3 = 9, 8
A4_WIDTH: Final = 180
"""What A4 across takes in at a size that can be read, in characters of declared width; wider lists go on A3."""
PORTRAIT_WIDTH: Final = 100
FIRST_EXCEL_YEAR: Final = 1901
FONT: Final = "宋体"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER: Final = Column("_number", "序号", "No.", 6)
_REMARKS: Final = Column("_remarks", "备注", "Remarks", 14)
LINE_HEIGHT: Final = 15
MOST_LINES: Final = 6
_MARGINS: Final = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.7}


@dataclass(frozen=True, slots=True)
class Around:
    """What a printed list tells besides its rows: what it is, whose, of which day, and who made it when.

    `asked` says below the title what the list was narrowed to. `ledger`: rows are numbered, and there is room for
    remarks by hand. `books` tell codes in words (Column.book).
    """

    title: str
    organisation: str
    made_by: str
    made_at: datetime
    language: Language
    ledger: bool = False
    asked: str = ""
    books: Books = field(default_factory=dict)
    base_url: str = ""

    @property
    def heading(self) -> str:
        """The title line: whose list, which, of which day."""
        day = self.made_at.astimezone(SHANGHAI)
        english = self.language == "en"
        told = f"{day:%Y-%m-%d}" if english else f"{day.year}年{day.month}月{day.day}日"
        return (
            f"{self.organisation} {self.title} ({told})".strip()
            if english
            else f"{self.organisation}{self.title}（{told}）"
        )

    @property
    def footer(self) -> str:
        """Excel's footer: who made it when, the page of how many pages, which list."""
        at = f"{self.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        english = self.language == "en"
        made = f"Made by {self.made_by} {at}" if english else f"制表：{self.made_by} {at}"
        pages = "Page &P of &N" if english else "第 &P 页 共 &N 页"
        return f"&L{_literal(made)}&C{pages}&R{_literal(self.title)}"


class Workbook:
    """One sheet, built row by row; `large` keeps rows on disk (a private folder, emptied at the end), not in memory."""

    def __init__(self, around: Around, columns: Sequence[Column], *, large: bool = False) -> None:
        self._around = around
        self._columns = placed(columns, around)
        self._printed = sum(column.is_printed for column in self._columns)
        self._folder = tempfile.TemporaryDirectory(prefix="guiyan-") if large else None
        self._out = io.BytesIO()
        kept = {"constant_memory": True, "tmpdir": self._folder.name} if self._folder else {"in_memory": True}
        no_guess = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(self._out, {**kept, **no_guess})
        self._sheet = self._book.add_worksheet(_sheet_name(around.title))
        self._formats: dict[str, Any] = {}
        self._top = 2 if around.asked else 1
        self._line = self._top + 1
        self._print_setup()
        self._head()

    def add(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """More rows."""
        writers = [self._writer(place, column) for place, column in enumerate(self._columns)]
        for document in documents:
            for write in writers:
                write(self._line, document)
            self._line += 1

    def done(self, *, cut: bool = False) -> bytes:
        """The file; what is cut off is told in a header of the answer."""
        del cut
        self._sheet.print_area(0, 0, self._line - 1, max(self._printed, 1) - 1)
        self._book.close()
        return self._out.getvalue()

    def close(self) -> None:
        """Leave nothing on disk."""
        if self._folder is not None:
            self._folder.cleanup()

    def _print_setup(self) -> None:
        width = sum(column.width for column in self._columns if column.is_printed)
        sheet = self._sheet
        if width > PORTRAIT_WIDTH:
            sheet.set_landscape()
        sheet.set_paper(A4 if width <= A4_WIDTH else A3)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self._top)
        sheet.freeze_panes(self._top + 1, 0)
        sheet.center_horizontally()
        sheet.set_margins(**_MARGINS)
        sheet.set_footer(self._around.footer)

    def _head(self) -> None:
        """The title over the printed columns, and the headings."""
        top = self._book.add_format(
            {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": FONT}
        )
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
        self._sheet.set_row(0, 32)
        self._across(0, self._around.heading, top)
        if self._around.asked:
            told = self._book.add_format(
                {"font_size": 10, "align": "left", "valign": "vcenter", "font_name": FONT, "text_wrap": True}
            )
            self._sheet.set_row(1, LINE_HEIGHT * self._lines_of(self._around.asked))
            self._across(1, self._around.asked, told)
        head = self._format("", bold=True, align="center", bg_color="#EEEEEE")
        for place, column in enumerate(self._columns):
            self._sheet.write_string(self._top, place, column.heading(self._around.language), head)

    def _across(self, line: int, text: str, form: Any) -> None:
        """A line of text over all printed columns."""
        if self._printed > 1:
            self._sheet.merge_range(line, 0, line, self._printed - 1, plain(text), form)
        else:
            self._sheet.write_string(line, 0, plain(text), form)

    def _lines_of(self, text: str) -> int:
        """On how many lines a text stands across the printed columns; a Chinese sign is two characters wide."""
        width = sum(column.width for column in self._columns if column.is_printed)
        return min(1 + sum(1 + (char > "\u2e7f") for char in text) // max(width, 1), MOST_LINES)

    def _writer(self, place: int, column: Column) -> Callable[[int, Mapping[str, Any]], None]:
        """What writes one column's cell, without looking the column up again for every row."""
        sheet, text, day = self._sheet, self._format(""), self._format("yyyy-mm-dd", align="center")
        if column is NUMBER:
            number = self._format("0", align="center")
            return lambda line, _: sheet.write_number(line, place, line - self._top, number)
        if column is _REMARKS:
            return lambda line, _: sheet.write_blank(line, place, None, text)
        figure, book = self._format(column.number_format or "General"), self._around.books.get(column.book)
        language, dated = self._around.language, not (column.labels or column.mask or column.book)

        def write(line: int, document: Mapping[str, Any]) -> None:
            value = column.shown(document, language)
            if not isinstance(value, str):
                self._link(line, place, column, document)
                sheet.write_number(line, place, value, figure)
            elif dated and (found := _day(value)) is not None:
                sheet.write_datetime(line, place, found, day)
            elif value:
                sheet.write_string(line, place, plain(_told(value, book)), text)
            else:
                sheet.write_blank(line, place, None, text)

        return write

    def _link(self, line: int, place: int, column: Column, document: Mapping[str, Any]) -> None:
        """The list behind a figure: written under the number, which stands in its place."""
        address = document.get(column.link) if column.link else None
        if address:
            self._sheet.write_url(line, place, self._around.base_url + str(address))

    def _format(self, number_format: str, **more: Any) -> Any:
        key = f"{number_format}{more}"
        if key not in self._formats:
            look = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_name": FONT, "font_size": 10}
            named = {"num_format": number_format} if number_format else {}
            self._formats[key] = self._book.add_format({**look, **named, **more})
        return self._formats[key]


def placed(columns: Sequence[Column], around: Around) -> list[Column]:
    """Printed columns first; a ledger's are numbered and leave room for remarks."""
    printed = [column for column in columns if column.is_printed]
    if around.ledger:
        printed = [NUMBER, *printed, _REMARKS]
    return [*printed, *(column for column in columns if not column.is_printed)]


def _told(value: str, book: Callable[[str], str | None] | None) -> str:
    return value if book is None else book(value) or value


def _day(text: str) -> date | None:
    """A day that Excel can count (from 1901 on), or None."""
    if not _DAY.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year >= FIRST_EXCEL_YEAR else None


def _literal(text: str) -> str:
    """Text in a footer, where & begins an order."""
    return printable(text[:FOOTER_CHARS]).replace("&", "&&")


def _sheet_name(title: str) -> str:
    return "".join("_" if char in "[]:*?/\\'" else char for char in printable(title))[:SHEET_NAME_CHARS] or "1"
