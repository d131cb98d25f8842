"""The ingest door: takes what township systems report from INGEST, in order, and answers each with a receipt.

A batch is pulled by FastStream and acknowledged message by message, by hand: an event is acknowledged only after its
receipt is stored. Events of one organisation are handled one after the other, organisations beside each other. While
the ledger or the database is away an event is tried again in its place; none is lost, none overtakes another. (Those
a handler asks to have again `later` do go behind; so do those that a fault of ours sets back.)
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import structlog
from faststream import AckPolicy, Context
from faststream.nats import JStream, PullSub
from nats.aio.msg import Msg

from guiyan.events.ingest import INGEST_TYPES
from guiyan.service import telemetry
from guiyan.service.bus import Bus, headers_of
from guiyan.service.ingest_event import (
    Address,
    IngestEvent,
    IngestResult,
    Unreadable,
    id_of_unnamed,
    is_type_name,
    read_event,
)
from guiyan.service.ingest_handling import UNAVAILABLE, IngestHandler, handled
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.problems import FieldProblem, from_error
from guiyan.service.pulling import make_prompt
from guiyan.service.receipts import Receipts, StoredReceipt, make_receipt

STREAM: Final = "INGEST"
BATCH: Final = 100
PULL_SECONDS: Final = 1.0
ORGANISATIONS_AT_ONCE: Final = 8
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 2.0
LATER_SECONDS: Final = 0.5
SIGN_SECONDS: Final = 2.0
LATER_PATIENCE_SECONDS: Final = 20.0
FAULT_DELAY_SECONDS: Final = (1, 5, 15, 60)
log = structlog.get_logger("guiyan.ingest")


def owner_of(type_: str) -> str | None:
    """The service that answers a type; None for what no service takes."""
    return INGEST_TYPES[type_].of.service if type_ in INGEST_TYPES else None


class Ingest:
    """One service's ingest door: a handler per type; registry also answers what nobody takes."""

    def __init__(
        self,
        bus: Bus,
        handlers: Mapping[str, IngestHandler],
        catalogue: Catalogue,
        metrics: Metrics,
        *,
        answers_unknown: bool = False,
    ) -> None:
        unknown = set(handlers) - set(INGEST_TYPES)
        assert not unknown, f"not in the contract: {unknown}"  # noqa: S101 - programmer error
        self._bus = bus
        self._handlers = dict(handlers)
        self._catalogue = catalogue
        self._metrics = metrics
        self._answers_unknown = answers_unknown
        self._receipts = Receipts(bus)
        self._in_hand = 0
        self._stopping = asyncio.Event()
        self._subscriber: Any = None

    @property
    def consumer(self) -> str:
        """The durable consumer that the deploy step made for this service."""
        return f"ingest-{self._bus.user}"

    @property
    def in_hand(self) -> int:
        """How many events are being handled now."""
        return self._in_hand

    def subscribe(self) -> None:
        """Register with the broker; it begins to pull when the bus is started."""
        self._subscriber = self._bus.broker.subscriber(
            self._bus.subject("ingest.>"),
            durable=self.consumer,
            stream=JStream(self._bus.stream(STREAM), declare=False),
            pull_sub=PullSub(batch_size=BATCH, timeout=PULL_SECONDS, batch=True),
            ack_policy=AckPolicy.MANUAL,
            inbox_prefix=f"{self._bus.inbox_prefix}.".encode(),
            decoder=_undecoded,
            title="IngestedEvents",
            description="Events reported by township systems: CloudEvents 1.0 on ingest.<org_code>.<Type>",
        )
        make_prompt(self._subscriber)
        self._subscriber(self._take)

    async def stop(self) -> None:
        """Finish the event in hand of each organisation, hand the others back at once, and take no more."""
        self._stopping.set()
        if self._subscriber is not None:
            await self._subscriber.stop()

    async def check(self) -> None:
        """Raise unless the consumer is there: a consumer deleted under us tells nobody."""
        await self._bus.jetstream.consumer_info(self._bus.stream(STREAM), self.consumer)

    async def waiting(self) -> int:
        """How many events wait for this service or are in its hands."""
        info = await self._bus.jetstream.consumer_info(self._bus.stream(STREAM), self.consumer)
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def _take(self, messages: Annotated[list[Any], Context("message.raw_message")]) -> None:
        """Handle one batch; returns when every message is acknowledged or handed back."""
        by_org: dict[str, list[Msg]] = {}
        for message in messages:
            address = Address.parse(self._bus.plain(message.subject))
            by_org.setdefault(address.org if address else "", []).append(message)
        gate = asyncio.Semaphore(ORGANISATIONS_AT_ONCE)
        self._in_hand += len(messages)
        signs = asyncio.create_task(_give_signs(messages))
        try:
            await asyncio.gather(*(self._one_after_the_other(queue, gate) for queue in by_org.values()))
        finally:
            signs.cancel()
            self._in_hand -= len(messages)

    async def _one_after_the_other(self, queue: Sequence[Msg], gate: asyncio.Semaphore) -> None:
        async with gate:
            for place, message in enumerate(queue):
                if self._stopping.is_set() or not await self._handle(message):
                    for rest in queue[place:]:
                        await rest.nak()
                    return

    async def _handle(self, message: Msg) -> bool:
        """One message: its effect, its receipt, its acknowledgement, in this order; False when stopped before that.

        While a dependency is away the event is tried again in its place, so that those behind it stay behind it.
        """
        pause = FIRST_PAUSE_SECONDS
        with telemetry.consumer_span("ingest", headers_of(message)):
            while not self._stopping.is_set():
                try:
                    await self._once(message)
                except Exception as error:  # noqa: BLE001 - whatever it is, the event must not be lost
                    if not _passes(error):
                        await self._set_back(message, error)
                        return True
                    log.warning("ingest waits for a dependency", fault=type(error).__name__)
                else:
                    return True
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        return False

    async def _set_back(self, message: Msg, error: Exception) -> None:
        """A fault of ours: tell it, and try again ever more slowly; the event stays until it is mended."""
        times = message.metadata.num_delivered
        log.error("an event could not be handled", sequence=_sequence(message), times=times, exc_info=error)
        self._metrics.ingested.labels("any", "fault").inc()
        await message.nak(delay=FAULT_DELAY_SECONDS[min(times, len(FAULT_DELAY_SECONDS)) - 1])

    async def _once(self, message: Msg) -> None:
        address = Address.parse(self._bus.plain(message.subject))
        if address is None:
            log.error("a message in INGEST has no sender that could be answered", sequence=_sequence(message))
            await message.ack()
            return
        if not self._is_mine(address.type):
            await message.ack()
            return
        given = await self._answer(message, address)
        if given is None:
            await message.nak(delay=LATER_SECONDS)
            return
        await message.ack()
        label = address.type if address.type in INGEST_TYPES else "unknown"
        self._metrics.ingested.labels(label, given.outcome).inc()
        codes = sorted({one.code for one in given.problems})
        log.info("event handled", ingest_id=given.ingest_id, type=label, outcome=given.outcome, codes=codes)

    async def _answer(self, message: Msg, address: Address) -> StoredReceipt | None:
        """The receipt that stands in the end, after the event had its effect; None when it is to come again later.

        One event id is one effect: when a receipt says that it had it, no handler sees the message any more, whatever
        its content. That look-up is the one that guards the writing of the receipt.
        """
        sequence = _sequence(message)
        ingest_id, event = self._read(message, address)
        standing = await self._receipts.last(address.org, ingest_id)
        if standing.receipt is not None and standing.answers(sequence):
            return standing.receipt
        if standing.had_its_effect:
            receipt = standing.repeat(sequence)
            return await self._receipts.give(address.org, receipt, repeated=True, standing=standing)
        result = event if isinstance(event, IngestResult) else await self._result(event)
        if result.kind == "later":
            if _age_seconds(message) < LATER_PATIENCE_SECONDS:
                return None
            result = IngestResult.rejected(*result.problems)
        receipt = make_receipt(ingest_id, sequence, result, self._catalogue)
        return await self._receipts.give(address.org, receipt, repeated=result.repeated, standing=standing)

    def _is_mine(self, type_: str) -> bool:
        return type_ in self._handlers or (self._answers_unknown and owner_of(type_) is None)

    def _read(self, message: Msg, address: Address) -> tuple[str, IngestEvent | IngestResult]:
        """The ingest id, and the event, or the rejection of what cannot be read or is nobody's."""
        sequence = _sequence(message)
        try:
            event = read_event(message.data, address, ingest_sequence=sequence)
        except Unreadable as error:
            return error.event_id or id_of_unnamed(address.org, sequence), IngestResult.rejected(*error.problems)
        if event.type not in self._handlers:
            return event.id, IngestResult.rejected(FieldProblem("/type", "unknown_type"))
        return event.id, event

    async def _result(self, event: IngestEvent) -> IngestResult:
        structlog.contextvars.bind_contextvars(correlation_id=event.correlation_id or event.id, ingest_id=event.id)
        try:
            return await handled(self._handlers[event.type], event)
        finally:
            structlog.contextvars.unbind_contextvars("correlation_id", "ingest_id")


async def _give_signs(messages: Sequence[Msg]) -> None:
    """Tell the server now and then that what is not answered yet is still in hand, or it would hand it out again.

    So the consumer's ack_wait may be short, and what a killed process held comes back soon.
    """
    while True:
        await asyncio.sleep(SIGN_SECONDS)
        for message in messages:
            if not message.is_acked:
                await message.in_progress()


async def _undecoded(_message: Any) -> None:
    """FastStream decodes nothing: one bad message would hold up its whole batch before any handler is called."""


def _passes(error: Exception) -> bool:
    """Whether waiting helps: a dependency is away, or others were faster."""
    problem = from_error(error)
    return problem is not None and (problem.status >= UNAVAILABLE or problem.code == "contention")


def _sequence(message: Msg) -> int:
    return message.metadata.sequence.stream


def _age_seconds(message: Msg) -> float:
    return (datetime.now(UTC) - message.metadata.timestamp).total_seconds()


def subject_of(org: str, type_: object) -> str:
    """The subject for a report of this type; what is no type's name goes to `Unreadable`, to be rejected there."""
    return f"ingest.{org}.{type_ if isinstance(type_, str) and is_type_name(type_) else 'Unreadable'}"
