"""How a member is reached: his own mobile numbers and mail addresses that are in use, as contact keeps them (§2.6).

What a relay person or the family gave is for people's calls alone and is not kept here (S-50).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events import contact, registry
from guiyan.events.codes import ContactPointKind, ContactPointSource
from guiyan.events.contact.contact_point import ContactPointEvent, ContactPointText
from guiyan.ledger import Docs, Document, Fact, Key, Projection

REACH: Final = "reach"
USED: Final = frozenset({ContactPointKind.MOBILE, ContactPointKind.EMAIL})
"""Kinds that a message leaves for by itself."""
NOT_HIS_OWN: Final = frozenset({ContactPointSource.RELAY_PERSON, ContactPointSource.FAMILY_BY_WISH})


class Reach(Projection):
    """One document a member: `points` by their ids, each with kind, value, and when it was last proved."""

    name: ClassVar[str] = "reach"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "ContactPointAdded",
            "ContactPointChanged",
            "ContactPointVerified",
            "ContactPointClosed",
            "ProcessingRestricted",
            "DekDestroyed",
        }
    )
    opens: ClassVar[frozenset[str]] = frozenset({"ContactPointAdded", "ContactPointChanged"})

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The member's document."""
        payload = fact.payload
        return (Key(REACH, payload.member_id),) if isinstance(payload, ContactPointEvent) else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Keep what is in use; nobody is reached whose processing is restricted, or who was erased (domain.md §5.3)."""
        payload = fact.payload
        if isinstance(payload, registry.ProcessingRestricted | registry.DekDestroyed):
            docs.delete(REACH, payload.person_id)
        elif isinstance(payload, ContactPointEvent):
            before = docs.get(REACH, payload.member_id) or {"points": {}}
            after = _changed(before["points"], payload, fact)
            if after:
                docs.put(REACH, payload.member_id, {"points": after})
            else:
                docs.delete(REACH, payload.member_id)


def _changed(points: Document, payload: ContactPointEvent, fact: Fact) -> Document:
    id_, on = payload.point_id, fact.event.occurredon.isoformat()
    others = {key: one for key, one in points.items() if key != id_}
    value = fact.pii.value if isinstance(fact.pii, ContactPointText) else None
    match payload:
        case contact.ContactPointAdded():
            if payload.kind not in USED or payload.source in NOT_HIS_OWN or value is None:
                return others
            since = (payload.valid_from or fact.event.occurredon).isoformat()
            return {**others, id_: {"kind": str(payload.kind), "value": value, "since": since, "proved": None}}
        case contact.ContactPointChanged() if id_ in points:
            return others if value is None else {**others, id_: {**points[id_], "value": value, "proved": None}}
        case contact.ContactPointVerified() if id_ in points:
            return {**others, id_: {**points[id_], "proved": max(on, points[id_]["proved"] or "")}}
        case contact.ContactPointClosed():
            return others
        case _:
            return points
