"""Looks into an XLSX before the spreadsheet library does, so that a hostile file cannot take the memory.

The library lays a sheet out as one dense area and copies a shared string into each cell that names it: a file of a few
kilobytes can so ask for terabytes. What is measured here, in the packed file, bounds both.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from typing import NamedTuple

from guiyan.registry.roster.errors import RosterUnreadable
from guiyan.registry.roster.merges import RANGES_MAX

_REFERENCE_COLUMN = re.compile(rb"\sr\s*=\s*[\"']\$?([A-Za-z]{1,9})\$?[0-9]")
_REFERENCE_ROW = re.compile(rb"\sr\s*=\s*[\"'][$A-Za-z]*([0-9]{5,})")
_FAR_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']\$?(?:[A-Za-z]{2,}\$?[0-9]|[A-Za-z]?\$?[0-9]{8})")
_SHARED_ITEM = re.compile(rb"<(?:\w+:)?si\b")
_SHARED_REFERENCE = re.compile(rb"<(?:\w+:)?v\b[^>]*>\s*([0-9]{1,9})\s*<")
_MERGED_RANGE = re.compile(rb"<(?:\w+:)?mergeCell\b")
_EPOCH_1904 = re.compile(rb"date1904\s*=\s*[\"'](?:1|true)")
_LONG_STRING_BYTES = 512
_SMALL_ROW = 9_999
_PARTS_MAX = 2_000


class Limits(NamedTuple):
    """How large a roster may be; beyond any of these it is refused with a sentence that names the limit."""

    file_bytes: int = 64 * 2**20
    unpacked_bytes: int = 256 * 2**20
    area_cells: int = 28_000_000
    copied_bytes: int = 256 * 2**20
    cell_chars: int = 32_767


class Archive(NamedTuple):
    """What was learnt on the way: whether serial dates count from 1904."""

    epoch_1904: bool


def inspect_archive(data: bytes, limits: Limits) -> Archive:
    """Reads every part of the archive within the limits; raises `RosterUnreadable` where one is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _inspect(archive, limits)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise RosterUnreadable("not_xlsx") from None


def _inspect(archive: zipfile.ZipFile, limits: Limits) -> Archive:
    entries = archive.infolist()
    if "xl/workbook.xml" not in {entry.filename for entry in entries} or len(entries) > _PARTS_MAX:
        raise RosterUnreadable("not_xlsx")
    room = limits.unpacked_bytes
    long_strings: dict[int, int] = {}
    references: Counter[bytes] = Counter()
    epoch_1904 = False
    for entry in sorted(entries, key=lambda each: "sharedStrings" not in each.filename):
        part = _read(archive, entry, room, limits)
        room -= len(part)
        long_strings |= _long_strings(part, limits)
        _refuse_vast_area(part, limits)
        if b"mergeCell" in part and len(_MERGED_RANGE.findall(part)) > RANGES_MAX:
            raise RosterUnreadable("too_many_merged", limit=RANGES_MAX)
        if long_strings:
            references.update(_SHARED_REFERENCE.findall(part))
        if entry.filename == "xl/workbook.xml":
            epoch_1904 = bool(_EPOCH_1904.search(part))
    if sum(size * references[b"%d" % index] for index, size in long_strings.items()) > limits.copied_bytes:
        raise RosterUnreadable("bomb", limit_mb=limits.copied_bytes >> 20)
    return Archive(epoch_1904)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int, limits: Limits) -> bytes:
    # The size in the directory may lie: read up to the room that is left and one byte more.
    with archive.open(entry) as stream:
        part = stream.read(room + 1)
    if len(part) > room:
        raise RosterUnreadable("bomb", limit_mb=limits.unpacked_bytes >> 20)
    return part


def _long_strings(part: bytes, limits: Limits) -> dict[int, int]:
    """Index → bytes of the shared strings that are long enough to matter when copied."""
    if b"<si" not in part and b":si" not in part:
        return {}
    sizes = {
        index: len(item) for index, item in enumerate(_SHARED_ITEM.split(part)[1:]) if len(item) > _LONG_STRING_BYTES
    }
    # Markup around the text counts too, hence the factor: an honest cell of the largest size stays below it.
    if any(size > 16 * limits.cell_chars for size in sizes.values()):
        raise RosterUnreadable("cell_too_long", limit=limits.cell_chars)
    return sizes


def _refuse_vast_area(part: bytes, limits: Limits) -> None:
    if not _FAR_REFERENCE.search(part):
        return  # at most 26 columns, and so within the limit down to the last row Excel has
    widest = max(map(_column_number, set(_REFERENCE_COLUMN.findall(part))), default=0)
    if not widest:
        return
    lowest = max(map(int, set(_REFERENCE_ROW.findall(part))), default=_SMALL_ROW)
    if widest * lowest > limits.area_cells:
        raise RosterUnreadable("too_many_cells", limit=limits.area_cells)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
