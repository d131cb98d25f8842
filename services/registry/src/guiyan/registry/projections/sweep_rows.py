"""What each event of a branch's sheet changes in the sheet's document and in its rows, one row a person."""

from __future__ import annotations

from collections.abc import Iterable

from guiyan.events.codes import SweepSheetState
from guiyan.events.registry.sweep import (
    SweepBranchAccepted,
    SweepBranchLeftOut,
    SweepBranchOverdue,
    SweepBranchReturned,
    SweepBranchSubmitted,
    SweepFindingWithdrawn,
    SweepMemberChecked,
    SweepMembersExpected,
    SweepSheetEvent,
    SweepSheetOpened,
)
from guiyan.ledger import Docs, Document, Fact
from guiyan.registry.projections.members import noted
from guiyan.registry.projections.sweep_documents import COUNTED_AS, ROWS, SHEETS, SWEEPS, add_up, none_yet, row_key
from guiyan.registry.projections.sweep_states import shared

_UNCHECKED = dict.fromkeys(("finding", "record_id", "checked_on", "checked_by"))
_LATER = ("submitted_on", "returned_on", "settled_on", "overdue_on")


def apply_sheet(fact: Fact, facts: SweepSheetEvent, docs: Docs) -> None:
    """Change the sheet, its rows, and the sums that it is part of."""
    before = docs.get(SHEETS, fact.aggregate_id)
    if before is None and not isinstance(facts, SweepSheetOpened):
        return
    sheet = before or _new_sheet(fact, facts, docs)
    after = noted({**_changed(sheet, fact, docs), "_id": fact.aggregate_id}, fact)
    docs.put(SHEETS, fact.aggregate_id, after)
    add_up(before, after, docs)


def _new_sheet(fact: Fact, facts: SweepSheetEvent, docs: Docs) -> Document:
    township = facts.township if isinstance(facts, SweepSheetOpened) else ""
    own = {"sweep_id": facts.sweep_id, "branch": facts.branch, "township": township}
    known = {**shared(docs.get(SWEEPS, facts.sweep_id)), **dict.fromkeys(_LATER), "_id": fact.aggregate_id}
    opened = {"state": str(SweepSheetState.OPEN), "opened_on": fact.event.occurredon.isoformat()}
    return {**none_yet(), **known, **own, **opened}


def _changed(sheet: Document, fact: Fact, docs: Docs) -> Document:
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case SweepSheetOpened() as facts:
            for member_id in facts.members:
                docs.put(ROWS, row_key(sheet["_id"], member_id), {**_row(sheet, member_id), "listed": True})
            return {**sheet, "expected": len(facts.members)}
        case SweepMembersExpected() as facts:
            return _expected(sheet, facts.members, docs)
        case SweepMemberChecked() as facts:
            found = {"finding": str(facts.finding), "record_id": facts.record_id, "checked_on": on}
            return _found(sheet, facts.member_id, {**found, "checked_by": fact.event.actor}, docs)
        case SweepFindingWithdrawn() as facts:
            return _found(sheet, facts.member_id, _UNCHECKED, docs)
        case _:
            return _handed_on(sheet, fact)


def _handed_on(sheet: Document, fact: Fact) -> Document:
    """The same for what becomes of the sheet as a whole."""
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case SweepBranchSubmitted():
            return {**sheet, "state": str(SweepSheetState.SUBMITTED), "submitted_on": on}
        case SweepBranchReturned():
            return {**sheet, "state": str(SweepSheetState.RETURNED), "submitted_on": None, "returned_on": on}
        case SweepBranchAccepted():
            return {**sheet, "state": str(SweepSheetState.ACCEPTED), "settled_on": on}
        case SweepBranchLeftOut():
            return {**sheet, "state": str(SweepSheetState.LEFT_OUT), "settled_on": on}
        case SweepBranchOverdue() as facts:
            return {**sheet, "overdue_on": facts.due_on.isoformat()}
        case _:
            return sheet


def _expected(sheet: Document, members: Iterable[str], docs: Docs) -> Document:
    """More on the list; who was found to have come before is on it as checked."""
    changed = dict(sheet)
    for member_id in members:
        key = row_key(sheet["_id"], member_id)
        row = {**(docs.get(ROWS, key) or _row(sheet, member_id)), "listed": True}
        docs.put(ROWS, key, row)
        changed["expected"] += 1
        changed["checked"] += int(row["checked"])
    return changed


def _row(sheet: Document, person_id: str) -> Document:
    own = {name: sheet[name] for name in ("sweep_id", "branch", "township", "batch", "root_org")}
    return {**own, "sheet_id": sheet["_id"], "member_id": person_id, "listed": False, "checked": False, **_UNCHECKED}


def _found(sheet: Document, person_id: str, found: Document, docs: Docs) -> Document:
    """One finding more, or another one, or none any more; a row that only a finding had made goes with it."""
    key = row_key(sheet["_id"], person_id)
    before = docs.get(ROWS, key) or _row(sheet, person_id)
    after = {**before, **found, "checked": found["finding"] is not None}
    if after["listed"] or after["checked"]:
        docs.put(ROWS, key, after)
    else:
        docs.delete(ROWS, key)
    changed = dict(sheet)
    for row, step in ((before, -1), (after, 1)):
        if row["finding"] is not None:
            changed[COUNTED_AS[row["finding"]]] += step
            changed["checked"] += step * row["listed"]
    return changed
