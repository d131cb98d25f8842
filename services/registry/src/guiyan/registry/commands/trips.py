"""Which of a member's trips a command is about: the one that may be written now, or the one of a business date.

A member's trips are numbered, and a trip's id follows from member and number: so the ledger alone tells which there
are, by reading them one after the other until there is none, and its guard on every aggregate's first commit lets one
of two reports begin the next (ADR 0011). Nothing is asked of a read model, which may lag, be lost or be built anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from guiyan.ledger import History, Ledger, Refused
from guiyan.registry.commands.numbered import read_numbered
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.trip import Departure, begun_by, trip_id


@dataclass(frozen=True, slots=True)
class Slot:
    """A departure of a member that may be written now, what the ledger holds of it, and when the one before ended."""

    history: History
    state: Departure
    after: date | None = None

    @property
    def departure_id(self) -> str:
        """The trip's id."""
        return self.history.subject.id


async def read_trips(ledger: Ledger, member_id: str, *, fresh: bool = False) -> list[History]:
    """Every trip of a member, oldest first, and the empty history of the one that would be next."""
    return await read_numbered(ledger, DEPARTURE, partial(trip_id, member_id), too_many="too_many_trips", fresh=fresh)


def slot_of(trips: Sequence[History], asker: Asker) -> Slot:
    """The one departure of a member that may be written now: the open one, or the next.

    A trip that holds this very command already is given whatever its state: the commit there answers the repeat.
    """
    *begun, following = [Slot(one, DEPARTURE.fold(one.events)) for one in trips]
    for slot in begun:
        if slot.state.open or _repeated(slot, asker):
            return slot
    return Slot(following.history, following.state, begun[-1].state.ended_on if begun else None)


async def get_trip(tools: Tools, asker: Asker, member_id: str, on: date | None) -> str:
    """The id of the trip that a member was on, on a business date; or of the one this very command was written to.

    For who names only the member. What arrives late is about the trip of its day, never about a newer one; whether
    that one still takes it, its decider says. Raises Refused when the member was on none.
    """
    day = on or tools.clock.today()
    *begun, _ = await read_trips(tools.ledger, member_id)
    trips = [Slot(one, DEPARTURE.fold(one.events)) for one in reversed(begun)]
    for slot in trips:
        if _repeated(slot, asker):
            return slot.departure_id
    meant = next((slot for slot in trips if begun_by(slot.state, day)), trips[0] if trips else None)
    if meant is None or not meant.state.open:
        raise Refused("no_open_departure")
    return meant.departure_id


async def formal_branch(tools: Tools, trip: Departure) -> str:
    """Where the relation of an open trip's member is now; as the trip says where the member is not known here."""
    member, _ = await tools.load(MEMBER, trip.member_id)
    return member.branch or trip.branch


def _repeated(slot: Slot, asker: Asker) -> bool:
    return slot.history.find_command(asker.context.command_id) is not None
