"""Rows in columns, as wide as what stands in them: nothing is cut, and a pipe sees what a terminal sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.cells import cell_len

from guiyan.cli.speech import Sentence, say

GAP = "  "
Columns = Mapping[str, Sentence]


def draw(title: Sentence, columns: Columns, rows: Sequence[Sequence[object]]) -> str:
    """A table with its title; columns of numbers stand to the right."""
    table = [[str(name) for name in columns.values()], *([_text(cell) for cell in row] for row in rows)]
    widths = [max(map(cell_len, cells)) for cells in zip(*table, strict=True)]
    numeric = [any(isinstance(row[n], int | float) for row in rows) for n in range(len(columns))]
    return "\n".join([str(title), *(_line(row, widths, numeric) for row in table)])


def padded(cells: Iterable[str], widths: Iterable[int]) -> str:
    """One row to the left of columns of these widths; a longer cell pushes the rest on."""
    return GAP.join(cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    return GAP.join(_aligned(cells, widths, numeric)).rstrip()


def _aligned(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> Iterator[str]:
    for cell, width, right in zip(cells, widths, numeric, strict=True):
        space = " " * (width - cell_len(cell))
        yield space + cell if right else cell + space


def _text(value: object) -> str:
    """As a person reads it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return say("yes", "是") if value else say("no", "否")
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
