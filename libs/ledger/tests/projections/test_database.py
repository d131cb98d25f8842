"""Every database passes the suite."""

import pytest

from guiyan.ledger.database import Database, MomentGone, StoreUnavailable
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.mongo import Driver, connect
from guiyan.ledger.testing.database_conformance import DatabaseConformance


class TestDatabase(DatabaseConformance):
    """The twin, and MongoDB through both drivers (conftest.py)."""


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_server_that_is_away_is_told(driver: Driver) -> None:
    """A database that does not answer is one error, by which the caller knows to try again."""
    mongo = connect("mongodb://127.0.0.1:9/?directConnection=true", "nowhere", driver, timeout_ms=200)
    with pytest.raises(StoreUnavailable):
        await mongo.ping()
    with pytest.raises(StoreUnavailable):
        await mongo.collection("x").find_one("y")
    with pytest.raises(StoreUnavailable):
        async with mongo.transaction() as session:
            await mongo.collection("x").insert_one({"_id": "y"}, session=session)
    await mongo.close()


async def test_a_collection_made_meanwhile_ends_a_snapshot_and_that_is_told(database: Database) -> None:
    """MongoDB knows a collection only from when it was made on: whoever reads takes another moment."""
    if isinstance(database, MemoryDatabase):
        pytest.skip("a twin's snapshot tells that it was empty")
    made, other = database.collection("made"), database.collection("other")
    await other.insert_one({"_id": "a"})
    async with database.snapshot() as session:
        assert await other.count_documents({}, session=session) == 1
        await database.create("made")
        await made.insert_one({"_id": "a", "n": 1})
        with pytest.raises(MomentGone, match="SnapshotUnavailable"):
            await made.count_documents({"n": 1}, session=session)
    async with database.snapshot() as later:
        assert await made.count_documents({"n": 1}, session=later) == 1


async def test_the_twin_never_guesses() -> None:
    """An operator it does not know is an error, not an empty answer."""
    collection = MemoryDatabase().collection("x")
    await collection.insert_one({"_id": "a"})
    with pytest.raises(ValueError, match=r"\$near"):
        await collection.find_one({"place": {"$near": 1}})
    with pytest.raises(ValueError, match=r"\$bit"):
        await collection.update_one({"_id": "a"}, {"$bit": {"n": 1}})
