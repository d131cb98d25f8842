"""The same at a million members and at ten thousand: appends, projection and reads may take at most 1.2 times as long.

For a quiet machine with about 10 GB of free disk; `scale_seconds` bounds the whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from bench.appending import append
from bench.filled import append_all
from bench.place import Place, Town
from bench.projecting import LIVE
from bench.report import Bar, Row
from guiyan.events import new_id
from guiyan.events.codes import DepartureSource, FlowReason
from guiyan.events.registry.departure import MemberLeft
from guiyan.events.registry.member import MemberImported
from guiyan.ledger import Commit, Subject
from guiyan.ledger.clock import SHANGHAI
from guiyan.ledger.mongo import MongoDatabase
from guiyan.ledger.runner import Follower
from guiyan.ledger.store import Store
from guiyan.ledger.testing.events import event_of
from guiyan.registry.projections import Register

LIMIT = 1.2
AT_ONCE = 1_000
READS = 2_000
BRANCH = "654002001001"


@dataclass(frozen=True, slots=True)
class Speeds:
    """What one size gave, a second: commits appended, events projected, aggregates loaded, documents read."""

    append: float
    projection: float
    load: float
    read: float


async def measure(place: Place) -> list[Row]:
    """Fill a small and a large ledger, measure both alike, and tell how many times as long the large one takes."""
    sizes = place.sizes
    async with asyncio.timeout(sizes.scale_seconds):
        few, many = [await _measure(place, members) for members in (sizes.few_members, sizes.many_members)]
    rows = [_row(one.name, getattr(many, one.name), getattr(few, one.name)) for one in fields(Speeds)]
    rows[0].notes.append(
        f"{sizes.many_members:,} members (ours) against {sizes.few_members:,} (bare), one pass each, "
        f"{sizes.commits:,} departures on top of them appended by {sizes.writers} writers and then projected, "
        f"{READS:,} loads and reads of members at random"
    )
    return rows


def _row(name: str, many: float, few: float) -> Row:
    return Row(f"scale {name}", Bar(LIMIT, at_least=False), values=[few / many], ours=[many], bare=[few])


async def _measure(place: Place, members: int) -> Speeds:
    sizes, chance = place.sizes, random.Random(place.sizes.seed)
    async with place.town() as town:
        database = place.database(f"{town.prefix}scale")
        try:
            ids = await _register(town, members)
            await _project(place, town, database)
            chosen = [chance.choice(ids) for _ in range(max(sizes.commits, READS))]
            leaving = [_leaves(one) for one in chosen[: sizes.commits]]
            appended = len(leaving) / await append(town.ledger, leaving, sizes.writers)
            projected = len(leaving) / await _project(place, town, database)
            documents = database.collection(LIVE.collection("members"))

            async def load(one: str) -> object:
                return (await town.ledger.read(Subject("registry", "member", one))).commits

            return Speeds(
                append=appended,
                projection=projected,
                load=await _rate(chosen[:READS], load),
                read=await _rate(chosen[:READS], lambda one: documents.find_one({"_id": one})),
            )
        finally:
            await database.drop_all()
            await database.close()


async def _register(town: Town, members: int) -> list[str]:
    """So many members in the ledger, as an import writes them; their ids."""
    ids = [new_id(datetime.now(UTC)) for _ in range(members)]
    for first in range(0, members, AT_ONCE):
        await append_all(town, [_imported(one) for one in ids[first : first + AT_ONCE]])
    return ids


def member_facts(member_id: str, branch: str, digest: str) -> MemberImported:
    """A member as an import enters one; whatever is unlike for each follows from the digest."""
    return MemberImported.model_validate(
        {
            "member_id": member_id,
            "branch": branch,
            "person_category": "FULL",
            "sex": "1",
            "joined_on": date(2005, 8, 11),
            "membership_status": "NORMAL",
            "relation_holding": "NORMAL",
            "source": "IMPORT",
            "id_index": digest,
            "row_hash": digest,
        }
    )


def _imported(member_id: str) -> Commit:
    facts = member_facts(member_id, BRANCH, hashlib.sha256(member_id.encode()).hexdigest())
    return Commit(Subject("registry", "member", member_id), new_id(_now()), 0, (event_of(facts, member_id, at=_now()),))


def _leaves(member_id: str) -> Commit:
    now, departure = _now(), new_id(_now())
    facts = MemberLeft(
        member_id=member_id, branch=BRANCH, source=DepartureSource.FAMILY_TOLD, reason=FlowReason.MIGRANT_WORK
    )
    event = event_of(facts, departure, occurred_on=now.astimezone(SHANGHAI).date(), at=now)
    return Commit(Subject("registry", "departure", departure), new_id(now), 0, (event,))


async def _project(place: Place, town: Town, database: MongoDatabase) -> float:
    """Seconds from the start of a follower until its documents hold the ledger's head."""
    head = await town.ledger.head()
    follower = Follower("registry", Store(database), town.ledger, town.sealer, [Register()])
    began = time.perf_counter()
    running = asyncio.create_task(follower.run())
    try:
        if not await follower.wait_applied(head, place.sizes.scale_seconds):
            raise RuntimeError(f"the projection did not come to the head: {follower.failure}")
        return time.perf_counter() - began
    finally:
        await follower.stop()
        await running


async def _rate(ids: Sequence[str], act: Callable[[str], Awaitable[object]]) -> float:
    began = time.perf_counter()
    for one in ids:
        if not await act(one):
            raise RuntimeError(f"member {one} is not there")
    return len(ids) / (time.perf_counter() - began)


def _now() -> datetime:
    return datetime.now(UTC)
