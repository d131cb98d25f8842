"""Timers as data: what is due, what is next, and the record of those that nothing cancelled.

Timers stand in the live generation of the projection that scheduled them. One that was fired and is still there is
marked done, and recorded for ever under its id and due time, so that a rebuilt projection does not fire it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from guiyan.ledger.database import Changes, Collection, Database
from guiyan.ledger.generations import Generations
from guiyan.ledger.projection import Document, Timer
from guiyan.ledger.target import TIMERS

RECORD: Final = "_timers_done"
Outcome = Literal["fired", "nothing", "refused", "parked"]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a fired timer came to; `detail` is a refusal's code or an error's class and place."""

    timer: Timer
    line: str
    outcome: Outcome
    detail: str | None = None

    @property
    def id(self) -> str:
        """One record per timer and due time."""
        return record_id(self.timer)


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose time has come, and the projection version that holds it."""

    timer: Timer
    line: str


def record_id(timer: Timer) -> str:
    """The id of a timer's record at its present due time."""
    return f"{timer.id}@{timer.due_at.astimezone(UTC).isoformat(timespec='milliseconds')}"


class Timers:
    """The timers of a service."""

    def __init__(self, database: Database, generations: Generations) -> None:
        self._database = database
        self._generations = generations
        self._record = database.collection(RECORD)

    async def _of(self, line: str) -> Collection:
        return self._database.collection((await self._generations.live(line)).collection(TIMERS))

    async def due(self, lines: Iterable[str], at: datetime, limit: int) -> list[Due]:
        """Those due at a moment and not done, in order of due time and id, at most `limit`."""
        found: list[Due] = []
        for line in lines:
            collection = await self._of(line)
            query = {"done": None, "due_at": {"$lte": at}}
            first = await collection.find(query).sort([("due_at", 1), ("_id", 1)]).limit(limit).to_list()
            found.extend(Due(_timer(one), line) for one in first)
        found.sort(key=lambda one: (one.timer.due_at, one.timer.id))
        earliest = found[:limit]
        done = await self._known([one.timer for one in earliest])
        if not done:
            return earliest
        await self._mark([one for one in earliest if record_id(one.timer) in done])
        rest = [one for one in earliest if record_id(one.timer) not in done]
        return rest or await self.due(lines, at, limit)

    async def next_due_at(self, lines: Iterable[str]) -> datetime | None:
        """When the next timer that is not done is due; None when there is none."""
        moments: list[datetime] = []
        for line in lines:
            first = (
                await (await self._of(line)).find({"done": None}).sort([("due_at", 1), ("_id", 1)]).limit(1).to_list()
            )
            moments.extend(one["due_at"] for one in first)
        return min(moments, default=None)

    async def end(self, ended: Sequence[Ended]) -> None:
        """Record and mark those of the fired timers that nothing cancelled or moved meanwhile."""
        kept = await self._still_there(ended)
        if not kept:
            return
        records = [
            {
                "_id": one.id,
                "timer": one.timer.id,
                "due_at": one.timer.due_at,
                "kind": one.timer.kind,
                "line": one.line,
                "outcome": one.outcome,
                "detail": one.detail,
                "at": datetime.now(UTC),
            }
            for one in kept
        ]
        await self._record.write(Changes(replaces=records))
        await self._mark([Due(one.timer, one.line) for one in kept])

    async def _still_there(self, ended: Sequence[Ended]) -> list[Ended]:
        by_line: dict[str, list[Ended]] = defaultdict(list)
        for one in ended:
            by_line[one.line].append(one)
        kept: list[Ended] = []
        for line, some in by_line.items():
            wanted = {"_id": {"$in": [one.timer.id for one in some]}, "done": None}
            found = {one["_id"]: one["due_at"] for one in await (await self._of(line)).find(wanted).to_list()}
            kept.extend(one for one in some if found.get(one.timer.id) == one.timer.due_at)
        return kept

    async def _mark(self, done: Sequence[Due]) -> None:
        by_place: dict[tuple[str, datetime], list[str]] = defaultdict(list)
        for one in done:
            by_place[one.line, one.timer.due_at].append(one.timer.id)
        for (line, due_at), ids in by_place.items():
            same = {"_id": {"$in": ids}, "due_at": due_at}
            await (await self._of(line)).update_many(same, {"$set": {"done": True}})

    async def _known(self, timers: Sequence[Timer]) -> set[str]:
        wanted = {"_id": {"$in": [record_id(one) for one in timers]}}
        return {one["_id"] for one in await self._record.find(wanted, {"_id": 1}).to_list()}

    async def parked(self) -> list[dict[str, Any]]:
        """The records of timers that failed, oldest first."""
        return await self._record.find({"outcome": "parked"}).sort("due_at").to_list()

    async def retry(self, id_: str) -> bool:
        """Let a failed timer fire again; False when there is no such record."""
        found = await self._record.find_one({"_id": id_, "outcome": "parked"})
        if found is None:
            return False
        await self._record.delete_many({"_id": id_})
        same = {"_id": found["timer"], "due_at": found["due_at"]}
        await (await self._of(found["line"])).update_many(same, {"$unset": {"done": 1}})
        return True

    async def skip(self, id_: str, reason: str, actor: str) -> bool:
        """Leave a failed timer done for good, by decision; False when there is no such record."""
        decision = {"outcome": "skipped", "reason": reason, "actor": actor, "skipped_at": datetime.now(UTC)}
        return bool(await self._record.update_one({"_id": id_, "outcome": "parked"}, {"$set": decision}))


def _timer(document: Document) -> Timer:
    return Timer(document["_id"], document["due_at"], document["kind"], document["data"])
