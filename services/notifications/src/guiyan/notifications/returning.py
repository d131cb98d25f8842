"""Mails that come back are read, matched by their mark alone, and written down as what became of their notice.

What bears no mark of ours changes nothing: it is counted, and left where it lies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import structlog
from prometheus_client import Counter

from guiyan.ledger.lease import Leases
from guiyan.notifications.channels.marks import Marked, Marks
from guiyan.notifications.channels.pool import Pools
from guiyan.notifications.channels.receipts import Receipt
from guiyan.notifications.channels.returned_mail import ReturnedMail, read_mail
from guiyan.notifications.channels.returns import Box, BoxAway, Verdict
from guiyan.notifications.domain.notice import Arrived, Late, Returned
from guiyan.notifications.jobs import Looking
from guiyan.notifications.receiving import Receiving
from guiyan.service.metrics import Metrics

LEASE: Final = "returns"
LOOK_SECONDS: Final = 60.0

log = structlog.get_logger("guiyan.returns")


class Kind(StrEnum):
    """What a mail in the mailbox was."""

    RETURNED = "returned"
    LATE = "late"
    ARRIVED = "arrived"
    UNDECIDED = "undecided"
    """A report of ours that says nothing final: handed on to where no reports are made."""
    FOREIGN = "foreign"
    """A report without a mark that holds: of other mails, made up, or of a mail from before marks."""
    OTHER = "other"
    """No report: an answer, of a person or of a machine on holiday."""


class Returning(Looking):
    """Reads the mailboxes of mails that came back; a `Job` of the service, one replica at a time."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        boxes: Sequence[Box],
        marks: Marks,
        pools: Pools,
        receiving: Receiving,
        leases: Leases,
        metrics: Metrics,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        super().__init__("returns", look_seconds)
        self._boxes = boxes
        self._marks = marks
        self._providers = [member.provider.name for pool in pools for member in pool]
        self._receiving = receiving
        self._leases = leases
        self._counted = Counter(
            "guiyan_returned_mails_total",
            "Mails read where mails come back, by what they were",
            ["kind"],
            registry=metrics.registry,
        )

    async def look(self) -> None:
        """Read every mailbox, where no other replica does; one that is away holds up no other."""
        if not self._boxes or (fence := await self._leases.try_acquire(LEASE)) is None:
            return
        try:
            await asyncio.gather(*map(self._visit, self._boxes))
        finally:
            await self._leases.release(LEASE, fence)

    async def _visit(self, box: Box) -> None:
        try:
            await box.visit(self.take)
        except BoxAway as away:
            log.warning("returns_not_read", error=str(away))

    async def take(self, content: bytes) -> Verdict:
        """Write down what a mail says of a notice; raises BoxAway while it cannot be written."""
        mail = read_mail(content)
        marked = self._marks.find(mail.places, self._providers)
        kind = _kind(mail, marked)
        if marked is not None and mail.said is not None:
            receipt = Receipt(marked.provider, mail.said, notice_id=marked.notice_id)
            if not await self._receiving.write(receipt):
                raise BoxAway("the ledger is away")
        self._counted.labels(kind).inc()
        if kind is Kind.FOREIGN:
            log.warning("returned_mail_foreign")
        return Verdict.LEFT if kind in {Kind.FOREIGN, Kind.OTHER} else Verdict.DONE


def _kind(mail: ReturnedMail, marked: Marked | None) -> Kind:
    if not mail.report:
        return Kind.OTHER
    if marked is None:
        return Kind.FOREIGN
    match mail.said:
        case Arrived():
            return Kind.ARRIVED
        case Late():
            return Kind.LATE
        case Returned():
            return Kind.RETURNED
        case None:
            return Kind.UNDECIDED
