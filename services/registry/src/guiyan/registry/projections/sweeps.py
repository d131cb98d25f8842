"""Sweeps as documents: each sweep, its townships, its sheets and every row of them, and the sums (§6 no. 14).

A township's figures are the sums of its sheets' and a sweep's those of its townships, at every moment: what changes a
sheet changes all three by the same difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.registry.organisation import OrganisationCreated, OrganisationMoved
from guiyan.events.registry.sweep import SweepEvent, SweepSheetEvent
from guiyan.ledger import Docs, Fact, Index, Key, Projection
from guiyan.registry.projections import sweep_calendar, sweep_rows
from guiyan.registry.projections.sweep_documents import ROOTS, ROWS, SHEETS, SWEEPS, TOWNSHIPS
from guiyan.registry.projections.sweep_states import apply_sweep
from guiyan.registry.projections.types import types_of
from guiyan.service import rulebook

ENDS_OF_ORGANISATIONS: Final = frozenset({"OrganisationDissolved", "OrganisationMerged", "OrganisationSplit"})


class Sweeps(Projection):
    """Collections `sweeps`, `sweep_townships`, `sweep_sheets`, `sweep_rows`; and the timers of the calendar."""

    name: ClassVar[str] = "sweeps"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = (
        types_of("sweep")
        | types_of("sweep_sheet")
        | {"OrganisationCreated", "OrganisationMoved"}
        | ENDS_OF_ORGANISATIONS
        | rulebook.HANDLES
    )
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(SWEEPS, ("root_org", "opens_on", "_id")),
        Index(TOWNSHIPS, ("sweep_id", "township")),
        Index(SHEETS, ("sweep_id", "branch")),
        Index(SHEETS, ("branch", "state")),
        Index(ROWS, ("sweep_id", "branch", "_id")),
        Index(ROWS, ("sweep_id", "township", "_id")),
        Index(ROWS, ("member_id", "_id")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The sheet's document, the sweep's and the township's."""
        if isinstance(fact.payload, SweepSheetEvent):
            return (Key(SHEETS, fact.aggregate_id), Key(SWEEPS, fact.payload.sweep_id))
        return (Key(SWEEPS, fact.aggregate_id),) if isinstance(fact.payload, SweepEvent) else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the documents of the sweep, or set the calendar going for a new top of a tree."""
        payload = fact.payload
        if rulebook.noted(fact, docs):
            return
        if isinstance(payload, SweepEvent):
            apply_sweep(fact, docs)
        elif isinstance(payload, SweepSheetEvent):
            sweep_rows.apply_sheet(fact, payload, docs)
        elif isinstance(payload, OrganisationCreated):
            if payload.parent is None:
                docs.put(ROOTS, fact.aggregate_id, {"since": fact.event.occurredon.isoformat()})
                docs.schedule(sweep_calendar.begin(fact.aggregate_id, fact.event.time))
        elif fact.type in ENDS_OF_ORGANISATIONS or isinstance(payload, OrganisationMoved):
            sweep_calendar.end_of_root(fact.aggregate_id, docs)
