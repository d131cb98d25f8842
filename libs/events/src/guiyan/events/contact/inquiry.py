"""Inquiries by hotline, phone, counter and web; limits in working days (S-23, domain.md §2.12)."""

from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P0, P1, P2, P3
from guiyan.events.codes import InquiryChannel, InquiryEffort, InquiryReopen, InquiryTopic
from guiyan.events.fields import DueOn
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import Id, OrgCode, Phone, Text, Title


class InquiryEvent(Payload, abstract=True):
    """What all events of an inquiry share. Topic and course are kept, never what was said."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "inquiry"


class AskerText(Facts):
    """Who asked and how to call back: sealed with the asker's key."""

    name: Annotated[Text | None, P3("The name.", "吴示例")] = None
    phone: Annotated[Phone | None, P3("The number to call back.", "14000000001")] = None


class InquiryReceived(InquiryEvent):
    """Someone asked."""

    person_field: ClassVar[str] = "asker_id"
    personal: ClassVar[type[BaseModel] | None] = AskerText
    asker_id: Annotated[Id, P1("Who asked: the member id, or an id made for this asker.")]
    member_id: Annotated[Id | None, P1("The member, when the asker is known to be one.")] = None
    channel: Annotated[InquiryChannel, P1("Where it came in.")]
    topic: Annotated[InquiryTopic, P1("What it is about.")]
    effort: Annotated[InquiryEffort, P1("How much an answer needs.")] = InquiryEffort.SIMPLE
    org_code: Annotated[OrgCode, P1("The organisation that took it.")]
    service_point_id: Annotated[Id | None, P1("The service point that took it.")] = None
    from_notice_id: Annotated[Id | None, P1("The notice it answers (S-35).")] = None
    due_on: DueOn
    pii: Pii = None


class InquiryAssigned(InquiryEvent):
    """A person has to answer it."""

    org_code: Annotated[OrgCode, P1("Of which organisation.")]
    person_id: Annotated[Id, P1("Who.")]


class InquiryAnswered(InquiryEvent):
    """It was answered."""

    at_first_contact: Annotated[bool, P1("In one go: no second call was needed (S-23).")]


class InquiryTransferred(InquiryEvent):
    """Another body has to answer it; the limit is ten working days."""

    to_org: Annotated[OrgCode | None, P1("The organisation, when it has a code here.")] = None
    to_title: Annotated[Title | None, P0("Its name, when it has none.", "示例市人社局")] = None
    due_on: DueOn


class InquiryConfirmed(InquiryEvent):
    """The asker confirmed the answer."""

    solved: Annotated[bool, P2("It helped.")]


class InquiryReopened(InquiryEvent):
    """It was opened again."""

    reason: Annotated[InquiryReopen, P1("Why.")]
    due_on: DueOn


class InquiryOverdue(InquiryEvent):
    """Its limit passed without an answer: a reminder."""

    due_on: DueOn
    org_code: Annotated[OrgCode, P1("Who has to act.")]


class InquiryClosed(InquiryEvent):
    """It is closed."""
