"""Contact points: a phone or address with its validity and proof, one data key each; relay persons (domain.md §2.6)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import ContactPointEnd, ContactPointKind, ContactPointSource, VerifiedHow
from guiyan.events.fields import MemberId, PersonId
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import BlindIndex, Code, DocumentNo, Id, Phone, Text

ValueIndex = Annotated[BlindIndex | None, P2("Blind index of the value.")]
WishDocumentNo = Annotated[DocumentNo | None, P1("The paper on which the member's own wish stands (S-50).")]
WishOn = Annotated[date | None, P2("The day on which the member signed that wish.")]


class ContactPointEvent(Payload, abstract=True):
    """What all events of a contact point share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "contact_point"
    point_id: Annotated[Id, P1("The contact point; the same as in the subject; its own key seals the value.")]
    member_id: MemberId


class ContactPointFacts(Facts):
    """What kind of contact point, from whom, valid since when."""

    kind: Annotated[ContactPointKind, P2("What it is.")]
    source: Annotated[ContactPointSource, P1("Who gave it.")] = ContactPointSource.MEMBER
    valid_from: Annotated[date | None, P2("Valid from; the business date when absent.")] = None
    wish_document_no: WishDocumentNo = None
    wish_on: WishOn = None


class ContactPointText(Facts):
    """The value itself: sealed with the key of the contact point."""

    value: Annotated[Text, P3("The number or address.", "14000000001")]


class ContactPointAdded(ContactPointFacts, ContactPointEvent):
    """A way to reach the member became known (R3)."""

    person_field: ClassVar[str] = "point_id"
    personal: ClassVar[type[BaseModel] | None] = ContactPointText
    value_index: ValueIndex = None
    pii: Pii = None


class ContactPointChanged(ContactPointEvent):
    """The member gave a new value in place of this one, as each change asks (R3)."""

    person_field: ClassVar[str] = "point_id"
    personal: ClassVar[type[BaseModel] | None] = ContactPointText
    value_index: ValueIndex = None
    pii: Pii = None


class ContactPointVerified(ContactPointEvent):
    """It was proved to reach the member."""

    how: Annotated[VerifiedHow, P1("How.")]


class ContactPointRevealed(ContactPointEvent):
    """Someone looked at its value in clear, for a stated reason (domain.md §5.2, 8.1.4.11)."""

    reason: Annotated[Code, P1("Why, by its code.", "CONTACT_DUTY")]


class ContactPointBounced(ContactPointEvent):
    """A message to it came back; the notice or the letter on paper that found out is named."""

    notice_id: Annotated[Id | None, P1("The notice, or the dispatch of a letter.")] = None


class ContactPointClosed(ContactPointEvent):
    """It is no longer used; two years later its key is destroyed (domain.md §5.3)."""

    reason: Annotated[ContactPointEnd, P1("Why.")]
    replaced_by: Annotated[Id | None, P1("The contact point that took its place.")] = None


class RelayEvent(Payload, abstract=True):
    """What all events of a relay person share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "relay_person"
    person_id: PersonId
    member_id: MemberId


class RelayPersonText(Facts):
    """Who the relay person is: sealed with that person's key."""

    name: Annotated[Text, P3("The name.", "赵示例")]
    phone: Annotated[Phone, P3("The phone.", "14000000001")]
    relation: Annotated[Text | None, P3("How they stand to the member.")] = None


class RelayPersonNominated(RelayEvent):
    """The member named someone who passes messages on; by the member's own wish only (R6, S-50)."""

    person_field: ClassVar[str] = "person_id"
    personal: ClassVar[type[BaseModel] | None] = RelayPersonText
    in_writing: Annotated[bool, P1("The wish is in writing.")]
    wish_document_no: WishDocumentNo = None
    wish_on: WishOn = None
    pii: Pii = None


class RelayPersonWithdrawn(RelayEvent):
    """The member took the nomination back, or the relay person declined."""
