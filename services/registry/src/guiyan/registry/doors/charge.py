"""How many members away the contact person of a branch answers for, and an organisation with all below it (no. 18).

Counted by the query of the list that the figure opens, as all figures are (`figures`).
"""

from __future__ import annotations

from urllib.parse import urlencode

from guiyan.ledger import Document
from guiyan.registry.commands.tools import Tools
from guiyan.registry.doors.counting import query_of, sources
from guiyan.registry.doors.figures import AWAY_NOW
from guiyan.service.caller import Caller
from guiyan.service.reports import Tree


class Charge:
    """Completes the documents of organisations; the members are counted once for all of them."""

    def __init__(self, caller: Caller, tools: Tools) -> None:
        self._caller, self._tools = caller, tools
        self._sums: dict[str, int] | None = None

    async def told(self, documents: list[Document]) -> list[Document]:
        """Each with its number (负责党员数) and the address of the list that shows just these members' trips."""
        if self._sums is None:
            self._sums = await self._counted()
        return [
            {**one, "members_away": self._sums.get(one["_id"], 0), "members_away_list": _address(one["_id"])}
            for one in documents
        ]

    async def _counted(self) -> dict[str, int]:
        source, tree = sources(self._caller, self._tools)[AWAY_NOW.list], Tree(self._caller.scope.org, None)
        await self._caller.wait.until_applied(self._tools.register)
        query = await query_of(self._caller, self._tools, source, tree, AWAY_NOW.asked)
        counts = await source.reads.count_by(source.listing.collection, query, source.branch)
        return await self._tools.directory.with_below(counts)


def _address(code: str) -> str:
    return f"/v1/{AWAY_NOW.list}?{urlencode([*AWAY_NOW.asked, ('under', code)])}"
