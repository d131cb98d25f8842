"""The sender: claims a queued notice, hands it over, writes down what came of it. One works at a time (lease)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from guiyan.events import new_id
from guiyan.events.codes import NoticeFailure, Suppression
from guiyan.ledger import Clock, Commands, Context, FenceLost, LedgerUnavailable, OutcomeUnknown, Refused
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.ledger.errors import Contention
from guiyan.ledger.lease import BEAT_SECONDS, Leases
from guiyan.notifications.channels.port import Channel, Message
from guiyan.notifications.domain.notice import (
    NOTICE,
    Claim,
    Command,
    Deferred,
    Lost,
    Report,
    Returned,
    Suppress,
    Taken,
)
from guiyan.notifications.queries import NoticeReads, PostReads
from guiyan.notifications.wordings import Wordings
from guiyan.service.reads import Document

LEASE: Final = "sender"
POLL_SECONDS: Final = 0.2
BATCH: Final = 100
AT_ONCE: Final = 8
ORPHAN_SECONDS: Final = 60.0
FAULT_SECONDS: Final = 60.0
APPLY_SECONDS: Final = 5.0
BACKOFF: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)
AWAY: Final = (StoreUnavailable, LedgerUnavailable, OutcomeUnknown, Contention)

log = structlog.get_logger("guiyan.sender")


class Sender:
    """Sends what is queued; a `Job` of the service."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a sender works with
        self,
        commands: Commands,
        clock: Clock,
        notices: NoticeReads,
        posts: PostReads,
        wordings: Wordings,
        channel: Channel,
        leases: Leases,
        attempts_most: int = 8,
        orphan_seconds: float = ORPHAN_SECONDS,
    ) -> None:
        self._commands = commands
        self._clock = clock
        self._notices = notices
        self._posts = posts
        self._wordings = wordings
        self._channel = channel
        self._leases = leases
        self._attempts_most = attempts_most
        self._orphan_seconds = orphan_seconds
        self._stopping = asyncio.Event()
        self._mine: set[str] = set()
        self._orphans: dict[str, float] = {}
        self._faulty: dict[str, float] = {}

    async def run(self) -> None:
        """Send while this replica holds the lease, until `stop`; outlives every outage."""
        while not self._stopping.is_set():
            try:
                fence = await self._leases.try_acquire(LEASE)
                if fence is not None:
                    await self._lead(fence)
            except FenceLost:
                log.warning("sender_replaced")
            except AWAY as away:
                log.warning("sender_waits", error=type(away).__name__)
            except Exception:
                log.exception("sender_failed")
            await self._rest(POLL_SECONDS)

    async def stop(self) -> None:
        """Finish what is in hand, then let `run` return."""
        self._stopping.set()

    async def at_rest(self) -> bool:
        """Whether nothing is queued for now and nothing is in hand."""
        return (
            not self._mine
            and not await self._notices.to_send(self._clock.now(), 1)
            and not await self._notices.in_hand(1)
        )

    async def _lead(self, fence: int) -> None:
        beating = asyncio.create_task(self._beat(fence))
        try:
            while not self._stopping.is_set():
                if beating.done():
                    beating.result()
                await self._round()
                await self._rest(POLL_SECONDS)
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError, FenceLost, StoreUnavailable):
                await beating
            with contextlib.suppress(StoreUnavailable):
                await self._leases.release(LEASE, fence)

    async def _beat(self, fence: int) -> None:
        while True:
            with contextlib.suppress(StoreUnavailable):
                await self._leases.beat(LEASE, fence)
            await asyncio.sleep(BEAT_SECONDS)

    async def _round(self) -> None:
        """Look after what an earlier sender left, then send what is queued."""
        claimed = await self._notices.in_hand(BATCH)
        self._orphans = {one["_id"]: self._orphans.get(one["_id"], time.monotonic()) for one in claimed}
        for left in claimed:
            await self._adopt(left)
        queued = await self._notices.to_send(self._clock.now(), BATCH)
        await self._notices.applied(await self._send_all(queued), APPLY_SECONDS)  # so that the next round finds others

    async def _send_all(self, queued: Sequence[Document]) -> int:
        """Send them, `AT_ONCE` at a time; gives the last ledger sequence they came to.

        Once `stop` is called, or one of them ends this sender's work, no more are begun; those in hand are finished.
        """
        waiting = deque(queued)

        async def send_some() -> int:
            last = 0
            try:
                while waiting and not self._stopping.is_set():
                    last = max(last, await self._try(waiting.popleft()))
            except BaseException:
                waiting.clear()
                raise
            return last

        ends = await asyncio.gather(*(send_some() for _ in range(AT_ONCE)), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return max(end for end in ends if not isinstance(end, BaseException))

    async def _adopt(self, notice: Document) -> None:
        """A claim without a result: hand over again where that is harmless, else call the outcome unknown."""
        if notice["_id"] in self._mine:
            return
        if self._channel.repeatable:
            await self._hand_over(notice, await self._message(notice))
            return
        if time.monotonic() - self._orphans[notice["_id"]] > self._orphan_seconds:  # who claimed it has died by now
            await self._execute(notice, Report(Lost(), self._clock.today()))

    async def _try(self, notice: Document) -> int:
        """Send one; a fault of ours in one notice is told, and holds up no other."""
        if time.monotonic() - self._faulty.get(notice["_id"], float("-inf")) < FAULT_SECONDS:
            return 0
        try:
            return await self._send(notice)
        except (*AWAY, FenceLost):
            raise
        except Exception:
            log.exception("notice_faulty", notice=notice["_id"])
            self._faulty[notice["_id"]] = time.monotonic()
            return 0

    async def _send(self, notice: Document) -> int:
        """Claim one and hand it over; gives the ledger sequence it came to."""
        message = await self._message(notice)
        if message is None:
            return await self._execute(notice, Suppress(Suppression.NO_CONTACT_POINT, self._clock.today()))
        self._mine.add(notice["_id"])
        try:
            if not await self._execute(notice, Claim(self._channel.code, self._channel.provider, self._clock.today())):
                return 0
            return await self._hand_over({**notice, "attempts": notice["attempts"] + 1}, message)
        finally:
            self._mine.discard(notice["_id"])

    async def _hand_over(self, notice: Document, message: Message | None) -> int:
        outcome: Taken | Deferred | Returned | Lost = (
            await self._channel.deliver(message) if message else Returned(NoticeFailure.ADDRESS_INVALID)
        )
        if isinstance(outcome, Deferred) and notice["attempts"] < self._attempts_most:
            pause = BACKOFF[min(notice["attempts"] - 1, len(BACKOFF) - 1)]
            outcome = Deferred(outcome.status, self._clock.now() + pause)
        while True:  # the message may be out: its result must be written, whatever is away meanwhile
            try:
                return await self._execute(notice, Report(outcome, self._clock.today()))
            except AWAY:
                if self._stopping.is_set():
                    raise
                await self._rest(POLL_SECONDS)

    async def _message(self, notice: Document) -> Message | None:
        """The message as it is to be read; None when nobody can be reached."""
        person = await self._posts.find_person(notice["recipient_id"])
        if person is None or not person.get("email"):
            return None
        said = await self._wordings.written(notice, self._channel.code)
        return Message(
            notice["_id"], notice["cause_event_id"], person["name"], person["email"], said.subject, said.body
        )

    async def _execute(self, notice: Document, command: Command) -> int:
        """Run a command on the notice; 0 when somebody else was first."""
        context = Context(
            command_id=new_id(self._clock.now()),
            actor="system:notifications",
            org=SYSTEM_ORG,
            causation_id=notice["cause_event_id"],
            correlation_id=notice["correlation_id"],
        )
        try:
            return (await self._commands.execute(NOTICE, notice["_id"], command, context)).sequence
        except Refused as refused:
            log.info("notice_moved_on", notice=notice["_id"], code=refused.code)
            return 0

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
