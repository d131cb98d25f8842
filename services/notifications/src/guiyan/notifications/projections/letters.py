"""Which letters were printed for whom, sent, arrived, came back; where a member takes post; whom for no more (S-40)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.codes import ContactPointKind
from guiyan.events.contact.contact_point import ContactPointAdded, ContactPointClosed
from guiyan.events.notifications.letter import MemberLetterPrinted
from guiyan.events.notifications.study import MaterialCameBack, MaterialDispatched, MaterialReceived
from guiyan.ledger import Docs, Fact, Index, Key, Projection
from guiyan.notifications.domain.letter import letter_id
from guiyan.service import withheld

LETTERS: Final = "letters"
POSTED: Final = "posted"
POST_BOXES: Final = "post_boxes"
_UNSENT: Final = dict.fromkeys(("material_id", "state", "sent_on", "tracking_no", "received_on", "came_back_on"))
_ENDS: Final = {"MaterialReceived": ("RECEIVED", "received_on"), "MaterialCameBack": ("CAME_BACK", "came_back_on")}


class Letters(Projection):
    """Collections `letters` (by member and kind), `posted` (which letter a dispatch was), `post_boxes`, `withheld`."""

    name: ClassVar[str] = "letters"
    version: ClassVar[int] = 3
    handles: ClassVar[frozenset[str]] = (
        frozenset({"MemberLetterPrinted", "ContactPointAdded", "ContactPointClosed", "MaterialDispatched", *_ENDS})
        | withheld.HANDLES
    )
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(LETTERS, ("branch", "_id")),
        Index(LETTERS, ("member_id",)),
        Index(LETTERS, ("cause",)),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The letter's document, the dispatch's, the member's post boxes, or the mark that nobody writes any more."""
        mark = withheld.key_of(fact)
        if mark is not None:
            return (mark,)
        match fact.payload:
            case MemberLetterPrinted():
                return (Key(LETTERS, fact.aggregate_id),)
            case MaterialDispatched() as sent:
                return Key(LETTERS, letter_id(sent.member_id, sent.kind)), Key(POSTED, fact.aggregate_id)
            case MaterialReceived() | MaterialCameBack():
                return (Key(POSTED, fact.aggregate_id),)
            case _:
                return (Key(POST_BOXES, fact.event.data["member_id"]),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Count the print, note what became of what was sent, and where a member takes post."""
        if withheld.noted(fact, docs):
            return
        day = fact.event.occurredon.isoformat()
        match fact.payload:
            case MemberLetterPrinted() as told:
                kept = told.model_dump(mode="json")
                when = {"printed_on": day, "cause": fact.event.causationid, "version": fact.event.streamversion}
                before = docs.get(LETTERS, fact.aggregate_id) or _UNSENT
                docs.put(LETTERS, fact.aggregate_id, {**before, **kept, **when})
            case MaterialDispatched() as sent:
                self._sent(sent, fact, docs)
            case MaterialReceived() | MaterialCameBack():
                self._ended(fact, docs)
            case ContactPointAdded(kind=ContactPointKind.POSTAL, member_id=member_id):
                known = (docs.get(POST_BOXES, member_id) or {"points": []})["points"]
                docs.put(POST_BOXES, member_id, {"points": [*known, fact.aggregate_id]})
            case ContactPointClosed(member_id=member_id):
                known = (docs.get(POST_BOXES, member_id) or {"points": []})["points"]
                if fact.aggregate_id in known:
                    docs.put(POST_BOXES, member_id, {"points": [one for one in known if one != fact.aggregate_id]})

    def _sent(self, sent: MaterialDispatched, fact: Fact, docs: Docs) -> None:
        """The newest dispatch of a letter stands; what is no letter that was printed here stands with the materials."""
        id_ = letter_id(sent.member_id, sent.kind)
        before = docs.get(LETTERS, id_)
        if before is None:
            return
        docs.put(POSTED, fact.aggregate_id, {"letter": id_})
        when = {"sent_on": fact.event.occurredon.isoformat(), "material_id": fact.aggregate_id, "state": "SENT"}
        docs.put(LETTERS, id_, {**before, **_UNSENT, **when, "tracking_no": sent.tracking_no})

    def _ended(self, fact: Fact, docs: Docs) -> None:
        posted = docs.get(POSTED, fact.aggregate_id)
        letter = docs.get(LETTERS, posted["letter"]) if posted else None
        if posted is None or letter is None or letter["material_id"] != fact.aggregate_id:
            return
        state, on = _ENDS[fact.type]
        docs.put(LETTERS, posted["letter"], {**letter, "state": state, on: fact.event.occurredon.isoformat()})
