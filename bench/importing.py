"""Importing a roster through the registry's door, against reading the XLSX + a bare publish + a bare bulk write."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

from python_calamine import CalamineWorkbook

from bench import bare
from bench.city import client_of, create_organisations, import_roster
from bench.filled import documents_of
from bench.place import Place, Town, database_of, make_bare_stream
from bench.projecting import INDEXES, LIVE
from bench.report import Bar, Row
from guiyan.cli.sample.folder import Sample
from guiyan.ledger.message import Message
from guiyan.ledger.nats import NatsLedger


async def measure(place: Place) -> list[Row]:
    """Each round a new city; the clock runs from the upload until queries show every row."""
    row = Row(f"import, {place.sizes.rows:,} rows", Bar(2.0, at_least=False), unit=" s")
    parts: list[tuple[float, float, float]] = []
    written: list[float] = []
    sample = place.sample(place.sizes.rows)
    for _ in range(place.sizes.rounds):
        async with place.town() as town:
            shown, done = await _import(place, town, sample)
            bare_parts = await _bare(place, town, sample)
            row.add(shown, sum(bare_parts))
            parts.append(bare_parts)
            written.append(done)
    read, published, stored = (statistics.median(one) for one in zip(*parts, strict=True))
    row.notes.append(
        f"ours: {statistics.median(written):.2f} s until every row is in the ledger, {statistics.median(row.ours):.2f}"
        f" s until queries show it; bare: reading {read:.2f} s + publish by {place.sizes.writers} tasks {published:.2f}"
        f" s + bulk_write with the same indexes {stored:.2f} s"
    )
    return [row]


async def _import(place: Place, town: Town, sample: Sample) -> tuple[float, float]:
    """Seconds until shown, and until written."""
    async with place.services(town, ["registry"]) as services, client_of(place, services["registry"]) as http:
        await create_organisations(http, sample)
        imported = await import_roster(http, sample)
    return imported.shown_seconds, imported.written_seconds


async def _bare(place: Place, town: Town, sample: Sample) -> tuple[float, float, float]:
    began = time.perf_counter()
    await asyncio.to_thread(_read, sample.roster)
    read = time.perf_counter() - began
    stream = f"{town.prefix}BARE"
    await make_bare_stream(town.client, stream, bare.LEDGER_SETTINGS)
    published = await bare.publish(town.client, stream, await _members(town.ledger), place.sizes.writers)
    database = place.database(database_of(town, "registry"))
    try:
        documents = {"members": (await documents_of(database, LIVE))["members"]}
        own = [one for one in INDEXES if one.collection == "members"]
        url = place.servers.addresses.mongo_url
        stored = await bare.write(url, f"{town.prefix}bare", documents, place.sizes.bare_batch, own)
    finally:
        await database.drop_all()
        await database.close()
    return read, published, stored


def _read(roster: Path) -> int:
    return len(cast("Any", CalamineWorkbook.from_path(roster)).get_sheet_by_index(0).to_python())


async def _members(ledger: NatsLedger) -> list[Message]:
    """The members' messages, as they stand in the ledger."""
    head, found = await ledger.head(), []
    async with aclosing(cast("Any", ledger.follow(0, batch=1_000))) as batches:
        async for batch in batches:
            found += [Message(str(one.subject), {}, one.body) for one in batch if one.subject.aggregate == "member"]
            if batch and batch[-1].sequence >= head:
                return found
    return found
