"""Letters to members and hosts on paper: each print is an event, counted by member and kind (S-40)."""

from typing import Annotated, ClassVar

from guiyan.events.classes import P1
from guiyan.events.codes import LetterKind
from guiyan.events.fields import MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import Code, Count, Id, OrgCode


class LetterEvent(Payload, abstract=True):
    """What all events of a member's letters of one kind share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "letter"
    member_id: MemberId
    kind: Annotated[LetterKind, P1("Which letter.")]


class MemberLetterPrinted(LetterEvent):
    """A letter was set on paper, with what screens mask: recorded before the page is made; its dispatch is apart."""

    branch: Annotated[OrgCode, P1("The branch that writes it.")]
    reason: Annotated[Code, P1("Why, by its code.", "POSTING")]
    print_count: Annotated[Count, P1("How many times by now, this one counted.", 1)]
    contact_point_id: Annotated[Id | None, P1("The contact point whose address stands on it.")] = None
