"""The names of the sweeps' collections, and the figures that a sheet, a township and a sweep have in common."""

from __future__ import annotations

from typing import Final

from guiyan.events.codes import SweepFinding, SweepSheetState
from guiyan.ledger import Docs, Document
from guiyan.registry.domain.sweep_run import COUNTERS

SWEEPS: Final = "sweeps"
TOWNSHIPS: Final = "sweep_townships"
SHEETS: Final = "sweep_sheets"
ROWS: Final = "sweep_rows"
ROOTS: Final = "sweep_roots"

FIGURES: Final = (*COUNTERS, "changed", "unchanged", "sheets", "submitted", "accepted", "left_out", "overdue")
COUNTED_AS: Final = {
    SweepFinding.FOUND_OUT: "found_out",
    SweepFinding.FOUND_IN: "found_in",
    SweepFinding.RETURNED: "returned",
    SweepFinding.NOT_REACHED: "not_reached",
    SweepFinding.CHANGED: "changed",
    SweepFinding.UNCHANGED: "unchanged",
}
_HANDED_IN: Final = frozenset({SweepSheetState.SUBMITTED, SweepSheetState.ACCEPTED})


def none_yet() -> Document:
    """Every figure at zero."""
    return dict.fromkeys(FIGURES, 0)


def township_key(sweep_id: str, township: str) -> str:
    """The id of a township's document in a sweep."""
    return f"{sweep_id}:{township}"


def row_key(sheet_id: str, person_id: str) -> str:
    """The id of a person's row on a sheet."""
    return f"{sheet_id}:{person_id}"


def figures_of(sheet: Document | None) -> Document:
    """What a sheet adds to every sum that it is part of; `overdue` are sheets that were due and are not handed in."""
    if sheet is None:
        return none_yet()
    state = sheet["state"]
    handed_in = state in _HANDED_IN
    return {
        **{name: sheet[name] for name in (*COUNTERS, "changed", "unchanged")},
        "sheets": 1,
        "submitted": int(handed_in),
        "accepted": int(state == SweepSheetState.ACCEPTED),
        "left_out": int(state == SweepSheetState.LEFT_OUT),
        "overdue": int(sheet["overdue_on"] is not None and not handed_in),
    }


def add_up(before: Document | None, after: Document, docs: Docs) -> None:
    """Carry the difference that a sheet's change makes into its township's and its sweep's document."""
    was, now = figures_of(before), figures_of(after)
    difference = {name: now[name] - was[name] for name in FIGURES if now[name] != was[name]}
    if not difference:
        return
    key = township_key(after["sweep_id"], after["township"])
    for collection, id_ in ((TOWNSHIPS, key), (SWEEPS, after["sweep_id"])):
        sums = docs.get(collection, id_)
        if sums is not None:
            docs.put(collection, id_, {**sums, **{name: sums[name] + more for name, more in difference.items()}})
