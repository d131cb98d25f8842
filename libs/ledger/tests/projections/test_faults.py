"""Any mixture of outages, lost answers, crashes and takeovers: documents exact, effects once."""

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from guiyan.ledger.clock import ManualClock
from guiyan.ledger.commands import Commands
from guiyan.ledger.due import DueLoop, DueSettings
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.store_faults import StoreFaults
from guiyan.ledger.policy import Call
from guiyan.ledger.runner import Follower
from guiyan.ledger.testing.books import AT, CREATED, NOTES, Counting, Echo, Note, OpenSealer, Writer
from guiyan.ledger.testing.following import a_follower, crashing, leading, running
from guiyan.ledger.testing.projections import project

BOOKS = 6


async def live(follower: Follower) -> dict[str, dict[str, object]]:
    """The live documents, without the mark of a timer that is done."""
    found: dict[str, dict[str, object]] = {}
    for name in ("books", "sums", "timers"):
        documents = await follower.store.collection(Counting, name).find().to_list()
        if documents:
            found[name] = {one["_id"]: one for one in documents}
    for timer in found.get("timers", {}).values():
        timer.pop("done", None)  # type: ignore[attr-defined] # documents of mappings, as just read
    return found


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(n, marks=pytest.mark.faults) for n in range(6, 60))])
async def test_effects_are_exact_through_any_fault(seed: int) -> None:
    """Whatever fails in between, the end is as if nothing had: each event applied once, each policy and timer once."""
    random = Random(seed)
    ledger, clock = MemoryLedger(), ManualClock(AT)
    database = MemoryDatabase(faults=StoreFaults(rate=0.1, seed=seed))
    writer = Writer(ledger)

    async def write_some() -> None:
        for _ in range(10):
            name = f"b{random.randrange(BOOKS)}"
            await writer.write(name, {"amount": random.randrange(9), "due": random.randrange(1, 5)}, type_=CREATED)
            await asyncio.sleep(random.random() / 20)

    async def a_process(owner: str) -> None:
        follower = a_follower(database, ledger, [Counting()], [Echo()], owner=owner, clock=clock)
        follower.store.leases.patience_seconds = random.choice((0.02, 0.3))
        due = a_due_loop(follower, ledger, clock)
        way = crashing if random.random() < 0.6 else running
        async with way(follower):
            loop = asyncio.create_task(due.run())
            await asyncio.sleep(random.random() / 2)
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)

    for turn in range(8):
        clock.set(AT + timedelta(hours=12 * turn))
        processes = (a_process(f"{turn}-{n}") for n in range(random.choice((1, 2, 3))))
        await asyncio.gather(write_some(), *processes)
    assert database.faults.hits > 0
    database.faults.rate = 0.0
    await check_the_end(database, ledger, clock)


def a_due_loop(follower: Follower, ledger: MemoryLedger, clock: ManualClock) -> DueLoop:
    """Timers become notes."""
    handlers = {"remind": lambda timer: [Call(NOTES, f"reminded-{timer.id}", Note())]}
    settings = DueSettings(poll_seconds=0.02)
    return DueLoop(follower, Commands(ledger, OpenSealer(), clock), clock, handlers, settings)


async def check_the_end(database: MemoryDatabase, ledger: MemoryLedger, clock: ManualClock) -> None:
    """One more process, without faults, and time passes: then everything is counted."""
    clock.set(AT.replace(year=AT.year + 1))
    async with running(a_follower(database, ledger, [Counting()], [Echo()], owner="last", clock=clock)) as follower:
        assert await follower.wait_settled(await ledger.head(), 20)
        await leading(follower)
        await a_due_loop(follower, ledger, clock).fire_due()
        head = await ledger.head()
        assert await follower.wait_settled(head, 20)
        events = [event for message in ledger.log.messages for event in ledger._decode(message).events]
        assert await live(follower) == project(Counting(), events)
        assert await follower.store.parking.all() == []
        created = Counter(one.aggregate_id for one in events if one.type == CREATED)
        echoed = Counter(one.aggregate_id.removeprefix("echo-") for one in events if one.aggregate_id[:5] == "echo-")
        assert echoed == created
        reminded = [one for one in events if one.aggregate_id.startswith("reminded-")]
        assert {f"timer/book-{name}" for name in created} == {one.causationid for one in reminded}
        due_times = Counter((one.causationid, one.correlationid[:13]) for one in reminded)
        assert max(due_times.values()) == 1
        assert await ledger.head() == head
