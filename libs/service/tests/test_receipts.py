"""Receipts on a real stream, each guard by itself: also when the server remembers no message id any more."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from libs.service.tests.township import RegistrySettings
from nats.aio.client import Client

from guiyan.events import new_id
from guiyan.events.ingest import ReceiptOutcome
from guiyan.ledger.clock import SystemClock
from guiyan.service.bus import Bus
from guiyan.service.metrics import Metrics
from guiyan.service.receipts import Receipts, Standing, StoredReceipt

ORG = "654002000000"
SHORTEST_WINDOW_NS = 100_000_000


@pytest.fixture
async def receipts(service_environment: Callable[[str], dict[str, str]], admin: Client) -> AsyncIterator[Receipts]:
    """The service's receipts, in a stream that forgets message ids after a tenth of a second."""
    bus = Bus(RegistrySettings.load(service_environment("registry")), Metrics())
    stream = bus.stream("RECEIPTS")
    config = json.loads((await admin.request(f"$JS.API.STREAM.INFO.{stream}")).data)["config"]
    change = json.dumps(config | {"duplicate_window": SHORTEST_WINDOW_NS}).encode()
    assert "error" not in json.loads((await admin.request(f"$JS.API.STREAM.UPDATE.{stream}", change)).data)
    await bus.connect()
    yield Receipts(bus)
    await bus.stop()


@pytest.fixture
def count(admin: Client, receipts: Receipts) -> Callable[[], "asyncio.Future[int]"]:
    """How many receipts stand in the stream."""

    async def counted() -> int:
        return (await admin.jetstream().stream_info(receipts._bus.stream("RECEIPTS"))).state.messages

    return lambda: asyncio.ensure_future(counted())


def accepted(sequence: int, ingest_id: str) -> StoredReceipt:
    """The receipt of an accepted message."""
    return StoredReceipt(
        ingest_id=ingest_id, outcome=ReceiptOutcome.ACCEPTED, events=(), problems=(), ingest_sequence=sequence
    )


async def window_over() -> None:
    """The server forgets the ids of what was written before; nothing tells when, so the time is waited out."""
    await asyncio.sleep(3 * SHORTEST_WINDOW_NS / 1e9)


async def test_a_message_handled_again_long_after_gets_no_second_receipt(
    receipts: Receipts, count: Callable[[], "asyncio.Future[int]"]
) -> None:
    """Its own receipt is found where it stands, whatever the server remembers of message ids."""
    receipt = accepted(7, new_id(SystemClock().now()))
    first = await receipts.give(ORG, receipt, repeated=False)
    await window_over()
    second = await receipts.give(ORG, receipt, repeated=True)
    assert first == second == receipt
    assert await count() == 1


async def test_a_receipt_is_never_written_past_another_one(
    receipts: Receipts, count: Callable[[], "asyncio.Future[int]"]
) -> None:
    """Who looked before another replica wrote is refused by the stream, looks again, and tells `duplicate`."""
    ingest_id = new_id(SystemClock().now())
    await receipts.give(ORG, accepted(7, ingest_id), repeated=False)
    late = await receipts.give(ORG, accepted(8, ingest_id), repeated=True, standing=Standing())
    assert late.outcome is ReceiptOutcome.DUPLICATE
    assert await count() == 2
    assert (await receipts.last(ORG, ingest_id)).receipt == late
