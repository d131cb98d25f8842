"""Rebuilding: beside the live one, compared, switched by a pointer; reads never fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from guiyan.ledger.control import ControlFailed, ProjectionControl
from guiyan.ledger.database import Database
from guiyan.ledger.fact import Fact
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.projection import Docs
from guiyan.ledger.runner import Follower
from guiyan.ledger.testing.books import CREATED, Counting, Echo, Writer
from guiyan.ledger.testing.following import a_follower, crashing, leading, running, until


class CountingAnew(Counting):
    """The next version: it counts tenfold."""

    version = 2

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Count it ten times."""
        docs.put("books", fact.aggregate_id, {"total": 10})


@asynccontextmanager
async def a_city(database: Database, events: int = 60) -> AsyncIterator[tuple[Follower, ProjectionControl, Writer]]:
    """A follower that has caught up with some events, and its control."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(events):
        last = await writer.write(f"b{n % 7}", {"amount": n, "due": n}, type_=CREATED)
    async with running(a_follower(database, ledger, [Counting()], [Echo()])) as follower:
        assert await follower.wait_settled(last.sequence, 10)
        assert await follower.wait_settled(await ledger.head(), 10)
        yield follower, ProjectionControl(follower.store, ledger), writer


async def test_a_rebuild_gives_the_same_documents_and_switches(database: Database) -> None:
    """Built from nothing, compared document by document, switched; no policy ran again; and it can be switched back."""
    async with a_city(database) as (follower, control, _):
        head = await follower.ledger.head()
        before = await follower.store.collection(Counting, "books").find().sort("_id").to_list()
        done = await control.rebuild("counting", "tester")
        assert (done["equal"], done["switched"], done["generation"]) == (True, True, 2)
        assert done["comparison"]["documents"] >= 15
        assert await follower.store.collection(Counting, "books").find().sort("_id").to_list() == before
        assert await follower.ledger.head() == head
        back = await control.switch("counting", "tester")
        assert back == {"live": 1, "previous": 2}
        (status,) = (await control.status()).projections
        assert (status.generation, status.previous) == (1, 2)


async def test_both_generations_move_on_together(database: Database) -> None:
    """After a switch the previous generation is kept up to date, so that switching back loses nothing."""
    async with a_city(database) as (follower, control, writer):
        await control.rebuild("counting", "tester")
        last = await writer.write("b1", {"amount": 1_000})
        assert await follower.wait_applied(last.sequence, 10)
        new = await follower.store.collection(Counting, "books").find_one("b1")
        await control.switch("counting", "tester")
        assert await follower.store.collection(Counting, "books").find_one("b1") == new


async def test_differences_are_listed_and_prevent_the_switch(database: Database) -> None:
    """A live document that events do not explain is found: which one, and which fields; never the values."""
    async with a_city(database) as (follower, control, _):
        live = database.collection("counting_v1_g1__books")
        await live.update_one({"_id": "b3"}, {"$set": {"total": -1, "stray": "张三"}})
        await live.delete_many({"_id": "b4"})
        await live.insert_one({"_id": "b9", "total": 1})
        done = await control.rebuild("counting", "tester")
        assert (done["equal"], done["switched"]) == (False, False)
        assert done["comparison"]["count"] == 3
        found = {one["id"]: (one["kind"], one["fields"]) for one in done["comparison"]["differences"]}
        assert found["b3"] == ("differs", ["stray", "total"])
        assert found["b4"][0] == "only_other"
        assert found["b9"][0] == "only_live"
        forced = await control.rebuild("counting", "tester", force=True)
        assert (forced["switched"], forced["generation"]) == (True, 3)
        assert await follower.store.collection(Counting, "books").find_one("b9") is None


async def test_reads_never_fail_during_rebuilds(database: Database) -> None:
    """A reader that asks all the time meets every document, before, while and after generations come and go."""
    async with a_city(database) as (follower, control, _):
        reads = 0
        over = asyncio.Event()

        async def read() -> None:
            nonlocal reads
            while not over.is_set():
                assert await follower.store.collection(Counting, "books").count_documents({}) == 14
                reads += 1

        reader = asyncio.create_task(read())
        for _ in range(3):
            assert (await control.rebuild("counting", "tester"))["switched"]
        over.set()
        await reader
        assert reads > 20


async def test_generations_nobody_points_to_are_dropped_later(database: Database) -> None:
    """After two rebuilds the first generation is gone, the live and the previous one are kept."""
    ledger = MemoryLedger()
    last = await Writer(ledger).write("b", {"amount": 1})
    follower = a_follower(database, ledger, [Counting()], grace_seconds=0.2)
    async with running(follower):
        assert await follower.wait_applied(last.sequence, 10)
        control = ProjectionControl(follower.store, ledger)
        await control.rebuild("counting", "tester")
        await control.rebuild("counting", "tester")

        async def gone() -> bool:
            return not any("_g1__" in one for one in await database.collection_names())

        await until(gone, "the first generation is dropped")
        names = await database.collection_names()
        assert any("_g2__" in one for one in names)
        assert any("_g3__" in one for one in names)
        assert (await control.drop("counting", "tester"))["dropped"] == [2]


async def test_a_rebuild_survives_its_leader(database: Database) -> None:
    """When the leader dies in the middle, the next one finishes what was asked."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(50):
        last = await writer.write(f"b{n % 5}", {"amount": n})
    async with crashing(a_follower(database, ledger, [Counting()], owner="one")) as first:
        assert await first.wait_applied(last.sequence, 10)
        control = ProjectionControl(first.store, ledger)

        async def hang(*_: object, **__: object) -> None:
            await asyncio.Event().wait()

        await leading(first)
        assert first._leading is not None
        first._leading.bring = hang  # type: ignore[method-assign] # put in its place for this test alone
        asking = asyncio.create_task(control.rebuild("counting", "tester"))

        async def begun() -> bool:
            found = await database.collection("_generations").find_one("counting_v1")
            return found is not None and found.get("building") == 2

        await until(begun, "the rebuild has begun")
    async with running(a_follower(database, ledger, [Counting()], owner="two")):
        done = await asking
        assert done["generation"] >= 2
        assert done["switched"]


