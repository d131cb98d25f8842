"""What the clock says of probations: reminded, ended, overdue; nothing is decided by it (domain.md §2.8, P-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from guiyan.ledger import Call, Timer
from guiyan.ledger.due import Handler
from guiyan.registry.commands.scoping import way_up
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.probation import PROBATION, Command
from guiyan.registry.domain.probation_following import (
    Escalate,
    Remind,
    SayApplicationOverdue,
    SayDecisionOverdue,
    SayEnded,
)
from guiyan.registry.projections.probation_timers import DECISION, END, ESCALATE, OVERDUE, REMIND


class ProbationCalendar:
    """Turns the timers of probations into commands; who is told above is whoever stands there on that day."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def handlers(self) -> Mapping[str, Handler]:
        """A handler for each kind of timer."""
        return {
            REMIND: lambda timer: _call(timer, Remind(timer.data["days_left"], *_days(timer, "ends_on", "due_on"))),
            END: lambda timer: _call(timer, SayEnded(*_days(timer, "ends_on"))),
            OVERDUE: lambda timer: _call(timer, SayApplicationOverdue(*_days(timer, "ends_on", "due_on"))),
            ESCALATE: self._escalate,
            DECISION: self._undecided,
        }

    async def _escalate(self, timer: Timer) -> Sequence[Call]:
        ends_on, on = _days(timer, "ends_on", "due_on")
        above = await self._above(timer)
        return _call(timer, Escalate(ends_on, above, on)) if above is not None else []

    async def _undecided(self, timer: Timer) -> Sequence[Call]:
        voted_on, decide_by, on = _days(timer, "voted_on", "decide_by", "due_on")
        return _call(timer, SayDecisionOverdue(voted_on, decide_by, await self._above(timer), on))

    async def _above(self, timer: Timer) -> str | None:
        """The organisation above the branch that has the member now; the branch itself where nothing stands above."""
        member, _ = await self._tools.commands.load(MEMBER, timer.data["member_id"])
        way = await way_up(self._tools, member.branch)
        return next(iter(way[1:]), way[0] if way else None)


def _call(timer: Timer, command: Command) -> Sequence[Call]:
    return [Call(PROBATION, timer.data["probation_id"], command)]


def _days(timer: Timer, *names: str) -> Any:
    return [date.fromisoformat(timer.data[name]) for name in names]
