"""What became of each row, to be looked at and set right: masked rows to list, and the refused ones as they stood.

An import keeps these for a while besides its counts, so that every count opens its rows (`kept`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from guiyan.ledger import Document
from guiyan.registry.roster import FaultyRow, Header, RosterRow
from guiyan.registry.roster.cell import text_of
from guiyan.service.masking import mask_name

ROWS_MAX: Final = 20_000
"""Of each outcome; a count may be larger than what it opens."""
REFUSED_MAX: Final = 500
"""Rows to be set right on a screen; with more, the workbook is the better place."""


class RowsTold:
    """Rows by their outcome while an import runs."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Document]] = defaultdict(list)

    def tell(self, outcome: str, row: RosterRow, member_id: str | None = None, changes: Sequence[Any] = ()) -> None:
        """What became of a row that could be read; `changes` are its differences, masked (imports.rows)."""
        document = {"row": row.row_number, "name": mask_name(row.name), "branch": row.branch_code}
        self._add(outcome, document | {"member_id": member_id, "changes": list(changes), "reasons": []})

    def refuse(self, row: FaultyRow, header: Header) -> None:
        """A row that was kept out, with its reasons."""
        at = next(column.position for column in header.columns if column.field == "name")
        name = mask_name(text_of(row.cells[at])) if at < len(row.cells) else ""
        document = {"row": row.row_number, "name": name, "branch": row.branch_code or None, "member_id": None}
        self._add("faulty", document | {"changes": [], "reasons": [_reason(one) for one in row.problems]})

    def _add(self, outcome: str, document: Document) -> None:
        if len(self._rows[outcome]) < ROWS_MAX:
            self._rows[outcome].append({**document, "outcome": outcome})

    def all(self) -> list[Document]:
        """Every row that is kept."""
        return [one for rows in self._rows.values() for one in rows]


def _reason(problem: Any) -> Document:
    told = {"column": problem.pointer, "code": problem.code}
    return told | {"message_zh": problem.message_zh, "message_en": problem.message_en}


def refused(header: Header, rows: Sequence[FaultyRow]) -> Document:
    """The first refused rows as they stood, with the columns that are read: what a screen needs to set them right.

    A problem's `position` is its column's; None where the file has no such column, or the whole row is at fault.
    """
    columns = [
        {"position": one.position, "title": one.title, "field": one.field}
        for one in header.columns
        if one.field != "seq"
    ]
    position_of = {one.title: one.position for one in reversed(header.columns)}
    return {
        "columns": columns,
        "rows": [_as_it_stood(one, columns, position_of) for one in sorted(rows, key=_number)[:REFUSED_MAX]],
        "total": len(rows),
    }


def _number(row: FaultyRow) -> int:
    return row.row_number


def _as_it_stood(row: FaultyRow, columns: Sequence[Document], position_of: Mapping[str, int]) -> Document:
    cells = {
        one["position"]: text_of(row.cells[one["position"]]) for one in columns if one["position"] < len(row.cells)
    }
    problems = [{**_reason(one), "position": position_of.get(one.pointer)} for one in row.problems]
    return {"row": row.row_number, "cells": {str(at): text for at, text in cells.items()}, "problems": problems}
