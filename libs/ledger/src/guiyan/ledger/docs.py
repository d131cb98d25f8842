"""The documents a projection sees while it applies one fact, and the shelf of those that are in memory.

`get` of a document that is not on the shelf raises `NeedsDocument`; the caller loads it and applies the fact again.
Nothing of an unfinished application is kept, so a projection writes plain code and never awaits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from guiyan.ledger.database import Changes
from guiyan.ledger.projection import Document, Key, Timer
from guiyan.ledger.target import TIMERS

_PLAIN: Final = frozenset({str, int, float, bool, type(None), bytes})
SEEN_LIMIT: Final = 2_000_000
"""How many written ids a shelf remembers for certain absence; beyond it, absence is looked up."""


class NeedsDocument(BaseException):
    """A document that is not in memory was asked for, or several at once."""

    def __init__(self, *keys: Key) -> None:
        super().__init__(*keys)
        self.keys = frozenset(keys)


def storable(value: Any) -> Any:
    """The value as the database would give it back: times cut to milliseconds, tuples as lists, enums as text.

    Raises TypeError for what the database has no type for, so that the fact at fault is known at once.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {name: storable(one) for name, one in value.items()}
    if kind is list or kind is tuple:
        return [storable(one) for one in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a document holds a time without a zone; give it one")
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, str):
        return str(value.value) if hasattr(value, "value") else str(value)
    if isinstance(value, Mapping):
        return {str(name): storable(one) for name, one in value.items()}
    what = "a date: write its ISO text" if isinstance(value, date) else kind.__name__
    raise TypeError(f"a document cannot hold {what}")


class Shelf:
    """The documents of one target that are in memory: a bounded cache and what the present batch changed."""

    def __init__(self, *, limit: int = 20_000, from_zero: bool = False) -> None:
        self._limit = limit
        self._kept: dict[Key, Document | None] = {}
        self._changed: dict[Key, Document | None] = {}
        self._inserted: set[Key] = set()
        self._written_by: dict[Key, int] = {}
        self._taken = 0
        self._seen: set[int] | None = set() if from_zero else None
        self.is_whole = from_zero
        """Whether every document there is stands on the shelf, so that none has to be loaded."""

    def find(self, key: Key) -> Document | None:
        """The document as it is now, None when there is none; raises NeedsDocument when that is not known."""
        if key in self._changed:
            return self._changed[key]
        if key in self._kept:
            return self._kept[key]
        if self._seen is not None and hash(key) not in self._seen:
            return None
        raise NeedsDocument(key)

    def missing(self, keys: Iterable[Key]) -> set[Key]:
        """Those that would have to be loaded."""
        return {
            key
            for key in keys
            if key not in self._changed and key not in self._kept and (self._seen is None or hash(key) in self._seen)
        }

    def fill(self, keys: Iterable[Key], found: Mapping[Key, Document]) -> None:
        """Put on the shelf what was loaded; a key that was not found is known to be absent."""
        for key in keys:
            self._kept[key] = found.get(key)

    def accept(self, changes: Mapping[Key, Document | None], place: int) -> None:
        """Take over what one fact changed; `place` is its number in the batch."""
        for key, document in changes.items():
            if key not in self._changed and self._absent(key):
                self._inserted.add(key)
            self._changed[key] = document
            self._written_by[key] = place

    def _absent(self, key: Key) -> bool:
        if key in self._kept:
            return self._kept[key] is None
        return self._seen is not None and hash(key) not in self._seen

    @property
    def dirty(self) -> int:
        """How many documents were changed since the last `take`."""
        return len(self._changed)

    def take(self) -> tuple[dict[str, Changes], dict[Key, int]]:
        """The batch's changes by collection, and which fact wrote which document; from now on they count as stored."""
        changes: dict[str, Changes] = {}
        written_by = self._written_by
        for key, document in self._changed.items():
            into = changes.setdefault(key.collection, Changes())
            new = key in self._inserted
            if document is None:
                if not new:
                    into.deletes.append(key.id)
            elif new:
                into.inserts.append(document)
            else:
                into.replaces.append(document)
        self._remember()
        return changes, written_by

    def _remember(self) -> None:
        for key in self._changed:
            self._kept.pop(key, None)
        self._kept.update(self._changed)
        self._taken = len(self._changed)
        if self._seen is not None:
            self._seen.update(map(hash, self._changed))
            if len(self._seen) > SEEN_LIMIT:
                self._seen = None
        self.undo()

    def trim(self) -> None:
        """Forget the oldest documents beyond the limit, never those of the last `take`: it may not be written yet."""
        over = min(len(self._kept) - self._limit, len(self._kept) - self._taken)
        if over > 0:
            self.is_whole = False
            for key in list(self._kept)[:over]:
                del self._kept[key]

    def emptied(self) -> Shelf:
        """A shelf like this one for documents of which none is stored."""
        return Shelf(limit=self._limit, from_zero=True)

    def clear(self) -> None:
        """Forget every document: what is stored is not known any more."""
        self.is_whole = False
        self._kept.clear()
        self.undo()

    def undo(self) -> None:
        """Forget what the present batch changed."""
        self._changed, self._inserted, self._written_by = {}, set(), {}


class FactDocs:
    """`Docs` for one fact: reads through to the shelf, keeps its changes to itself until they are accepted."""

    def __init__(self, shelf: Shelf, below: Mapping[Key, Document | None] | None = None) -> None:
        self._shelf = shelf
        self._below = below or {}
        self.changes: dict[Key, Document | None] = {}

    def get(self, collection: str, id_: str) -> Document | None:
        """A shallow copy of the document; None when there is none."""
        key = Key(collection, id_)
        if key in self.changes:
            found = self.changes[key]
        elif key in self._below:
            found = self._below[key]
        else:
            found = self._shelf.find(key)
        return None if found is None else dict(found)

    def get_all(self, collection: str, ids: Sequence[str]) -> list[Document]:
        """Shallow copies of those that exist, in this order."""
        keys = (Key(collection, id_) for id_ in ids)
        missing = self._shelf.missing(key for key in keys if key not in self.changes and key not in self._below)
        if missing:
            raise NeedsDocument(*missing)
        return [found for id_ in ids if (found := self.get(collection, id_)) is not None]

    def put(self, collection: str, id_: str, document: Document) -> None:
        """Create or replace it."""
        stored: Document = {"_id": id_}
        for name, value in document.items():
            stored[name] = value if type(value) in _PLAIN else storable(value)
        stored["_id"] = id_
        self.changes[Key(collection, id_)] = stored

    def delete(self, collection: str, id_: str) -> None:
        """Remove it, if it is there."""
        self.changes[Key(collection, id_)] = None

    def schedule(self, timer: Timer) -> None:
        """Create or move a timer."""
        self.put(TIMERS, timer.id, {"due_at": timer.due_at, "kind": timer.kind, "data": dict(timer.data)})

    def cancel(self, timer_id: str) -> None:
        """Remove a timer, if it is there."""
        self.delete(TIMERS, timer_id)
