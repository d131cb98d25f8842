"""Counting figures: one pass a figure over the query that its list answers with, then shared out over the tree."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guiyan.registry.commands.tools import Tools
from guiyan.registry.doors import departure_forms, dues, inflows, members
from guiyan.registry.doors.parts import HERE, visible
from guiyan.service.caller import Caller
from guiyan.service.listing import Listing
from guiyan.service.period import Period
from guiyan.service.reads import CountingReads, Query
from guiyan.service.reports import Asked, Figure, Tree
from guiyan.service.subtree import Below

AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Source:
    """A list as figures count it: its declaration, its documents, what a caller may see of it, whose each record is."""

    listing: Listing
    reads: CountingReads
    visible: Query
    branch: str = "branch"
    sides: str = ""


async def caught_up(caller: Caller, tools: Tools) -> int:
    """How far all that is counted has come, after the wait that the caller asked for."""
    return min([await caller.wait.until_applied(one) for one in (tools.register, tools.inflows)])


def sources(caller: Caller, tools: Tools) -> Mapping[str, Source]:
    """The lists that figures open, by the name in their address, each as its own door would show it to the caller."""
    trips = Source(departure_forms.LIST, tools.register, visible(caller, "member_id", "sides"), sides="sides")
    return {
        "departures": trips,
        "members": Source(members.LIST, tools.register, {"$and": [visible(caller, "_id", "branch"), HERE]}),
        "dues": Source(dues.LIST, tools.register, {"$and": [visible(caller, "_id", "branch"), HERE]}),
        "inflows": Source(inflows.LIST, tools.inflows, caller.scope.where("host_branch"), "host_branch"),
    }


async def query_of(caller: Caller, tools: Tools, source: Source, tree: Tree, asked: Asked) -> Query:
    """The query with which the list would answer this address to this caller."""
    below = Below(tree.under, tree.tree_on)
    where = await below.narrowed(caller, tools, source.visible, source.branch, sides=source.sides)
    return {"$and": [where, source.listing.question(list(asked)).query]}


class Counter:
    """Counts figures for one caller, tree and period; not all at once, so that others are served meanwhile."""

    def __init__(self, caller: Caller, tools: Tools, tree: Tree, period: Period) -> None:
        self._caller, self._tools, self._tree, self._period = caller, tools, tree, period
        self._sources = sources(caller, tools)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def by_branch(self, figures: Sequence[Figure]) -> list[dict[str, int]]:
        """For each figure how many records each branch has."""
        return list(await asyncio.gather(*(self._by_branch(one) for one in figures)))

    async def by_value(self, figure: Figure, field: str) -> dict[Any, int]:
        """How many records of a figure each value of a field has."""
        source = self._sources[figure.list]
        query = await query_of(self._caller, self._tools, source, self._tree, figure.parameters(self._period))
        return await source.reads.count_by(source.listing.collection, query, field)

    async def _by_branch(self, figure: Figure) -> dict[str, int]:
        async with self._turns:
            return await self.by_value(figure, self._sources[figure.list].branch)
