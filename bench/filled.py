"""A ledger with a roster in it and every fifth member away, and what a projection makes of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bench.place import LOOK_SECONDS, Place, Town, database_of
from guiyan.events import new_id
from guiyan.events.codes import DepartureSource, FlowReason
from guiyan.events.registry.departure import MemberLeft
from guiyan.ledger import Appended, Commit, Document, Subject
from guiyan.ledger.clock import SHANGHAI
from guiyan.ledger.mongo import MongoDatabase
from guiyan.ledger.status import ProjectionStatus, Status, StatusReader
from guiyan.ledger.store import Store
from guiyan.ledger.target import Target
from guiyan.ledger.testing.events import event_of

EVERY = 5


async def let_members_leave(town: Town, members: Sequence[Document]) -> None:
    """One MemberLeft for every fifth of the members."""
    now = datetime.now(UTC)
    commits = []
    for member in members[::EVERY]:
        subject = Subject("registry", "departure", new_id(now))
        facts = MemberLeft(
            member_id=member["_id"],
            branch=member["branch"],
            source=DepartureSource.FAMILY_TOLD,
            reason=FlowReason.MIGRANT_WORK,
        )
        event = event_of(facts, subject.id, occurred_on=now.astimezone(SHANGHAI).date(), at=now)
        commits.append(Commit(subject, new_id(now), 0, (event,)))
    await append_all(town, commits)


async def append_all(town: Town, commits: Sequence[Commit]) -> None:
    """Append what must all be taken; raises the fault of the first that was not."""
    for outcome in await town.ledger.append_many(commits):
        if not isinstance(outcome, Appended):
            raise outcome


async def documents_of(database: MongoDatabase, target: Target) -> dict[str, list[Document]]:
    """Every document of a generation, by collection."""
    names = await Store(database).collections_of(target)
    return {name: await database.collection(target.collection(name)).find({}).to_list() for name in names}


async def members_of(place: Place, database: str, target: Target) -> list[Document]:
    """Id and branch of every member in the register."""
    opened = place.database(database)
    try:
        found = opened.collection(target.collection("members")).find({}, {"branch": 1})
        return await found.sort("_id").to_list()
    finally:
        await opened.close()


async def settled(place: Place, town: Town, services: Iterable[str], seconds: float) -> None:
    """Wait until each service has done with what is in the ledger; raises RuntimeError when one does not in time."""
    deadline = time.monotonic() + seconds
    for service in services:
        database = place.database(database_of(town, service))
        reader = StatusReader(Store(database), town.ledger)
        try:
            while any(one.lag_events for status in [await reader.read()] for one in _parts(status)):
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{service} did not come to the ledger's head in {seconds:.0f} s")
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await database.close()


def _parts(status: Status) -> list[ProjectionStatus]:
    return [*status.projections, *status.policies]
