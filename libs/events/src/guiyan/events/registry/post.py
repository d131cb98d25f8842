"""Who serves an organisation: secretaries and contact persons, on its own stream (domain.md §2.13, S-11)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1, P3
from guiyan.events.fields import PersonId
from guiyan.events.payload import Facts, Pii
from guiyan.events.registry.organisation import OrganisationEvent
from guiyan.events.values import DocumentNo, Id, OrgCode, Phone, Text

PersonMemberId = Annotated[Id | None, P1("The same person's record in the member register, if there is one.")]


class PersonText(Facts):
    """What is known of a person who serves: sealed with that person's key."""

    name: Annotated[Text, P3("The person's name.", "张示例")]
    phone: Annotated[Phone | None, P3("The person's phone.", "14000000001")] = None
    email: Annotated[Text | None, P3("The person's mail address.", "sample@example.com")] = None


class SecretaryAppointed(OrganisationEvent):
    """A secretary took up the post on the business date; the one before has left it."""

    person_field: ClassVar[str] = "person_id"
    personal: ClassVar[type[BaseModel] | None] = PersonText
    org_code: Annotated[OrgCode, P1("The organisation; the same as in the subject.")]
    person_id: PersonId
    member_id: PersonMemberId = None
    document_no: Annotated[DocumentNo | None, P1("The number of the appointment.")] = None
    pii: Pii = None


class SecretaryReleased(OrganisationEvent):
    """A secretary left the post and nobody has taken it yet: a gap that the directory marks."""

    org_code: Annotated[OrgCode, P1("The organisation; the same as in the subject.")]
    person_id: PersonId


class ContactPersonAppointed(OrganisationEvent):
    """The branch named a person who keeps contact with its members away (S-11, R1 Art. 32)."""

    person_field: ClassVar[str] = "person_id"
    personal: ClassVar[type[BaseModel] | None] = PersonText
    org_code: Annotated[OrgCode, P1("The branch; the same as in the subject.")]
    person_id: PersonId
    member_id: PersonMemberId = None
    pii: Pii = None


class ContactPersonReplaced(OrganisationEvent):
    """Another person took over all duties of a contact person, with a handover note (domain.md §2.6)."""

    person_field: ClassVar[str] = "person_id"
    personal: ClassVar[type[BaseModel] | None] = PersonText
    org_code: Annotated[OrgCode, P1("The branch; the same as in the subject.")]
    from_person_id: Annotated[Id, P1("Who served until now.")]
    person_id: Annotated[PersonId, P1("Who serves from the business date on.")]
    member_id: PersonMemberId = None
    handed_over: Annotated[bool, P1("A handover note was made and taken over.")] = False
    pii: Pii = None


class ContactPersonReleased(OrganisationEvent):
    """A contact person left without a successor: a branch without one is an alarm (S-11)."""

    org_code: Annotated[OrgCode, P1("The branch; the same as in the subject.")]
    person_id: PersonId
