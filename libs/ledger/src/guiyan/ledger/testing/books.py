"""A small made-up bookkeeping for tests of followers: a projection, a policy, and a way to write events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel

from guiyan.events import EVENT_TYPES, Event, Sealed, new_id
from guiyan.ledger.commit import Appended, Commit, Draft
from guiyan.ledger.decider import Decider
from guiyan.ledger.errors import Refused
from guiyan.ledger.fact import Fact
from guiyan.ledger.policy import Call, Policy
from guiyan.ledger.port import Ledger
from guiyan.ledger.projection import Docs, Index, Key, Projection, Timer
from guiyan.ledger.subject import Subject

AT = datetime(2026, 3, 1, 2, 3, 4, tzinfo=UTC)
ORG = "654002001001"
CREATED, RENAMED = "OrganisationCreated", "OrganisationRenamed"


def book(name: str) -> Subject:
    """The subject of one made-up aggregate."""
    return Subject("registry", "organisation", name)


def entry(subject: Subject, version: int, type_: str = RENAMED, at: datetime = AT, **data: Any) -> Event:
    """One event of it; `data` is whatever the test's projection reads."""
    return Event(
        id=new_id(at),
        source="guiyan/registry",
        type=type_,
        subject=subject.stream,
        time=at,
        dataschema=f"guiyan:{type_}:1",
        data=data,
        occurredon=date(2026, 3, 1),
        actor="test",
        actororg=ORG,
        causationid="test",
        correlationid="test",
        streamversion=version,
    )


class Writer:
    """Writes commits of made-up aggregates, each guarded by its last."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._last: dict[str, int] = {}
        self._version: dict[str, int] = {}

    async def write(self, name: str, *entries: Mapping[str, Any], type_: str = RENAMED) -> Appended:
        """One commit with one event per entry."""
        subject = book(name)
        version = self._version.get(name, 0)
        events = tuple(entry(subject, version + n, type_, **data) for n, data in enumerate(entries, 1))
        done = await self._ledger.append(Commit(subject, new_id(AT), self._last.get(name, 0), events))
        self._last[name], self._version[name] = done.sequence, version + len(events)
        return done


class Counting(Projection):
    """Counts and sums per aggregate and over all; does as told: `raise`, `bad` (no BSON type), `due` (a timer)."""

    name = "counting"
    handles = frozenset({CREATED, RENAMED})
    indexes = (Index("books", ("total",)),)
    broken: ClassVar[bool] = True

    def touches(self, fact: Fact) -> Sequence[Key]:
        """The aggregate's own document."""
        return (Key("books", fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Count it."""
        data = fact.event.data
        if data.get("raise") and self.broken:
            raise RuntimeError("this text must not be kept: 张三")
        own = docs.get("books", fact.aggregate_id) or {"count": 0, "total": 0, "log": []}
        amount = data.get("amount", 1)
        log = [*own["log"], amount][-20:]
        docs.put("books", fact.aggregate_id, {"count": own["count"] + 1, "total": own["total"] + amount, "log": log})
        every = docs.get("sums", "all") or {"count": 0, "total": 0}
        docs.put("sums", "all", {"count": every["count"] + 1, "total": every["total"] + amount})
        if "due" in data:
            docs.schedule(Timer(f"book-{fact.aggregate_id}", AT + timedelta(days=data["due"]), "remind", {"n": amount}))
        if data.get("cancel"):
            docs.cancel(f"book-{fact.aggregate_id}")
        if data.get("unique") is not None:
            docs.put("names", fact.event.id, {"name": data["unique"]})


class OpenSealer:
    """A sealer for events that carry nothing personal."""

    async def seal(self, person_id: str, pii: BaseModel, *, stream: str, version: int, type_: str) -> Sealed:
        """Never needed."""
        raise NotImplementedError

    async def prepare(self, person_ids: Sequence[str]) -> None:
        """Nothing to make."""

    async def open(self, events: Sequence[Event]) -> Mapping[str, BaseModel | None]:  # noqa: ARG002 - the port has it
        """Nothing to open."""
        return {}

    async def destroy(self, person_id: str) -> None:
        """Nothing to destroy."""


@dataclass(frozen=True, slots=True)
class Note:
    """A command on a made-up aggregate: write it down; at most `limit` times."""

    limit: int = 1_000
    fail: bool = False


def _decide(command: Note, written: int) -> Sequence[Draft]:
    if command.fail:
        raise RuntimeError("a defect in a decider")
    if written >= command.limit:
        raise Refused("book_is_full")
    renamed = EVENT_TYPES[RENAMED].model_validate({"name": "示例支部", "short_name": "示例"})
    return [Draft(renamed, date(2026, 3, 1))]


NOTES: Decider[int, Note] = Decider("registry", "organisation", lambda: 0, lambda written, _: written + 1, _decide)
"""Writes one event per command; its state is how many there are."""


class Echo(Policy):
    """For every book created, a note in its echo; `react` does as the event says: `raise`, `fail`, `full`."""

    name = "echo"
    handles = frozenset({CREATED})
    broken: ClassVar[bool] = True

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Note it in the echo."""
        data = fact.event.data
        if data.get("raise") and self.broken:
            raise RuntimeError("this text must not be kept: 张三")
        command = Note(0 if data.get("full") else 1_000, fail=bool(data.get("fail")) and self.broken)
        return [Call(NOTES, f"echo-{fact.aggregate_id}", command)]
