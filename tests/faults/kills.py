"""SIGKILLs at random points across services, nats-server and mongod while a city works: nothing lost, nothing twice.

`python -m tests.faults.kills --kills 100 --seed 1` starts a small city, keeps officers and townships busy, kills at
random, lets a quarter pass meanwhile, and then counts in the ledger, in the documents and in the mailbox.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from guiyan.cli.clock.moving import ManualClockMover
from guiyan.cli.connection import connected, open_ledger
from guiyan.cli.failures import JourneyFailed
from guiyan.cli.installation import Installation
from guiyan.cli.journey.city import City, open_city
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.operate.control import ask, work
from guiyan.cli.output import Output
from guiyan.cli.replay.selection import Entry, Selection, replay_all
from guiyan.cli.sample.folder import Plan, Sample, make_sample
from guiyan.cli.servers.embedded import Embedded
from guiyan.cli.tokens import CITY
from guiyan.cli.up.command import tell_restart
from guiyan.cli.up.seed import fill_city
from guiyan.cli.up.supervisor import Supervisor

MEMBERS, AWAY, OFFICERS = 120, 30, 6
PAUSE_SECONDS = (0.2, 1.2)
THINK_SECONDS = 0.5
QUARTER = timedelta(days=91)


@dataclass
class Tally:
    """What was acknowledged to the officers, and what was killed."""

    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)


async def officers(city: City, tally: Tally, stop: asyncio.Event, seed: int, count: int) -> None:
    """Officers who let members leave and come home again, each act repeated under its key until it is answered."""
    members = [one["id"] for one in await city.all("registry", "/v1/members")]
    random.Random(seed).shuffle(members)
    queue: asyncio.Queue[str] = asyncio.Queue()
    for member in members:
        queue.put_nowait(member)

    async def officer(number: int) -> None:
        rounds = 0
        while not stop.is_set():
            member = await queue.get()
            rounds += 1
            key = f"officer-{seed}-{number}-{rounds}"
            leave = {
                "member_id": member,
                "reason": "MIGRANT_WORK",
                "dest_certainty": "CHANGING",
                "source": "FAMILY_TOLD",
            }
            left = await _act(city, tally, "/v1/departures", leave, f"{key}-leave")
            if left is not None:
                await _act(city, tally, f"/v1/departures/{left['id']}/return", {}, f"{key}-return")
            queue.put_nowait(member)
            await asyncio.sleep(THINK_SECONDS)  # officers are people

    await asyncio.gather(*(officer(number) for number in range(count)))


async def _act(city: City, tally: Tally, path: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
    try:
        answer = await city.post("registry", path, body, key=key)
    except JourneyFailed as refused:  # a wrong state is a right answer: the member was away already
        tally.refused[str(refused)[:60]] += 1
        return None
    tally.acknowledged[key] = [event["id"] for event in answer["events"]]
    return answer


async def killer(servers: Embedded, supervisor: Supervisor, tally: Tally, kills: int, chance: random.Random) -> None:
    """Kill something at random; services and servers come back by the product's own supervisor, or not at all."""
    while sum(tally.kills.values()) < kills:
        await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
        target = chance.choice((*SERVICES, *SERVICES, "nats-server", "mongod"))
        process = {"nats-server": servers.nats, "mongod": servers.mongod}.get(target)
        if process is None:
            service = supervisor.services[target]
            if service.pid is None:
                continue
            service.kill()
        elif process.is_running:
            process.kill()
        else:
            continue
        tally.kills[target] += 1


async def ledger_entries(installation: Installation) -> list[Entry]:
    """Everything in the ledger, MACs checked."""
    async with connected(installation) as client:
        return [entry async for entry in replay_all(open_ledger(client, installation), Selection())]


def account(entries: list[Entry], tally: Tally, mailbox: Path) -> dict[str, int]:
    """The counts that must all be 0."""
    ids = Counter(entry.event.id for entry in entries)
    versions: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_cause: Counter[tuple[str, str]] = Counter()
    sent: Counter[str] = Counter()
    for entry in entries:
        event = entry.event
        versions[event.source, event.subject].append(event.streamversion)
        if event.type == "NoticeQueued":
            by_cause[event.data["cause_event_id"], event.data["rule"]] += 1
        if event.type == "NoticeSent":
            sent[event.subject] += 1
    open_trips: Counter[str] = Counter()
    doubled_trips = 0
    for entry in entries:
        event = entry.event
        if event.type == "MemberLeft":
            open_trips[event.data["member_id"]] += 1
            doubled_trips += open_trips[event.data["member_id"]] > 1
        elif event.type in {"MemberReturned", "DepartureClosed"}:
            open_trips[event.data["member_id"]] -= 1
    causes = {
        entry.event.id
        for entry in entries
        if entry.event.type in {"ContactReminderSent", "ContactMissed", "ContactEscalated"}
    }
    mails = {file.stem for file in mailbox.glob("*.eml")}
    return {
        "acknowledged events lost": sum(id_ not in ids for found in tally.acknowledged.values() for id_ in found),
        "events written twice": sum(count - 1 for count in ids.values()),
        "holes in aggregates": sum(found != list(range(1, len(found) + 1)) for found in versions.values()),
        "members away twice at once": doubled_trips,
        "reminders not queued": len(causes - {cause for cause, _ in by_cause}),
        "reminders queued twice": sum(count - 1 for count in by_cause.values()),
        "notices sent twice": sum(count - 1 for count in sent.values()),
        "notices sent without a mail": len({subject.partition("/")[2] for subject in sent} - mails),
        "mails without a notice": len(mails - {subject.partition("/")[2] for subject in sent}),
    }


