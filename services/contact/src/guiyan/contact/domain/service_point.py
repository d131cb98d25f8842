"""Service points on three levels: opened, changed, staffed by named persons, closed (S-18, S-19, S-20)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from guiyan.contact.domain.happened import require_happened
from guiyan.events import Event
from guiyan.events.codes import ServicePointLevel
from guiyan.events.contact.service_point import (
    ServicePointChanged,
    ServicePointClosed,
    ServicePointOpened,
    ServicePointStaffed,
    ServicePointStaffLeft,
    StaffText,
)
from guiyan.ledger import Decider, Draft, Refused

ABOVE: Final[Mapping[ServicePointLevel, ServicePointLevel | None]] = {
    ServicePointLevel.CENTRE: None,
    ServicePointLevel.STATION: ServicePointLevel.CENTRE,
    ServicePointLevel.SUBSTATION: ServicePointLevel.STATION,
}
"""Which level stands above which: substations under stations, stations under the centre (S-18 to S-20)."""


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """What the rules need to know; `level` is None before it was opened. `staff`: who serves, in charge or not."""

    level: ServicePointLevel | None = None
    org_code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    staff: Mapping[str, bool] = field(default_factory=dict)
    last_on: date = date.min
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """A named person who serves."""

    facts: ServicePointStaffed
    text: StaffText


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A service point opens under `parent`, with whoever serves there from the first day on."""

    on: date
    today: date
    facts: ServicePointOpened
    parent: ServicePoint | None
    staff: tuple[Server, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Its details change; what is absent stays."""

    on: date
    today: date
    facts: ServicePointChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A named person serves here from the day on (S-20)."""

    on: date
    today: date
    server: Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A person no longer serves here."""

    on: date
    today: date
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """It closes; `below` is how many points still stand under it."""

    on: date
    today: date
    below: int


Command = Open | Change | Staff | Release | Close


def require_parent(level: ServicePointLevel, parent: ServicePoint | None) -> None:
    """The centre stands alone, a station under a centre, a substation under a station, and that one is open."""
    wanted = ABOVE[level]
    if wanted != (None if parent is None else parent.level):
        raise Refused("service_point_level", pointer="/parent_id", level=level, wanted=wanted or "-")
    if parent is not None and parent.closed:
        raise Refused("service_point_closed", pointer="/parent_id")


def require_date(act: Command, point: ServicePoint) -> None:
    """Not in the future, and in the order of what happened here."""
    require_happened(act.on, act.today)
    if act.on < point.last_on:
        raise Refused("date_before_last", pointer="/occurred_on", earliest=point.last_on.isoformat())


def _open(act: Open, point: ServicePoint) -> list[Draft]:
    if point.level is not None:
        raise Refused("service_point_exists", status=409)
    require_parent(act.facts.level, act.parent)
    staff = [Draft(server.facts, act.on, server.text) for server in act.staff]
    return [Draft(act.facts, act.on), *staff]


def _change(act: Change, point: ServicePoint) -> list[Draft]:
    told = act.facts.model_dump(exclude_none=True)
    return [Draft(act.facts, act.on)] if any(point.facts.get(name) != value for name, value in told.items()) else []


def _staff(act: Staff, point: ServicePoint) -> list[Draft]:
    """Somebody who serves already is named again only to be put in charge, or not any more."""
    facts = act.server.facts
    if point.staff.get(facts.person_id) == facts.in_charge:
        raise Refused("serves_already", pointer="/person_id", status=409)
    return [Draft(facts, act.on, act.server.text)]


def _release(act: Release, point: ServicePoint) -> list[Draft]:
    """The last one to leave leaves an alarm (S-20)."""
    if act.person_id not in point.staff:
        raise Refused("serves_not_here", pointer="/person_id")
    return [Draft(ServicePointStaffLeft(person_id=act.person_id, unstaffed=len(point.staff) == 1), act.on)]


def decide(act: Command, point: ServicePoint) -> list[Draft]:
    """The events of an act on one service point, or Refused."""
    require_date(act, point)
    if isinstance(act, Open):
        return _open(act, point)
    if point.level is None:
        raise Refused("service_point_not_found", status=404)
    if point.closed:
        raise Refused("service_point_closed")
    match act:
        case Change():
            return _change(act, point)
        case Staff():
            return _staff(act, point)
        case Release():
            return _release(act, point)
        case Close():
            if act.below:
                raise Refused("service_points_below", count=act.below)
            return [Draft(ServicePointClosed(), act.on)]


def evolve(point: ServicePoint, event: Event) -> ServicePoint:
    """The service point after an event."""
    point = replace(point, last_on=max(point.last_on, event.occurredon))
    match event.payload:
        case ServicePointOpened() as facts:
            told = facts.model_dump(include={"name", "area_code", "address", "phone"})
            return replace(point, level=facts.level, org_code=facts.org_code, facts=told)
        case ServicePointChanged() as facts:
            return replace(point, facts={**point.facts, **facts.model_dump(exclude_none=True)})
        case ServicePointStaffed() as facts:
            return replace(point, staff={**point.staff, facts.person_id: facts.in_charge})
        case ServicePointStaffLeft() as facts:
            return replace(point, staff={one: how for one, how in point.staff.items() if one != facts.person_id})
        case ServicePointClosed():
            return replace(point, closed=True)
        case _:
            return point


SERVICE_POINT: Decider[ServicePoint, Command] = Decider("contact", "service_point", ServicePoint, evolve, decide)
