"""Reads of a projection: documents asked for together are read together, and nobody gets another's."""

import asyncio
from typing import Any

import pytest

from guiyan.ledger.database import MomentGone, StoreUnavailable
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.store import Store
from guiyan.service.directory import ORGANISATIONS, OrganisationDirectory
from guiyan.service.reads import MOMENTS, ProjectionReads


class CountingStore(Store):
    """Counts the queries, and can be away."""

    def __init__(self, database: MemoryDatabase) -> None:
        super().__init__(database)
        self.asked = 0
        self.away = False

    def collection(self, projection: Any, name: str) -> Any:
        """The live collection."""
        self.asked += 1
        if self.away:
            raise StoreUnavailable("away")
        return super().collection(projection, name)


async def never(sequence: int, _wait_seconds: float) -> int:
    """Nobody waits here."""
    return sequence


@pytest.fixture
async def store() -> CountingStore:
    """A store with two organisations."""
    store = CountingStore(MemoryDatabase())
    await store.generations.ensure([OrganisationDirectory()])
    collection = await store.collection(OrganisationDirectory, ORGANISATIONS).resolve()
    for code in ("a", "b"):
        await collection.insert_one({"_id": code, "name": code.upper()})
    store.asked = 0
    return store


async def test_what_is_asked_for_together_is_read_together(store: CountingStore) -> None:
    """Fifty at once are one query; each gets its own document, two for one id do not share it, absent is None."""
    reads = ProjectionReads(store, OrganisationDirectory, never)
    found = await asyncio.gather(*(reads.get(ORGANISATIONS, id_) for id_ in ["a", "b", "none", "a"] * 12))
    assert [one and one["name"] for one in found[:4]] == ["A", "B", None, "A"]
    assert store.asked == 1
    assert found[0] is not None
    found[0]["name"] = "changed"
    assert found[3] == {"_id": "a", "name": "A"}
    again = await reads.get(ORGANISATIONS, "a")
    assert again == {"_id": "a", "name": "A"}
    assert store.asked == 2


async def test_everybody_is_told_when_the_database_is_away(store: CountingStore) -> None:
    """One query's failure is the failure of all who shared it, and of nobody after."""
    reads = ProjectionReads(store, OrganisationDirectory, never)
    store.away = True
    found = await asyncio.gather(*(reads.get(ORGANISATIONS, id_) for id_ in "ab"), return_exceptions=True)
    assert [type(one) for one in found] == [StoreUnavailable, StoreUnavailable]
    store.away = False
    assert await reads.get(ORGANISATIONS, "b") == {"_id": "b", "name": "B"}


async def test_who_goes_away_takes_nobody_along(store: CountingStore) -> None:
    """A request that is broken off while its document is read leaves the others their answers."""
    reads = ProjectionReads(store, OrganisationDirectory, never)
    first, second = (asyncio.create_task(reads.get(ORGANISATIONS, "a")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == {"_id": "a", "name": "A"}


async def test_a_report_takes_another_moment_where_one_cannot_be_told(store: CountingStore) -> None:
    """A collection that is made meanwhile ends a snapshot: tried again, and after some times it is said."""
    reads = ProjectionReads(store, OrganisationDirectory, never)
    asked: list[int] = []

    def collection(projection: Any, name: str) -> Any:
        asked.append(1)
        if len(asked) < MOMENTS:
            raise MomentGone("SnapshotUnavailable")
        return Store.collection(store, projection, name)

    store.collection = collection  # type: ignore[method-assign] # the store of this test alone
    assert await reads.account(ORGANISATIONS, {}, "name") == (2, {"A": 1, "B": 1})
    assert len(asked) == MOMENTS
    del store.collection
    store.away, store.asked = True, 0
    with pytest.raises(StoreUnavailable):
        await reads.account(ORGANISATIONS, {}, "name")
    assert store.asked == 1, "a database that is away is asked once: whoever reads is told"
