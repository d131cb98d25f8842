"""Folding: a batch of facts onto the documents of one target, in memory, loading what is asked for in bulk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from guiyan.ledger.docs import FactDocs, NeedsDocument, Shelf
from guiyan.ledger.fact import Fact
from guiyan.ledger.parking import Parked, Position, parked_id
from guiyan.ledger.projection import Document, Key, Projection
from guiyan.ledger.target import Target

LOOK_AHEAD: Final = 2_000
Load = Callable[[Target, Iterable[Key]], Awaitable[Mapping[Key, Document]]]


class Place(NamedTuple):
    """A fact and where it stands in the ledger; no fact, but a fault, when its commit cannot be decoded."""

    subject: str
    position: Position
    type: str
    fact: Fact | None
    fault: Exception | None = None


@dataclass(slots=True)
class Folded:
    """What became of a batch: how many facts were applied, what was parked, what came to wait behind it."""

    applied: int = 0
    parked: list[Parked] = field(default_factory=list)
    queued: Counter[str] = field(default_factory=Counter)


@dataclass
class Folder:
    """One target's projection at work: its shelf, what is parked, what is skipped by decision."""

    projection: Projection
    target: Target
    shelf: Shelf
    load: Load
    parked: set[str] = field(default_factory=set)
    skipped: set[Position] = field(default_factory=set)
    refused: dict[Position, Exception] = field(default_factory=dict)

    async def fold(self, places: Sequence[Place]) -> Folded:
        """Apply the facts in order; a fact that raises parks its aggregate. What changed is on the shelf."""
        folded = Folded()
        if not self.shelf.is_whole:
            await self._prefetch(places)
        at = 0
        while at < len(places):
            place = places[at]
            fault = self.refused.get(place.position, place.fault) if self.refused else place.fault
            if place.subject in self.parked:
                folded.queued[parked_id(str(self.target), place.subject)] += 1
            elif place.position in self.skipped:
                pass
            elif fault is not None or place.fact is None:
                folded.parked.append(self._park(place, fault or LookupError("no fact")))
            else:
                docs = FactDocs(self.shelf)
                try:
                    self.projection.apply(place.fact, docs)
                except NeedsDocument as needs:
                    await self._fetch(self._look_ahead(places[at : at + LOOK_AHEAD]) | needs.keys)
                    continue
                except Exception as error:  # noqa: BLE001 - whatever a projection raises is that event's fault
                    folded.parked.append(self._park(place, error))
                else:
                    self.shelf.accept(docs.changes, at)
                    folded.applied += 1
            at += 1
        return folded

    def undo(self, parked: Iterable[Parked]) -> None:
        """Forget what was folded and not written, with what it parked; what is stored must be read again."""
        self.parked.difference_update(one.subject for one in parked)
        self.shelf.clear()

    def _park(self, place: Place, error: BaseException) -> Parked:
        self.parked.add(place.subject)
        return Parked.because(error, str(self.target), place.subject, place.position, place.type)

    async def _prefetch(self, places: Sequence[Place]) -> None:
        keys = {key for place in places if place.fact is not None for key in self._hint(place.fact)}
        if keys:
            await self._fetch(keys)

    def _hint(self, fact: Fact) -> Iterable[Key]:
        try:
            return tuple(self.projection.touches(fact))
        except Exception:  # noqa: BLE001 - only a hint: apply will meet the same event and park it
            return ()

    def _look_ahead(self, places: Sequence[Place]) -> set[Key]:
        """Apply on trial, keep nothing, and collect what each fact lacks first."""
        lacking: set[Key] = set()
        trial: dict[Key, Document | None] = {}
        for place in places:
            if place.fact is None or place.subject in self.parked or place.position in self.skipped:
                continue
            docs = FactDocs(self.shelf, trial)
            try:
                self.projection.apply(place.fact, docs)
            except NeedsDocument as needs:
                lacking |= needs.keys
            except Exception:  # noqa: BLE001, S112 - a trial: the real application will tell
                continue
            else:
                trial.update(docs.changes)
        return lacking

    async def _fetch(self, keys: set[Key]) -> None:
        missing = self.shelf.missing(keys)
        if missing:
            self.shelf.fill(missing, await self.load(self.target, missing))
