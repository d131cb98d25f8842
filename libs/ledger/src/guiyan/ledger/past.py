"""The past of a few documents: the live projection itself, folded in memory over the events that count in that past."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from guiyan.events import Event
from guiyan.ledger.commit import History
from guiyan.ledger.docs import FactDocs, Shelf
from guiyan.ledger.fact import Fact
from guiyan.ledger.port import Ledger
from guiyan.ledger.projection import Document, Key, Projection
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.subject import Subject


@dataclass(frozen=True, slots=True)
class Past:
    """The documents of one projection as some events left them; `sequence` is that of the newest event counted."""

    shelf: Shelf
    sequence: int

    def find(self, collection: str, id_: str) -> Document | None:
        """The document of that past; None when it was not yet, or was no more."""
        return self.shelf.find(Key(collection, id_))


def fold(projection: Projection, facts: Iterable[Fact]) -> Past:
    """The documents that the projection makes of these facts and no others, in this order."""
    shelf, sequence = Shelf(from_zero=True), 0
    for fact, past in steps(projection, facts):
        shelf, sequence = past.shelf, fact.sequence
    return Past(shelf, sequence)


def steps(projection: Projection, facts: Iterable[Fact]) -> Iterator[tuple[Fact, Past]]:
    """The same fact by fact: each with the documents as it left them. They change with the next step."""
    shelf = Shelf(from_zero=True)
    for place, fact in enumerate(facts):
        docs = FactDocs(shelf)
        projection.apply(fact, docs)
        shelf.accept(docs.changes, place)
        yield fact, Past(shelf, fact.sequence)


async def read_past(
    ledger: Ledger,
    sealer: Sealer,
    projection: Projection,
    subjects: Iterable[Subject],
    keep: Callable[[Event], bool],
) -> Past:
    """Fold what these aggregates' streams hold, in the ledger's order, as far as `keep` lets it count.

    `subjects` must name every aggregate whose events change the documents asked for. Personal text is opened as the
    live projection opens it; of an erased person there is none in any past. Raises LedgerUnavailable.
    """
    return fold(projection, await read_facts(ledger, sealer, projection, subjects, keep))


async def read_facts(
    ledger: Ledger,
    sealer: Sealer,
    projection: Projection,
    subjects: Iterable[Subject],
    keep: Callable[[Event], bool],
) -> list[Fact]:
    """What `read_past` folds: the events that count, in the ledger's order, with their text opened."""
    facts = facts_of(await read_all(ledger, subjects))
    return await opened_for(projection, sealer, [fact for fact in facts if keep(fact.event)])


async def opened_for(projection: Projection, sealer: Sealer, facts: Iterable[Fact]) -> list[Fact]:
    """Those of the facts that the projection handles, with the text that it opens."""
    handled = [fact for fact in facts if fact.type in projection.handles]
    opened = await sealer.open([fact.event for fact in handled if fact.type in projection.opens])
    return [Fact(one.event, one.sequence, one.index, opened.get(one.event.id)) for one in handled]


async def read_all(ledger: Ledger, subjects: Iterable[Subject]) -> list[History]:
    """The histories of these aggregates, each once."""
    return list(await asyncio.gather(*(ledger.read(one) for one in dict.fromkeys(subjects))))


def facts_of(histories: Sequence[History]) -> list[Fact]:
    """The events of several aggregates in the order of the ledger, their personal text still closed."""
    found = [
        Fact(event, commit.sequence, index)
        for history in histories
        for commit in history.commits
        for index, event in enumerate(commit.events)
    ]
    return sorted(found, key=lambda fact: (fact.sequence, fact.index))
