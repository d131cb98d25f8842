"""Projecting a stream into an empty database, against a bare `bulk_write` of the same final documents."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence

from bench import bare
from bench.city import client_of, create_organisations, import_roster
from bench.filled import documents_of, let_members_leave, members_of
from bench.place import Place, Town, database_of
from bench.report import Bar, Row
from guiyan.ledger import Document, Index
from guiyan.ledger.runner import Follower
from guiyan.ledger.store import Store
from guiyan.ledger.target import TIMERS, Target
from guiyan.registry.projections import Register

WAIT_SECONDS = 600.0
LIVE = Target.of(Register, 1)
INDEXES: Sequence[Index] = (*Register.indexes, Index(TIMERS, ("done", "due_at", "_id")))


async def measure(place: Place) -> list[Row]:
    """The register, by a follower that begins from nothing."""
    row = Row("projection", Bar(0.5), unit=" events/s")
    plain: list[float] = []
    async with place.town() as town:
        await fill(place, town)
        head = await town.ledger.head()
        for number in range(place.sizes.rounds):
            seconds, documents = await _project(place, town, f"{town.prefix}p{number}", head)
            indexed = await _bare(place, town, documents, INDEXES)
            row.add(head / seconds, head / indexed)
            plain.append(await _bare(place, town, documents, ()) / seconds)
    count = sum(map(len, documents.values()))
    row.notes.append(
        f"{head:,} events, {count:,} final documents; bare writes into collections with the same indexes, "
        f"{place.sizes.bare_batch:,} a bulk_write; without any index the median is {statistics.median(plain):.2f} ×"
    )
    return [row]


async def fill(place: Place, town: Town) -> None:
    """A city, its roster, and every fifth member away."""
    sample = place.sample(place.sizes.rows)
    async with place.services(town, ["registry"]) as services, client_of(place, services["registry"]) as http:
        await create_organisations(http, sample)
        await import_roster(http, sample)
    await let_members_leave(town, await members_of(place, database_of(town, "registry"), LIVE))


async def _project(place: Place, town: Town, name: str, head: int) -> tuple[float, dict[str, list[Document]]]:
    """Seconds until the live documents hold the whole ledger, and the documents."""
    database = place.database(name)
    follower = Follower("registry", Store(database), town.ledger, town.sealer, [Register()])
    began = time.perf_counter()
    running = asyncio.create_task(follower.run())
    try:
        if not await follower.wait_applied(head, WAIT_SECONDS):
            raise RuntimeError(f"the projection did not come to the head in {WAIT_SECONDS:.0f} s: {follower.failure}")
        seconds = time.perf_counter() - began
        found = await documents_of(database, LIVE)
    finally:
        await follower.stop()
        await running
        await database.drop_all()
        await database.close()
    return seconds, found


async def _bare(
    place: Place, town: Town, documents: Mapping[str, Sequence[Document]], indexes: Sequence[Index]
) -> float:
    url = place.servers.addresses.mongo_url
    return await bare.write(url, f"{town.prefix}bare", documents, place.sizes.bare_batch, indexes)
