"""Telephones as the registry has them: the number of now, and whether it is to be called (domain.md §2.6, P-10)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import BaseModel

from guiyan.contact.domain.values import read_value
from guiyan.events import Event, derived_id
from guiyan.events.codes import ContactPointEnd, ContactPointKind, ContactPointSource
from guiyan.events.registry import MemberImported
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.ledger import Document, Refused

OF_REGISTRY: Final = frozenset({ContactPointSource.ROSTER, ContactPointSource.REGISTRY})
FIELDS: Final = ((ContactPointKind.MOBILE, "mobile"), (ContactPointKind.LANDLINE, "landline"))


@dataclass(frozen=True, slots=True)
class ToldNumber:
    """A number and the event that told it first; told again, it is the same."""

    kind: ContactPointKind
    value: str
    event: Event

    @property
    def on(self) -> date:
        """The business date on which it was told: valid from then on."""
        return self.event.occurredon

    @property
    def source(self) -> ContactPointSource:
        """A roster, by an import of either kind; else the register, where a person or a township entered it."""
        by_roster = isinstance(self.event.payload, MemberImported) or self.event.importbatch is not None
        return ContactPointSource.ROSTER if by_roster else ContactPointSource.REGISTRY

    def point_id(self, member_id: str) -> str:
        """The contact point it becomes: the same however often its event is read."""
        return derived_id(self.event.time, "contact_point", member_id, self.event.id, self.kind)


def numbers_told(told: Iterable[tuple[Event, BaseModel | None]]) -> Iterator[ToldNumber]:
    """The member's newest number of each kind, from the events of the record and their texts in order of record.

    Newest is what was told for the latest business date, of one date what was recorded last (§8): the same whether the
    member was at home or away when it was told. What has no usable form tells nothing: the registry has warned of it.
    """
    found: dict[ContactPointKind, ToldNumber] = {}
    newest: dict[ContactPointKind, date] = {}
    for event, text in told:
        if not isinstance(text, MemberText | MemberTextChange):
            continue
        for kind, field in FIELDS:
            value = getattr(text, field)
            read = None if value is None else _read(kind, value)
            if read is None or event.occurredon < newest.get(kind, date.min):
                continue
            newest[kind] = event.occurredon
            if kind not in found or found[kind].value != read:
                found[kind] = ToldNumber(kind, read, event)
    yield from found.values()


def is_new(told: ToldNumber, index: str, points: Sequence[Document]) -> bool:
    """Whether the number becomes a contact point, by the member's points so far.

    Not when it is one already; nor when it was found wrong or dead, or closed by wish: a roster that still has it
    revives nothing, people add it again. One that was replaced comes back only when it was told after that. What was
    told before a newer number or proof of the registry's own stands back (§8).
    """
    for point in points:
        if point["value_index"] == index:
            if point["open"] or point["end_reason"] != ContactPointEnd.REPLACED:
                return False
            if _told_before(told, point["valid_to"], point["ended_at"]):
                return False
        if any(old["index"] == index and _told_before(told, old["until"], old["at"]) for old in point["former"]):
            return False
        newer = max(point["valid_from"], point["verified_on"] or "") > told.on.isoformat()
        if newer and point["open"] and point["kind"] == told.kind and point["source"] in OF_REGISTRY:
            return False
    return True


def replaced_by(point_id: str, points: Sequence[Document]) -> list[str]:
    """The registry's numbers of the same kind that one took the place of: those open and told before it."""
    new = next((one for one in points if one["_id"] == point_id), None)
    if new is None or not new["open"]:
        return []
    return [
        one["_id"]
        for one in points
        if one["open"] and one["source"] in OF_REGISTRY and one["kind"] == new["kind"] and one["_id"] < point_id
    ]


def _told_before(told: ToldNumber, day: str, at: str) -> bool:
    """Whether it was told before a moment: on an earlier day, or recorded earlier."""
    return told.on.isoformat() < day or told.event.time.isoformat() <= at


def _read(kind: ContactPointKind, value: str) -> str | None:
    try:
        return read_value(kind, value)
    except Refused:
        return None
