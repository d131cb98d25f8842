"""Which targets a service's follower feeds: live, previous and building generations of every projection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import structlog

from guiyan.ledger.database import DatabaseError, StoreUnavailable
from guiyan.ledger.docs import Shelf
from guiyan.ledger.feed import Lane
from guiyan.ledger.fold import Folder
from guiyan.ledger.generations import Pointer
from guiyan.ledger.parking import describe
from guiyan.ledger.projection import Projection
from guiyan.ledger.store import Store
from guiyan.ledger.target import Target

SHELF_DOCUMENTS: Final = 20_000
_log = structlog.get_logger(__name__)


class Lanes:
    """Opens lanes: indexes made, checkpoint claimed, parked aggregates and recorded skips read."""

    def __init__(self, store: Store, projections: Sequence[Projection]) -> None:
        self._store = store
        self.projections = {Target.of(one, 1).line: one for one in projections}

    async def open(self, fence: int) -> list[Lane]:
        """Every generation that is kept up to date; a paused or failed projection is left out."""
        pointers = await self._store.generations.ensure(self.projections.values())
        pointers = await self._give_up_torn(pointers, fence)
        lanes: list[Lane] = []
        for line, pointer in pointers.items():
            for target in () if pointer.paused else targets_of(pointer):
                lane = await self._try(line, target, fence, pointer.failed)
                if lane is not None:
                    lane.live = target == pointer.target
                    lanes.append(lane)
        return lanes

    async def _give_up_torn(self, pointers: dict[str, Pointer], fence: int) -> dict[str, Pointer]:
        """What an earlier leader built in bulk and did not finish is not used: it is begun anew under a new number."""
        torn = await self._store.checkpoints.torn()
        generations = self._store.generations
        for line, pointer in pointers.items():
            for target in targets_of(pointer):
                if str(target) not in torn:
                    continue
                await self._store.checkpoints.claim([str(target)], fence)
                if target == pointer.target:
                    await generations.renumber(line)
                else:
                    role = "building" if target.generation == pointer.building else "previous"
                    await generations.set(line, **{role: None})
        known = await generations.refresh()
        return {line: known[line] for line in pointers}

    async def _try(self, line: str, target: Target, fence: int, failed: str | None) -> Lane | None:
        try:
            lane = await self.lane(target, fence)
        except StoreUnavailable:
            raise
        except DatabaseError as error:
            _log.exception("projection_failed", projection=str(target))
            await self._store.generations.set(line, failed=describe(error))
            return None
        if failed is not None:
            await self._store.generations.set(line, failed=None)
        return lane

    async def lane(self, target: Target, fence: int, *, documents: int = SHELF_DOCUMENTS) -> Lane:
        """One target, ready to be built or, when it has been `indexed`, to be fed under this fence."""
        projection = self.projections[target.line]
        position = (await self._store.checkpoints.claim([str(target)], fence))[str(target)]
        await self._store.prepare(target, projection, only_unique=position == 0)
        parked = {one.subject for one in await self._store.parking.all([str(target)])}
        skipped = await self._store.parking.skipped(target.line)
        shelf = Shelf(limit=documents, from_zero=position == 0)
        folder = Folder(projection, target, shelf, self._store.load, parked, skipped)
        return Lane(folder, position, position, indexed=position > 0)

    async def index(self, lane: Lane) -> None:
        """Make the indexes that a lane still lacks, before it is fed batch by batch."""
        if not lane.indexed:
            await self._store.prepare(lane.folder.target, lane.folder.projection)
            lane.indexed = True

    async def anew(self, lane: Lane, fence: int) -> None:
        """Empty a lane that is built in bulk, to begin from nothing under the same number."""
        target, folder = lane.folder.target, lane.folder
        await self._store.checkpoints.hold([lane.name], fence)
        await self._store.drop(target)
        await self._store.prepare(target, folder.projection, only_unique=True)
        lane.indexed = False
        await self._store.checkpoints.claim([lane.name], fence)
        folder.shelf = folder.shelf.emptied()
        folder.parked.clear()
        lane.position = lane.stored = 0

    async def rewind(self, lane: Lane, fence: int) -> None:
        """Bring a lane back to what is stored, after a write of which nothing is known."""
        parked = {one.subject for one in await self._store.parking.all([lane.name])}
        lane.folder.parked.clear()
        lane.folder.parked.update(parked)
        lane.folder.shelf.clear()
        lane.position = lane.stored = (await self._store.checkpoints.claim([lane.name], fence))[lane.name]


def targets_of(pointer: Pointer) -> list[Target]:
    """The generations of a projection version that exist: live, previous, building."""
    numbers = dict.fromkeys(one for one in (pointer.live, pointer.previous, pointer.building) if one is not None)
    return [pointer.sibling(one) for one in numbers]
