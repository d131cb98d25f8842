"""Appends by 64 writers, against the same bytes published by bare nats-py with 64 tasks on the same server."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from bench import bare
from bench.place import Place, Town, make_bare_stream
from bench.report import Bar, Row
from guiyan.cli.servers import ports
from guiyan.cli.servers.binaries import get_nats_server
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.conf import NatsConf
from guiyan.cli.servers.nats import is_healthy
from guiyan.ledger.commit import Commit
from guiyan.ledger.message import encode
from guiyan.ledger.nats import NatsLedger
from guiyan.ledger.testing.events import a_commit, a_subject

ALWAYS, DEFAULT = "sync_interval: always", 'sync_interval: "2m"'


async def measure(place: Place) -> list[Row]:
    """Both rows: with every write synced, and with the server's default."""
    synced = await _measure(place, Row("append, sync always", Bar(0.8)), None)
    async with _server_with_default_sync(place) as url:
        unsynced = await _measure(place, Row("append, default sync", Bar(0.6)), url)
    return [synced, unsynced]


async def _measure(place: Place, row: Row, url: str | None) -> Row:
    sizes = place.sizes
    whole: list[float] = []
    async with place.town(url) as town:
        stream = f"{town.prefix}BARE"
        await make_bare_stream(town.client, stream, bare.LEDGER_SETTINGS)
        await _round(town, stream, sizes.writers * 10, sizes.writers)  # connections and code warm
        for number in range(sizes.rounds):
            ours, bodies, messages = await _round(
                town, stream, sizes.commits, sizes.writers, ours_first=number % 2 == 0
            )
            row.add(ours, bodies)
            whole.append(ours / messages)
    row.notes.append(
        f"{sizes.commits:,} commits a round, {sizes.writers} writers; bare publishes the bodies without a header; "
        f"against the same messages with all their headers the median is {statistics.median(whole):.2f} ×"
    )
    return row


async def _round(
    town: Town, stream: str, count: int, writers: int, *, ours_first: bool = True
) -> tuple[float, float, float]:
    """Commits a second: ours, bare bodies, bare whole messages; who begins changes, so that the order favours none."""
    commits = [a_commit(a_subject()) for _ in range(count)]
    bodies, messages = ([encode(a_commit(a_subject()), town.ring) for _ in range(count)] for _ in range(2))
    acts: list[Callable[[], Awaitable[float]]] = [
        lambda: append(town.ledger, commits, writers),
        lambda: bare.publish(town.client, stream, bodies, writers),
        lambda: bare.publish(town.client, stream, messages, writers, headers=True),
    ]
    order = range(3) if ours_first else reversed(range(3))
    rates = {place: count / await acts[place]() for place in order}
    return rates[0], rates[1], rates[2]


async def append(ledger: NatsLedger, commits: Sequence[Commit], writers: int) -> float:
    """Seconds until so many writers have appended every commit."""

    async def write(first: int) -> None:
        for one in commits[first::writers]:
            await ledger.append(one)

    began = time.perf_counter()
    await asyncio.gather(*(write(first) for first in range(writers)))
    return time.perf_counter() - began


@asynccontextmanager
async def _server_with_default_sync(place: Place) -> AsyncIterator[str]:
    """A second nats-server, the same in everything but how often it syncs."""
    port, monitor_port = ports.choose(2)
    folder = place.folder / "default-sync"
    folder.mkdir()
    conf = NatsConf(
        keys=place.servers.keys,
        store_dir=folder / "nats",
        port=port,
        monitor_port=monitor_port,
        shared_by_tests=True,
    ).render()
    if ALWAYS not in conf:
        raise RuntimeError(f"the server's configuration has no line {ALWAYS!r} any more")
    file, binary = folder / "nats-server.conf", get_nats_server()
    file.write_text(conf.replace(ALWAYS, DEFAULT), "utf-8")
    server = Child("nats-server", [binary.path, "-c", file], folder / "nats-server.log", binary.environment)
    try:
        server.wait_until(lambda: is_healthy(monitor_port))
        yield f"nats://{ports.HOST}:{port}"
    finally:
        server.stop()
