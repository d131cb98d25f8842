"""One row while it is being read: typed access to its cells by field, and the problems found so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from guiyan.registry.roster.cell import Cell, text_of
from guiyan.registry.roster.codes import YES_NO
from guiyan.registry.roster.dates import UnreadableDateError, read_date
from guiyan.registry.roster.headers import Column
from guiyan.registry.roster.problem import Problem, problem

TEXT_MAX_CHARS = 200


class Entry:
    """Reads the cells of one row; faults keep the row out, warnings go with it."""

    __slots__ = ("_cells", "_columns", "_epoch_1904", "_today", "faults", "warnings")

    def __init__(self, columns: Mapping[str, Column], cells: Sequence[Cell], today: date, *, epoch_1904: bool) -> None:
        self._columns = columns
        self._cells = cells
        self._today = today
        self._epoch_1904 = epoch_1904
        self.faults: list[Problem] = []
        self.warnings: list[Problem] = []

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field at all."""
        return field in self._columns

    def cell(self, field: str) -> Cell:
        """The raw cell of the field, None where the column or the cell is missing."""
        column = self._columns.get(field)
        if column is None or column.position >= len(self._cells):
            return None
        return self._cells[column.position]

    def text(self, field: str, longest: int = TEXT_MAX_CHARS) -> str:
        """The cell's cleaned text, "" where it is blank; too long a text is a fault."""
        cell = self.cell(field)
        if cell is None or cell == "":
            return ""
        text = text_of(cell)
        if len(text) > longest:
            self.fault("text_too_long", field)
            return ""
        return text

    def date(self, field: str) -> date | None:
        """The cell's date, not in the future; what cannot be read is a fault, a date without a day a warning."""
        cell = self.cell(field)
        if cell is None or cell == "":
            return None
        try:
            found = read_date(cell, epoch_1904=self._epoch_1904)
        except UnreadableDateError as fault:
            self.fault(fault.code, field)
            return None
        if found is None:
            return None
        if found.value > self._today:
            self.fault("date_future", field)
            return None
        if not found.exact:
            self.warn("day_missing", field)
        return found.value

    def yes_no(self, field: str) -> bool | None:
        """是 or 否 as a truth value, None where blank; another word is a warning."""
        word = self.text(field)
        if not word:
            return None
        answer = YES_NO.get(word.upper())
        if answer is None:
            self.warn("yes_no_unknown", field)
        return answer

    def fault(self, code: str, field: str = "") -> None:
        """Notes what keeps the row out."""
        self.faults.append(problem(code, self._title(field)))

    def warn(self, code: str, field: str = "") -> None:
        """Notes what someone should look at although the row is good."""
        self.warnings.append(problem(code, self._title(field)))

    def _title(self, field: str) -> str:
        column = self._columns.get(field)
        return column.title if column else ""
