"""Folding: several documents that a projection asks for at once are loaded at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from guiyan.ledger.docs import Shelf
from guiyan.ledger.fact import Fact
from guiyan.ledger.fold import Folder, Place
from guiyan.ledger.parking import Position
from guiyan.ledger.projection import Docs, Document, Key, Projection
from guiyan.ledger.target import Target
from guiyan.ledger.testing.books import RENAMED, book, entry

STORED = {Key("books", id_): {"_id": id_, "pages": pages} for id_, pages in (("a", 1), ("b", 2), ("c", 3))}
SUMS = [Key("sums", name) for name in ("one", "two")]


class Summing(Projection):
    """Sums the pages of all books: one is put there by the fact itself, one taken away, one was never there."""

    name: ClassVar[str] = "summing"
    handles: ClassVar[frozenset[str]] = frozenset({RENAMED})

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Ask for all of them at once."""
        docs.put("books", "d", {"pages": 40})
        docs.delete("books", "b")
        found = docs.get_all("books", ("d", "c", "missing", "b", "a"))
        docs.put(
            "sums", fact.aggregate_id, {"ids": [one["_id"] for one in found], "pages": [one["pages"] for one in found]}
        )


async def test_what_is_asked_for_at_once_is_loaded_at_once() -> None:
    """In the order asked for, with the fact's own changes, without what is not there; one load for two facts."""
    loads: list[set[Key]] = []

    async def load(_: Target, keys: Iterable[Key]) -> Mapping[Key, Document]:
        loads.append(set(keys))
        return {key: STORED[key] for key in loads[-1] if key in STORED}

    shelf = Shelf()
    folder = Folder(Summing(), Target.of(Summing, 1), shelf, load)
    places = [
        Place(key.id, Position(number, 0), RENAMED, Fact(entry(book(key.id), 1), number))
        for number, key in enumerate(SUMS, 1)
    ]
    assert (await folder.fold(places)).applied == len(SUMS)
    assert loads == [{Key("books", "c"), Key("books", "missing"), Key("books", "a")}]
    for key in SUMS:
        assert shelf.find(key) == {"_id": key.id, "ids": ["d", "c", "a"], "pages": [40, 3, 1]}
