"""A recipient's digest: at its hour, whatever waits for it leaves in one message (ADR 0037).

The digest is a notice itself, queued with the ids of its entries, so that claim, hand-over, receipts and unknown
outcomes are those of every notice; its id follows from its first entry, so that a second run queues nothing. Where two
digests name one entry, it is the one's that stands first in the ledger.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from guiyan.events import derived_id
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.ledger import Clock, Commands, Context, Ledger
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.ledger.lease import Leases
from guiyan.notifications.domain.digest import DIGEST, ENTRIES_MOST, common
from guiyan.notifications.domain.notice import NOTICE, NoticeState, Queue
from guiyan.notifications.domain.rules import OF_DIGEST, OF_MEMBERS_DIGEST, RULE_BY_NAME, Whom
from guiyan.notifications.jobs import Looking
from guiyan.notifications.planning import Planner, Versions
from guiyan.notifications.projections.notices import NOTICES
from guiyan.service.directory import Directory
from guiyan.service.reads import Document, Reads

LEASE: Final = "digests"
LOOK_SECONDS: Final = 1.0
APPLIED_SECONDS: Final = 10.0
PAGE: Final = 500
AT_ONCE: Final = 16


class Checkpoints(Protocol):
    """Knows how far each follower of the ledger has come."""

    async def positions(self) -> dict[str, int]:
        """The stored position of each, by its name."""


class Gathering(Looking):
    """Queues the digests whose hour has come; a `Job` of the service.

    `queues` is the checkpoint of whoever queues notices: a digest waits until that one has seen all that the ledger
    held when its hour came, so that what was called for before is in it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        commands: Commands,
        ledger: Ledger,
        clock: Clock,
        notices: Reads,
        checkpoints: Checkpoints,
        queues: str,
        planner: Planner,
        versions: Versions,
        directory: Directory,
        leases: Leases,
    ) -> None:
        super().__init__("digests", LOOK_SECONDS)
        self._commands = commands
        self._ledger = ledger
        self._clock = clock
        self._notices = notices
        self._checkpoints = checkpoints
        self._queues = queues
        self._planner = planner
        self._versions = versions
        self._directory = directory
        self._leases = leases
        self._mark: tuple[datetime, int] | None = None

    async def at_rest(self) -> bool:
        """Whether nothing waits for a digest whose hour has come."""
        return not await self._due(self._clock.now(), 1)

    async def look(self) -> None:
        """Gather what is due, where no other replica does."""
        if await self.at_rest() or (fence := await self._leases.try_acquire(LEASE)) is None:
            return
        try:
            moment = await self._complete()
            while moment is not None and not self._stopping.is_set() and await self._page(moment):
                await self._leases.beat(LEASE, fence)
        finally:
            await self._leases.release(LEASE, fence)

    async def _complete(self) -> datetime | None:
        """The moment up to which everything that was called for is queued and shown; None while that is not so."""
        if self._mark is None:
            self._mark = (self._clock.now(), await self._ledger.head())
        moment, head = self._mark
        if (await self._checkpoints.positions()).get(self._queues, 0) < head or not await self._shown():
            return None
        self._mark = None
        return moment

    async def _shown(self) -> bool:
        head = await self._ledger.head()
        return await self._notices.applied(head, wait_seconds=APPLIED_SECONDS) >= head

    async def _page(self, moment: datetime) -> bool:
        """Queue the next digests, recipient by recipient; gives whether there may be more."""
        groups = _whole(await self._due(moment, PAGE))
        sequence = 0
        for start in range(0, len(groups), AT_ONCE):
            some = groups[start : start + AT_ONCE]
            sequence = max(sequence, *await asyncio.gather(*(self._queue(one) for one in some)))
        shown = await self._notices.applied(sequence, wait_seconds=APPLIED_SECONDS) >= sequence
        return shown and bool(groups)

    async def _due(self, moment: datetime, limit: int) -> list[Document]:
        query = {"state": str(NoticeState.HELD), "digest_id": None, "retry_at": {"$lte": moment}}
        return await self._notices.find(NOTICES, query, sort=[("recipient_id", 1), ("_id", 1)], limit=limit)

    async def _queue(self, entries: Sequence[Document]) -> int:
        """One digest; gives the ledger sequence up to which the documents have to come to show it."""
        first, recipient = entries[0], entries[0]["recipient_id"]
        digest_id = derived_id(first["queued_at"], DIGEST, first["_id"])
        rule = OF_MEMBERS_DIGEST if all(map(_of_member, entries)) else OF_DIGEST
        plan = await self._planner.plan_digest(rule, recipient, self._clock.now())
        intent = NoticeQueued(
            cause_event_id=digest_id,
            rule=rule.name,
            recipient_id=recipient,
            org_code=await self._on_behalf(entries),
            member_id=recipient if rule is OF_MEMBERS_DIGEST else None,
            channel=plan.channel,
            language=plan.language,
            template=DIGEST,
            template_version=await self._versions.current(DIGEST),
            not_before=plan.not_before,
            entries=tuple(one["_id"] for one in entries),
        )
        command_id = derived_id(first["queued_at"], "gather", digest_id)
        context = Context(command_id, "system:notifications", SYSTEM_ORG, digest_id, digest_id)
        command = Queue(intent, self._clock.today(), plan.suppressed)
        return (await self._commands.execute(NOTICE, digest_id, command, context)).sequence

    async def _on_behalf(self, entries: Sequence[Document]) -> str | None:
        """Of one organisation that; of several the nearest that all of them are below."""
        codes = {one["org_code"] for one in entries}
        if len(codes) == 1:
            return str(codes.pop()) if codes != {None} else None
        await self._directory.refresh()
        return common([[one.code for one in self._directory.path(code)] for code in codes if code is not None])


def _of_member(entry: Document) -> bool:
    rule = RULE_BY_NAME.get(entry["rule"])
    return rule is not None and rule.whom is Whom.MEMBER


def _whole(page: Sequence[Document]) -> list[Sequence[Document]]:
    """By recipient, as many as a digest takes; the last one of a full page may go on, and waits for the next."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for one in page:
        groups[one["recipient_id"]].append(one)
    whole = list(groups.values())
    if len(page) == PAGE and len(whole) > 1:
        whole.pop()
    return [group[:ENTRIES_MOST] for group in whole]
