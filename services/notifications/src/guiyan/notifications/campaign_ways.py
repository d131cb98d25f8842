"""By which channel each member of a campaign would get it, and why some would not, before anybody is written to.

The same address book and the same planner decide as when the campaign is queued, over documents read page by page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from guiyan.events.codes import NoticeChannel, Suppression
from guiyan.notifications.addresses import Addresses
from guiyan.notifications.campaigning import told_before
from guiyan.notifications.planning import Planner
from guiyan.notifications.projections.learners import LEARNERS
from guiyan.notifications.projections.posts import PERSONS
from guiyan.notifications.projections.preferences import PREFERENCES
from guiyan.notifications.projections.reach import REACH
from guiyan.notifications.queries import PostReads
from guiyan.service.directory import Directory
from guiyan.service.reads import Document, Query, Reads
from guiyan.service.rows import Rows
from guiyan.service.rulebook import Rulebook

PAGE: Final = 500
MOST: Final = 20_000
"""So many members are looked at; of more only the number is told."""


@dataclass
class Counted:
    """How many were looked at, how many of them by which channel, and how many not, by the reason."""

    looked_at: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)


class _ById(Rows):
    """Documents of one collection, found by their ids without a search."""

    def __init__(self, collection: str, documents: Sequence[Document]) -> None:
        super().__init__({collection: documents}, 0)
        self._by_id = {one["_id"]: one for one in documents}

    async def get(self, collection: str, id_: str) -> Document | None:
        """One of them, or None."""
        del collection
        return self._by_id.get(id_)


@dataclass(frozen=True)
class CampaignWays:
    """Counts ways, from the documents that the address book and the planner read."""

    members: Reads
    notices: Reads
    posts: Reads
    sides: Reads
    reach: Reads
    preferences: Reads
    directory: Directory
    rulebook: Rulebook
    served: Sequence[NoticeChannel]

    async def count(self, where: Query, template: str, quarter: str) -> Counted:
        """Of the members that a query finds, in the order of their ids, for these words of a quarter."""
        counted, last = Counted(), ""
        while counted.looked_at < MOST:
            query = {"$and": [where, {"_id": {"$gt": last}}]}
            page = await self.members.find(LEARNERS, query, sort=[("_id", 1)], limit=PAGE)
            if not page:
                break
            ids = [one["_id"] for one in page]
            planner, told = await self._planner(ids), await told_before(self.notices, ids, template, quarter)
            for member in ids:
                plan = await planner.way(member)
                suppressed = Suppression.DUPLICATE if member in told else plan.suppressed
                if suppressed is None:
                    counted.channels[plan.channel] += 1
                else:
                    counted.suppressed[suppressed] += 1
            counted.looked_at += len(page)
            last = page[-1]["_id"]
        return counted

    async def _planner(self, ids: list[str]) -> Planner:
        some = {"_id": {"$in": ids}}
        persons = _ById(PERSONS, await self.posts.find(PERSONS, some))
        reach = _ById(REACH, await self.reach.find(REACH, some))
        wishes = _ById(PREFERENCES, await self.preferences.find(PREFERENCES, some))
        book = Addresses(PostReads(persons, self.sides, self.directory), reach)
        return Planner(book, self.served, self.rulebook, wishes)
