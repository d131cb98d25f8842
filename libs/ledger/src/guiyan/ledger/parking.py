"""Parking: an event that cannot be applied parks its aggregate for that consumer; all others flow on.

A consumer is a projection's target or `policy:<name>`. While an aggregate is parked its later events are only counted:
the ledger itself is the queue, from the parked position to the consumer's checkpoint.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from guiyan.events import EventError
from guiyan.ledger.database import Database, DatabaseError, Session
from guiyan.ledger.errors import LedgerError

PARKED: Final = "_parked"
SKIPS: Final = "_skips"


class Position(NamedTuple):
    """One event's place in the ledger: `<sequence>.<number in its commit>`."""

    sequence: int
    number: int

    def __str__(self) -> str:
        return f"{self.sequence}.{self.number}"


@dataclass(frozen=True, slots=True)
class Parked:
    """An aggregate that waits: for whom, since which event, why, and how many events wait behind it."""

    consumer: str
    subject: str
    sequence: int
    index: int
    type: str
    error: str
    at: datetime
    queued: int = 0
    attempts: int = 1

    @property
    def id(self) -> str:
        """One document per consumer and aggregate."""
        return parked_id(self.consumer, self.subject)

    @property
    def position(self) -> Position:
        """The event at fault."""
        return Position(self.sequence, self.index)

    @classmethod
    def read(cls, document: dict[str, Any]) -> Parked:
        """Read it from its document."""
        return cls(**{name: document[name] for name in cls.__slots__ if name in document})

    @classmethod
    def because(cls, error: BaseException, consumer: str, subject: str, position: Position, type_: str) -> Parked:
        """Park for an error; what it says is kept only where it can hold no personal data."""
        return cls(consumer, subject, position.sequence, position.number, type_, describe(error), datetime.now(UTC))


def parked_id(consumer: str, subject: str) -> str:
    """The id of the document of a parked aggregate."""
    return f"{consumer}|{subject}"


def describe(error: BaseException) -> str:
    """The error's class and place; its text only for our own errors, which never hold personal data."""
    if isinstance(error, EventError | LedgerError | DatabaseError):
        return f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    text = f": {error}" if isinstance(error, TypeError) and str(error).startswith("a document ") else ""
    return f"{type(error).__name__}{place}{text}"


class Parking:
    """The parked aggregates of a service, and the record of what was skipped."""

    def __init__(self, database: Database) -> None:
        self._parked = database.collection(PARKED)
        self._skips = database.collection(SKIPS)

    async def all(self, consumers: Iterable[str] | None = None) -> list[Parked]:
        """What is parked now, oldest position first."""
        wanted = {} if consumers is None else {"consumer": {"$in": list(consumers)}}
        found = await self._parked.find(wanted).sort([("sequence", 1), ("index", 1)]).to_list()
        return [Parked.read(one) for one in found]

    async def find(self, consumer: str, subject: str) -> Parked | None:
        """One of them."""
        found = await self._parked.find_one(parked_id(consumer, subject))
        return None if found is None else Parked.read(found)

    async def write(self, parked: Iterable[Parked], queued: Mapping[str, int], session: Session = None) -> None:
        """Add newly parked aggregates, and count the events that came to wait behind parked ones."""
        for one in parked:
            await self._parked.update_one({"_id": one.id}, {"$set": asdict(one)}, upsert=True, session=session)
        for id_, count in queued.items():
            await self._parked.update_one({"_id": id_}, {"$inc": {"queued": count}}, session=session)

    async def free(self, one: Parked, session: Session = None) -> None:
        """Take it off the list: its queue was applied."""
        await self._parked.delete_many({"_id": one.id}, session=session)

    async def forget(self, consumer: str) -> None:
        """Drop what a consumer had parked: the consumer itself is gone."""
        await self._parked.delete_many({"consumer": consumer})

    async def skip(self, line: str, one: Parked, reason: str, actor: str, session: Session = None) -> None:
        """Record, for ever, that one event is not applied by a projection version (or policy), by whom and why."""
        record = {
            "_id": f"{line}|{one.position}",
            "line": line,
            "subject": one.subject,
            "sequence": one.sequence,
            "index": one.index,
            "type": one.type,
            "error": one.error,
            "reason": reason,
            "actor": actor,
            "at": datetime.now(UTC),
        }
        await self._skips.update_one({"_id": record["_id"]}, {"$set": record}, upsert=True, session=session)

    async def skipped(self, line: str) -> set[Position]:
        """The events that a projection version (or policy) leaves out by decision."""
        found = await self._skips.find({"line": line}).to_list()
        return {Position(one["sequence"], one["index"]) for one in found}

    async def skips(self) -> list[dict[str, Any]]:
        """The whole record of skips, oldest first."""
        return await self._skips.find().sort("at").to_list()
