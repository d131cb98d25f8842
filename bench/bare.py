"""The bare clients: what nats-py and the MongoDB driver do with the same bytes and documents, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

from motor.motor_asyncio import AsyncIOMotorClient
from nats.aio.client import Client
from pymongo import InsertOne

from guiyan.cli.servers.streams import load_streams
from guiyan.ledger import Document, Index
from guiyan.ledger.message import Message

LEDGER_SETTINGS = next(one for one in load_streams() if one["name"] == "LEDGER")
PUBLISH_SECONDS = 30.0


async def publish(
    client: Client, stream: str, messages: Sequence[Message], tasks: int, *, headers: bool = False
) -> float:
    """Publish the bodies (with `headers`: the whole messages) by `tasks` tasks; seconds until all are acknowledged."""
    js = client.jetstream(timeout=PUBLISH_SECONDS)

    async def write(first: int) -> None:
        for one in messages[first::tasks]:
            await js.publish(f"{stream}.{one.subject}", one.body, headers=dict(one.headers) if headers else None)

    began = time.perf_counter()
    await asyncio.gather(*(write(first) for first in range(tasks)))
    return time.perf_counter() - began


async def write(
    url: str, name: str, collections: Mapping[str, Sequence[Document]], batch: int, indexes: Sequence[Index] = ()
) -> float:
    """One `bulk_write` after the other of `batch` inserts, acknowledged by a majority; seconds.

    The collections with their indexes are made before, and removed after: neither is timed.
    """
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(url, tz_aware=True, w="majority")
    database = client[name]
    try:
        for collection in collections:
            await database.create_collection(collection)
        for index in indexes:
            keys = [(one.lstrip("-"), -1 if one.startswith("-") else 1) for one in index.fields]
            await database[index.collection].create_index(keys, unique=index.unique, sparse=index.sparse)
        began = time.perf_counter()
        for collection, documents in collections.items():
            for start in range(0, len(documents), batch):
                inserts = [InsertOne(one) for one in documents[start : start + batch]]
                await database[collection].bulk_write(inserts, ordered=False)
        return time.perf_counter() - began
    finally:
        await client.drop_database(name)
        client.close()
