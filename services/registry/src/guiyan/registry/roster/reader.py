"""Reads a roster file: header by synonym, rows one by one, each a `RosterRow` or a `FaultyRow`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from guiyan.registry.roster import checks
from guiyan.registry.roster.archive import Limits
from guiyan.registry.roster.branch import BranchIndex
from guiyan.registry.roster.cell import Cell, compact, text_of
from guiyan.registry.roster.corrected import Corrections, corrected
from guiyan.registry.roster.entry import Entry
from guiyan.registry.roster.errors import RosterUnreadable
from guiyan.registry.roster.headers import HEADER_WITHIN_ROWS, Header, find_header
from guiyan.registry.roster.problem import problem
from guiyan.registry.roster.row import FaultyRow, RosterRow, hash_of
from guiyan.registry.roster.source import Row, Table, open_tables, read_bytes

_FOOTER = re.compile(r"(合计|总计|小计|填表|制表|填报|审核|负责人|联系人|说明|注[::]|备注|单位[::(]|共.{0,8}[人名])")
_REMARK_CELLS = 2


class Terms(NamedTuple):
    """What rows are read against: the branches, the business date, the key of the row hashes; what was set right."""

    branches: BranchIndex
    today: date
    hash_key: bytes | None
    corrections: Corrections


class Roster:
    """An opened roster: what its header says, and an iterator over its rows (to be read once).

    `skipped` grows while rows are read: blank rows, repeated headers and the lines below the table. `lines` is how many
    there are below the header, those included.
    """

    def __init__(self, table: Table, header: Header, rows: Iterator[Row], terms: Terms) -> None:
        self.sheet = table.name
        self.header = header
        self.skipped = 0
        self.lines = max(0, table.last_row - header.last_row)
        self._rows = rows
        self._terms = terms
        self._merges = table.merges
        self._epoch_1904 = table.epoch_1904
        self._columns = {column.field: column for column in header.columns}
        self._data_at = [column.position for column in header.columns if column.field != "seq"]
        self._dropped_at = frozenset(column.position for column in header.dropped)
        self._first_row_of: dict[str, int] = {}

    def __iter__(self) -> Iterator[RosterRow | FaultyRow]:
        """Every row that says something, in the order of the file."""
        for number, cells in self._rows:
            spread = self._merges.spread(number, cells)
            if self._says_nothing(cells) or (spread is not cells and self._merges.heading(number, cells)):
                self.skipped += 1
            elif number in self._terms.corrections:
                yield self._read(number, corrected(spread, self._told(number)))
            else:
                yield self._continued(number, spread) or self._read(number, spread)

    def _told(self, number: int) -> dict[int, str]:
        """What was typed into cells of a row; beyond the header there are none."""
        width = len(self.header.titles)
        return {at: text for at, text in self._terms.corrections[number].items() if at < width}

    def _continued(self, number: int, cells: Sequence[Cell]) -> FaultyRow | None:
        """A row that shares its name or ID number with the one above by merged cells is no record of its own."""
        for field in ("id_no", "name"):
            column = self._columns.get(field)
            first = None if column is None else self._merges.continued(number, column.position)
            if column is not None and first is not None:
                return FaultyRow(number, self._kept(cells), (problem("row_merged", column.title, first),))
        return None

    def _read(self, number: int, cells: Sequence[Cell]) -> RosterRow | FaultyRow:
        entry = Entry(self._columns, cells, self._terms.today, epoch_1904=self._epoch_1904)
        name = checks.check_name(entry)
        identity = checks.check_identity(entry, self._terms.today)
        branch_code, branch_text = checks.check_branch(entry, self._terms.branches)
        joined_on, full_on = checks.check_joining(entry, identity.birth_date if identity else None)
        category = checks.check_category(entry, full_on)
        status = checks.check_status(entry)
        mobile, landline = checks.check_phones(entry, made_up=identity is not None and identity.made_up)
        education, post = checks.check_education(entry), checks.check_post(entry)
        address = entry.text("home_address") or None
        migrant, lost_since = entry.yes_no("is_migrant_worker"), entry.date("lost_since")
        is_lost = bool(entry.yes_no("is_lost"))
        departure = checks.check_departure(entry, self.header.kind)
        more = (
            checks.check_former_name(entry), checks.check_degree(entry), checks.check_member_kind(entry),
            entry.text("file_place") or None,
        )  # fmt: skip
        home = checks.check_home_area(entry)
        if identity and not entry.faults:
            self._once(entry, identity.value, number)
        if identity is None or entry.faults:
            return FaultyRow(number, self._kept(cells), tuple(entry.faults), branch_code)
        values = (
            name, identity.value, identity.sex, identity.birth_date, branch_code, branch_text, category, status,
            joined_on, full_on, education, post, mobile, landline, address, migrant, is_lost, lost_since, departure,
        )  # fmt: skip
        # What a row does not tell is not in its hash: rows of before there were these columns keep theirs.
        hashed = values[:5] + values[6:] + (more if any(more) else ()) + ((home,) if home else ())
        row_hash = hash_of(hashed, self._terms.hash_key)
        return RosterRow(
            number, row_hash, *values, *more, home, warnings=tuple(entry.warnings), cells=self._kept(cells)
        )

    def _once(self, entry: Entry, id_no: str, number: int) -> None:
        first = self._first_row_of.setdefault(id_no, number)
        if first != number:
            column = self._columns["id_no"].title
            entry.faults.append(problem("duplicate_in_file", column, first))

    def _kept(self, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        """The cells without those of forbidden kinds."""
        if not self._dropped_at:
            return tuple(cells)
        return tuple(None if index in self._dropped_at else cell for index, cell in enumerate(cells))

    def _says_nothing(self, cells: Sequence[Cell]) -> bool:
        """Blank rows, rows with a number prepared in advance, repeated headers and remarks below the table."""
        if self._at("id_no", cells) not in {None, "", self._title_of("id_no")}:
            return False
        filled = [index for index in self._data_at if index < len(cells) and text_of(cells[index])]
        if not filled or compact(text_of(self._at("name", cells))) == compact(self._title_of("name")):
            return True
        return len(filled) <= _REMARK_CELLS and any(_FOOTER.match(text_of(cell)) for cell in cells if cell)

    def _at(self, field: str, cells: Sequence[Cell]) -> Cell:
        column = self._columns.get(field)
        return cells[column.position] if column and column.position < len(cells) else None

    def _title_of(self, field: str) -> str:
        column = self._columns.get(field)
        return column.title if column else ""


def read_roster(  # noqa: PLR0913 - one argument a fact
    source: Path | bytes,
    *,
    branches: BranchIndex,
    today: date,
    hash_key: bytes | None = None,
    limits: Limits | None = None,
    corrections: Corrections | None = None,
) -> Roster:
    """Opens a roster, XLSX or CSV (UTF-8, UTF-16, GB18030); the first sheet with a header is read.

    `today` is the business date that "in the future" is measured by; `hash_key` keys the row hashes, so that they tell
    nothing to who does not have it; `corrections` stand in the places of cells. Raises `RosterUnreadable`, here or
    while iterating, where the whole file is bad.
    """
    bounds = limits or Limits()
    for table in open_tables(read_bytes(source, bounds), bounds):
        first = list(islice(table.rows, HEADER_WITHIN_ROWS + 1))
        header = find_header(first, table.merges)
        if header:
            rows = chain([row for row in first if row[0] > header.last_row], table.rows)
            return Roster(table, header, rows, Terms(branches, today, hash_key, corrections or {}))
    raise RosterUnreadable("no_header", limit=HEADER_WITHIN_ROWS)
