"""What notifications asks of its own documents."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from guiyan.notifications.domain.endings import ENDED_BY
from guiyan.notifications.domain.matters import Known
from guiyan.notifications.domain.notice import NoticeState
from guiyan.notifications.domain.rules import CAUSE_OF, DIGEST_RULES
from guiyan.notifications.projections.endings import ENDED
from guiyan.notifications.projections.notices import NOTICES
from guiyan.notifications.projections.posts import MEMBERS, PERSONS, POSTS
from guiyan.notifications.projections.providers import PROVIDERS
from guiyan.notifications.projections.sides import SIDES
from guiyan.service.directory import Directory
from guiyan.service.reads import Document, Reads


class PostReads:
    """Who serves where, who a member is, and which organisations a matter is between."""

    def __init__(self, reads: Reads, sides: Reads, directory: Directory) -> None:
        self._reads = reads
        self._sides = sides
        self._directory = directory

    async def find_post(self, org_code: str, post: str) -> str | None:
        """The person in a post of an organisation, or None for a gap."""
        found = await self._reads.get(POSTS, org_code)
        person: str | None = (found or {}).get(post)
        return person

    async def find_known(self, aggregate_id: str, member_id: str | None, org_code: str | None = None) -> Known:
        """What else is known of a matter: a transfer's sides, the member's branch, whose it is or who stands above."""
        member = {} if member_id is None else await self._reads.get(MEMBERS, member_id) or {}
        sides = await self._sides.get(SIDES, aggregate_id) or {}
        branch = member.get("branch")
        return Known(sides, branch, named=sides.get("org") or await self._above(org_code or branch))

    async def _above(self, org_code: str | None) -> str | None:
        if org_code is None:
            return None
        found = await self._directory.find(org_code)
        return None if found is None else found.parent

    async def find_person(self, person_id: str) -> Document | None:
        """Name and address of a person who serves."""
        return await self._reads.get(PERSONS, person_id)

    async def knows(self, sequence: int) -> bool:
        """Whether posts and persons hold everything up to a ledger sequence."""
        return await self._reads.applied(sequence) >= sequence

    async def organisations_of(self, person_id: str) -> frozenset[str]:
        """Where somebody serves or belongs; empty for somebody who is not known here."""
        posts = await self._reads.find(POSTS, {"$or": [{"secretary": person_id}, {"contact_person": person_id}]})
        member = await self._reads.get(MEMBERS, person_id) or {}
        return frozenset([*(one["_id"] for one in posts), *filter(None, [member.get("branch")])])

    async def find_member(self, *, member_id: str | None = None, id_index: str | None = None) -> Document | None:
        """A member by id or by the blind index of the ID number."""
        if member_id is not None:
            return await self._reads.get(MEMBERS, member_id)
        found = await self._reads.find(MEMBERS, {"id_index": id_index}, limit=1)
        return found[0] if found else None


class NoticeReads:
    """The notices and providers that a sender has to look at."""

    def __init__(self, reads: Reads, providers: Reads) -> None:
        self._reads = reads
        self._providers = providers

    async def to_send(self, now: datetime, limit: int, channels: Sequence[str]) -> list[Document]:
        """Queued notices of some channels whose time has come, oldest first."""
        query = {
            "state": NoticeState.QUEUED,
            "channel": {"$in": list(channels)},
            "$or": [{"retry_at": None}, {"retry_at": {"$lte": now}}],
        }
        return await self._reads.find(NOTICES, query, sort=[("_id", 1)], limit=limit)

    async def in_hand(self, limit: int) -> list[Document]:
        """Notices that some sender has claimed."""
        return await self._reads.find(NOTICES, {"state": NoticeState.SENDING}, sort=[("_id", 1)], limit=limit)

    async def find_by_reference(self, provider: str, reference: str) -> Document | None:
        """The notice that a provider took under its own reference, or None."""
        query = {"provider_reference": reference, "provider": provider}
        found = await self._reads.find(NOTICES, query, limit=1)
        return found[0] if found else None

    async def get(self, notice_id: str) -> Document | None:
        """One notice, or None."""
        return await self._reads.get(NOTICES, notice_id)

    async def is_over(self, notice: Document) -> bool:
        """Whether the matter of a notice has ended since its cause; of a digest, whether nothing is left to tell."""
        if notice["rule"] in DIGEST_RULES:
            return not await self.wanted(await self.entries_of(notice))
        return await self._has_ended(notice)

    async def entries_of(self, digest: Document) -> list[Document]:
        """The notices in a digest, in its order, without those that were left out."""
        ids = [one for one in digest["entries"] if one not in digest["left_out"]]
        found = await asyncio.gather(*(self._reads.get(NOTICES, one) for one in ids))
        return [one for one in found if one is not None]

    async def wanted(self, entries: Sequence[Document]) -> list[Document]:
        """Those of a digest's entries that are still to be told."""
        over = await asyncio.gather(*map(self._has_ended, entries))
        pairs = zip(entries, over, strict=True)
        return [one for one, ended in pairs if not ended and one["state"] != NoticeState.SUPPRESSED]

    async def _has_ended(self, notice: Document) -> bool:
        about, since = notice.get("about_id"), notice.get("cause_sequence")
        ending = ENDED_BY.get(CAUSE_OF.get(notice["rule"], ""))
        if about is None or since is None or ending is None:
            return False
        by = (await self._reads.get(ENDED, about) or {"by": {}})["by"]
        return any(by.get(one, 0) > since for one in ending)

    async def suspended(self) -> list[str]:
        """Names of the providers whose share goes to others at present."""
        return [one["provider"] for one in await self._providers.find(PROVIDERS, {"suspended": True})]

    async def applied(self, sequence: int, wait_seconds: float) -> int:
        """Wait until the documents hold a sequence."""
        return await self._reads.applied(sequence, wait_seconds=wait_seconds)
