"""What the clock does with sweeps: windows are planned and opened, and who is late is told (domain.md §2.12, S-30).

Every timer has its own due time and its own sweep, so that a clock that jumps over several windows plans, opens and
reminds in order, each once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import structlog

from guiyan.events import derived_id
from guiyan.events.codes import SweepKind
from guiyan.ledger import Call, Context, Timer, business_date
from guiyan.ledger.due import SYSTEM_ORG, Handler
from guiyan.registry.commands.sweep_openings import read_openings, townships_of
from guiyan.registry.commands.sweeps import calendar_id, planned_facts
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.organisation_changes import ORGANISATION
from guiyan.registry.domain.sheet_record import EDITABLE, sheet_id
from guiyan.registry.domain.sweep import SWEEP, OpenSweep, PlanSweep, RemindCity, RemindTownships
from guiyan.registry.domain.sweep_sheet import SHEET, OpenSheet, RemindSheet
from guiyan.registry.domain.sweep_windows import NUMBERS, Window, first_window, windows_of
from guiyan.registry.projections.sweep_calendar import BEGIN, BRANCHES_DUE, CITY_DUE, OPEN, PLAN, TOWNSHIPS_DUE
from guiyan.registry.projections.sweep_documents import SHEETS

ACTOR: Final = "system:registry"
_log = structlog.get_logger(__name__)


class SweepCalendar:
    """Turns the timers of sweeps into commands."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """A handler for each kind of timer."""
        return {
            BEGIN: self.begin,
            PLAN: self.plan,
            OPEN: self.open,
            BRANCHES_DUE: self.remind_branches,
            TOWNSHIPS_DUE: remind_townships,
            CITY_DUE: remind_city,
        }

    async def begin(self, timer: Timer) -> Sequence[Call]:
        """The first window that is not over: a tree older than the calendar begins today, not in its past."""
        today = self._tools.clock.today()
        return await self._plan(timer.data["root"], first_window(today), today)

    async def plan(self, timer: Timer) -> Sequence[Call]:
        """The window that this timer was set for."""
        kind, year = SweepKind(timer.data["kind"]), int(timer.data["year"])
        window = next(one for one in windows_of(year) if one.kind == kind)
        return await self._plan(timer.data["root"], window, business_date(timer.due_at))

    async def _plan(self, root: str, window: Window, on: date) -> Sequence[Call]:
        state, _ = await self._tools.commands.load(ORGANISATION, root)
        if not state.active or state.parent is not None:
            return []
        _warn_of_gap(window)
        valid = await self._tools.parameters(window.opens_on)
        facts = planned_facts(root, window, NUMBERS[window.kind], valid)
        return [Call(SWEEP, calendar_id(root, window), PlanSweep(facts, Occasion(on, on)))]

    async def open(self, timer: Timer) -> Sequence[Call]:
        """The sweep first, then its sheets: a sweep cancelled in time has none, and a crash in between is gone over.

        The sweep names its townships with their number of sheets, so that none can be overlooked meanwhile.
        """
        sweep_id = timer.data["sweep_id"]
        state, _ = await self._tools.commands.load(SWEEP, sweep_id)
        if state.facts is None:
            return []
        day = state.facts.opens_on
        openings = await read_openings(self._tools, state.facts.root_org, day)
        command_id = derived_id(timer.due_at, "timer", timer.id)
        context = Context(command_id, ACTOR, SYSTEM_ORG, f"timer/{timer.id}"[:200], command_id)
        opened = await self._tools.commands.execute(SWEEP, sweep_id, OpenSweep(townships_of(openings)), context)
        if not opened.events:
            return []
        return [
            Call(
                SHEET,
                sheet_id(sweep_id, one.branch),
                OpenSheet(sweep_id, one.branch, one.township, one.members, day),
            )
            for one in openings
        ]

    async def remind_branches(self, timer: Timer) -> Sequence[Call]:
        """Those that have not handed in; a branch's own stream says so, so that none waits for another."""
        sweep_id, due_on = timer.data["sweep_id"], date.fromisoformat(timer.data["due_on"])
        waiting: dict[str, object] = {"sweep_id": sweep_id, "state": {"$in": sorted(EDITABLE)}}
        found = await self._tools.sweeps.find(SHEETS, waiting, sort=(("_id", 1),))
        return [Call(SHEET, one["_id"], RemindSheet(due_on)) for one in found]


def remind_townships(timer: Timer) -> Sequence[Call]:
    """The sweep decides which townships have not checked."""
    due_on = date.fromisoformat(timer.data["due_on"])
    return [Call(SWEEP, timer.data["sweep_id"], RemindTownships(due_on))]


def remind_city(timer: Timer) -> Sequence[Call]:
    """The sweep decides whether it is still to be closed."""
    return [Call(SWEEP, timer.data["sweep_id"], RemindCity(date.fromisoformat(timer.data["due_on"])))]


def _warn_of_gap(window: Window) -> None:
    """A year whose Spring Festival the table does not have goes without that window, and says so."""
    if not any(one.kind == SweepKind.SPRING_FESTIVAL for one in windows_of(window.year)):
        _log.warning("spring_festival_unknown", year=window.year)
