"""Which letters were printed for whom, and at which contact points a member takes post (S-40)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.codes import ContactPointKind
from guiyan.events.contact.contact_point import ContactPointAdded, ContactPointClosed
from guiyan.events.notifications.letter import MemberLetterPrinted
from guiyan.ledger import Docs, Fact, Index, Key, Projection

LETTERS: Final = "letters"
POST_BOXES: Final = "post_boxes"


class Letters(Projection):
    """Collections `letters` (one document a member and kind) and `post_boxes` (a member's postal contact points)."""

    name: ClassVar[str] = "letters"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = frozenset({"MemberLetterPrinted", "ContactPointAdded", "ContactPointClosed"})
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(LETTERS, ("branch", "_id")),
        Index(LETTERS, ("member_id",)),
        Index(LETTERS, ("cause",)),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The letter's document, or the member's post boxes."""
        if isinstance(fact.payload, MemberLetterPrinted):
            return (Key(LETTERS, fact.aggregate_id),)
        return (Key(POST_BOXES, fact.event.data["member_id"]),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Count the print; note an address that the member gave, or that is no longer used."""
        match fact.payload:
            case MemberLetterPrinted() as told:
                kept = told.model_dump(mode="json")
                when = {"printed_on": fact.event.occurredon.isoformat(), "cause": fact.event.causationid}
                docs.put(LETTERS, fact.aggregate_id, {**kept, **when, "version": fact.event.streamversion})
            case ContactPointAdded(kind=ContactPointKind.POSTAL, member_id=member_id):
                known = (docs.get(POST_BOXES, member_id) or {"points": []})["points"]
                docs.put(POST_BOXES, member_id, {"points": [*known, fact.aggregate_id]})
            case ContactPointClosed(member_id=member_id):
                known = (docs.get(POST_BOXES, member_id) or {"points": []})["points"]
                if fact.aggregate_id in known:
                    docs.put(POST_BOXES, member_id, {"points": [one for one in known if one != fact.aggregate_id]})
