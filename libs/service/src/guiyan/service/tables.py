"""Tables: the columns of a list as data, and the list as JSON rows, CSV or XLSX.

Cells that a spreadsheet would take for a formula are made plain text (OWASP: CSV injection).
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import xlsxwriter

from guiyan.ledger import SHANGHAI
from guiyan.service.language import Language

CSV_TYPE: Final = "text/csv"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MAX_CELL_CHARS: Final = 32_000
SHEET_NAME_CHARS: Final = 31

Mask = Callable[[str | None], str]
Labels = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: path of the field in the document (dots go down), headings, width in characters.

    `mask` hides personal text in every form of the list; `labels` shows codes as (Chinese, English) words in CSV and
    XLSX, while JSON keeps the code.
    """

    field: str
    zh: str
    en: str
    width: int = 14
    mask: Mask | None = None
    labels: Labels | None = None
    name: str = ""

    @property
    def key(self) -> str:
        """The name of the field in JSON: the path's last part unless another name is given."""
        return self.name or self.field.rpartition(".")[2].lstrip("_") or self.field

    def value(self, document: Mapping[str, Any]) -> Any:
        """The field of a document, masked when it must be."""
        found: Any = document
        for part in self.field.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return self.mask(None if found is None else str(found)) if self.mask else found

    def heading(self, language: Language) -> str:
        """The heading in a language."""
        return self.en if language == "en" else self.zh

    def shown(self, document: Mapping[str, Any], language: Language) -> str | int | float | bool:
        """The cell as a person reads it: labels for codes, Shanghai time for moments, never a formula."""
        value = self.value(document)
        if isinstance(value, bool):
            return ("yes" if value else "no") if language == "en" else ("是" if value else "否")
        if isinstance(value, int | float):
            return value
        if self.labels and isinstance(value, str) and value in self.labels:
            value = self.labels[value][language == "en"]
        return plain(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(_text(item) for item in value)
    return str(value)


def plain(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe in front of what looks like a formula; bounded, printable."""
    clean = "".join(char for char in text[:MAX_CELL_CHARS] if char.isprintable() or char in "\t\n\r")
    return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean


def row(columns: Iterable[Column], document: Mapping[str, Any]) -> dict[str, Any]:
    """One document as a JSON row: just the declared columns."""
    return {column.key: column.value(document) for column in columns}


def as_csv(columns: Sequence[Column], documents: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """The list as CSV (RFC 4180) in UTF-8 with a byte order mark, which Excel needs for Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.heading(language) for column in columns])
    for document in documents:
        writer.writerow([column.shown(document, language) for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def as_xlsx(title: str, columns: Sequence[Column], documents: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """The list as a workbook of one sheet: title row, frozen heading row, widths as declared."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#EEEEEE"})
    top = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    if len(columns) > 1:
        sheet.merge_range(0, 0, 0, len(columns) - 1, title, top)
    else:
        sheet.write_string(0, 0, title, top)
    sheet.set_row(0, 28)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(1, place, column.heading(language), head)
    sheet.freeze_panes(2, 0)
    for line, document in enumerate(documents, 2):
        for place, column in enumerate(columns):
            _write(sheet, line, place, column.shown(document, language))
    book.close()
    return out.getvalue()


def _write(sheet: Any, line: int, place: int, value: str | float) -> None:
    if isinstance(value, str):
        sheet.write_string(line, place, value)
    else:
        sheet.write_number(line, place, value)


def _sheet_name(title: str) -> str:
    return "".join("_" if char in "[]:*?/\\'" else char for char in title)[:SHEET_NAME_CHARS] or "1"
