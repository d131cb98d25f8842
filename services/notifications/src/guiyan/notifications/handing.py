"""One notice on its way: claimed for a provider, handed over, its result written down (ADR 0010).

What nobody can tell is asked back by its reference, where the provider answers; else it is UNKNOWN.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from guiyan.events import new_id
from guiyan.events.codes import NoticeChannel, NoticeFailure, Suppression
from guiyan.ledger import Clock, Context, Refused
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.ledger.grouping import Done, Grouped, Known
from guiyan.notifications.channels.health import Course
from guiyan.notifications.channels.pool import Member, Pool, Pools
from guiyan.notifications.channels.port import Message, Outcome
from guiyan.notifications.domain.notice import (
    NOTICE,
    Claim,
    Command,
    Deferred,
    Lost,
    Notice,
    NoticeState,
    Replan,
    Report,
    Returned,
    Suppress,
    Taken,
)
from guiyan.notifications.domain.provider import PROVIDER, ResumeProvider, SuspendProvider, provider_id
from guiyan.notifications.doubts import SETTLE_SECONDS, Doubts
from guiyan.notifications.jobs import AWAY, rest
from guiyan.notifications.planning import Plan
from guiyan.notifications.writing import Writer
from guiyan.service.reads import Document

HARMLESS_SECONDS: Final = 0.5
"""The documents follow the ledger: what has just been reported still stands as claimed in them."""
STALE_SECONDS: Final = 1.0
"""What was found out about a notice longer ago than this is asked once more before it is claimed."""
PAUSE_SECONDS: Final = 0.2
BACKOFF: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)

log = structlog.get_logger("guiyan.sender")


class Matters(Protocol):
    """Knows what has become of matters."""

    async def is_over(self, notice: Document) -> bool:
        """Whether the matter of a notice has ended since its cause."""


class Plans(Protocol):
    """Knows at which hours messages leave, and which channels somebody refuses."""

    async def plan_anew(self, rule_name: str, recipient_id: str, channel: NoticeChannel, at: datetime) -> Plan | None:
        """What has become of the plan of a notice that is about to leave; None: it may leave as it was planned."""

    async def retry_at(self, rule_name: str, at: datetime) -> datetime:
        """The first moment from `at` on at which a message of a rule may be tried again."""


class Gate:
    """So many messages of a channel in hand at once, from claim to result; shut, it lets nobody through any more."""

    def __init__(self, at_once: int, shut: asyncio.Event) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._shut = shut

    @contextlib.asynccontextmanager
    async def through(self) -> AsyncIterator[bool]:
        """Wait for a place and keep it; whether the gate is open still."""
        async with self._places:
            yield not self._shut.is_set()


class Handing:
    """Hands notices over, one call a notice.

    `stopping` ends every wait; `remember` is told provider, its reference and the notice before that is written down,
    because a receipt may be faster.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        commands: Grouped,
        clock: Clock,
        notices: Matters,
        plans: Plans,
        writer: Writer,
        pools: Pools,
        stopping: asyncio.Event,
        remember: Callable[[str, str, str], None],
        attempts_most: int = 8,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._commands = commands
        self._clock = clock
        self._notices = notices
        self._plans = plans
        self._writer = writer
        self._pools = pools
        self._stopping = stopping
        self._remember = remember
        self._attempts_most = attempts_most
        self._doubts = Doubts(settle_seconds)
        self.mine: set[str] = set()

    async def send(self, pool: Pool, notice: Document, shown: int, gate: Gate) -> int:
        """Claim one for a provider and hand it over; gives the ledger sequence it came to, 0 when it stays queued.

        `shown` is the ledger sequence up to which the documents stood when the notice was read. Whoever is written
        waits at the gate, and for the provider's rate; after a long wait everything is asked once more.
        """
        found = await self._written(pool, notice, shown)
        if isinstance(found, int):
            return found
        since = time.monotonic()
        async with gate.through() as open_:
            if not open_:
                return 0
            found = await self._still(pool, notice, shown, found, since)
            return found if isinstance(found, int) else await self._send(pool, notice, found, shown)

    async def _written(self, pool: Pool, notice: Document, shown: int) -> Message | int:
        """The message as it is to leave now; else the ledger sequence of what became of the notice, 0 for nothing.

        One whose matter is over is not sent, and says so; one whose hours are over, or whose channel was refused
        while it waited, is planned anew.
        """
        if await self._notices.is_over(notice):
            return await self._suppress(notice, Suppression.NO_LONGER_NEEDED)
        now, channel = self._clock.now(), NoticeChannel(notice["channel"])
        plan = await self._plans.plan_anew(notice["rule"], notice["recipient_id"], channel, now)
        if plan is not None:
            return await self._plan_anew(notice, plan, shown)
        message = await self._writer.write(notice, pool.channel)
        if message is not None:
            return message
        return await self._suppress(notice, Suppression.NO_CONTACT_POINT) if await self._writer.is_sure(shown) else 0

    async def _still(self, pool: Pool, notice: Document, shown: int, message: Message, since: float) -> Message | int:
        """What `_written` found, if that is as good as now; after a long wait since then everything is asked anew."""
        if time.monotonic() - since <= STALE_SECONDS:
            return message
        return await self._written(pool, notice, shown)

    async def _send(self, pool: Pool, notice: Document, message: Message, shown: int) -> int:
        failed_at = notice.get("provider") if notice["attempts"] else None
        member = pool.choose(self._clock.now(), rather_not=failed_at)
        if member is None:
            return 0
        self.mine.add(notice["_id"])
        try:
            with pool.in_hand(member) as provider:
                if member.rate is not None:
                    since = time.monotonic()
                    await member.rate.acquire()
                    found = await self._still(pool, notice, shown, message, since)
                    if isinstance(found, int):
                        return found
                    message = found
                claim = Claim(pool.channel, provider.name, self._clock.today(), message.contact_point_id)
                claimed = await self._done(notice, claim, known_of(notice))
                if claimed is None:
                    return 0
                attempt = {**notice, "attempts": notice["attempts"] + 1}
                return await self._hand_over(pool, member, attempt, message, claimed.known)
        finally:
            self.mine.discard(notice["_id"])

    async def _plan_anew(self, notice: Document, plan: Plan, shown: int) -> int:
        """Write down what it waits for; that no channel is left only while the address book can tell."""
        if plan.anew is not None:
            command = Replan(plan.anew, plan.channel, plan.not_before, self._clock.today())
            return await self._execute(notice, command, known_of(notice))
        if plan.suppressed is None or not await self._writer.is_sure(shown):
            return 0
        return await self._suppress(notice, plan.suppressed)

    async def _suppress(self, notice: Document, reason: Suppression) -> int:
        return await self._execute(notice, Suppress(reason, self._clock.today()), known_of(notice))

    def found(self, claimed: Sequence[Document]) -> None:
        """Which notices are claimed without a result.

        One that is in hand here is not yet one of them: how long it is left alone counts from the end of its hand-over.
        """
        self._doubts.found([(one["_id"], one["attempts"]) for one in claimed if one["_id"] not in self.mine])

    async def adopt(self, notice: Document) -> None:
        """A claim without a result: hand over again where that is harmless; else ask; else the outcome is unknown.

        Not at once: whoever claimed it may still be at work, and what it sent may still be on its way.
        """
        id_ = notice["_id"]
        if id_ in self.mine or id_ not in self._doubts:
            return
        pool, member = self._pools.find(notice["provider"]) or (None, None)
        if pool is not None and member is not None and member.provider.repeatable:
            if self._doubts.lain_seconds(id_) > HARMLESS_SECONDS:
                await self._hand_over(pool, member, notice, await self._writer.write(notice, pool.channel))
            return
        if not self._doubts.may_be_asked(id_):
            return
        if member is None or not member.provider.answers:
            await self._report(pool, notice, Lost())
            return
        outcome = self._doubts.believed(id_, await member.provider.ask(id_), member.provider.patience_seconds)
        if outcome is not None:
            await self._report(pool, notice, outcome)

    async def _hand_over(
        self, pool: Pool, member: Member, notice: Document, message: Message | None, known: Known[Notice] | None = None
    ) -> int:
        outcome: Outcome = (
            await member.provider.deliver(message) if message else Returned(NoticeFailure.ADDRESS_INVALID)
        )
        if isinstance(outcome, Taken) and outcome.reference is not None:
            self._remember(member.provider.name, outcome.reference, notice["_id"])
        await self._note(member, outcome)
        if isinstance(outcome, Lost) and member.provider.answers:
            return 0  # it stays claimed and is asked back
        return await self._report(pool, notice, outcome, known)

    async def _report(
        self, pool: Pool | None, notice: Document, outcome: Outcome, known: Known[Notice] | None = None
    ) -> int:
        """Write the result down, whatever is away meanwhile: the message may be out."""
        if isinstance(outcome, Deferred) and notice["attempts"] < self._attempts_most:
            retry_at = await self._plans.retry_at(
                notice["rule"], self._clock.now() + self._pause(pool, notice["attempts"])
            )
            outcome = Deferred(outcome.status, retry_at, outcome.provider_at_fault)
        while True:
            try:
                report = Report(outcome, self._clock.today(), notice["attempts"])
                return await self._execute(notice, report, known)
            except AWAY:
                if self._stopping.is_set():
                    raise
                await rest(self._stopping, PAUSE_SECONDS)

    def _pause(self, pool: Pool | None, attempts: int) -> timedelta:
        """None while there are providers that have not had it; then longer and longer, up to a ceiling."""
        rounds = attempts - (len(pool) if pool is not None else 1)
        return BACKOFF[min(rounds, len(BACKOFF) - 1)] if rounds >= 0 else timedelta(0)

    async def _note(self, member: Member, outcome: Outcome) -> None:
        course = Pool.note(member, outcome, self._clock.now())
        if course is Course.NONE:
            return
        name, today = member.provider.name, self._clock.today()
        log.warning("provider_changed", course=course, provider=name, failures=member.health.failures)
        command = (
            SuspendProvider(name, member.health.failures, today)
            if course is Course.SUSPENDED
            else ResumeProvider(name, today)
        )
        id_ = new_id(self._clock.now())
        context = Context(id_, "system:notifications", SYSTEM_ORG, causation_id=id_, correlation_id=id_)
        with contextlib.suppress(*AWAY):  # it is a remark: what is sent does not depend on it
            await self._commands.execute(PROVIDER, provider_id(name), command, context)

    async def _execute(self, notice: Document, command: Command, known: Known[Notice] | None = None) -> int:
        """Run a command on the notice; gives the ledger sequence, 0 when somebody else was first."""
        done = await self._done(notice, command, known)
        return 0 if done is None else done.sequence

    async def _done(self, notice: Document, command: Command, known: Known[Notice] | None) -> Done[Notice] | None:
        context = Context(
            command_id=new_id(self._clock.now()),
            actor="system:notifications",
            org=SYSTEM_ORG,
            causation_id=notice["cause_event_id"],
            correlation_id=notice["correlation_id"],
        )
        try:
            return await self._commands.execute(NOTICE, notice["_id"], command, context, known)
        except Refused as refused:
            log.info("notice_moved_on", notice=notice["_id"], code=refused.code)
            return None


def known_of(notice: Document) -> Known[Notice]:
    """A queued notice as its document tells, for what is decided on one that waits."""
    state = Notice(NoticeState(notice["state"]), attempt=notice["attempts"])
    return Known(state, notice["version"], notice["sequence"])
