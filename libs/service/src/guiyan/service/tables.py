"""Tables: the columns of a list as data, and the list as JSON rows or CSV; `workbook` makes the XLSX, `sheet` the PDF.

Cells that a spreadsheet would take for a formula are made plain text (OWASP: CSV injection).
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guiyan.events.codes.base import Code
from guiyan.ledger import SHANGHAI
from guiyan.service.language import Language

CSV_TYPE: Final = "text/csv"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MAX_CELL_CHARS: Final = 32_000
ID_WIDTH: Final = 38

Mask = Callable[[str | None], str]
Labels = Mapping[str, tuple[str, str]]
Books = Mapping[str, Callable[[str], str | None]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: path of the field in the document (dots go down), headings, width in characters.

    `mask` hides personal text in every form of the list; `labels` shows codes as (Chinese, English) words in CSV and
    XLSX, while JSON keeps the code. `book` names what tells codes that are no fixed list in words (`organisation`,
    `area`): in XLSX, which people print; CSV keeps these codes. What is not `printed` stands beside the print area
    (None: all but ids and the version). `number_format` is Excel's; `link` names the field with the address that a
    figure opens.
    """

    field: str
    zh: str
    en: str
    width: int = 14
    mask: Mask | None = None
    labels: Labels | None = None
    name: str = ""
    book: str = ""
    number_format: str = ""
    printed: bool | None = None
    link: str = ""

    @property
    def is_printed(self) -> bool:
        """Whether the column stands on paper: ids and versions are for machines."""
        return (self.width != ID_WIDTH and self.field != "version") if self.printed is None else self.printed

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

    def shown(self, document: Mapping[str, Any], language: Language) -> str | int | float:
        """The same as a spreadsheet may read it: never a formula."""
        told = self.told(document, language)
        return plain(told) if isinstance(told, str) else told

    def told(self, document: Mapping[str, Any], language: Language) -> str | int | float:
        """The cell as a person reads it: labels for codes, Shanghai time for moments."""
        value = self.value(document)
        if isinstance(value, bool):
            return ("yes" if value else "no") if language == "en" else ("是" if value else "否")
        if isinstance(value, int | float):
            return value
        if self.labels and isinstance(value, str) and value in self.labels:
            value = self.labels[value][language == "en"]
        if self.labels and isinstance(value, list):
            value = [self.labels[one][language == "en"] if one in self.labels else one for one in value]
        return printable(_text(value))


def labels(codes: Iterable[Code]) -> dict[str, tuple[str, str]]:
    """Codes as (Chinese, English) words: those of a list, or some of them."""
    return {code.value: (code.zh, code.en) for code in codes}


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
    clean = printable(text)
    return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean


def printable(text: str) -> str:
    """Text without what no file of a spreadsheet may hold; bounded."""
    return "".join(char for char in text[:MAX_CELL_CHARS] if char.isprintable() or char in "\t\n\r")


def row(columns: Iterable[Column], document: Mapping[str, Any]) -> dict[str, Any]:
    """One document as a JSON row: just the declared columns."""
    return {column.key: column.value(document) for column in columns}


class CsvFile:
    """The list as CSV (RFC 4180) in UTF-8 with a byte order mark, which Excel needs for Chinese; built part by part."""

    def __init__(self, columns: Sequence[Column], language: Language) -> None:
        self._columns, self._language = columns, language
        self._bytes = io.BytesIO()
        self._bytes.write(b"\xef\xbb\xbf")
        self._write([[column.heading(language) for column in columns]])

    def add(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """More rows."""
        self._write([column.shown(one, self._language) for column in self._columns] for one in documents)

    def done(self, *, cut: bool = False) -> bytes:
        """The file; what is cut off is told in a header of the answer."""
        del cut
        return self._bytes.getvalue()

    def close(self) -> None:
        """Nothing is kept elsewhere."""

    def _write(self, rows: Iterable[Sequence[str | float]]) -> None:
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        self._bytes.write(out.getvalue().encode("utf-8", "replace"))
