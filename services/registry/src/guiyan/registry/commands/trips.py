"""Which of a member's trips a command is about: the one that may be written now, or the one of a business date.

Every trip of a member is named by the member's reservation, the newest as its holder; what became of each stands in
the ledger, and nowhere else is it asked. Only where reservations were lost with their database does the register tell
which trips there were (ADR 0007).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from guiyan.ledger import Refused
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.trip import Departure, begun_by
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.registry.reservations import Reserved, departure_key


@dataclass(frozen=True, slots=True)
class Slot:
    """A departure of a member that may be written now, and when the one before ended.

    `repeated`: it holds this very command from an earlier try.
    """

    departure_id: str
    state: Departure
    repeated: bool = False
    after: date | None = None


async def find_slot(tools: Tools, asker: Asker, member_id: str, proposed: str) -> Slot:
    """Find or reserve the one departure of a member that may be written now; `proposed` is a new trip's id.

    A trip that holds this very command already is given whatever its state: the commit there answers the repeat.
    """
    own = await _look(tools, asker, proposed)
    if own.state.state is not None:
        return own
    key = departure_key(member_id)
    while True:
        reserved = await tools.reservations.find_all(key) or await _reserve(tools, member_id, proposed)
        slot = await _look(tools, asker, reserved.holder)
        if slot.state.open or slot.repeated:
            return slot
        if slot.state.state is None:  # reserved, then refused or cut off: the trip before it still counts
            before = await _look(tools, asker, reserved.before[-1]) if reserved.before else slot
            return Slot(reserved.holder, slot.state, after=before.state.ended_on)
        if await tools.reservations.swap(key, reserved.holder, proposed):
            return Slot(proposed, Departure(), after=slot.state.ended_on)


async def get_trip(tools: Tools, asker: Asker, member_id: str, on: date | None) -> str:
    """The id of the trip that a member was on, on a business date; or of the one this very command was written to.

    For who names only the member. What arrives late is about the trip of its day, never about a newer one; whether
    that one still takes it, its decider says. Raises Refused when the member was on none.
    """
    day = on or tools.clock.today()
    reserved = await tools.reservations.find_all(departure_key(member_id)) or await _registered(tools, member_id)
    ids = (*reserved.before, reserved.holder) if reserved else ()
    looked_at = await asyncio.gather(*(_look(tools, asker, id_) for id_ in reversed(ids)))
    trips = [slot for slot in looked_at if slot.state.begun_on is not None]
    for slot in trips:
        if slot.repeated:
            return slot.departure_id
    meant = next((slot for slot in trips if begun_by(slot.state, day)), trips[0] if trips else None)
    if meant is None or not meant.state.open:
        raise Refused("no_open_departure")
    return meant.departure_id


async def _reserve(tools: Tools, member_id: str, proposed: str) -> Reserved:
    """The member's first reservation in this database: for the newest trip of old, else for the new one."""
    first = await _registered(tools, member_id) or Reserved(proposed)
    key = departure_key(member_id)
    if await tools.reservations.hold(key, first.holder, first.before) == first.holder:
        return first
    return await tools.reservations.find_all(key) or first


async def _look(tools: Tools, asker: Asker, departure_id: str) -> Slot:
    state, history = await tools.commands.load(DEPARTURE, departure_id)
    return Slot(departure_id, state, repeated=history.find_command(asker.context.command_id) is not None)


async def _registered(tools: Tools, member_id: str) -> Reserved | None:
    """The member's trips by the register, the open one or the one that ended last as the holder."""
    await tools.identities.wait_for_register()
    order = [("open", 1), ("ended_on", 1), ("_id", 1)]
    found = await tools.register.find(DEPARTURES, {"member_id": member_id}, sort=order)
    ids = [str(one["_id"]) for one in found]
    return Reserved(ids[-1], tuple(ids[:-1])) if ids else None
