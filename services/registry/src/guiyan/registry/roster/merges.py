"""Merged cells: the value stands in the range's first cell alone, and belongs to every row of the range."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from guiyan.registry.roster.cell import Cell, text_of

RANGES_MAX = 200_000
"""More than a sheet that a person has merged can have; each costs memory."""


class Merged(NamedTuple):
    """One merged range: rows counted from 1 as Excel does, columns from 0 as the sheet's cells are."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def is_wide(self) -> bool:
        """Whether it lies over several columns."""
        return self.last_column > self.first_column


class Merges:
    """The merged ranges of one sheet; `spread` is to be called row after row, each once.

    Ranges of one column never overlap in a sound file: of hostile ones the last begun counts, so that a row costs no
    more than it has columns.
    """

    def __init__(self, ranges: Iterable[Merged] = ()) -> None:
        self._ranges = sorted(ranges)
        self._next = 0
        self._open: dict[int, tuple[Merged, Cell]] = {}

    def of_row(self, number: int) -> list[Merged]:
        """The ranges that a row of the table's head is part of."""
        return [one for one in self._ranges if one.first_row <= number <= one.last_row]

    def spread(self, number: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        """The row with the values of ranges begun in a row above, each in its range's first column."""
        if not self._open and (self._next >= len(self._ranges) or self._ranges[self._next].first_row > number):
            return cells
        filled = list(cells)
        for column, (merged, value) in list(self._open.items()):
            if merged.last_row < number:
                del self._open[column]
            elif column < len(filled) and filled[column] in {None, ""}:
                filled[column] = value
        self._begin(number, filled)
        return filled

    def continued(self, number: int, column: int) -> int | None:
        """The row in which the range of this cell began, where that is a row above; of the row spread last."""
        found = self._open.get(column)
        return found[0].first_row if found and found[0].first_row < number <= found[0].last_row else None

    def heading(self, number: int, cells: Sequence[Cell]) -> bool:
        """Whether the row is one text merged over several columns: a heading between the rows, nobody's record."""
        texts = [place for place, cell in enumerate(cells) if cell is not None and cell != ""]
        if len(texts) != 1 or not text_of(cells[texts[0]]):
            return False
        found = self._open.get(texts[0])
        return found is not None and found[0].first_row == number and found[0].is_wide

    def _begin(self, number: int, cells: Sequence[Cell]) -> None:
        while self._next < len(self._ranges) and self._ranges[self._next].first_row <= number:
            merged = self._ranges[self._next]
            self._next += 1
            if merged.first_column < len(cells) and merged.first_row == number:
                self._open[merged.first_column] = merged, cells[merged.first_column]
