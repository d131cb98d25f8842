"""The follower on every kind of database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from guiyan.ledger.database import Database
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.projection import Projection
from guiyan.ledger.runner import Follower, FollowerSettings
from guiyan.ledger.store import Store
from guiyan.ledger.testing.books import Counting, OpenSealer, Writer

QUICK = FollowerSettings(batch=50, flush_seconds=0.05, stand_by_seconds=0.05, beat_seconds=0.1)


@asynccontextmanager
async def following(
    database: Database, ledger: MemoryLedger, projections: Sequence[Projection] = (), owner: str = "one"
) -> AsyncIterator[Follower]:
    """A follower at work; stopped in the end."""
    store = Store(database, owner=owner, patience_seconds=0.5)
    follower = Follower("registry", store, ledger, OpenSealer(), projections or [Counting()], settings=QUICK)
    running = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        await follower.stop()
        await asyncio.wait_for(running, 10)


async def test_documents_follow_the_ledger(database: Database) -> None:
    """Every event is applied once, in order, and the documents can be read."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(120):
        last = await writer.write(f"b{n % 7}", {"amount": n}, {"amount": 1})
    async with following(database, ledger) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        found = await follower.store.collection(Counting, "sums").find_one("all")
        assert found == {"_id": "all", "count": 240, "total": sum(range(120)) + 120}
        books = await follower.store.collection(Counting, "books").find().sort("_id").to_list()
        assert [one["_id"] for one in books] == [f"b{n}" for n in range(7)]


async def test_a_restart_goes_on_where_it_stopped(database: Database) -> None:
    """A second follower applies only what is new: the checkpoint moved with the documents."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for start in (0, 1, 2):
        for _ in range(10):
            last = await writer.write("b", {"amount": 1})
        async with following(database, ledger, owner=f"run{start}") as follower:
            assert await follower.wait_applied(last.sequence, 10)
            found = await follower.store.collection(Counting, "sums").find_one("all")
            assert found is not None
            assert found["total"] == 10 * (start + 1)
