"""What is told about an organisation: the bodies of its acts."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from guiyan.events.codes import DestUnitKind, OrganisationKind, PhonePurpose, UnitSituation
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.names import MailAddress, OrganisationName, PersonName
from guiyan.events.registry.organisation import (
    OfficePhoneListed,
    OrganisationCreated,
    OrganisationDetailsCorrected,
    SplitShare,
)
from guiyan.events.registry.post import PersonText
from guiyan.events.values import AreaCode, Id, OrgCode, Phone, Uscc
from guiyan.registry.commands.organisation_posts import Appointment
from guiyan.registry.commands.organisations import NewOrganisation as Entry
from guiyan.registry.doors.parts import given
from guiyan.service.asks import Ask, DatedAsk

UnitCode = Annotated[Uscc, Field(description="GB 32100-2015, with its check digit", examples=["91110000600037341L"])]
Postcode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class Person(Ask):
    """Somebody who serves an organisation."""

    name: PersonName
    phone: Phone | None = None
    email: MailAddress | None = None

    def text(self) -> PersonText:
        """As it is sealed."""
        return PersonText(name=self.name, phone=self.phone, email=self.email)


class NewOrganisation(DatedAsk):
    """An organisation to be entered; fields that other services take from the same list are passed over."""

    model_config = ConfigDict(extra="ignore")

    org_code: OrgCode
    name: OrganisationName
    short_name: OrganisationName
    kind: OrganisationKind
    parent: OrgCode | None = None
    area_code: AreaCode
    unit_situation: UnitSituation | None = None
    unit_name: OrganisationName | None = None
    unit_kind: DestUnitKind | None = None
    uscc: UnitCode | None = None
    founded_on: date | None = None
    is_basic_committee: bool = False
    may_approve_probation: bool = False
    address: OrganisationName | None = None
    postcode: Postcode | None = None
    secretary: Person | None = None
    contact_person: Person | None = None
    inquiry_phones: Annotated[tuple[Phone, ...], Field(max_length=20)] = ()

    def command(self) -> Entry:
        """As the handler takes it."""
        return Entry(
            self.org_code,
            OrganisationCreated.model_validate(given(self, OrganisationCreated.model_fields)),
            self.secretary.text() if self.secretary else None,
            self.contact_person.text() if self.contact_person else None,
            tuple(OfficePhoneListed(phone=one, purpose=PhonePurpose.INQUIRY) for one in self.inquiry_phones),
            self.occurred_on,
        )


class Rename(DatedAsk):
    """A new name."""

    name: OrganisationName
    short_name: OrganisationName
    document_no: DocumentNumber | None = None


class Move(DatedAsk):
    """A new place in the tree."""

    parent: OrgCode
    document_no: DocumentNumber | None = None


class Dissolve(DatedAsk):
    """The end of an organisation."""

    document_no: DocumentNumber | None = None


class Merge(DatedAsk):
    """The end of an organisation in favour of another one."""

    into: OrgCode
    document_no: DocumentNumber | None = None


class Share(Ask):
    """What one of the organisations that take its place takes over."""

    org_code: OrgCode
    members: Annotated[tuple[Id, ...], Field(max_length=2_000)] = ()
    organisations: Annotated[tuple[OrgCode, ...], Field(max_length=200)] = ()


class Split(DatedAsk):
    """The end of an organisation in favour of several; what no share names goes to the first."""

    into: Annotated[tuple[Share, ...], Field(min_length=2, max_length=20)]
    document_no: DocumentNumber | None = None

    def shares(self) -> tuple[SplitShare, ...]:
        """As the handler takes them."""
        return tuple(SplitShare.model_validate(share.model_dump()) for share in self.into)


class Withdraw(Ask):
    """A planned change that will not take effect."""

    change_id: Id
    document_no: DocumentNumber | None = None


class Correct(DatedAsk):
    """Details entered wrongly; what is absent stays as it was."""

    kind: OrganisationKind | None = None
    area_code: AreaCode | None = None
    unit_situation: UnitSituation | None = None
    unit_name: OrganisationName | None = None
    unit_kind: DestUnitKind | None = None
    uscc: UnitCode | None = None
    founded_on: date | None = None
    is_basic_committee: bool | None = None
    may_approve_probation: bool | None = None
    address: OrganisationName | None = None
    postcode: Postcode | None = None

    def facts(self) -> OrganisationDetailsCorrected:
        """As it is recorded."""
        return OrganisationDetailsCorrected.model_validate(given(self, OrganisationDetailsCorrected.model_fields))


class Release(DatedAsk):
    """Somebody leaves a post."""


class StartTerm(Ask):
    """A term of the leadership; number and end follow from the rule when absent."""

    starts_on: date
    ends_on: date | None = None
    term_no: Annotated[int, Field(ge=1, le=999)] | None = None


class ListPhone(DatedAsk):
    """A phone of the office for the directory; never a person's."""

    phone: Phone
    purpose: PhonePurpose
    bound_to_12371: bool = False

    def facts(self) -> OfficePhoneListed:
        """As it is recorded."""
        return OfficePhoneListed(phone=self.phone, purpose=self.purpose, bound_to_12371=self.bound_to_12371)


class UnlistPhone(DatedAsk):
    """A phone that leaves the directory."""

    phone: Phone


class Appoint(DatedAsk):
    """Somebody named to serve; `person_id` when the person is known here already."""

    person: Person
    person_id: Id | None = None
    member_id: Id | None = None
    document_no: DocumentNumber | None = None
    handed_over: bool = False

    def command(self) -> Appointment:
        """As the handler takes it."""
        return Appointment(
            self.person.text(), self.person_id, self.member_id, self.document_no, self.handed_over, self.occurred_on
        )
