"""What becomes of a digest becomes of each notice in it, in the digest's order (ADR 0037)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.notifications.notice import NoticeEntriesLeftOut, NoticeQueued
from guiyan.ledger import Call, Fact, Policy
from guiyan.notifications.domain.following import FOLLOWED
from guiyan.notifications.domain.notice import NOTICE, Follow
from guiyan.notifications.projections.notices import DIGESTS
from guiyan.service.reads import Reads


class Digests(Policy):
    """Has each entry follow its digest; every other notice is its own."""

    name: ClassVar[str] = "digests"
    handles: ClassVar[frozenset[str]] = FOLLOWED

    def __init__(self, notices: Reads) -> None:
        self._notices = notices

    async def react(self, fact: Fact) -> Sequence[Call]:
        """One command an entry; those that have gone their own way since refuse nothing and change nothing."""
        follow = Follow(fact.aggregate_id, fact.payload, fact.event.occurredon)
        return [Call(NOTICE, one, follow) for one in await self._entries(fact)]

    async def _entries(self, fact: Fact) -> Sequence[str]:
        if isinstance(fact.payload, NoticeQueued | NoticeEntriesLeftOut):
            return fact.payload.entries
        digest = await self._notices.get(DIGESTS, fact.aggregate_id)
        entries: Sequence[str] = () if digest is None else digest["entries"]
        return entries
