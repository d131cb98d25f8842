"""Tasks: raised once for each occasion, closed by people, or overtaken when the situation has changed (§6 no. 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from guiyan.events import Event, derived_id
from guiyan.events.codes import TaskEnd, TaskKind
from guiyan.events.registry.task import TaskClosed, TaskRaised
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened


@dataclass(frozen=True, slots=True)
class Task:
    """One task now; `kind` is None while there is none under this id, `how` while it lies on the desk."""

    kind: TaskKind | None = None
    org_code: str = ""
    raised_on: date | None = None
    how: TaskEnd | None = None


@dataclass(frozen=True, slots=True)
class RaiseTask:
    """Put it on the desk, unless that was done already: also what was closed since is not raised again."""

    facts: TaskRaised
    on: date


@dataclass(frozen=True, slots=True)
class CloseTask:
    """A person says that it is done, or that nothing is to be done; `org_code` is on whose desk it lies by now."""

    how: TaskEnd
    org_code: str
    when: Occasion


@dataclass(frozen=True, slots=True)
class OvertakeTask:
    """The situation is another one: the product takes it off the desk."""

    on: date


Command = RaiseTask | CloseTask | OvertakeTask


def task_id(kind: TaskKind, about: str, occasion: str, at: datetime) -> str:
    """The id that follows from the kind, from what it is about and from the occasion: a repeat makes no other."""
    return derived_id(at, "task", str(kind), about, occasion)


def decide(command: Command, state: Task) -> Sequence[Draft]:
    """The events of a command on one task; raises Refused."""
    if isinstance(command, RaiseTask):
        return [] if state.kind is not None else [Draft(command.facts, command.on)]
    if isinstance(command, OvertakeTask):
        return _overtake(command, state)
    if state.kind is None or state.raised_on is None:
        raise Refused("task_unknown", status=404)
    if command.how == TaskEnd.OVERTAKEN:
        raise Refused("task_overtaken_by_itself", pointer="/how")
    if state.how is not None:
        raise Refused("task_closed", how=state.how)
    require_happened(command.when, not_before=state.raised_on)
    return [Draft(TaskClosed(org_code=command.org_code, how=command.how), command.when.occurred_on)]


def _overtake(command: OvertakeTask, state: Task) -> Sequence[Draft]:
    if state.raised_on is None or state.how is not None:
        return []
    closed = TaskClosed(org_code=state.org_code, how=TaskEnd.OVERTAKEN)
    return [Draft(closed, max(command.on, state.raised_on))]


def evolve(state: Task, event: Event) -> Task:
    """The task after one more event."""
    match event.payload:
        case TaskRaised() as facts:
            return Task(facts.kind, facts.org_code, event.occurredon)
        case TaskClosed() as facts:
            return replace(state, how=facts.how)
        case _:
            return state


TASK: Decider[Task, Command] = Decider("registry", "task", Task, evolve, decide)
