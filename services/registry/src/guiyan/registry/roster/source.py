"""Opens a roster file, XLSX or CSV, and hands out its tables as rows of plain cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import python_calamine

from guiyan.registry.roster.archive import Limits, inspect_archive
from guiyan.registry.roster.cell import Cell
from guiyan.registry.roster.errors import RosterUnreadable
from guiyan.registry.roster.merges import Merged, Merges

Row = tuple[int, Sequence[Cell]]
"""The row's number in the file, counted from 1 as Excel does, and its cells."""

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP_MAGIC = b"PK\x03\x04"
_SHEETS_MAX = 20
_DELIMITERS = (",", "\t", ";", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Table(NamedTuple):
    """One sheet, or the whole of a CSV file, as an iterator over its rows; `last_row` is the number of its last one.

    Merged cells stand as they are in the file: in the first cell of their range, which `merges` knows.
    """

    name: str
    rows: Iterator[Row]
    epoch_1904: bool
    last_row: int
    merges: Merges


def read_bytes(source: Path | bytes, limits: Limits) -> bytes:
    """The file's bytes; raises `RosterUnreadable` where it is empty or larger than the limit."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.file_bytes:
        raise RosterUnreadable("too_large", limit_mb=limits.file_bytes >> 20)
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not data.strip():
        raise RosterUnreadable("empty")
    return data


def open_tables(data: bytes, limits: Limits) -> Iterator[Table]:
    """The tables of the file in order; raises `RosterUnreadable` where it is neither XLSX nor CSV."""
    if data.startswith(_OLE_MAGIC):
        raise RosterUnreadable("encrypted" if _ENCRYPTED in data else "old_xls")
    if data.startswith(_ZIP_MAGIC):
        return _xlsx_tables(data, limits)
    if data.startswith(b"PK"):
        raise RosterUnreadable("not_xlsx")
    return iter([_csv_table(data, limits)])


def _xlsx_tables(data: bytes, limits: Limits) -> Iterator[Table]:
    epoch_1904 = inspect_archive(data, limits).epoch_1904
    with _calamine_errors():
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        worksheets = [
            sheet
            for sheet in workbook.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
    for sheet in worksheets[:_SHEETS_MAX]:
        with _calamine_errors():
            opened = workbook.get_sheet_by_name(sheet.name)
            last_row = opened.end[0] + 1 if opened.end else 0
            merges = _merges(opened)
        yield Table(sheet.name, _sheet_rows(opened, limits), epoch_1904, last_row, merges)


def _merges(sheet: python_calamine.CalamineSheet) -> Merges:
    """The sheet's merged ranges; the library counts them from A1, cells from the first column used."""
    left = sheet.start[1] if sheet.start else 0
    return Merges(
        Merged(top + 1, bottom + 1, first - left, last - left)
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
        if first >= left
    )


def _sheet_rows(sheet: python_calamine.CalamineSheet, limits: Limits) -> Iterator[Row]:
    with _calamine_errors():
        rows = iter(sheet.iter_rows())  # from the sheet's first row on, blank ones included
    for number, cells in enumerate(rows, 1):
        _refuse_long(cells, limits)
        yield number, cells


@contextmanager
def _calamine_errors() -> Iterator[None]:
    """Turns whatever the spreadsheet library raises, a panic of its native part included, into one sentence."""
    try:
        yield
    except python_calamine.PasswordError:
        raise RosterUnreadable("encrypted") from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit, RosterUnreadable):
        raise
    except BaseException:  # noqa: BLE001  a panic derives from BaseException alone
        raise RosterUnreadable("not_xlsx") from None


def _csv_table(data: bytes, limits: Limits) -> Table:
    text = _decode(data)
    if "\0" in text:
        raise RosterUnreadable("wrong_encoding")
    head = text[:4096]
    delimiter = max(_DELIMITERS, key=head.count)
    last_row = text.count("\n") + (not text.endswith("\n"))
    return Table("", _csv_rows(text, delimiter, limits), epoch_1904=False, last_row=last_row, merges=Merges())


def _csv_rows(text: str, delimiter: str, limits: Limits) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            _refuse_long(cells, limits)
            yield reader.line_num, cells
    except csv.Error as error:
        if "field larger" in str(error):
            raise RosterUnreadable("cell_too_long", limit=limits.cell_chars) from None
        raise RosterUnreadable("broken_csv") from None


def _decode(data: bytes) -> str:
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterUnreadable("wrong_encoding")


def _refuse_long(cells: Sequence[Cell], limits: Limits) -> None:
    longest = limits.cell_chars
    for cell in cells:
        if type(cell) is str and len(cell) > longest:
            raise RosterUnreadable("cell_too_long", limit=longest)
