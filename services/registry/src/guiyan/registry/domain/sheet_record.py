"""One branch's sheet now: who is to be checked, what was found, and the counters that follow (§2.12, S-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from guiyan.events import Event, derived_id, time_of
from guiyan.events.codes import SweepFinding, SweepSheetState
from guiyan.events.registry.sweep import (
    SweepBranchAccepted,
    SweepBranchLeftOut,
    SweepBranchOverdue,
    SweepBranchReturned,
    SweepBranchSubmitted,
    SweepCounts,
    SweepFindingWithdrawn,
    SweepMemberChecked,
    SweepMembersExpected,
    SweepSheetOpened,
)
from guiyan.ledger import Refused

State = SweepSheetState
EDITABLE = frozenset({State.OPEN, State.RETURNED})
SETTLED = frozenset({State.ACCEPTED, State.LEFT_OUT})


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about one person, and the departure or inflow record that it rests on."""

    finding: SweepFinding
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet now; `state` is None while there is none under this id."""

    state: State | None = None
    sweep_id: str = ""
    branch: str = ""
    township: str = ""
    opened_on: date | None = None
    expected: frozenset[str] = frozenset()
    found: Mapping[str, Found] = field(default_factory=dict)
    submitted_on: date | None = None
    counted: SweepCounts | None = None
    overdue_on: date | None = None


def sheet_id(sweep_id: str, branch: str) -> str:
    """The id of a branch's sheet in a sweep: there is one."""
    return derived_id(time_of(sweep_id), "sweep_sheet", sweep_id, branch)


def counts_of(state: Sheet) -> SweepCounts:
    """The counters, computed from the sheet and never typed (S-14)."""
    findings = [one.finding for one in state.found.values()]
    return SweepCounts(
        expected=len(state.expected),
        checked=len(state.expected & state.found.keys()),
        found_out=findings.count(SweepFinding.FOUND_OUT),
        found_in=findings.count(SweepFinding.FOUND_IN),
        returned=findings.count(SweepFinding.RETURNED),
        not_reached=findings.count(SweepFinding.NOT_REACHED),
    )


def require_sheet(state: Sheet) -> State:
    """The sheet's state, when there is a sheet."""
    if state.state is None:
        raise Refused("sheet_unknown", status=404)
    return state.state


def require_editable(state: Sheet) -> None:
    """Findings are correctable until the sheet is handed in, and again when it was given back."""
    if require_sheet(state) not in EDITABLE:
        raise Refused("sheet_state", state=require_sheet(state))


def evolve(state: Sheet, event: Event) -> Sheet:  # noqa: PLR0911 - one return an event
    """The sheet after one more event."""
    on = event.occurredon
    match event.payload:
        case SweepSheetOpened() as facts:
            members = frozenset(facts.members)
            return Sheet(State.OPEN, facts.sweep_id, facts.branch, facts.township, on, members)
        case SweepMembersExpected() as facts:
            return replace(state, expected=state.expected | set(facts.members))
        case SweepMemberChecked() as facts:
            found = Found(facts.finding, facts.record_id)
            return replace(state, found={**state.found, facts.member_id: found})
        case SweepFindingWithdrawn() as facts:
            kept = {person: one for person, one in state.found.items() if person != facts.member_id}
            return replace(state, found=kept)
        case SweepBranchSubmitted() as facts:
            return replace(state, state=State.SUBMITTED, submitted_on=on, counted=facts)
        case SweepBranchReturned():
            return replace(state, state=State.RETURNED, counted=None)
        case SweepBranchAccepted() as facts:
            return replace(state, state=State.ACCEPTED, counted=facts)
        case SweepBranchLeftOut() as facts:
            return replace(state, state=State.LEFT_OUT, counted=facts)
        case SweepBranchOverdue() as facts:
            return replace(state, overdue_on=facts.due_on)
        case _:
            return state
