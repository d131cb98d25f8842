"""The rulebook: which value of a policy parameter is valid on a business date, followed by every service (§2.14).

Nobody calls the registry: each service keeps the changes as a small collection of its own. Rules are decided by the
values valid on the business date of what is decided; a projection that sets timers keeps the changes itself
(`noted`, `valued`), so that a timer set earlier keeps the value it was set by, also when all is computed again.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final, Protocol, Self, TypeVar

from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.ledger import Docs, Fact, Index, Projection
from guiyan.service.mirror import Mirror
from guiyan.service.parameters import PARAMETERS, BadValue, NumberOf, Value
from guiyan.service.reads import Document, Reads

CHANGES: Final = "parameters"
REMEMBERED_DAYS: Final = 1_000
"""For how many days (times processes) the rulebook remembers what is valid."""
HANDLES: Final = frozenset({"PolicyParameterChanged"})


class Rules(Protocol):
    """The parameters of a process, made from their values."""

    @classmethod
    def of(cls, value: NumberOf, /) -> Self:
        """From what tells the value of each key."""
        ...


P = TypeVar("P", bound=Rules)


class PolicyParameters(Projection):
    """One document per parameter that a document has changed: every change, the one valid first in front."""

    name = "parameters"
    handles = HANDLES
    indexes = (Index(CHANGES, ("sequence",)),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Note the change."""
        noted(fact, docs)


def noted(fact: Fact, docs: Docs) -> bool:
    """Note a change of a parameter; False for every other fact, which changes nothing here.

    What names an organisation is for that one and below; this version's rules are the same for all.
    """
    payload = fact.payload
    if not isinstance(payload, PolicyParameterChanged):
        return False
    if payload.org_code is None:
        changes = (docs.get(CHANGES, payload.key) or {"changes": []})["changes"]
        change = {
            "value": payload.value,
            "from_on": payload.from_on.isoformat(),
            "document_no": payload.document_no,
            "recorded_at": fact.event.time,
        }
        ordered = sorted([*changes, change], key=lambda one: str(one["from_on"]))
        kept = {"changes": ordered, "version": fact.event.streamversion, "sequence": fact.sequence}
        docs.put(CHANGES, payload.key, kept)
    return True


def valid(key: str, document: Document | None, on: date) -> Value:
    """The value valid on a day: of the changes begun by then the last, of the same day the one recorded last.

    A text that this version cannot read as a value of the parameter counts as no change: its writer is newer.
    """
    change = None if document is None else change_valid(key, document, on)
    return PARAMETERS[key].default if change is None else PARAMETERS[key].parse(change["value"])


def change_valid(key: str, document: Document | None, on: date) -> Document | None:
    """The change that makes the value valid on a day; None where it is the default."""
    changes: list[Document] = (document or {}).get("changes", [])
    begun = (one for one in reversed(changes) if one["from_on"] <= on.isoformat())
    return next((one for one in begun if _readable(key, one["value"])), None)


def _readable(key: str, text: str) -> bool:
    try:
        PARAMETERS[key].parse(text)
    except BadValue:
        return False
    return True


def valued(docs: Docs, on: date) -> NumberOf:
    """Looks values up in a projection's own documents: as far as its events tell, on the day."""
    return lambda key: valid(key, docs.get(CHANGES, key), on)


class Rulebook:
    """The parameters in memory: a mirror of the projection's documents."""

    def __init__(self, reads: Reads) -> None:
        self._found: dict[str, Document] = {}
        self._valid: dict[tuple[type, date], Any] = {}
        self._mirror = Mirror(reads, CHANGES, self._take)

    def _take(self, changed: Iterable[Document]) -> None:
        self._found |= {document["_id"]: document for document in changed}
        self._valid.clear()

    async def refresh(self, *, after_sequence: int = 0, wait_seconds: float = 0) -> None:
        """Read what changed; with `after_sequence` first wait until the projection has come that far."""
        await self._mirror.refresh(after_sequence=after_sequence, wait_seconds=wait_seconds)

    async def reach(self, sequence: int, *, wait_seconds: float) -> bool:
        """Know every change up to a ledger sequence; False when the projection does not come so far in time."""
        return await self._mirror.reach(sequence, wait_seconds=wait_seconds)

    def value(self, key: str, on: date) -> Value:
        """The value valid on a day, as of the last refresh."""
        return valid(key, self._found.get(key), on)

    def on(self, day: date) -> NumberOf:
        """Looks values up as they are valid on a day."""
        return partial(self._on, day)

    def valid(self, parameters: type[P], day: date) -> P:
        """The parameters of a process as they are valid on a day; remembered: every command asks for them."""
        found: P | None = self._valid.get((parameters, day))
        if found is None:
            if len(self._valid) >= REMEMBERED_DAYS:
                self._valid.clear()
            found = self._valid[parameters, day] = parameters.of(self.on(day))
        return found

    def _on(self, day: date, key: str) -> Value:
        return self.value(key, day)

    def changes(self) -> Mapping[str, Document]:
        """Every change by the parameter's key, as of the last refresh."""
        return self._found
