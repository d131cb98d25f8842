"""Control of a service's projections from any process: requests are documents that the leading follower carries out.

`guiyan projections` and `guiyan parked` end here, by HTTP or NATS through the service. What is asked is carried out
by whoever leads; when the leader dies, the next one goes on with it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from guiyan.ledger.database import Database
from guiyan.ledger.port import Ledger
from guiyan.ledger.status import Status, StatusReader
from guiyan.ledger.store import Store

REQUESTS: Final = "_control"
POLL_SECONDS: Final = 0.2
ANSWER_SECONDS: Final = 30.0
Operation = Literal["rebuild", "switch", "drop", "pause", "resume", "retry", "skip"]


class ControlFailed(Exception):  # noqa: N818 - its text is what the operator reads
    """What was asked could not be done; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: what, about what, by whom, and what came of it."""

    id: str
    operation: Operation
    arguments: dict[str, Any]
    actor: str
    asked_at: datetime
    state: Literal["asked", "running", "done", "failed"] = "asked"
    fence: int = 0
    progress: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    error: str | None = None

    @classmethod
    def read(cls, document: dict[str, Any]) -> Request:
        """Read it from its document."""
        names = [name for name in cls.__slots__ if name != "id"]
        return cls(document["_id"], **{name: document[name] for name in names if name in document})


class Requests:
    """The requests as documents."""

    def __init__(self, database: Database) -> None:
        self._requests = database.collection(REQUESTS)

    async def add(self, operation: Operation, arguments: dict[str, Any], actor: str) -> str:
        """Ask for something; gives the request's id."""
        id_ = uuid.uuid4().hex
        asked = {"operation": operation, "arguments": arguments, "actor": actor, "asked_at": datetime.now(UTC)}
        await self._requests.insert_one({"_id": id_, **asked, "state": "asked", "fence": 0})
        return id_

    async def get(self, id_: str) -> Request:
        """One request; raises LookupError."""
        found = await self._requests.find_one(id_)
        if found is None:
            raise LookupError(f"there is no request {id_}")
        return Request.read(found)

    async def open(self, fence: int) -> list[Request]:
        """Those that nobody works on: new ones, and those a leader before us left."""
        waiting = {"state": {"$in": ["asked", "running"]}, "fence": {"$ne": fence}}
        return [Request.read(one) for one in await self._requests.find(waiting).sort("asked_at").to_list()]

    async def take(self, request: Request, fence: int) -> bool:
        """Begin to work on one; False when somebody else was quicker."""
        same = {"_id": request.id, "state": request.state, "fence": request.fence}
        return bool(await self._requests.update_one(same, {"$set": {"state": "running", "fence": fence}}))

    async def note(self, id_: str, **fields: Any) -> None:
        """Write down progress or the outcome."""
        await self._requests.update_one({"_id": id_}, {"$set": fields})


class ProjectionControl:
    """What an operator can do with a service's projections; needs its database and the ledger, no follower here."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._requests = Requests(store.database)
        self._reader = StatusReader(store, ledger)

    async def status(self) -> Status:
        """Position, lag and state of every projection and policy."""
        return await self._reader.read()

    async def parked(self) -> list[dict[str, Any]]:
        """Everything that waits for a person: parked aggregates, then failed timers."""
        aggregates = [{"what": "aggregate", "id": one.id, **asdict(one)} for one in await self._store.parking.all()]
        timers = [
            {
                "what": "timer",
                "id": one["_id"],
                "consumer": "timers",
                "type": one["kind"],
                "error": one["detail"],
                **one,
            }
            for one in await self._store.timers.parked()
        ]
        return [*aggregates, *timers]

    async def retry(self, id_: str, actor: str) -> dict[str, Any]:
        """Apply a parked aggregate's queue again (or fire a failed timer again); `freed` says whether it worked."""
        return await self._do("retry", {"id": id_}, actor)

    async def skip(self, id_: str, reason: str, actor: str) -> dict[str, Any]:
        """Leave the event at fault out for good, and go on behind it; the decision is recorded with its reason."""
        if not reason.strip():
            raise ControlFailed("a skip needs a reason: say why this event may be left out")
        return await self._do("skip", {"id": id_, "reason": reason.strip()}, actor)

    async def pause(self, projection: str, actor: str) -> dict[str, Any]:
        """Let a projection stand still; readers see its documents as they are."""
        return await self._do("pause", {"projection": await self._line(projection)}, actor)

    async def resume(self, projection: str, actor: str) -> dict[str, Any]:
        """Let a paused or failed projection go on."""
        return await self._do("resume", {"projection": await self._line(projection)}, actor)

    async def rebuild(
        self,
        projection: str,
        actor: str,
        *,
        switch: bool = True,
        force: bool = False,
        progress: Callable[[dict[str, Any]], None] | None = None,
    ) -> dict[str, Any]:
        """Build it anew beside the live one, compare, and switch when both are equal (or `force`d)."""
        arguments = {"projection": await self._line(projection), "switch": switch, "force": force}
        return await self._do("rebuild", arguments, actor, progress=progress, patient=True)

    async def switch(self, projection: str, actor: str) -> dict[str, Any]:
        """Let readers see the other generation: the one built and not yet shown, else the previous one."""
        return await self._do("switch", {"projection": await self._line(projection)}, actor)

    async def drop(self, projection: str, actor: str) -> dict[str, Any]:
        """Give up the generations that readers do not see."""
        return await self._do("drop", {"projection": await self._line(projection)}, actor)

    async def names(self) -> list[str]:
        """The projections of this service, as `<name>_v<version>`."""
        return sorted(await self._store.generations.refresh())

    async def _line(self, projection: str) -> str:
        return resolve(projection, await self.names())

    async def _do(
        self,
        operation: Operation,
        arguments: dict[str, Any],
        actor: str,
        *,
        progress: Callable[[dict[str, Any]], None] | None = None,
        patient: bool = False,
    ) -> dict[str, Any]:
        """Ask and wait; raises ControlFailed when it failed or nobody took it up in time."""
        id_ = await self._requests.add(operation, arguments, actor)
        waited = 0.0
        while True:
            request = await self._requests.get(id_)
            if request.progress is not None and progress is not None:
                progress(request.progress)
            if request.state == "done":
                return request.result or {}
            if request.state == "failed":
                raise ControlFailed(request.error or "it failed; see the service's log")
            if waited > ANSWER_SECONDS and (request.state == "asked" or not patient):
                await self._requests.note(id_, state="failed", error="nobody took it up in time")
                raise ControlFailed("no follower of this service answered; see that the service runs, then ask again")
            await asyncio.sleep(POLL_SECONDS)
            waited += POLL_SECONDS


def resolve(projection: str, names: list[str]) -> str:
    """The line a person means by `members` or `members_v2`: the newest version; raises ControlFailed."""
    if projection in names:
        return projection
    versions = [one for one in names if one.rpartition("_v")[0] == projection]
    if not versions:
        known = ", ".join(names) or "none"
        raise ControlFailed(f"there is no projection {projection!r} here; known are: {known}")
    return max(versions, key=lambda one: int(one.rpartition("_v")[2]))
