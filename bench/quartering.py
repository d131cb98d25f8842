"""Closing a quarter and opening the next: what it costs follows the members who are due, whoever else is there.

Three cities on the same servers, one after the other: few away; few away among many at home; many away. Contact runs as
a process of its own by a manual clock; in the last city it is killed in the middle and goes on (domain.md §2.6).
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil

from bench.filled import append_all
from bench.place import LOOK_SECONDS, Place, Town, database_of
from bench.report import Bar, Row
from bench.scaling import AT_ONCE, BRANCH, member_facts
from guiyan.cli.up.services import ServiceProcess
from guiyan.contact.projections.cycle import ContactCycle
from guiyan.contact.projections.rows import DUTIES
from guiyan.events import Payload, derived_id, new_id
from guiyan.events.codes import DepartureSource, DestCertainty, FlowReason
from guiyan.events.registry.departure import MemberLeft
from guiyan.ledger import Commit, Subject
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.database import Collection
from guiyan.ledger.target import Target
from guiyan.ledger.testing.events import event_of
from guiyan.service.clock_control import BUCKET, KEY

LIMIT = 1.2
AWAY_SHARE = 10
"""Every tenth member is away."""
LEFT = date(2026, 1, 5)
BEFORE, AFTER = datetime(2026, 3, 31, 4, tzinfo=UTC), moment_of(date(2026, 4, 1)) + timedelta(seconds=1)
LIVE = Target.of(ContactCycle, 1)


@dataclass(frozen=True, slots=True)
class City:
    """How many members are there, and how many of them are away."""

    members: int
    away: int
    killed: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """What the turn of a quarter took: seconds by the clock, processor time (s), and memory (MiB).

    Processor time is that of contact and both servers together; memory is contact's highest after it, and before it.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    before_mib: float


async def measure(place: Place) -> list[Row]:
    """What a due member costs, of many against few, and with many at home against few; memory of many against few.

    The cost is the processor time of contact, nats-server and mongod together: others on the machine change it least.
    """
    sizes = place.sizes
    few, many = sizes.few_members // AWAY_SHARE, sizes.many_members // AWAY_SHARE
    cities = City(sizes.few_members, few), City(sizes.many_members, few), City(sizes.many_members, many, killed=True)
    async with asyncio.timeout(3 * sizes.scale_seconds):
        small, crowded, large = [await _turn(place, one) for one in cities]
    bar = Bar(LIMIT, at_least=False)
    rows = [
        Row("quarter, many due", bar, [large.cpu_seconds / many / (small.cpu_seconds / few)]),
        Row("quarter, many at home", bar, [crowded.cpu_seconds / small.cpu_seconds]),
        Row("quarter, memory", bar, [large.peak_mib / small.peak_mib], unit=" MiB"),
    ]
    for row, ours in zip(rows, (many / large.cpu_seconds, few / crowded.cpu_seconds, large.peak_mib), strict=True):
        row.ours.append(ours)
        row.bare.append(small.peak_mib if row is rows[-1] else few / small.cpu_seconds)
    rows[0].notes.append(
        f"due members whose quarter was closed as missed, told above and opened anew, a second of processor time (of "
        f"contact, nats-server and mongod together): {many:,} due of {sizes.many_members:,} (ours, with a SIGKILL in "
        f"the middle) against {few:,} of {sizes.few_members:,} (bare), one pass each; every one was missed once and "
        f"planned once; by the clock it took {large.seconds:,.0f} s against {small.seconds:,.0f} s"
    )
    return rows


async def _turn(place: Place, city: City) -> Turned:
    async with place.town() as town:
        await _set_clock(town, moment_of(LEFT) + timedelta(hours=1))
        await _fill(town, city)
        async with place.services(town, ["contact"], clock="manual") as services:
            process = services["contact"]
            database = place.database(database_of(town, "contact"))
            duties = database.collection(LIVE.collection(DUTIES))
            try:
                await _until(place, duties, city.away, quarter="2026-Q1", part="open")
                await _set_clock(town, BEFORE)
                await _until(place, duties, city.away, quarter="2026-Q1", reminded_day=85)
                before = _memory(process, "VmRSS")
                began, spent = time.perf_counter(), -_cpu_seconds(place, process)
                await _set_clock(town, AFTER)
                if city.killed:
                    spent += await _kill_in_the_middle(place, process, duties, city.away)
                await _until(place, duties, city.away, quarter="2026-Q1", state="ESCALATED")
                await _until(place, duties, city.away, quarter="2026-Q2", part="open")
                seconds, spent = time.perf_counter() - began, spent + _cpu_seconds(place, process)
                await _nothing_twice(town, city)
                return Turned(seconds, spent, _memory(process, "VmHWM"), before)
            finally:
                await database.drop_all()
                await database.close()


