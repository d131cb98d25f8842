"""Sweeps (摸底排查): planned, opened, checked by townships, closed by the city, reported (§2.12; S-13, S-30, S-31).

`PLANNED → OPEN → TOWNSHIP_CHECKED → CITY_CLOSED → REPORTED`, or `PLANNED → CANCELLED`; what branches do stands in their
sheets (`sweep_sheet`). No timer moves any of these states but the opening of a planned window: overdue is only told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.events import Payload
from guiyan.events.codes import SweepKind, SweepState
from guiyan.events.registry.sweep import (
    SweepCancelled,
    SweepCityClosed,
    SweepCityOverdue,
    SweepCounts,
    SweepExtended,
    SweepOpened,
    SweepPlanned,
    SweepReported,
    SweepTownship,
    SweepTownshipChecked,
    SweepTownshipOverdue,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.sweep_run import Sweep, evolve, summed

WINDOW_MAX = timedelta(days=92)
AHEAD_MAX = timedelta(days=366)
_LAST_DAYS = ("branch_due_on", "township_due_on", "city_due_on")


@dataclass(frozen=True, slots=True)
class PlanSweep:
    """A window of the calendar, or one in between (S-30, S-31)."""

    facts: SweepPlanned
    when: Occasion


@dataclass(frozen=True, slots=True)
class OpenSweep:
    """The first day has come: who takes part, as the tree is on that day."""

    townships: tuple[SweepTownship, ...]


@dataclass(frozen=True, slots=True)
class ExtendSweep:
    """The days are moved by a document."""

    facts: SweepExtended
    when: Occasion


@dataclass(frozen=True, slots=True)
class CancelSweep:
    """A planned sweep will not take place."""

    document_no: str | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class CheckTownship:
    """A township has checked: the counters of its sheets, by branch, which are settled for good by now."""

    township: str
    sheets: Mapping[str, SweepCounts]
    missing: tuple[str, ...]
    when: Occasion


@dataclass(frozen=True, slots=True)
class CloseSweep:
    """The city closes; its counters are the sums of its townships'."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class ReportSweep:
    """The result was reported upward."""

    to_org: str | None
    when: Occasion


@dataclass(frozen=True, slots=True)
class RemindTownships:
    """The townships' last day is over."""

    due_on: date


@dataclass(frozen=True, slots=True)
class RemindCity:
    """The city's last day is over."""

    due_on: date


Reminder = RemindTownships | RemindCity
Act = ExtendSweep | CancelSweep | CheckTownship | CloseSweep | ReportSweep
Command = PlanSweep | OpenSweep | Act | Reminder

_OPEN = frozenset({SweepState.OPEN})
_FROM: dict[type[Act], frozenset[SweepState]] = {
    ExtendSweep: frozenset({SweepState.PLANNED, SweepState.OPEN}),
    CancelSweep: frozenset({SweepState.PLANNED}),
    CheckTownship: _OPEN,
    CloseSweep: frozenset({SweepState.TOWNSHIP_CHECKED}),
    ReportSweep: frozenset({SweepState.CITY_CLOSED}),
}


def _plan(command: PlanSweep, state: Sweep) -> Sequence[Draft]:
    """Each window once; a sweep in between begins today at the earliest, and its days stand in order."""
    if state.facts == command.facts:
        return []
    if state.state is not None:
        raise Refused("sweep_state", state=state.state)
    facts, today = command.facts, command.when.today
    _require_days(facts, facts.opens_on)
    if facts.kind == SweepKind.AD_HOC and not today <= facts.opens_on <= today + AHEAD_MAX:
        raise Refused("sweep_window", pointer="/opens_on")
    return [Draft(facts, command.when.occurred_on)]


def _require_days(facts: SweepPlanned | SweepExtended, opens_on: date) -> None:
    if not opens_on <= facts.closes_on <= opens_on + WINDOW_MAX:
        raise Refused("sweep_window", pointer="/closes_on")
    if not facts.closes_on <= facts.branch_due_on <= facts.township_due_on <= facts.city_due_on:
        raise Refused("sweep_window", pointer="/branch_due_on")


def _open(command: OpenSweep, state: Sweep) -> Sequence[Draft]:
    """Once, on the window's first day, however late the clock comes to it."""
    if state.facts is None or state.state != SweepState.PLANNED:
        return []
    branches = sum(one.branches for one in command.townships)
    return [Draft(SweepOpened(branches=branches, townships=command.townships), state.facts.opens_on)]


def _check(command: CheckTownship, state: Sweep) -> list[Payload]:
    """All of its sheets, each counted once; a township checks once."""
    branches = state.townships.get(command.township)
    if branches is None:
        raise Refused("township_takes_no_part", status=404)
    if command.township in state.checked:
        raise Refused("township_checked")
    if len(command.sheets) != branches:
        raise Refused("sheets_opening", branches=branches)
    sums = summed(command.sheets.values())
    return [SweepTownshipChecked(township=command.township, missing=command.missing, **sums)]


def _facts(command: Act, state: Sweep) -> list[Payload]:
    match command:
        case ExtendSweep():
            return _extend(command.facts, state)
        case CancelSweep():
            return [SweepCancelled(document_no=command.document_no)]
        case CheckTownship():
            return _check(command, state)
        case CloseSweep():
            return [SweepCityClosed(**summed(state.checked.values()))]
        case ReportSweep():
            return [SweepReported(to_org=command.to_org)]


def _extend(facts: SweepExtended, state: Sweep) -> list[Payload]:
    """Longer, never shorter: nobody is late by a day that was moved towards them."""
    before = state.facts
    assert before is not None  # noqa: S101 - every state but None has its facts
    _require_days(facts, before.opens_on)
    if facts.closes_on <= before.closes_on or any(getattr(facts, one) < getattr(before, one) for one in _LAST_DAYS):
        raise Refused("sweep_not_longer", pointer="/closes_on")
    return [facts]


def _remind(command: Reminder, state: Sweep) -> Sequence[Draft]:
    """Told once a last day; one that was moved since, or kept, is not told."""
    facts = state.facts
    if facts is None or state.state not in {SweepState.OPEN, SweepState.TOWNSHIP_CHECKED}:
        return []
    on = command.due_on + timedelta(days=1)
    if isinstance(command, RemindCity):
        told = ("", command.due_on) in state.overdue or command.due_on != facts.city_due_on
        return [] if told else [Draft(SweepCityOverdue(due_on=command.due_on), on)]
    if command.due_on != facts.township_due_on:
        return []
    late = [one for one in sorted(state.townships) if one not in state.checked]
    untold = [one for one in late if (one, command.due_on) not in state.overdue]
    return [Draft(SweepTownshipOverdue(township=one, due_on=command.due_on), on) for one in untold]


def decide(command: Command, state: Sweep) -> Sequence[Draft]:
    """The events of a command on one sweep; raises Refused."""
    match command:
        case PlanSweep():
            return _plan(command, state)
        case OpenSweep():
            return _open(command, state)
        case RemindTownships() | RemindCity():
            return _remind(command, state)
    if state.state is None:
        raise Refused("sweep_unknown", status=404)
    if state.state not in _FROM[type(command)]:
        raise Refused("sweep_state", state=state.state)
    require_happened(command.when, not_before=state.since)
    return [Draft(one, command.when.occurred_on) for one in _facts(command, state)]


SWEEP: Decider[Sweep, Command] = Decider("registry", "sweep", Sweep, evolve, decide)