async def rebuilt_differently(installation: Installation) -> int:
    """How many projections differ from themselves built anew."""
    count = 0
    async with connected(installation) as client:
        for service in SERVICES:
            for line in await ask(client, service, "names"):
                result = await work(client, service, "rebuild", projection=line)
                count += not result.get("equal", False)
    return count


async def run(servers: Embedded, folder: Path, kills: int, seed: int, busy: int) -> dict[str, int]:
    """The whole run; gives the counts that must be 0."""
    addresses = servers.addresses
    installation = Installation(folder, addresses.nats_url, addresses.mongo_url, monitor_url=addresses.monitor_url)
    installation.remember()
    sample = Sample(folder / "sample")
    output, tally, stop = Output(), Tally(), asyncio.Event()
    supervisor = Supervisor(
        installation, clock="manual", servers=servers, tell=lambda restart: tell_restart(output, restart)
    )
    async with connected(installation) as client:
        await ManualClockMover(client, SERVICES).set(sample.clock_start)
    supervisor.start()
    supervisor.watch()
    try:
        await supervisor.ready()
        token = issue_token(installation.keys.path, "city-officer-1", ["CITY_OFFICER"], CITY)
        await fill_city(installation, sample, token, output)
        async with open_city(installation) as city:
            working = asyncio.create_task(officers(city, tally, stop, seed, busy))
            chance = random.Random(seed)
            for _ in range(2):  # half of the kills before the quarter's end, half while it passes
                await killer(servers, supervisor, tally, sum(tally.kills.values()) + kills // 4, chance)
                moving = asyncio.create_task(_advance(installation))
                await killer(servers, supervisor, tally, sum(tally.kills.values()) + kills // 4, chance)
                await moving
            stop.set()
            await asyncio.wait_for(asyncio.gather(working, return_exceptions=True), 180)
        await supervisor.ready(seconds=120)
        async with connected(installation) as client:
            await ManualClockMover(client, SERVICES).settle()
        entries = await ledger_entries(installation)
        counts = account(entries, tally, folder / "mailbox")
        counts["projections that differ when rebuilt"] = await rebuilt_differently(installation)
        print(
            f"killed: {dict(tally.kills)} = {sum(tally.kills.values())}; acts acknowledged: {len(tally.acknowledged)}"
        )
        print(f"refused: {dict(tally.refused)}; events in the ledger: {len(entries)}")
    finally:
        await supervisor.stop()
    return counts


async def _advance(installation: Installation) -> None:
    """Half a quarter passes, however often the connection is lost."""
    deadline = time.monotonic() + 600
    target = None
    while True:
        try:
            async with connected(installation) as client:
                mover = ManualClockMover(client, SERVICES)
                now = await mover.read()
                if now is not None:
                    target = target or now + QUARTER / 2
                    if now < target:
                        await mover.advance(target - now)
                    return
        except Exception as error:  # whatever a killed server does to a connection
            if time.monotonic() > deadline:
                raise
            print(f"  advancing again after {type(error).__name__}")
        await asyncio.sleep(0.5)


def main() -> int:
    """0 when every count is 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--officers", type=int, default=OFFICERS, help="fewer on a machine that others use too")
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}, {chosen.kills} kills")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guiyan-kills-") as name:
        folder = Path(name)
        os.environ["GUIYAN_DATA"] = str(folder)
        sample = make_sample(folder / "sample", Plan(members=chosen.members, away=AWAY))
        townships = [one["org_code"] for one in sample.organisations() if one["service_point_level"] == "STATION"]
        with Embedded(folder, townships=townships) as servers:
            servers.deploy()
            counts = asyncio.run(run(servers, folder, chosen.kills, chosen.seed, chosen.officers))
    for what, count in counts.items():
        print(f"{count:6}  {what}")
    verdict = "NOT all 0" if any(counts.values()) else "all 0"
    print(f"{verdict} after {time.monotonic() - started:.0f} s (seed {chosen.seed})")
    return 1 if any(counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
