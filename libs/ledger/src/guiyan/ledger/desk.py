"""The leader's desk: carries out what operators ask about projections, between two batches where it must be exact."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Final

import structlog

from guiyan.ledger.compare import Comparison, NotTogether, compare
from guiyan.ledger.control import ControlFailed, Request, Requests
from guiyan.ledger.database import DatabaseError
from guiyan.ledger.errors import FenceLost
from guiyan.ledger.feed import Feed
from guiyan.ledger.generations import Pointer
from guiyan.ledger.lanes import targets_of
from guiyan.ledger.leading import Leading
from guiyan.ledger.parking import Parked, describe
from guiyan.ledger.retrying import retry
from guiyan.ledger.target import Target

LOOK_SECONDS: Final = 0.25
JANITOR_SECONDS: Final = 15.0
GRACE_SECONDS: Final = 60.0
"""How long a generation nobody points to is kept, for reads that began before a switch."""
COMPARE_TRIES: Final = 20
_log = structlog.get_logger(__name__)


class Desk:
    """Works while its follower leads; what a leader before it left undone it takes up again."""

    def __init__(self, leading: Leading, *, grace_seconds: float = GRACE_SECONDS) -> None:
        self._leading = leading
        self._store = leading.sources.store
        self._requests = Requests(self._store.database)
        self._grace_seconds = grace_seconds
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._orphans: dict[Target, float] = {}
        self._operations: dict[str, Callable[[Request], Awaitable[dict[str, Any]]]] = {
            "rebuild": self._rebuild,
            "switch": self._switch,
            "drop": self._drop,
            "pause": self._pause,
            "resume": self._resume,
            "retry": self._retry,
            "skip": self._skip,
        }

    async def run(self) -> None:
        """Look for requests until cancelled."""
        cleaned_at = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    for request in await self._requests.open(self._leading.fence):
                        if await self._requests.take(request, self._leading.fence):
                            tasks.create_task(self._carry_out(request))
                    if time.monotonic() - cleaned_at > min(JANITOR_SECONDS, self._grace_seconds):
                        await self.clean()
                        cleaned_at = time.monotonic()
                except DatabaseError as error:
                    _log.warning("desk_waits", error=type(error).__name__)
                await asyncio.sleep(LOOK_SECONDS)

    async def _carry_out(self, request: Request) -> None:
        _log.info("control", operation=request.operation, actor=request.actor, request=request.id)
        try:
            async with self._locks[request.arguments.get("projection", request.id)]:
                result = await self._operations[request.operation](request)
        except FenceLost:
            return
        except ControlFailed as error:
            await self._end(request, state="failed", error=str(error))
        except Exception as error:  # noqa: BLE001 - told to whoever asked, and logged
            _log.exception("control_failed", operation=request.operation, request=request.id)
            await self._end(request, state="failed", error=describe(error))
        else:
            await self._end(request, state="done", result=result)

    async def _end(self, request: Request, **outcome: Any) -> None:
        try:
            await self._requests.note(request.id, **outcome)
        except DatabaseError as error:
            _log.warning("control_outcome_lost", request=request.id, error=type(error).__name__)

    async def _pointer(self, request: Request) -> Pointer:
        line = request.arguments["projection"]
        pointer = (await self._store.generations.refresh()).get(line)
        if pointer is None or line not in self._leading.lanes.projections:
            raise ControlFailed(f"projection {line} is not one this version of the service has; see its status")
        return pointer

    # -- rebuild, switch, drop ----------------------------------------------------------------------------------
    async def _rebuild(self, request: Request) -> dict[str, Any]:
        pointer = await self._pointer(request)
        if pointer.paused:
            raise ControlFailed(f"{pointer.target.line} is paused; resume it, then rebuild it")
        target = await self._begin(request, pointer)
        written_at = 0.0

        async def progress(position: int) -> None:
            nonlocal written_at
            if time.monotonic() - written_at > LOOK_SECONDS:
                written_at = time.monotonic()
                done = {"position": position, "of": self._leading.read}
                await self._requests.note(request.id, progress=done)

        started_at = time.monotonic()
        await self._leading.bring(target, progress)
        built_seconds = time.monotonic() - started_at
        found = await self._compare(pointer.target, target)
        switched = bool(request.arguments["switch"] and (found.equal or request.arguments["force"]))
        if switched:
            await self._leading.errand(lambda feed: self._point(feed, target))
        built = {"generation": target.generation, "switched": switched, "built_seconds": round(built_seconds, 3)}
        return {**built, "equal": found.equal, "comparison": asdict(found)}

    async def _begin(self, request: Request, pointer: Pointer) -> Target:
        """The generation this request builds; begun already when an earlier leader worked on it."""
        begun = request.arguments.get("generation")
        if begun is not None and begun == pointer.building:
            return pointer.sibling(begun)
        if pointer.building is not None:
            abandoned = pointer.sibling(pointer.building)
            await self._leading.errand(partial(self._let_go, abandoned))
        target = await self._store.generations.begin(pointer.target.line)
        await self._requests.note(request.id, arguments={**request.arguments, "generation": target.generation})
        return target

    async def _compare(self, live: Target, other: Target) -> Comparison:
        for _ in range(COMPARE_TRIES):
            await self._leading.errand(lambda feed: feed.flush())
            try:
                return await compare(self._store, live, other)
            except NotTogether:
                await asyncio.sleep(LOOK_SECONDS / 5)
        raise ControlFailed(f"{live} and {other} never stood at the same sequence; is the service following at all?")

    async def _switch(self, request: Request) -> dict[str, Any]:
        pointer = await self._pointer(request)
        number = pointer.building or pointer.previous
        if number is None:
            raise ControlFailed(f"{pointer.target.line} has one generation only; rebuild it first")
        target = pointer.sibling(number)
        await self._leading.errand(lambda feed: self._point(feed, target))
        return {"live": number, "previous": pointer.live}

    async def _point(self, feed: Feed, target: Target) -> None:
        lane = next((one for one in feed.lanes if one.folder.target == target), None)
        if lane is None:
            raise ControlFailed(f"{target} is not kept up to date yet; wait until it is built, or resume it")
        names = [one.name for one in feed.lanes if one.folder.target.line == target.line]
        async with self._store.database.transaction() as session:
            await self._store.checkpoints.hold(names, feed.fence, session)
            await self._store.generations.switch(target.line, target.generation, session)
        for one in feed.lanes:
            if one.folder.target.line == target.line:
                one.live = one is lane

    async def _drop(self, request: Request) -> dict[str, Any]:
        pointer = await self._pointer(request)
        others = [one for one in targets_of(pointer) if one != pointer.target]
        for target in others:
            await self._leading.errand(partial(self._let_go, target))
        await self._store.generations.set(pointer.target.line, previous=None, building=None)
        return {"dropped": [one.generation for one in others]}

    @staticmethod
    async def _let_go(target: Target, feed: Feed) -> None:
        feed.lanes = [one for one in feed.lanes if one.folder.target != target]

    async def clean(self) -> None:
        """Remove generations nobody points to, once every read that may have begun on them is over."""
        pointers = await self._store.generations.refresh()
        kept = {str(target) for pointer in pointers.values() for target in targets_of(pointer)}
        now = time.monotonic()
        for name in await self._store.checkpoints.positions():
            line, _, generation = name.rpartition("_g")
            if name in kept or line not in pointers or not generation.isdigit():
                continue
            target = pointers[line].sibling(int(generation))
            if now - self._orphans.setdefault(target, now) >= self._grace_seconds:
                await self._leading.errand(partial(self._let_go, target))
                await self._store.drop(target)
                _log.info("generation_dropped", target=str(target))

    # -- pause, resume ------------------------------------------------------------------------------------------
    async def _pause(self, request: Request) -> dict[str, Any]:
        pointer = await self._pointer(request)
        line = pointer.target.line

        async def act(feed: Feed) -> None:
            await feed.flush()
            feed.lanes = [one for one in feed.lanes if one.folder.target.line != line]
            await self._store.generations.set(line, paused=True)

        await self._leading.errand(act)
        return {"paused": True}

    async def _resume(self, request: Request) -> dict[str, Any]:
        pointer = await self._pointer(request)
        await self._store.generations.set(pointer.target.line, paused=False, failed=None)
        for target in targets_of(pointer):
            await self._leading.bring(target, live=target == pointer.target)
        return {"paused": False}

    # -- parked ---------------------------------------------------------------------------------------------------
    async def _retry(self, request: Request) -> dict[str, Any]:
        id_ = request.arguments["id"]
        if await self._store.timers.retry(id_):
            return {"freed": True}
        consumer, _, subject = id_.partition("|")
        parked = await self._store.parking.find(consumer, subject)
        if parked is None:
            raise ControlFailed(f"{id_} is not parked; see the list of what is")
        return await self._try(parked)

    async def _try(self, parked: Parked) -> dict[str, Any]:
        reactor = self._leading.reactor
        if parked.consumer.startswith("policy:") and reactor is not None:
            again = await reactor.retry(parked, self._leading.sources)
        else:
            again = await self._leading.errand(lambda feed: self._apply(feed, parked))
        if again is not None and again.position == parked.position:
            await self._store.parking.write([again], {})
        return {"freed": again is None, "parked": None if again is None else asdict(again)}

    async def _apply(self, feed: Feed, parked: Parked) -> Parked | None:
        lane = next((one for one in feed.lanes if one.name == parked.consumer), None)
        if lane is None:
            raise ControlFailed(f"{parked.consumer} is not followed now; resume the projection, then retry")
        return await retry(self._leading.sources, feed, lane, parked)

    async def _skip(self, request: Request) -> dict[str, Any]:
        id_, reason = request.arguments["id"], request.arguments["reason"]
        if await self._store.timers.skip(id_, reason, request.actor):
            return {"freed": True}
        consumer, _, subject = id_.partition("|")
        parked = await self._store.parking.find(consumer, subject)
        if parked is None:
            raise ControlFailed(f"{id_} is not parked; see the list of what is")
        line = consumer if consumer.startswith("policy:") else consumer.rpartition("_g")[0]
        await self._store.parking.skip(line, parked, reason, request.actor)
        if self._leading.reactor is not None and consumer in self._leading.reactor.skipped:
            self._leading.reactor.skipped[consumer].add(parked.position)

        async def tell(feed: Feed) -> None:
            for lane in feed.lanes:
                if lane.folder.target.line == line:
                    lane.folder.skipped.add(parked.position)

        await self._leading.errand(tell)
        others = [one for one in await self._store.parking.all() if one.subject == subject]
        same = [one for one in others if one.consumer.rpartition("_g")[0] == line or one.consumer == line]
        results = [await self._try(one) for one in same]
        return {"freed": all(one["freed"] for one in results), "results": results}
