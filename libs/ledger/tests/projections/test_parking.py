"""Parking: a poison event stops its aggregate for one projection, nothing else, until a person decides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from guiyan.events import new_id
from guiyan.ledger.commit import Commit
from guiyan.ledger.control import ProjectionControl
from guiyan.ledger.database import Database
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.message import MAC
from guiyan.ledger.projection import Index, Projection
from guiyan.ledger.runner import Follower
from guiyan.ledger.testing.books import AT, CREATED, Counting, Echo, Writer, book, entry
from guiyan.ledger.testing.following import a_follower, running


class Other(Counting):
    """Another projection of the same service, without the defect."""

    name = "other"
    broken = False


class Unique(Counting):
    """One whose database refuses two documents with the same name."""

    name = "unique"
    indexes = (Index("names", ("name",), unique=True),)


@asynccontextmanager
async def at_work(
    database: Database, ledger: MemoryLedger, *projections: Projection
) -> AsyncIterator[tuple[Follower, ProjectionControl]]:
    """A follower that has caught up, and its control."""
    async with running(a_follower(database, ledger, projections, [Echo()])) as follower:
        assert await follower.wait_settled(await ledger.head(), 10)
        yield follower, ProjectionControl(follower.store, ledger)


@pytest.fixture(autouse=True)
def _broken_again() -> None:
    Counting.broken = True


async def counts(follower: Follower, projection: type[Projection] = Counting) -> dict[str, int]:
    """How many events each book holds."""
    books = await follower.store.collection(projection, "books").find().to_list()
    return {one["_id"]: one["count"] for one in books if not one["_id"].startswith("echo-")}


async def test_a_poison_event_parks_its_aggregate_only(database: Database) -> None:
    """Later events of the same aggregate wait in order; other aggregates and other projections flow on."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    await writer.write("a", {})
    await writer.write("a", {}, {"raise": True}, {})
    await writer.write("b", {})
    await writer.write("a", {})
    async with at_work(database, ledger, Counting(), Other()) as (follower, control):
        assert await counts(follower) == {"a": 2, "b": 1}
        assert await counts(follower, Other) == {"a": 5, "b": 1}
        (parked,) = await control.parked()
        assert (parked["subject"], parked["sequence"], parked["index"]) == (str(book("a")), 2, 1)
        assert parked["queued"] == 2
        assert parked["error"].startswith("RuntimeError at books.py:")
        assert "张三" not in str(parked)
        last = await writer.write("a", {})
        assert await follower.wait_applied(last.sequence, 10)
        assert (await control.parked())[0]["queued"] == 3
        status = await control.status()
        assert {one.name: one.parked for one in status.projections} == {"counting": 1, "other": 0}
        assert status.alarm


async def test_a_retry_applies_the_queue_in_order(database: Database) -> None:
    """When the defect is mended, everything that waited is applied, once, and the aggregate flows again."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    await writer.write("a", {"raise": True, "amount": 1})
    await writer.write("a", {"amount": 2}, {"amount": 3})
    async with at_work(database, ledger, Counting()) as (follower, control):
        (parked,) = await control.parked()
        still = await control.retry(parked["id"], "tester")
        assert not still["freed"]
        assert still["parked"]["attempts"] == 2
        (parked,) = await control.parked()
        assert (parked["attempts"], parked["queued"]) == (2, 2)
        Counting.broken = False
        assert (await control.retry(parked["id"], "tester"))["freed"]
        assert await control.parked() == []
        found = await follower.store.collection(Counting, "books").find_one("a")
        assert found is not None
        assert found["log"] == [1, 2, 3]
        last = await writer.write("a", {"amount": 4})
        assert await follower.wait_applied(last.sequence, 10)
        assert await counts(follower) == {"a": 4}


async def test_a_skip_leaves_out_one_event_and_is_recorded(database: Database) -> None:
    """The event at fault is left out for good, by whom and why is on record, and a rebuild leaves it out too."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    await writer.write("a", {"amount": 1}, {"raise": True})
    await writer.write("a", {"amount": 2})
    async with at_work(database, ledger, Counting()) as (follower, control):
        (parked,) = await control.parked()
        assert (await control.skip(parked["id"], "made by a defect of release 1", "ops-1"))["freed"]
        assert await counts(follower) == {"a": 2}
        (record,) = await follower.store.parking.skips()
        assert (record["actor"], record["reason"]) == ("ops-1", "made by a defect of release 1")
        assert (await control.rebuild("counting", "tester"))["equal"]
    async with at_work(database, ledger, Counting()) as (follower, control):
        assert await counts(follower) == {"a": 2}
        assert await control.parked() == []


