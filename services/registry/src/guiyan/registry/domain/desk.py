"""What a row of the desk's table is (`desk_table`): a situation that begins and ends with events, and its task.

While the situation stands its task may lie on the desk. The task's id follows from what began the situation, so that a
second one is another task and a repeat is none. Nothing here scores anybody or changes anything but tasks (§1.2, §1.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from guiyan.events import Event, Payload
from guiyan.events.codes import TaskKind
from guiyan.registry.domain.parameters import Parameters


class Matter(StrEnum):
    """What a situation belongs to; its notes are kept under that id."""

    MEMBER = "member"
    RECORD = "record"
    ORGANISATION = "organisation"


class Place(StrEnum):
    """On whose desk a task lies."""

    BRANCH = "branch"
    """The member's branch, whichever that is later."""
    NAMED = "named"
    """The organisation that the event names."""
    ABOVE = "above"
    """The nearest committee over the organisation that the event names."""
    COMMITTEE = "committee"
    """The organisation that the event names when that is a committee, else the nearest one over it."""


Test = Callable[[Any, Parameters], bool]


def always(_: Any, __: Parameters) -> bool:
    """Whatever the event tells."""
    return True


@dataclass(frozen=True, slots=True)
class On:
    """An event that begins or ends a situation when the test holds.

    `again`: when people have closed the task of the situation that still stands, this is another occasion.
    """

    event: type[Payload]
    test: Test = always
    again: bool = False


def each(*events: type[Payload]) -> tuple[On, ...]:
    """Each of these events, whatever it says."""
    return tuple(On(one) for one in events)


def responsible_org(event: Event) -> str | None:
    """The organisation that the event names as the one that has to act."""
    return getattr(event.payload, "responsible_org", None)


@dataclass(frozen=True, slots=True)
class Detector:
    """One row of the table.

    `per_record`: one situation for each record of the event's aggregate (a trip, a retention); `per_org`: one for each
    organisation named, and an event that names none is about all of them; else one a matter.
    `wait`: the day until which the situation must stand before it is a task. `due` reads the last day from the event;
    without it a task is due so many days after it was raised. `named` reads the organisation from the event. Rows
    without `begins` hang on more than one event: `projections/watches.py` says when they begin.
    """

    kind: TaskKind
    source: str
    step: tuple[str, str]
    begins: tuple[On, ...] = ()
    ends: tuple[On, ...] = ()
    matter: Matter = Matter.MEMBER
    place: Place = Place.BRANCH
    per_record: bool = False
    per_org: bool = False
    wait: Callable[[date, Parameters], date] | None = None
    due: Callable[[Any], date] | None = None
    named: Callable[[Event], str | None] | None = None
