"""A projection: documents computed from events, thrown away and computed again whenever somebody likes.

Sub-class `Projection`, name the event types in `handles`, and write `apply` as a pure function of the fact and
of the documents it asks for. The runner loads, folds, writes and moves the checkpoint in one transaction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol

from guiyan.ledger.fact import Fact

Document = dict[str, Any]


class Key(NamedTuple):
    """One document of a projection: collection and id."""

    collection: str
    id: str


@dataclass(frozen=True, slots=True)
class Index:
    """An index of a projection's collection: field names in order, '-' in front for descending."""

    collection: str
    fields: tuple[str, ...]
    unique: bool = False
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """A duty of time: at `due_at` the service's due loop turns it into a command of `kind`.

    `id` is unique within the service and says aggregate, kind and period; `data` holds what the command needs,
    codes and ids only.
    """

    id: str
    due_at: datetime
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Docs(Protocol):
    """The documents a projection may read and change while it applies one fact.

    A document got is a copy: put it back to change it. Nested values are replaced, never changed in place.
    """

    def get(self, collection: str, id_: str) -> Document | None:
        """The document, as all earlier facts left it; None when there is none."""

    def get_all(self, collection: str, ids: Sequence[str]) -> list[Document]:
        """Those of several that exist, in this order; loaded together, where one by one each would be waited for."""

    def put(self, collection: str, id_: str, document: Document) -> None:
        """Create or replace it; `_id` is set to `id_`."""

    def delete(self, collection: str, id_: str) -> None:
        """Remove it, if it is there."""

    def schedule(self, timer: Timer) -> None:
        """Create or move a timer."""

    def cancel(self, timer_id: str) -> None:
        """Remove a timer, if it is there."""


class Projection(ABC):
    """What every read model of a service is.

    `name` and `version` name its collections; a changed `version` is built anew beside the old one. `opens` are the
    event types whose personal text it needs opened.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]]
    opens: ClassVar[frozenset[str]] = frozenset()
    indexes: ClassVar[tuple[Index, ...]] = ()

    def touches(self, fact: Fact) -> Iterable[Key]:  # noqa: ARG002 - a hint that a sub-class may give
        """The documents this fact will ask for: a hint that saves round trips, never needed for correctness."""
        return ()

    @abstractmethod
    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the documents as this fact says. Pure: same fact, same documents, same result; may be run again."""
