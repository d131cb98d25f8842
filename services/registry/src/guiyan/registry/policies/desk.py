"""What the desk's table calls for is done: tasks raised when a situation begins, taken off when it is over (§1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from guiyan.events.codes import TaskKind
from guiyan.events.registry.task import TaskRaised
from guiyan.ledger import Call, Document, Fact, Policy, Timer, business_date
from guiyan.registry.domain.desk import Place
from guiyan.registry.domain.desk_table import ROWS
from guiyan.registry.domain.kinds import COMMITTEES
from guiyan.registry.domain.task import TASK, OvertakeTask, RaiseTask
from guiyan.registry.projections.attendance import missed
from guiyan.registry.projections.desk import TASK_EVENTS, WATCHED, effects_of
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.notebook import EFFECTS, PAGES, RAISE
from guiyan.service.directory import Directory
from guiyan.service.reads import Reads


class KeepDesk(Policy):
    """Turns the effects that the projection noted for an event into commands.

    They are read where the projection wrote them, so a second run asks for the same in the same order, and writes
    nothing: a task is raised once in its life.
    """

    name: ClassVar[str] = "keep_desk"
    handles: ClassVar[frozenset[str]] = WATCHED | TASK_EVENTS

    def __init__(self, desk: Reads, desks: Desks) -> None:
        self._desk = desk
        self._desks = desks

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Raise and overtake, on the day on which the event was recorded."""
        on = business_date(fact.event.time)
        effects = effects_of(await self._desk.get(EFFECTS, fact.event.id))
        return [call for one in effects if (call := await self._call(one, on)) is not None]

    async def _call(self, effect: Document, on: date) -> Call | None:
        if effect["do"] == RAISE:
            return await self._desks.raised(effect, on)
        return Call(TASK, effect["task"], OvertakeTask(on))


class Desks:
    """Finds on whose desk a task lies: the member's branch, whom the event named, or the committee over it."""

    def __init__(self, register: Reads, directory: Directory) -> None:
        self._register = register
        self._directory = directory

    async def raised(self, situation: Document, on: date) -> Call | None:
        """The command that raises a situation's task; None where nobody could do it."""
        org = await self._desk_of(situation)
        if org is None:
            return None
        facts = TaskRaised(
            org_code=org,
            kind=TaskKind(situation["kind"]),
            member_id=situation["member_id"],
            about_id=situation["about_id"],
            due_on=max(date.fromisoformat(situation["due_on"]), on),
        )
        return Call(TASK, situation["task"], RaiseTask(facts, on))

    async def _desk_of(self, situation: Document) -> str | None:
        place = ROWS[TaskKind(situation["kind"])].place
        if place == Place.BRANCH:
            member = await self._register.get(MEMBERS, situation["member_id"])
            return None if member is None else str(member["branch"])
        if place == Place.NAMED:
            return None if situation["org"] is None else str(situation["org"])
        await self._directory.refresh()
        return self._committee(situation["org"], itself=place == Place.COMMITTEE)

    def _committee(self, org: str | None, *, itself: bool) -> str | None:
        """The nearest committee over an organisation, or itself; the top where there is none, or no organisation."""
        path = [one for one in self._directory.path(org or "") if itself or one.code != org]
        committees = [one.code for one in path if one.kind in COMMITTEES]
        tops = [one.code for one in self._directory.all() if one.parent is None and one.is_active]
        return next(iter([*committees[-1:], *sorted(tops)]), None)


class TaskTimers:
    """What the clock does on the desk: a situation that has stood for so long is a task now."""

    def __init__(self, desk: Reads, desks: Desks) -> None:
        self._desk = desk
        self._desks = desks

    async def raise_task(self, timer: Timer) -> Sequence[Call]:
        """Raise it if the situation still stands; who did not attend has missed something only if the branch met."""
        page = await self._desk.get(PAGES, timer.data["matter"]) or {}
        on = business_date(timer.due_at)
        for one in page.get("situations", ()):
            if one["task"] == timer.data["task"] and await self._is_due(one, page):
                call = await self._desks.raised(one, on)
                return [] if call is None else [call]
        return []

    async def _is_due(self, situation: Document, page: Document) -> bool:
        if situation["kind"] != TaskKind.LEFT_WITHOUT_TELLING:
            return True
        return missed(situation, await self._desk.get(PAGES, page["attends"]))
