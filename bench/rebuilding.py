"""Rebuilding the register while people read it: events a second, and not one failed read."""

from __future__ import annotations

import asyncio
import statistics
import time

from bench.city import client_of, create_organisations, import_roster
from bench.filled import let_members_leave, members_of
from bench.pace import Door, Reading, at_pace
from bench.place import Place, database_of
from bench.projecting import LIVE, WAIT_SECONDS
from bench.report import Bar, Row, percentile
from guiyan.ledger.control import ProjectionControl
from guiyan.ledger.store import Store

READS_PER_SECOND = 20
ACTOR = "bench"


async def measure(place: Place) -> list[Row]:
    """By the running service, as an operator asks for it; the reads go over HTTP."""
    row = Row("rebuild", Bar(16_700, unit="events/s"), unit=" events/s")
    reads, whole = Reading(), []
    sample = place.sample(place.sizes.rows)
    async with place.town() as town, place.services(town, ["registry"]) as services:
        registry = services["registry"]
        async with client_of(place, registry) as http:
            await create_organisations(http, sample)
            await import_roster(http, sample)
            members = await members_of(place, database_of(town, "registry"), LIVE)
            await let_members_leave(town, members)
            head = await town.ledger.head()
            paths = [f"/v1/members/{one['_id']}" for one in members]
            (await http.get(paths[0], params={"after_sequence": head})).raise_for_status()
        database = place.database(database_of(town, "registry"))
        control = ProjectionControl(Store(database), town.ledger)
        async with Door.open(registry.port, place.token()) as door:
            for _ in range(place.sizes.rounds):
                stop = asyncio.Event()
                reading = asyncio.create_task(
                    at_pace(READS_PER_SECOND, lambda n: door.get(paths[n % len(paths)]), stop)
                )
                began = time.perf_counter()
                async with asyncio.timeout(WAIT_SECONDS):
                    result = await control.rebuild("register", ACTOR)
                whole.append(time.perf_counter() - began)
                stop.set()
                reads.add(await reading)
                if not (result["equal"] and result["switched"]):
                    row.fault = "the rebuilt documents differ from the live ones"
                row.ours.append(head / result["built_seconds"])
                await control.drop("register", ACTOR)
        await database.close()
    row.values = list(row.ours)
    if reads.failed:
        row.fault = f"{reads.failed} of {reads.count} reads failed meanwhile"
    row.notes.append(
        f"{head:,} events; with the comparison of every document and the switch {statistics.median(whole):.2f} s; "
        f"{reads.count} reads over HTTP meanwhile, {reads.failed} failed, "
        f"p50 / p99 {percentile(reads.millis, 50):.1f} / {percentile(reads.millis, 99):.1f} ms"
    )
    return [row]