async def test_a_document_that_cannot_be_stored_parks_the_event_that_made_it(database: Database) -> None:
    """What the database refuses at the write is traced to its event; the rest of the batch is written."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    await writer.write("a", {"unique": "x"})
    await writer.write("b", {"unique": "y"})
    await writer.write("c", {"unique": "x"})
    await writer.write("d", {})
    await writer.write("c", {})
    async with at_work(database, ledger, Unique(), Counting()) as (follower, control):
        assert await counts(follower, Unique) == {"a": 1, "b": 1, "d": 1}
        assert await counts(follower) == {"a": 1, "b": 1, "c": 2, "d": 1}
        (parked,) = await control.parked()
        assert (parked["consumer"], parked["subject"]) == ("unique_v1_g1", str(book("c")))
        assert not (await control.retry(parked["id"], "tester"))["freed"]
        assert await counts(follower, Unique) == {"a": 1, "b": 1, "d": 1}


async def test_a_refused_document_during_a_rebuild_parks_likewise(database: Database) -> None:
    """The builder writes one batch while it folds the next, and still finds the event at fault."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for n in range(40):
        await writer.write(f"b{n}", {"unique": f"n{n % 30}"})
    async with at_work(database, ledger, Unique()) as (follower, control):
        assert len(await control.parked()) == 10
        done = await control.rebuild("unique", "tester")
        assert (done["equal"], done["switched"]) == (True, True)
        again = [one for one in await control.parked() if one["consumer"] == "unique_v1_g2"]
        assert len(again) == 10
        assert len(await counts(follower, Unique)) == 30


async def test_an_unreadable_commit_is_parked(database: Database) -> None:
    """A commit whose body is no CloudEvents batch stops its aggregate, not the follower."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    subject = book("bad")
    event = entry(subject, 1).model_copy(update={"dataschema": "nonsense"})
    await ledger.append(Commit(subject, new_id(AT), 0, (event,)))
    await writer.write("b", {}, type_=CREATED)
    async with at_work(database, ledger, Counting()) as (follower, control):
        assert await counts(follower) == {"b": 1}
        (parked,) = await control.parked()
        assert parked["subject"] == str(subject)
        assert "not a CloudEvents batch" in parked["error"]


async def test_a_parked_policy_can_be_retried_and_skipped(database: Database) -> None:
    """What a policy could not do is done once the defect is mended, or left out by decision."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    for name in ("a", "b"):
        await writer.write(name, {"fail": True}, type_=CREATED)
        await writer.write(name, {}, type_=CREATED)
    async with at_work(database, ledger, Other()) as (follower, control):
        first, second = await control.parked()
        assert first["queued"] == 1
        assert not (await control.retry(first["id"], "tester"))["freed"]
        assert (await control.skip(first["id"], "not needed", "tester"))["freed"]
        Echo.broken = False
        try:
            assert (await control.retry(second["id"], "tester"))["freed"]
        finally:
            Echo.broken = True
        assert await control.parked() == []
        assert len((await ledger.read(book("echo-a"))).events) == 1
        assert len((await ledger.read(book("echo-b"))).events) == 2
        assert follower.counters.parked >= 2


async def test_a_forged_commit_is_set_aside(database: Database) -> None:
    """A message without a right MAC is counted and alarmed, never projected; what comes after it flows."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    await writer.write("a", {})
    forged = await writer.write("b", {})
    stored = ledger.log.messages[forged.sequence - 1]
    ledger.log.messages[forged.sequence - 1] = replace(stored, headers={**stored.headers, MAC: "A" * 43 + "="})
    await writer.write("c", {})
    async with at_work(database, ledger, Counting()) as (follower, control):
        assert await counts(follower) == {"a": 1, "c": 1}
        status = await control.status()
        assert (status.set_aside, status.alarm, status.parked) == (1, True, 0)
        assert follower.counters.forged == 1