async def _fill(town: Town, city: City) -> None:
    """Members as an import enters them, so many of them away at a fixed place."""
    at = moment_of(LEFT)
    for first in range(0, city.members, AT_ONCE):
        commits: list[Commit] = []
        for number in range(first, min(first + AT_ONCE, city.members)):
            member = derived_id(at, "bench", "member", str(number))
            digest = hashlib.sha256(member.encode()).hexdigest()
            commits.append(_commit("member", member, member_facts(member, BRANCH, digest), at))
            if number < city.away:
                left = MemberLeft(
                    member_id=member,
                    branch=BRANCH,
                    source=DepartureSource.FAMILY_TOLD,
                    reason=FlowReason.MIGRANT_WORK,
                    dest_certainty=DestCertainty.FIXED,
                )
                commits.append(_commit("departure", derived_id(at, "bench", "departure", str(number)), left, at))
        await append_all(town, commits)


def _commit(aggregate: str, id_: str, facts: Payload, at: datetime) -> Commit:
    return Commit(Subject("registry", aggregate, id_), new_id(at), 0, (event_of(facts, id_, occurred_on=LEFT, at=at),))


async def _set_clock(town: Town, at: datetime) -> None:
    await town.client.jetstream().publish(f"$KV.{town.prefix}{BUCKET}.{KEY}", at.isoformat().encode())


async def _until(place: Place, duties: Collection, wanted: int, **query: object) -> None:
    """Wait until just so many duties are as asked."""
    deadline = time.monotonic() + place.sizes.scale_seconds
    while (found := await duties.count_documents(query)) != wanted:
        if found > wanted or time.monotonic() > deadline:
            raise RuntimeError(f"{found:,} duties where {wanted:,} were expected: {query}")
        await asyncio.sleep(LOOK_SECONDS)


async def _kill_in_the_middle(place: Place, process: ServiceProcess, duties: Collection, away: int) -> float:
    """Kill contact where a third of the quarter is opened, and start it again; gives its processor time until then."""
    deadline = time.monotonic() + place.sizes.scale_seconds
    while await duties.count_documents({"quarter": "2026-Q2"}) < away // 3:
        if time.monotonic() > deadline:
            raise RuntimeError("the quarter does not open")
        await asyncio.sleep(LOOK_SECONDS)
    spent = _spent(process.pid)
    process.kill()
    await asyncio.to_thread(process.stop)  # until it has ended
    process.start()
    return spent


async def _nothing_twice(town: Town, city: City) -> None:
    """Whatever was interrupted: as many misses and plans in the ledger as members are due."""
    counts: dict[tuple[str, str], int] = {}
    head, seen = await town.ledger.head(), 0
    async for commits in town.ledger.follow(0, batch=AT_ONCE):
        for commit in commits:
            seen = max(seen, commit.sequence)
            for event in commit.events if commit.subject.aggregate == "duty" else ():
                key = (event.type, str(event.data["quarter"]))
                counts[key] = counts.get(key, 0) + 1
        if seen >= head:
            break
    for key in (("ContactPlanned", "2026-Q1"), ("ContactMissed", "2026-Q1"), ("ContactPlanned", "2026-Q2")):
        if counts.get(key) != city.away:
            raise RuntimeError(f"{key} stands {counts.get(key)} times for {city.away} members")


def _cpu_seconds(place: Place, process: ServiceProcess) -> float:
    """Processor time so far, of contact's process as it is now and of both servers."""
    return sum(_spent(pid) for pid in (process.pid, place.servers.nats.pid, place.servers.mongod.pid))


def _spent(pid: int) -> float:
    """Processor time of a process so far, in seconds."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _memory(process: ServiceProcess, name: str) -> float:
    """A figure of the process's own status, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    line = next(one for one in status.splitlines() if one.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024
