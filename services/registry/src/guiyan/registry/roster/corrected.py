"""Cells of a roster set right by hand: the file stays as it was sent, what is typed stands in its cells' places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guiyan.registry.roster.cell import Cell, text_of

Corrections = Mapping[int, Mapping[int, str]]
"""What was typed: row number as in the file → position of the column (from 0) → text."""


def corrected(cells: Sequence[Cell], told: Mapping[int, str]) -> Sequence[Cell]:
    """The cells of a row with what was typed; a text that is what the cell says leaves it as it is, a date a date."""
    length = max(len(cells), *(position + 1 for position in told)) if told else len(cells)
    found: list[Cell] = [*cells, *[None] * (length - len(cells))]
    for position, text in told.items():
        if text.strip() != text_of(found[position]):
            found[position] = text.strip()
    return found


def read_corrections(told: Mapping[str, Mapping[str, str]]) -> dict[int, dict[int, str]]:
    """Corrections as JSON has kept them, whose names are no numbers."""
    return {int(row): {int(at): text for at, text in cells.items()} for row, cells in told.items()}


def merged(before: Corrections, after: Corrections) -> dict[int, dict[int, str]]:
    """What was typed first and what was typed later, which counts."""
    return {row: {**before.get(row, {}), **after.get(row, {})} for row in sorted({*before, *after})}
