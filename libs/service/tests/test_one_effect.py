"""One event id of a township is one effect: whatever is sent under it, by whichever way, however often, and when."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from typing import cast

import pytest
from libs.service.tests.township import NOW, RegistrySettings, Township, report
from nats.aio.client import Client

from guiyan.events import Event, new_id, registry
from guiyan.events.ingest import MemberReport
from guiyan.ledger import Commands, Decider, Draft, ManualClock
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.memory.keys import MemoryKeyStore
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.seal import PersonSealer
from guiyan.service.bus import Bus
from guiyan.service.ingest import Ingest
from guiyan.service.ingest_event import IngestEvent, IngestResult
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics


def _decide(command: date, state: int) -> Sequence[Draft]:
    del state
    return [Draft(registry.MemberReturned(member_id=new_id(NOW), branch="654002001001"), command)]


def _evolve(state: int, event: Event) -> int:
    del event
    return state + 1


TRIP: Decider[int, date] = Decider("registry", "departure", int, _evolve, _decide)


class Register:
    """A service behind the door: writes to the aggregate that a report names, as the services do."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        sealer = PersonSealer(MemoryKeyStore(), MasterKeys.made_up())
        self._commands = Commands(self.ledger, sealer, ManualClock(NOW))

    async def handle(self, event: IngestEvent) -> IngestResult:
        """The member named is home."""
        trip = cast("MemberReport", event.report).member_id or ""
        return IngestResult.accepted(await self._commands.execute(TRIP, trip, event.occurred_on, event.context()))


@pytest.fixture
def register() -> Register:
    """The service's write path; several doors on it are several replicas."""
    return Register()


Opened = Callable[[], contextlib.AbstractAsyncContextManager[Ingest]]


@pytest.fixture
def replica(service_environment: Callable[[str], dict[str, str]], register: Register) -> Opened:
    """Opens the door as one process would."""

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Ingest]:
        metrics = Metrics()
        bus = Bus(RegistrySettings.load(service_environment("registry")), metrics)
        ingest = Ingest(bus, {"MemberReturned": register.handle}, Catalogue(), metrics, answers_unknown=True)
        ingest.subscribe()
        await bus.connect()
        await bus.start()
        try:
            yield ingest
        finally:
            await ingest.stop()
            await bus.stop()

    return opened


@pytest.fixture
def township(admin: Client, prefix: str, township_codes: tuple[str, ...]) -> Township:
    """One township's system."""
    return Township(admin, prefix, township_codes[0])


def outcomes(receipts: list[dict[str, object]]) -> Counter[object]:
    """How many receipts of each outcome."""
    return Counter(one["outcome"] for one in receipts)


async def test_other_content_under_a_used_id_is_a_duplicate(
    replica: Opened, township: Township, register: Register
) -> None:
    """The first one counts: what comes later under its id names the first one's events, and writes nothing."""
    event_id = new_id(NOW)
    other = report(event_id, data={"member_id": new_id(NOW)})
    faulty = report(event_id, data={"member_id": "nobody's"})
    async with replica() as ingest:
        await township.send(report(event_id))
        for later in (other, report(event_id, type="Coronation"), faulty):
            await township.send(later, str(later["type"]))
        receipts = await township.receipts(4)
        await township.settled(ingest)
    assert [one["outcome"] for one in receipts] == ["accepted", "duplicate", "duplicate", "duplicate"]
    assert len({one["events"][0]["id"] for one in receipts}) == 1
    assert all(not one["problems"] for one in receipts)
    assert await register.ledger.head() == 1


async def test_a_restart_forgets_no_id(replica: Opened, township: Township, register: Register) -> None:
    """The id is known by its receipt, not by a process: another process answers the same."""
    event_id = new_id(NOW)
    async with replica():
        await township.send(report(event_id))
        await township.receipts(1)
    async with replica() as ingest:
        await township.send(report(event_id, data={"member_id": new_id(NOW)}))
        receipts = await township.receipts(2)
        await township.settled(ingest)
    assert [one["outcome"] for one in receipts] == ["accepted", "duplicate"]
    assert await register.ledger.head() == 1


async def test_replicas_that_race_for_one_id_give_one_effect(
    replica: Opened, township: Township, register: Register
) -> None:
    """Two processes, ten messages of ten contents under one id at once: one is accepted, nine are duplicates."""
    event_id = new_id(NOW)
    bodies = [report(event_id, data={"member_id": new_id(NOW)}) for _ in range(10)]
    async with replica() as one, replica() as other:
        await asyncio.gather(*(township.send(body) for body in bodies))
        receipts = await township.receipts(10)
        await township.settled(one)
        await township.settled(other)
    assert outcomes(receipts) == {"accepted": 1, "duplicate": 9}
    assert await register.ledger.head() == 1


async def test_a_rejected_id_may_be_used_again(replica: Opened, township: Township, register: Register) -> None:
    """Rejected is no effect: the sender sets the event right and sends it under the same id."""
    event_id = new_id(NOW)
    async with replica() as ingest:
        await township.send(report(event_id, data={"member_id": "nobody's"}))
        await township.send(report(event_id))
        receipts = await township.receipts(2)
        await township.settled(ingest)
    assert [one["outcome"] for one in receipts] == ["rejected", "accepted"]
    assert await register.ledger.head() == 1
