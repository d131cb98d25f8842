"""The bodies of requests: codes only where a contact is told; unknown fields are refused, no value is told back."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from guiyan.contact.domain.wish import WrittenWish
from guiyan.events.codes import (
    ContactChannel,
    ContactExemption,
    ContactLeg,
    ContactOutcome,
    ContactPointEnd,
    ContactPointKind,
    ContactPointSource,
    DuesAnswer,
    OrgLifeAnswer,
    VerifiedHow,
    Wish,
    WorkAnswer,
)
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.values import Id, Month, OrgCode, Text
from guiyan.service.asks import Ask, DatedAsk


class Body(DatedAsk):
    """Every act may be told later than it happened."""


class Attempt(Body):
    """Which way, and what came of it."""

    channel: ContactChannel
    outcome: ContactOutcome
    leg: ContactLeg = ContactLeg.MEMBER
    contact_point_id: Annotated[Id | None, Field(description="A wrong number closes it at once")] = None


class Complete(Body):
    """The member's three answers as codes, and the help wished for."""

    channel: ContactChannel
    work: WorkAnswer = WorkAnswer.UNSAID
    org_life: OrgLifeAnswer = OrgLifeAnswer.UNSAID
    dues: DuesAnswer = DuesAnswer.UNSAID
    dues_paid_to: Annotated[Month | None, Field(description="With PAID_TO only")] = None
    wishes: Annotated[tuple[Wish, ...], Field(max_length=len(Wish))] = ()


class ContactHost(Body):
    """The host organisation's answers as codes."""

    channel: ContactChannel
    attendance: OrgLifeAnswer = OrgLifeAnswer.UNSAID
    dues: DuesAnswer = DuesAnswer.UNSAID
    dues_paid_to: Annotated[Month | None, Field(description="With PAID_TO only")] = None
    host_branch: OrgCode | None = None


class Exempt(Body):
    """Why no contact is needed this once."""

    reason: ContactExemption


class RevealReason(StrEnum):
    """Why somebody has to see a number or address."""

    CONTACT_DUTY = "CONTACT_DUTY"
    INQUIRY = "INQUIRY"
    SEARCH = "SEARCH"
    MEMBER_ASKED = "MEMBER_ASKED"


class Reveal(Ask):
    """Why: the act is recorded."""

    reason: RevealReason


class OnPaper(Body):
    """The member's own wish on paper: what the office names where the member does not act by the own login."""

    wish_document_no: Annotated[DocumentNumber | None, Field(description="The paper on which the wish stands")] = None
    wish_on: Annotated[date | None, Field(description="The day on which the member signed it")] = None

    def wish(self, *, by_member: bool) -> WrittenWish:
        """As the rules ask for it."""
        return WrittenWish(self.wish_document_no, self.wish_on, by_member)


class NewPoint(OnPaper):
    """A way to reach a member; the value is sealed, shown masked."""

    member_id: Id
    kind: ContactPointKind
    value: Text
    source: ContactPointSource = ContactPointSource.MEMBER
    valid_from: date | None = None


class Verify(Body):
    """How it was proved to reach the member."""

    how: VerifiedHow


class ChangePoint(Body):
    """The new value, of the same kind; sealed, shown masked, and not proved yet."""

    value: Text


class ClosePoint(Body):
    """Why it is no longer used."""

    reason: ContactPointEnd
