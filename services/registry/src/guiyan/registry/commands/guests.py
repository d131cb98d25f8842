"""Whom a branch hosts: members away from elsewhere, and people of its inflow ledger (domain.md §2.2, §6 no. 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from guiyan.ledger import Document
from guiyan.registry.commands.tools import Asker, Tools, aside
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.hosting import FollowHost
from guiyan.registry.domain.inflow import INFLOW, FollowHostBranch
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.registry.projections.inflows import INFLOWS
from guiyan.registry.projections.members import MEMBERS

AT_ONCE: Final = 16
Successor = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Guests:
    """The open trips that report in or take part at a branch, and the open records of its inflow ledger."""

    trips: tuple[Document, ...]
    records: tuple[Document, ...]
    of_trips: dict[str, Document] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many people: a record paired with one of the trips is the same guest."""
        here = {one["_id"] for one in self.trips}
        return len(self.trips) + sum(one["departure_id"] not in here for one in self.records)


async def find_guests(tools: Tools, code: str) -> Guests:
    """Whom a branch hosts, by what has been read of the ledger so far."""
    trips = await tools.register.find(DEPARTURES, {"sides": code, "host_branch": code, "open": True})
    records = await tools.inflows.find(INFLOWS, {"host_branch": code, "open": True})
    return Guests(tuple(trips), tuple(records), {one["departure_id"]: one for one in records if one["departure_id"]})


async def hand_over_guests(tools: Tools, asker: Asker, code: str, successor: Successor, when: Occasion) -> None:
    """Guests go where a share names them or their group, else to the first; at their own branch nobody is a guest."""
    guests = await find_guests(tools, code)
    groups = {id_: one["group"] for id_, one in guests.of_trips.items()}
    steps = [_trip(tools, asker, one, groups.get(one["_id"]), successor, when) for one in guests.trips]
    steps += [_record(tools, asker, one, successor, when) for one in guests.records]
    for start in range(0, len(steps), AT_ONCE):
        await asyncio.gather(*steps[start : start + AT_ONCE])


async def _trip(  # noqa: PLR0913, PLR0917 - one argument a fact
    tools: Tools, asker: Asker, trip: Document, group: str | None, successor: Successor, when: Occasion
) -> None:
    formal = await _formal_branch(tools, trip["member_id"]) or trip["branch"]
    follow = FollowHost(trip["host_branch"], _place((trip["member_id"], group), successor), formal, when)
    await tools.commands.execute(DEPARTURE, trip["_id"], follow, aside(asker, trip["_id"]).context)


async def _record(tools: Tools, asker: Asker, record: Document, successor: Successor, when: Occasion) -> None:
    to = _place((record["member_id"] or record["person_id"], record["group"]), successor)
    follow = FollowHostBranch(record["host_branch"], to, await _formal_branch(tools, record["member_id"]), when)
    await tools.commands.execute(INFLOW, record["_id"], follow, aside(asker, record["_id"]).context)


async def _formal_branch(tools: Tools, member_id: str | None) -> str | None:
    """Where the relation of somebody in the register is, as far as that has been read."""
    member = None if member_id is None else await tools.register.get(MEMBERS, member_id)
    return None if member is None else member["branch"]


def _place(ids: Iterable[str | None], successor: Successor) -> str:
    first = successor("")
    return next((to for one in ids if one and (to := successor(one)) != first), first)
