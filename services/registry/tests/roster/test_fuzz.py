"""Whatever stands in a file or a cell: a row, a faulty row or one sentence, and never anything else."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from guiyan.registry.roster import Branches, BranchName, FaultyRow, RosterRow, RosterUnreadable, read_roster
from guiyan.registry.roster.headers import SYNONYMS
from guiyan.registry.roster.testing import OFFICE_HEADER, TODAY, person, table, workbook

BRANCHES = Branches([BranchName("654002001001", "样例街道第一党支部")])
GOOD = table(person(), person(姓名=None))

texts = st.one_of(
    st.text(max_size=40),
    st.text("0123456789Xx-/.年月日 +０１２", max_size=20),
    st.sampled_from(
        ["是", "否", "男", "女", "正式党员", "合计", "=1+1", "#REF!", "NaN", "1e999", "样例街道第一党支部"]
    ),
)
cells = st.one_of(
    st.none(),
    st.booleans(),
    texts,
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 1, 1), date(9999, 12, 31)),
)
titles = st.one_of(
    st.sampled_from([word for words in SYNONYMS.values() for word in words.split()]),
    st.sampled_from(["民族", "宗教信仰", "省", "市", "县", "备注", ""]),
    st.text(max_size=10),
)


def read(data: bytes) -> list[RosterRow | FaultyRow] | RosterUnreadable:
    """Reads the bytes; anything but a list of rows or the one refusal is an error of the reader."""
    try:
        rows = list(read_roster(data, branches=BRANCHES, today=TODAY))
    except RosterUnreadable as refused:
        return refused
    for row in rows:
        assert isinstance(row, (RosterRow, FaultyRow))
        if isinstance(row, FaultyRow):
            assert row.problems
    return rows


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_any_bytes(data: bytes) -> None:
    """Random bytes are no roster."""
    read(data)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_workbooks(data: st.DataObject) -> None:
    """A good workbook with bytes changed, cut out or put in is read or refused."""
    damaged = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    read(bytes(damaged))


@given(st.lists(st.lists(cells, min_size=len(OFFICE_HEADER), max_size=len(OFFICE_HEADER)), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_cells_under_the_offices_header(rows: list[list[Any]]) -> None:
    """Whatever is typed into the office's roster, each row is accepted or comes back with reasons."""
    assert not isinstance(read(workbook([OFFICE_HEADER, *rows])), RosterUnreadable)


@given(st.fixed_dictionaries({name: st.one_of(st.just(person()[name]), cells) for name in OFFICE_HEADER}))
@settings(max_examples=150, deadline=None)
def test_good_row_with_some_cells_changed(row: dict[str, Any]) -> None:
    """A good row of which some cells are anything."""
    assert not isinstance(read(table(row)), RosterUnreadable)


@given(st.lists(titles, max_size=12), st.lists(st.lists(cells, max_size=14), max_size=4), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_any_header_and_any_cells(header: list[str], rows: list[list[Any]], above: int) -> None:
    """Headers in any order and number, ragged rows and anything above them."""
    read(workbook([*rows[:above], header, *rows]))


@given(st.text(max_size=400), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig"]))
@settings(max_examples=200, deadline=None)
def test_any_text_as_csv(text: str, encoding: str) -> None:
    """Any text after a header, in any of the encodings."""
    read(("姓名,公民身份证号,所在党支部,性别\n" + text).encode(encoding, "replace"))


@given(st.lists(st.dictionaries(st.sampled_from(OFFICE_HEADER), texts), max_size=5))
@settings(max_examples=100, deadline=None)
def test_reading_is_repeatable(rows: list[dict[str, str]]) -> None:
    """The same bytes give the same rows with the same hashes."""
    lines = [
        ",".join(OFFICE_HEADER),
        *(",".join(row.get(name, "").replace(",", "") for name in OFFICE_HEADER) for row in rows),
    ]
    data = io.BytesIO("\n".join(lines).encode("utf-8", "replace")).getvalue()
    assert repr(read(data)) == repr(read(data)) or isinstance(read(data), RosterUnreadable)
