"""Building from nothing in big lots: the same documents as one batch at a time, also through crashes and outages."""

import asyncio
import secrets
from collections import deque

import pytest

from guiyan.ledger import Docs, Fact, Index, bulk, leading
from guiyan.ledger.database import Changes, Database, StoreUnavailable
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.mongo import Driver, connect
from guiyan.ledger.runner import Follower
from guiyan.ledger.testing.books import CREATED, Counting, Echo, Writer, book
from guiyan.ledger.testing.following import a_follower, crashing, running, until

EVENTS = 120


@pytest.fixture(autouse=True)
def _small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "FIRST", 30)
    monkeypatch.setattr(leading, "NEAR", 10)
    monkeypatch.setattr(bulk, "READ_AT_ONCE", 15)
    monkeypatch.setattr(bulk, "LOT_DOCUMENTS", 5)
    monkeypatch.setattr(bulk, "CHUNK_DOCUMENTS", 2)


async def a_history() -> tuple[MemoryLedger, int]:
    """A ledger that holds some books already, one of them with a poison event."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(EVENTS):
        last = await writer.write(f"b{n % 11}", {"amount": n, "due": n % 3, "raise": n == 50}, type_=CREATED)
    return ledger, last.sequence


async def by_batches(ledger: MemoryLedger) -> dict[str, object]:
    """The documents as the feed makes them, batch by batch."""
    database = MemoryDatabase()
    follower = a_follower(database, ledger, [Counting()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leading, "FIRST", 10**9)
        async with running(follower):
            assert await follower.wait_applied(await ledger.head(), 10)
    return await documents(follower)


async def documents(follower: Follower) -> dict[str, object]:
    """Every live document."""
    found: dict[str, object] = {}
    for name in ("books", "sums", "timers"):
        for one in await follower.store.collection(Counting, name).find().to_list():
            found[f"{name}/{one['_id']}"] = one
    return found


async def test_bulk_and_batches_make_the_same_documents(database: Database) -> None:
    """What is built in lots equals what is fed in batches, with what is parked; then the feed goes on."""
    ledger, last = await a_history()
    expected = await by_batches(ledger)
    follower = a_follower(database, ledger, [Counting()], [Echo()])
    async with running(follower):
        assert await follower.wait_applied(last, 10)
        assert await follower.wait_settled(last, 10)
        found = await documents(follower)
        assert {name: one for name, one in found.items() if "echo" not in name and "sums" not in name} == {
            name: one for name, one in expected.items() if "sums" not in name
        }
        (parked,) = [one for one in await follower.store.parking.all() if not one.consumer.startswith("policy:")]
        assert (parked.subject, parked.sequence, parked.queued) == (str(book("b6")), 51, 6)


async def test_a_killed_build_is_begun_anew(database: Database) -> None:
    """Documents of an unfinished build are never used: the next leader builds under another number."""
    ledger, last = await a_history()
    expected = await by_batches(ledger)
    stuck = asyncio.Event()
    first = a_follower(database, ledger, [Counting()], owner="one")
    writes = 0

    async def get_stuck(*_: object) -> None:
        nonlocal writes
        writes += 1
        if writes > 2:
            stuck.set()
            await asyncio.Event().wait()

    first.store.checkpoints.hold = get_stuck  # type: ignore[method-assign,assignment] # put in its place for this test alone
    async with crashing(first):
        await asyncio.wait_for(stuck.wait(), 10)
    second = a_follower(database, ledger, [Counting()], owner="two", grace_seconds=0.2)
    async with running(second):
        assert await second.wait_applied(last, 10)
        assert await documents(second) == expected
        (status,) = (await second.status()).projections
        assert status.generation == 2

        async def gone() -> bool:
            return not any("_g1__" in one for one in await database.collection_names())

        await until(gone, "the torn generation is dropped")


async def test_an_outage_during_a_build_does_no_harm() -> None:
    """A write that failed, or of which nothing is known, is written again; the result is the same."""
    ledger, last = await a_history()
    expected = await by_batches(ledger)
    database = MemoryDatabase()
    follower = a_follower(database, ledger, [Counting()])
    write = type(database.collection("x")).write
    left = deque([True, False, True, True, False, True])

    async def fail_now_and_then(self: object, changes: Changes, *, session: object = None) -> None:
        fail = left.popleft() if left else False
        if fail and len(left) % 2:
            await write(self, changes, session=session)  # type: ignore[arg-type] # passed on as it came
        if fail:
            raise StoreUnavailable("made for this test")
        await write(self, changes, session=session)  # type: ignore[arg-type] # passed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(database.collection("x")), "write", fail_now_and_then)
        async with running(follower):
            assert await follower.wait_applied(last, 20)
            assert await documents(follower) == expected
    assert not left


class Crossed(Counting):
    """Keeps two lists under one index: the database refuses a document that has both."""

    name = "crossed"
    indexes = (Index("crosses", ("here", "there")),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """As its parent, with such a document when told so."""
        super().apply(fact, docs)
        if fact.event.data.get("cross"):
            docs.put("crosses", fact.event.id, {"here": [1, 2], "there": [3, 4]})


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_an_index_that_cannot_be_made_parks_the_fact(mongo_url: str, driver: Driver) -> None:
    """Indexes are made after a first build; what does not fit one is found and parked, and nothing else."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(EVENTS):
        last = await writer.write(f"b{n % 11}", {"amount": n, "cross": n == 50}, type_=CREATED)
    database = connect(mongo_url, f"t_{secrets.token_hex(6)}", driver)
    try:
        follower = a_follower(database, ledger, [Crossed()])
        async with running(follower):
            assert await follower.wait_applied(last.sequence, 10)
            (parked,) = await follower.store.parking.all()
            assert (parked.subject, parked.sequence) == (str(book("b6")), 51)
            crosses = await follower.store.collection(Crossed, "crosses").resolve()
            assert "here_1_there_1" in await crosses._collection.index_information()
    finally:
        await database.drop_all()
        await database.close()


async def test_a_first_build_ends_with_every_index(mongo_url: str) -> None:
    """Whether built in lots or fed in batches, readers have the indexes that the projection names."""
    ledger, last = await a_history()
    for first in (30, 10**9):
        database = connect(mongo_url, f"t_{secrets.token_hex(6)}")
        follower = a_follower(database, ledger, [Counting()])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(leading, "FIRST", first)
            async with running(follower):
                assert await follower.wait_applied(last, 10)
                for name, index in (("books", "total_1"), ("timers", "done_1_due_at_1__id_1")):
                    found = await follower.store.collection(Counting, name).resolve()
                    assert index in await found._collection.index_information()
        await database.drop_all()
        await database.close()
