"""Commands over HTTP at 50 a second with reads beside them, all services running and following."""

from __future__ import annotations

import asyncio

from bench.city import client_of, create_organisations, import_roster
from bench.filled import members_of, settled
from bench.pace import Door, Reading, at_pace
from bench.place import Place, database_of
from bench.projecting import LIVE
from bench.report import Bar, Row, percentile
from guiyan.cli.keys.folder import SERVICES

BARS = {"command": ((50, 10.0), (95, 30.0), (99, 60.0)), "read": ((50, 5.0), (95, 15.0), (99, 30.0))}
WARM_SECONDS = 2.0
SETTLE_SECONDS = 180.0


async def measure(place: Place) -> list[Row]:
    """A command records that a member has left: decided, appended, projected by all, and answered by a duty."""
    sizes, sample = place.sizes, place.sample(place.sizes.members)
    windows: dict[str, list[Reading]] = {name: [] for name in (*BARS, "idle")}
    async with place.town() as town, place.services(town, SERVICES) as services:
        registry = services["registry"]
        async with client_of(place, registry) as http:
            await create_organisations(http, sample)
            await import_roster(http, sample)
        members = [one["_id"] for one in await members_of(place, database_of(town, "registry"), LIVE)]
        await settled(place, town, SERVICES, SETTLE_SECONDS)
        async with Door.open(registry.port, place.token()) as door:
            await asyncio.gather(*_pair(place, door, members, 0, WARM_SECONDS))
            used = int(WARM_SECONDS * sizes.rate_per_second)
            for _ in range(sizes.rounds):
                windows["idle"].append(
                    await at_pace(sizes.rate_per_second, lambda _: door.get("/healthz"), seconds=WARM_SECONDS)
                )
                found = await asyncio.gather(*_pair(place, door, members, used, sizes.window_seconds))
                used += int(sizes.window_seconds * sizes.rate_per_second)
                for name, reading in zip(BARS, found, strict=True):
                    windows[name].append(reading)
    rows = [_row(name, percent, limit, windows[name]) for name, bars in BARS.items() for percent, limit in bars]
    idle = [percentile(one.millis, 50) for one in windows["idle"]]
    rows[0].notes.append(
        f"{sizes.rate_per_second} commands and as many reads a second, {sizes.rounds} windows of "
        f"{sizes.window_seconds:.0f} s, {sizes.members:,} members, time from when a request was due; "
        f"GET /healthz at the same pace, nothing else going on: p50 {min(idle):.1f} ms"
    )
    return rows


def _pair(
    place: Place, door: Door, members: list[str], first: int, seconds: float
) -> tuple[asyncio.Task[Reading], ...]:
    """Commands and reads side by side; reads are by turns one member and a page of twenty."""

    async def command(number: int) -> int:
        body = {"member_id": members[number], "reason": "MIGRANT_WORK", "source": "FAMILY_TOLD"}
        return await door.post("/v1/departures", body)

    async def read(number: int) -> int:
        path = f"/v1/members/{members[number]}" if number % 2 else "/v1/members?limit=20"
        return await door.get(path)

    pace = place.sizes.rate_per_second
    return tuple(asyncio.create_task(at_pace(pace, ask, None, seconds, first)) for ask in (command, read))


def _row(name: str, percent: int, limit: float, readings: list[Reading]) -> Row:
    row = Row(f"http {name} p{percent}", Bar(limit, at_least=False, unit="ms"), unit=" ms")
    row.values = [percentile(one.millis, percent) for one in readings]
    row.ours = list(row.values)
    failed = {status: count for one in readings for status, count in one.statuses.items() if not 200 <= status < 300}  # noqa: PLR2004 - the answers that HTTP calls successful
    if failed:
        row.fault = f"requests failed, by status: {failed}"
    return row
