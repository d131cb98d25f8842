"""Letters and study material: sent to a member, arrived or came back (S-26, S-40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.events import Event
from guiyan.events.codes import MaterialState
from guiyan.events.notifications.study import MaterialCameBack, MaterialDispatched, MaterialReceived
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class Material:
    """What was sent to whom, and what became of it."""

    state: MaterialState | None = None
    member_id: str = ""
    contact_point_id: str | None = None
    last_on: date = date.min


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Something was sent."""

    facts: MaterialDispatched
    on: date
    today: date


@dataclass(frozen=True, slots=True)
class Arrive:
    """It arrived."""

    on: date
    today: date


@dataclass(frozen=True, slots=True)
class ComeBack:
    """It came back undelivered."""

    on: date
    today: date


Command = Dispatch | Arrive | ComeBack


def decide(command: Command, material: Material) -> Sequence[Draft]:
    """Sent once; then it either arrives or comes back. The number of a postal item is the post's alone."""
    if command.on > command.today:
        raise Refused("in_the_future", pointer="/occurred_on")
    if isinstance(command, Dispatch):
        if material.state is not None:
            raise Refused("material_exists", status=409)
        if command.facts.tracking_no is not None and not command.facts.by_post:
            raise Refused("tracking_by_post_only", pointer="/tracking_no")
        return [Draft(command.facts, command.on)]
    if material.state is None:
        raise Refused("material_unknown", status=404)
    if command.on < material.last_on:
        raise Refused("date_before_last", pointer="/occurred_on", earliest=material.last_on.isoformat())
    if material.state is not MaterialState.SENT:
        raise Refused("material_wrong_state", state=material.state)
    member_id = material.member_id
    if isinstance(command, Arrive):
        return [Draft(MaterialReceived(member_id=member_id), command.on)]
    back = MaterialCameBack(member_id=member_id, contact_point_id=material.contact_point_id)
    return [Draft(back, command.on)]


def evolve(material: Material, event: Event) -> Material:
    """After an event."""
    after = replace(material, last_on=max(material.last_on, event.occurredon))
    match event.payload:
        case MaterialDispatched() as facts:
            sent = replace(after, state=MaterialState.SENT, member_id=facts.member_id)
            return replace(sent, contact_point_id=facts.contact_point_id)
        case MaterialReceived():
            return replace(after, state=MaterialState.RECEIVED)
        case MaterialCameBack():
            return replace(after, state=MaterialState.CAME_BACK)
        case _:
            return after


MATERIAL: Final = Decider("notifications", "material", Material, evolve, decide)
