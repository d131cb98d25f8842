"""What providers say afterwards: each receipt finds its notice, or somebody is told that it found none."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

import structlog

from guiyan.events import new_id
from guiyan.ledger import Clock, Commands, Context, Refused
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.notifications.channels.receipts import Receipt
from guiyan.notifications.domain.notice import NOTICE, Receive
from guiyan.notifications.jobs import AWAY
from guiyan.notifications.queries import NoticeReads

REMEMBERED: Final = 100_000
WAITING_MOST: Final = 10_000
PAUSES_SECONDS: Final = (0.1, 0.5, 1.0, 5.0, 15.0, 45.0)
"""A receipt may be faster than the documents, and an outage of the ledger may be in between."""

log = structlog.get_logger("guiyan.receipts")


class Receiving:
    """Writes receipts down; those that find no notice yet are tried again for a minute."""

    def __init__(self, commands: Commands, clock: Clock, notices: NoticeReads) -> None:
        self._commands = commands
        self._clock = clock
        self._notices = notices
        self._recent: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._waiting: set[asyncio.Task[None]] = set()

    def remember(self, provider: str, reference: str, notice_id: str) -> None:
        """A provider has just taken a notice under its reference."""
        self._recent[provider, reference] = notice_id
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def told(self, receipt: Receipt) -> None:
        """Take a receipt; never raises. One that cannot be written yet waits beside the others."""
        if await self.write(receipt):
            return
        if len(self._waiting) >= WAITING_MOST:
            log.warning("receipt_dropped", provider=receipt.provider)
            return
        task = asyncio.create_task(self._again(receipt))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _again(self, receipt: Receipt) -> None:
        for seconds in PAUSES_SECONDS:
            await asyncio.sleep(seconds)
            if await self.write(receipt):
                return
        log.warning("receipt_unmatched", provider=receipt.provider, notice=receipt.notice_id)

    async def write(self, receipt: Receipt) -> bool:
        """Whether it found its notice and stands; a notice that has its final word already needs no other."""
        try:
            notice_id = await self._notice(receipt)
            if notice_id is None:
                return False
            document = await self._notices.get(notice_id) or {}
            id_ = new_id(self._clock.now())
            context = Context(
                id_,
                "system:notifications",
                SYSTEM_ORG,
                causation_id=document.get("cause_event_id", id_),
                correlation_id=document.get("correlation_id", id_),
            )
            command = Receive(receipt.provider, receipt.told, self._clock.today(), receipt.provider_reference)
            await self._commands.execute(NOTICE, notice_id, command, context)
        except AWAY:
            return False
        except Refused as refused:
            log.warning("receipt_refused", provider=receipt.provider, notice=receipt.notice_id, code=refused.code)
        return True

    async def _notice(self, receipt: Receipt) -> str | None:
        if receipt.notice_id is not None:
            return receipt.notice_id
        if receipt.provider_reference is None:
            return None
        known = self._recent.get((receipt.provider, receipt.provider_reference))
        if known is not None:
            return known
        found = await self._notices.find_by_reference(receipt.provider, receipt.provider_reference)
        return None if found is None else str(found["_id"])
