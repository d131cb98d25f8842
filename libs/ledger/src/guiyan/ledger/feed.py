"""The feed: a batch of commits goes to every projection at once: each decoded once, all written in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from pydantic import BaseModel

from guiyan.events import Event, EventError
from guiyan.ledger.checkpoints import Move
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.database import Changes, WriteRefused
from guiyan.ledger.fact import Fact
from guiyan.ledger.fold import Folded, Folder, Place
from guiyan.ledger.parking import Parked, Position
from guiyan.ledger.projection import Key
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.store import Batch, Store

_log = structlog.get_logger(__name__)


@dataclass
class Lane:
    """One target in a feed: how far it is folded, and how far its stored checkpoint is."""

    folder: Folder
    position: int
    stored: int
    live: bool = False
    indexed: bool = True
    """Whether its collections have all their indexes: not before its first build has ended."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names its position is known by: the target's, and the line's when readers see it."""
        target = self.folder.target
        return (str(target), target.line) if self.live else (str(target),)

    @property
    def name(self) -> str:
        """The target's name, which is its checkpoint's."""
        return str(self.folder.target)


@dataclass
class Work:
    """A folded batch, ready to be written: where it leads, and what each lane makes of it."""

    commits: Sequence[StoredCommit]
    after: int
    places: dict[str, list[Place]]
    facts: list[Place]
    folded: dict[str, Folded] = field(default_factory=dict)
    changes: dict[str, Changes] = field(default_factory=dict)
    written_by: dict[str, dict[Key, int]] = field(default_factory=dict)
    forged: list[StoredCommit] = field(default_factory=list)

    @property
    def applied(self) -> int:
        """How many facts were applied, over all lanes."""
        return sum(one.applied for one in self.folded.values())

    @property
    def parked(self) -> list[Parked]:
        """What it parked, over all lanes."""
        return [parked for one in self.folded.values() for parked in one.parked]

    @property
    def idle(self) -> bool:
        """Whether nothing has to be stored but the positions."""
        return not self.changes and not self.forged and not any(self.places.values())


@dataclass
class Wanted:
    """Which event types somebody wants, and which opened."""

    types: frozenset[str] = frozenset()
    opens: frozenset[str] = frozenset()


