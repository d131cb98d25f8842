"""A database that cannot do with so many commits in one transaction is given fewer, and the work goes on."""

import pytest

from guiyan.ledger import leading
from guiyan.ledger.control import ProjectionControl
from guiyan.ledger.database import Database, StoreUnavailable
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.runner import Follower
from guiyan.ledger.store import Batch
from guiyan.ledger.stride import LEAST, Stride
from guiyan.ledger.testing.books import Counting, Writer
from guiyan.ledger.testing.following import QUICK, a_follower, running


def limit(follower: Follower, documents: int) -> list[int]:
    """Let the database abort each transaction with more documents than that, as mongod does by time; the sizes."""
    sizes: list[int] = []
    commit = follower.store.commit

    async def commit_or_abort(batch: Batch) -> None:
        sizes.append(sum(len(changes) for changes in batch.changes.values()))
        if sizes[-1] > documents:
            raise StoreUnavailable("aborted: it has been running for longer than the limit")
        await commit(batch)

    follower.store.commit = commit_or_abort  # type: ignore[method-assign] # put in its place for this test alone
    return sizes


async def test_the_feed_goes_on_with_fewer(database: Database) -> None:
    """The usual batch takes too long each time: tried as it is it would never be written."""
    ledger = MemoryLedger()
    writer = Writer(ledger)
    follower = a_follower(database, ledger, [Counting()])
    sizes = limit(follower, 30)
    async with running(follower):
        assert await follower.wait_applied((await writer.write("first", {"amount": 1})).sequence, 10)
    for number in range(3 * QUICK.batch):
        last = await writer.write(f"b{number:03}", {"amount": 1})
    async with running(again := a_follower(database, ledger, [Counting()])):
        sizes = limit(again, 30)
        assert await again.wait_applied(last.sequence, 20)
    assert max(sizes) > 30, "it was tried as it is"
    assert len(await again.store.collection(Counting, "books").find().to_list()) == 3 * QUICK.batch + 1


async def test_a_projection_that_is_far_behind_is_built_with_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same beside the feed, where the batches are largest: a build that tried for ever was never done."""
    monkeypatch.setattr(leading, "BATCH", 200)
    monkeypatch.setattr(leading, "NEAR", 100)
    database, ledger = MemoryDatabase(), MemoryLedger()
    writer = Writer(ledger)
    first = await writer.write("first", {"amount": 1})
    follower = a_follower(database, ledger, [Counting()])
    async with running(follower):
        assert await follower.wait_applied(first.sequence, 10)
        control = ProjectionControl(follower.store, ledger)
        await control.pause("counting", "tester")
        for number in range(250):
            last = await writer.write(f"b{number:03}", {"amount": 1})
        sizes = limit(follower, 60)
        await control.resume("counting", "tester")
        assert await follower.wait_applied(last.sequence, 20)
    assert max(sizes) > 150, "it was tried as it is"


def test_it_is_halved_by_failures_and_grows_back_by_full_strides() -> None:
    """Down to a handful, and up to the most again; a short transaction that goes well says nothing."""
    stride = Stride(1_000)
    for _ in range(20):
        with pytest.raises(StoreUnavailable), stride.of(stride.size):
            raise StoreUnavailable("away")
    assert stride.size == LEAST
    with stride.of(LEAST - 1):
        pass
    assert stride.size == LEAST
    sizes = []
    while stride.size < stride.most:
        sizes.append(stride.size)
        with stride.of(stride.size):
            pass
    assert sizes == sorted(sizes)
    assert stride.size == stride.most
    assert [len(part) for part in stride.parts(range(2_300))] == [1_000, 1_000, 300]
    assert list(stride.parts([])) == []


def test_what_is_refused_is_no_matter_of_length() -> None:
    """Only an outage makes it shorter."""
    stride = Stride(10)
    with pytest.raises(ValueError, match="refused"), stride.of(10):
        raise ValueError("refused")
    assert stride.size == 10
    with pytest.raises(StoreUnavailable), stride.of(10):
        raise StoreUnavailable("away")
    assert stride.size == 10, "so few are always tried together"
