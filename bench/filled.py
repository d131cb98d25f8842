"""A ledger with a roster in it and every fifth member away, and what a projection makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bench.place import Place, Town
from guiyan.events import new_id
from guiyan.events.codes import DepartureSource, FlowReason
from guiyan.events.registry.departure import MemberLeft
from guiyan.ledger import Appended, Commit, Document, Subject
from guiyan.ledger.clock import SHANGHAI
from guiyan.ledger.mongo import MongoDatabase
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
