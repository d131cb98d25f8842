"""Who looked: one row for each time somebody was shown masked text of a member, or printed it (§5.2, §6 no. 22).

Beside it, of whom nothing may be shown any more (§5.3): that is asked before a look is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.codes import Code
from guiyan.events.contact import ContactPointRevealed
from guiyan.events.registry.privacy import CardPrinted, FieldsRevealed
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.registry.projections.indexes import ordered
from guiyan.service import withheld

ACCESSES: Final = "accesses"
_POINT: Final = ["contact_point"]


class Act(Code):
    """What was done with the text."""

    REVEALED = "REVEALED", "查看"
    PRINTED = "PRINTED", "打印登记卡", "Card printed"
    POINT_REVEALED = "POINT_REVEALED", "查看联系方式", "Contact point shown"


class Accesses(Projection):
    """Collections `accesses`, keyed by the event (facts are written before anything is shown), and `withheld`."""

    name: ClassVar[str] = "accesses"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = (
        frozenset({"FieldsRevealed", "CardPrinted", "ContactPointRevealed"}) | withheld.HANDLES
    )
    indexes: ClassVar[tuple[Index, ...]] = (
        *ordered(ACCESSES, "actor_org", "_id", "at"),
        Index(ACCESSES, ("member_id", "_id")),
        Index(ACCESSES, ("member_id", "at", "_id")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The row, which nothing else ever changes; or the person's mark."""
        return (withheld.key_of(fact) or Key(ACCESSES, fact.event.id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Enter the row, or the mark."""
        if withheld.noted(fact, docs):
            return
        row = _row(fact)
        if row is not None:
            event = fact.event
            who = {"at": event.time, "on": event.occurredon.isoformat(), "actor": event.actor}
            docs.put(ACCESSES, event.id, {**who, "actor_org": event.actororg, **row})


def _row(fact: Fact) -> Document | None:
    match fact.payload:
        case FieldsRevealed() as facts:
            told = {"act": Act.REVEALED.value, "member_id": facts.person_id, "fields": list(facts.fields)}
        case CardPrinted() as facts:
            told = {"act": Act.PRINTED.value, "member_id": facts.member_id, "fields": list(facts.fields)}
        case ContactPointRevealed() as facts:
            told = {"act": Act.POINT_REVEALED.value, "member_id": facts.member_id, "fields": _POINT}
        case _:
            return None
    return {**told, "reason": facts.reason}
