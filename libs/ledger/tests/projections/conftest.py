"""Databases for the tests of projections: the twin, and a real mongod through both drivers."""

import secrets
from collections.abc import AsyncIterator

import pytest

from guiyan.ledger.database import Database
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.mongo import connect


@pytest.fixture(params=["memory", "motor", "pymongo"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """An empty database of each kind."""
    if request.param == "memory":
        yield MemoryDatabase()
        return
    mongo = connect(request.getfixturevalue("mongo_url"), f"t_{secrets.token_hex(6)}", request.param)
    yield mongo
    await mongo.drop_all()
    await mongo.close()
