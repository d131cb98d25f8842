"""Comparing two generations of a projection, document by document, at one moment of the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from guiyan.ledger.checkpoints import CHECKPOINTS
from guiyan.ledger.database import Session
from guiyan.ledger.projection import Document
from guiyan.ledger.store import Store
from guiyan.ledger.target import TIMERS, Target

LISTED: Final = 100
Kind = Literal["only_live", "only_other", "differs"]


class NotTogether(Exception):  # noqa: N818 - named for what is wrong
    """The two generations do not stand at the same ledger sequence; wait until the other has caught up."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One document that is not the same in both; field names only, never values."""

    collection: str
    id: str
    kind: Kind
    fields: tuple[str, ...] = ()


@dataclass
class Comparison:
    """What was found; `differences` lists the first hundred, `count` counts all."""

    live: str
    other: str
    sequence: int
    documents: int = 0
    count: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether readers would see the same."""
        return self.count == 0

    def note(self, difference: Difference) -> None:
        """Count it, and list it while there is room."""
        self.count += 1
        if len(self.differences) < LISTED:
            self.differences.append(difference)


async def compare(store: Store, live: Target, other: Target) -> Comparison:
    """Compare all collections of two generations in one snapshot; raises NotTogether."""
    names = sorted({*await store.collections_of(live), *await store.collections_of(other)})
    async with store.database.snapshot() as session:
        found = Comparison(str(live), str(other), await _sequence(store, live, other, session))
        for name in names:
            ours, theirs = (_documents(store, one, name, session) for one in (live, other))
            await _merge(name, ours, theirs, found)
    return found


async def _sequence(store: Store, live: Target, other: Target, session: Session) -> int:
    checkpoints = store.database.collection(CHECKPOINTS)
    positions = [await checkpoints.find_one(str(one), session=session) for one in (live, other)]
    ours, theirs = ((one or {}).get("position", 0) for one in positions)
    if ours != theirs:
        raise NotTogether(f"{live} stands at {ours} and {other} at {theirs}; compare them when both stand together")
    return int(ours)


async def _documents(store: Store, target: Target, name: str, session: Session) -> AsyncIterator[Document]:
    cursor = store.database.collection(target.collection(name)).find({}, session=session).sort("_id")
    async for document in cursor:
        if name == TIMERS:
            document.pop("done", None)
        yield document


async def _merge(name: str, ours: AsyncIterator[Document], theirs: AsyncIterator[Document], found: Comparison) -> None:
    one, other = await _next(ours), await _next(theirs)
    while one is not None or other is not None:
        found.documents += 1
        if other is None or (one is not None and one["_id"] < other["_id"]):
            found.note(Difference(name, _id(one), "only_live"))
            one = await _next(ours)
        elif one is None or other["_id"] < one["_id"]:
            found.note(Difference(name, _id(other), "only_other"))
            other = await _next(theirs)
        else:
            if one != other:
                found.note(Difference(name, _id(one), "differs", _fields(one, other)))
            one, other = await _next(ours), await _next(theirs)


async def _next(documents: AsyncIterator[Document]) -> Document | None:
    return await anext(documents, None)


def _id(document: Document | None) -> str:
    return "" if document is None else str(document["_id"])


def _fields(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    missing = object()
    return tuple(sorted(n for n in {*one, *other} if one.get(n, missing) != other.get(n, missing)))
