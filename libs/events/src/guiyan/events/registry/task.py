"""Tasks a detector puts on a branch's desk: people act on them, nothing follows by itself (domain.md §1.2)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1
from guiyan.events.codes import TaskEnd, TaskKind
from guiyan.events.fields import MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import Id, OrgCode


class TaskEvent(Payload, abstract=True):
    """What all events of a task share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "task"
    org_code: Annotated[OrgCode, P1("On whose desk it lies.")]


class TaskRaised(TaskEvent):
    """A detector found something that a person should look at."""

    kind: Annotated[TaskKind, P1("What.")]
    member_id: Annotated[MemberId | None, P1("The member it is about, if it is about one.")] = None
    about_id: Annotated[Id | None, P1("The record it is about.")] = None
    due_on: Annotated[date | None, P1("The last day for it.")] = None


class TaskClosed(TaskEvent):
    """The task left the desk."""

    how: Annotated[TaskEnd, P1("How.")]