class Feed:
    """Feeds lanes; `also` names types wanted by others (policies), whose facts come back in `Work.facts`."""

    def __init__(self, store: Store, sealer: Sealer, fence: int, also: Wanted | None = None) -> None:
        self.lanes: list[Lane] = []
        self.fence = fence
        self._store = store
        self._sealer = sealer
        self._also = also or Wanted()

    async def read(self, commits: Sequence[StoredCommit]) -> Work:
        """Decode what is wanted, and open personal text in bulk."""
        places, facts = await self._places(commits)
        return Work(commits, commits[-1].sequence, places, facts, forged=[one for one in commits if one.forged])

    async def fold(self, work: Work, *, take: bool = True) -> Work:
        """Fold it onto every lane's documents.

        Without `take` the changes stay on the shelves, for somebody who writes many batches together.
        """
        await self._fold_lanes(work, take=take)
        return work

    async def _fold_lanes(self, work: Work, *, take: bool = True) -> None:
        work.changes, work.written_by = {}, {}
        for lane in self.lanes:
            work.folded[lane.name] = await lane.folder.fold(work.places[lane.name])
            if not take:
                continue
            changes, work.written_by[lane.name] = lane.folder.shelf.take()
            target = lane.folder.target
            work.changes.update({target.collection(name): change for name, change in changes.items()})

    async def write(self, work: Work, extra: Sequence[Move] = ()) -> None:
        """One transaction: documents, parked aggregates, checkpoints (and `extra` ones, of policies)."""
        while True:
            try:
                await self.commit(work, extra)
            except WriteRefused as refused:
                await self.mend(work, refused)
            else:
                return

    def commit(self, work: Work, extra: Sequence[Move] = ()) -> Awaitable[None]:
        """Write as it is; the batch is put together at once, so that the next one may be folded meanwhile."""
        return self._commit(work, self._batch(work, extra))

    async def _commit(self, work: Work, batch: Batch) -> None:
        await self._store.commit(batch)
        for lane in self.lanes:
            lane.position = lane.stored = max(lane.position, work.after)
            lane.folder.shelf.trim()

    async def mend(self, work: Work, refused: WriteRefused, later: Work | None = None) -> None:
        """Fold the batch again, parking the fact that made a document nobody can store.

        `later` was folded on top of it: it is undone too, and has to be folded again when this one is written.
        """
        self._blame(work, refused)
        for lane in self.lanes:
            for one in (work, later):
                lane.folder.undo(one.folded[lane.name].parked if one is not None else ())
        await self._fold_lanes(work)

    async def refold(self, work: Work) -> None:
        """Fold a batch again that was folded on top of one that had to be mended."""
        await self._fold_lanes(work)

    def skip(self, work: Work) -> None:
        """Note positions only; the checkpoints follow with the next write or `flush`."""
        for lane in self.lanes:
            lane.position = max(lane.position, work.after)

    async def flush(self, extra: Sequence[Move] = ()) -> None:
        """Write checkpoints that lag behind because nothing had to be written."""
        moves = [Move(one.name, one.stored, one.position) for one in self.lanes if one.stored < one.position]
        if moves or extra:
            await self._store.commit(Batch(self.fence, [*moves, *extra]))
            for lane in self.lanes:
                lane.stored = lane.position

    def _batch(self, work: Work, extra: Sequence[Move]) -> Batch:
        moves = [Move(one.name, one.stored, max(one.position, work.after)) for one in self.lanes]
        batch = Batch(self.fence, [*moves, *extra], work.changes, forged=work.forged)
        batch.parked = work.parked
        for one in work.folded.values():
            batch.queued.update(one.queued)
        return batch

    def _blame(self, work: Work, refused: WriteRefused) -> None:
        """Find the fact that made a document nobody can store, and let it be parked when the batch is folded again."""
        lane = next(one for one in self.lanes if refused.collection.startswith(one.folder.target.collection("")))
        name = refused.collection.removeprefix(lane.folder.target.collection(""))
        writers = work.written_by[lane.name]
        own = [number for key, number in writers.items() if key.collection == name]
        number = writers.get(Key(name, refused.id or ""), max(own))
        place = work.places[lane.name][number]
        _log.error("document_refused", projection=lane.name, sequence=place.position.sequence, reason=refused.reason)
        lane.folder.refused[place.position] = refused

    async def _places(self, commits: Sequence[StoredCommit]) -> tuple[dict[str, list[Place]], list[Place]]:
        wanting = _by_type(self.lanes)
        wanted = wanting.keys() | self._also.types
        opens = self._also.opens.union(*(lane.folder.projection.opens for lane in self.lanes))
        read = [(one, *_decode(one)) for one in commits if not one.forged and not wanted.isdisjoint(one.types)]
        sealed = [event for _, events, _ in read for event in events if event.type in opens]
        opened = await self._sealer.open(sealed) if sealed else {}
        places: dict[str, list[Place]] = {lane.name: [] for lane in self.lanes}
        facts: list[Place] = []
        for commit, events, fault in read:
            for place in _in_commit(commit, events, fault):
                self._distribute(place, wanting, opened, places, facts)
        return places, facts

    def _distribute(
        self,
        place: Place,
        wanting: Mapping[str, list[Lane]],
        opened: Mapping[str, BaseModel | None],
        places: dict[str, list[Place]],
        facts: list[Place],
    ) -> None:
        text = opened.get(place.fact.event.id) if place.fact is not None and opened else None
        with_text = place if text is None else _with(place, text)
        for lane in wanting.get(place.type, ()):
            if lane.position < place.position.sequence:
                opens = place.type in lane.folder.projection.opens
                places[lane.name].append(with_text if opens else place)
        if place.type in self._also.types:
            facts.append(with_text if place.type in self._also.opens else place)


def _by_type(lanes: Sequence[Lane]) -> dict[str, list[Lane]]:
    wanting: dict[str, list[Lane]] = defaultdict(list)
    for lane in lanes:
        for type_ in lane.folder.projection.handles:
            wanting[type_].append(lane)
    return dict(wanting)


def _decode(commit: StoredCommit) -> tuple[tuple[Event, ...], Exception | None]:
    try:
        return commit.events, None
    except EventError as error:
        _log.error("commit_unreadable", sequence=commit.sequence, subject=str(commit.subject), fault=str(error))
        return (), error


def _in_commit(commit: StoredCommit, events: Sequence[Event], fault: Exception | None) -> list[Place]:
    """The commit's facts; for one that cannot be read, one place without a fact per type its header names."""
    subject, sequence = str(commit.subject), commit.sequence
    if fault is not None:
        return [Place(subject, Position(sequence, n), type_, None, fault) for n, type_ in enumerate(commit.types)]
    return [
        Place(subject, Position(sequence, n), event.type, Fact(event, sequence, n)) for n, event in enumerate(events)
    ]


def _with(place: Place, text: BaseModel) -> Place:
    if place.fact is None:
        return place
    fact = Fact(place.fact.event, place.fact.sequence, place.fact.index, text)
    return Place(place.subject, place.position, place.type, fact)


def places_of(
    commits: Sequence[StoredCommit], types: frozenset[str], opened: Mapping[str, BaseModel | None]
) -> list[Place]:
    """The facts of these types in some commits, for a retry of what was parked."""
    found: list[Place] = []
    for commit in commits:
        events, fault = _decode(commit)
        for place in _in_commit(commit, events, fault):
            if place.type in types:
                text = opened.get(place.fact.event.id) if place.fact is not None else None
                found.append(place if text is None else _with(place, text))
    return found