async def test_a_new_version_is_built_from_the_beginning(database: Database) -> None:
    """New code reads its own version's documents, the old version's stay for old code."""
    async with a_city(database) as (follower, _, _):
        ledger = follower.ledger
    async with running(a_follower(database, ledger, [CountingAnew()], owner="new")) as follower:
        assert await follower.wait_applied(await ledger.head(), 10)
        assert await follower.store.collection(CountingAnew, "books").find_one("b1") == {"_id": "b1", "total": 10}
        old = await follower.store.collection(Counting, "books").find_one("b1")
        assert old is not None
        assert old["total"] > 10


async def test_a_stand_by_builds_its_own_version_before_it_leads(database: Database) -> None:
    """A rolling update: the new replica's documents are ready and followed while the old one still leads."""
    async with a_city(database) as (old, _, writer):
        ledger = old.ledger
        new = a_follower(database, ledger, [Counting(), CountingAnew()], owner="new")
        async with running(new):
            last = await writer.write("fresh", {"amount": 1})
            assert await new.wait_applied(last.sequence, 20, CountingAnew)
            assert old.leading
            assert not new.leading
            assert await new.store.collection(CountingAnew, "books").find_one("fresh") is not None
            last = await writer.write("later", {"amount": 1})
            assert await new.wait_applied(last.sequence, 20)
            await old.stop()
            await leading(new)
            last = await writer.write("last", {"amount": 1})
            assert await new.wait_applied(last.sequence, 20)
            assert await new.store.collection(CountingAnew, "books").find_one("last") is not None
            assert await new.store.collection(Counting, "books").find_one("last") is not None
            assert new.counters.parked == 0


def no_follow(*_: object, **__: object) -> None:
    """Each is a consumer on the server, which stays for a minute: whoever asks often for the status makes thousands."""
    pytest.fail("a status follows the ledger")


async def test_a_paused_projection_stands_still_and_catches_up(database: Database) -> None:
    """Pause: readers see the old documents and the status says so. Resume: nothing was lost."""
    async with a_city(database) as (follower, control, writer):
        before = await follower.store.collection(Counting, "sums").find_one("all")
        await control.pause("counting", "tester")
        for _ in range(10):
            last = await writer.write("b1", {"amount": 1})
        assert await follower.wait_read(last.sequence, 10)
        assert await follower.store.collection(Counting, "sums").find_one("all") == before
        (status,) = (await control.status()).projections
        assert (status.state, status.lag_events) == ("paused", 10)
        follower.ledger.follow = no_follow  # type: ignore[method-assign,assignment] # put in its place for this test alone
        (status,) = (await control.status()).projections
        assert status.lag_seconds > 0
        del follower.ledger.follow
        assert not await follower.wait_applied(last.sequence, 0.05)
        await control.resume("counting", "tester")
        assert await follower.wait_applied(last.sequence, 10)
        after = await follower.store.collection(Counting, "sums").find_one("all")
        assert before is not None
        assert after is not None
        assert after["total"] == before["total"] + 10


async def test_what_cannot_be_done_is_told(database: Database) -> None:
    """Every refusal is a sentence that says what to do."""
    async with a_city(database, 3) as (_, control, _):
        with pytest.raises(ControlFailed, match="known are: counting_v1"):
            await control.pause("counters", "tester")
        with pytest.raises(ControlFailed, match="rebuild it first"):
            await control.switch("counting", "tester")
        with pytest.raises(ControlFailed, match="is not parked"):
            await control.retry("counting_v1_g1|evt.registry.organisation.x", "tester")
        with pytest.raises(ControlFailed, match="needs a reason"):
            await control.skip("x", "  ", "tester")
        await control.pause("counting", "tester")
        with pytest.raises(ControlFailed, match="resume it"):
            await control.rebuild("counting", "tester")
