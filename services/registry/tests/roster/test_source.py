"""Files that are no roster end with one clear sentence; CSV is read in the encodings offices use."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from guiyan.registry.roster import Limits, Roster, RosterRow, RosterUnreadable
from guiyan.registry.roster.archive import inspect_archive
from guiyan.registry.roster.testing import id_number, person, table, workbook


def refusal(rows_of: Callable[..., Any], data: bytes, **more: Any) -> str:
    """The code with which the file is refused; the sentence must be there in both languages."""
    with pytest.raises(RosterUnreadable) as caught:
        rows_of(data, **more)
    assert caught.value.message_zh.endswith("。")
    assert caught.value.message_en.endswith(".")
    assert "{" not in caught.value.message_zh + caught.value.message_en
    return caught.value.code


def csv_of(*people: dict[str, Any], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A CSV of these people."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(people[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue().encode(encoding)


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The archive with these parts replaced, named by their stem."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            stem = Path(entry.filename).stem
            new.writestr(entry.filename, parts.get(stem, old.read(entry)))
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_usual_encodings(accepted: Callable[..., RosterRow], encoding: str, delimiter: str) -> None:
    """UTF-8 with and without mark, GB18030, and Excel's Unicode text, with comma, tab or semicolon."""
    assert accepted(csv_of(person(), encoding=encoding, delimiter=delimiter)).name == "甄样例"


def test_csv_and_xlsx_give_the_same_hash(accepted: Callable[..., RosterRow]) -> None:
    """The same roster saved as CSV is the same roster."""
    assert accepted(csv_of(person())).row_hash == accepted(table(person())).row_hash


def test_file_may_be_given_as_a_path(opened: Callable[..., Roster], tmp_path: Path) -> None:
    """A path is read as well as bytes."""
    path = tmp_path / "名单.xlsx"
    path.write_bytes(table(person()))
    assert len(list(opened(path))) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"PK\x03\x04 and then nothing", "not_xlsx"),
        (b"PK\x05\x06" + bytes(18), "not_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xff\xfe\xff", "wrong_encoding"),
        (b"\xef\xbb\xbf\xff\xff", "wrong_encoding"),
        (b"\x81", "wrong_encoding"),
        (b"a,b\x00c", "wrong_encoding"),
        (b"%PDF-1.7\n1 0 obj", "no_header"),
        (b"<html><table></table></html>", "no_header"),
        ("姓名,性别,公民身份证号\n".encode("shift-jis", "replace"), "no_header"),
    ],
)
def test_other_files_are_refused_by_name(rows_of: Callable[..., Any], data: bytes, code: str) -> None:
    """Empty, damaged, encrypted, old or foreign files: each has its own sentence."""
    assert refusal(rows_of, data) == code


def test_archive_of_something_else_is_no_workbook(rows_of: Callable[..., Any]) -> None:
    """A ZIP without a workbook inside is not an XLSX."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(rows_of, buffer.getvalue()) == "not_xlsx"


def test_too_large_a_file_is_not_even_read(rows_of: Callable[..., Any]) -> None:
    """Beyond the limit of bytes the file is refused before anything else."""
    assert refusal(rows_of, table(person()), limits=Limits(file_bytes=100)) == "too_large"


def test_zip_bomb_is_refused_before_it_unpacks(rows_of: Callable[..., Any]) -> None:
    """A part that unpacks beyond the limit is given up at the limit."""
    bomb = repacked(table(person()), sheet1=b"<worksheet>" + b" " * 3_000_000)
    assert len(bomb) < 20_000
    assert refusal(rows_of, bomb, limits=Limits(unpacked_bytes=1_000_000)) == "bomb"


def test_the_unpacked_limit_has_room_for_the_largest_roster_and_little_more() -> None:
    """100,000 rows of 40 cells need some 50 bytes a cell; what unpacks to twice that is no roster."""
    needed = 100_000 * 40 * 50
    assert needed < Limits().unpacked_bytes < 2 * needed


def test_cell_of_ten_megabytes_is_refused(rows_of: Callable[..., Any]) -> None:
    """A cell larger than Excel allows is no roster's, be it shared, inline or in a CSV."""
    huge = "长" * 3_500_000
    shared = table(person(家庭住址="替身"))
    with zipfile.ZipFile(io.BytesIO(shared)) as archive:
        strings = archive.read("xl/sharedStrings.xml").replace("替身".encode(), huge.encode())
    assert refusal(rows_of, repacked(shared, sharedStrings=strings)) == "cell_too_long"
    assert refusal(rows_of, csv_of(person(家庭住址=huge))) == "cell_too_long"
    assert refusal(rows_of, csv_of(person(家庭住址="长" * 40_000))) == "cell_too_long"


def test_vast_sheet_is_refused_without_being_laid_out(rows_of: Callable[..., Any]) -> None:
    """Two cells in opposite corners would ask for terabytes; the area is measured first."""
    data = table(person())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    assert refusal(rows_of, repacked(data, sheet1=sheet.replace(b"</sheetData>", corner))) == "too_many_cells"


def test_string_copied_a_million_times_is_refused(rows_of: Callable[..., Any]) -> None:
    """A long shared string in very many cells would fill the memory; the copies are counted first."""
    rows = [list(person()), *([["长" * 20_000] * 19] * 40)]
    assert refusal(rows_of, workbook(rows), limits=Limits(copied_bytes=1_000_000)) == "bomb"


def test_broken_parts_are_one_sentence(rows_of: Callable[..., Any]) -> None:
    """XML cut off or replaced by nonsense is a damaged workbook, not a traceback."""
    data = table(person())
    for part in ("workbook", "sheet1", "sharedStrings", "styles"):
        for nonsense in (b"", b"<", b"\xff\xfe<\x00", b"<sst><si><t>x", b"PK"):
            try:
                rows_of(repacked(data, **{part: nonsense}))
            except RosterUnreadable as refused:
                assert refused.code in {"not_xlsx", "no_header"}  # noqa: PT017  some nonsense is an empty sheet


def test_hidden_sheets_are_not_read(rows_of: Callable[..., Any]) -> None:
    """What a person does not see in Excel is not imported."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("空")
        page = book.add_worksheet("藏")
        page.write_row(0, 0, ["姓名", "公民身份证号", "所在党支部"])
        page.write_row(1, 0, ["甄样例", id_number(), "654002001001"])
        page.hide()
    assert refusal(rows_of, buffer.getvalue()) == "no_header"


@pytest.mark.parametrize(("corner", "refused"), [("A1048576", False), ("Z1048576", False), ("AA1048576", True)])
def test_area_is_measured_by_columns_and_rows(corner: str, *, refused: bool) -> None:
    """A whole sheet of 26 columns is within the limit, one column more is not."""
    part = f'<worksheet><sheetData><row r="1048576"><c r="{corner}"><v>1</v></c></row></sheetData></worksheet>'.encode()
    limits = Limits()
    if refused:
        with pytest.raises(RosterUnreadable) as caught:
            inspect_archive(repacked(table(person()), sheet1=part), limits)
        assert caught.value.code == "too_many_cells"
    else:
        inspect_archive(repacked(table(person()), sheet1=part), limits)
