"""Organisations as history: the tree, names and kinds over time (domain.md §2.13, R10); ids are the 12-digit codes."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P0, P1
from guiyan.events.codes import DestUnitKind, OrganisationChange, OrganisationKind, PhonePurpose, UnitSituation
from guiyan.events.fields import InArea, OrgName
from guiyan.events.payload import Facts, Payload
from guiyan.events.values import AreaCode, Count, DocumentNo, Id, OrgCode, Phone, Postcode, Title, Uscc
from guiyan.events.values import Code as RuleCode

Codes = Annotated[
    tuple[OrgCode, ...], P0("The organisations that take its place; each is created by an event of its own.")
]
ChangeId = Annotated[Id, P0("The planned change.")]
FoundedOnPaper = Annotated[DocumentNo | None, P1("The number of the document the change rests on.")]


class OrganisationEvent(Payload, abstract=True):
    """What all events of an organisation share: the subject carries the organisation code."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "organisation"


class OrganisationCreated(OrganisationEvent):
    """An organisation came into being (or was entered) under its parent on the business date."""

    name: OrgName
    short_name: Annotated[Title, P0("The name used in lists.")]
    kind: Annotated[OrganisationKind, P0("What kind of organisation it is.")]
    parent: Annotated[OrgCode | None, P0("The organisation above it; absent at the top of the tree.")] = None
    area_code: InArea
    unit_situation: Annotated[UnitSituation | None, P1("How the unit it stands in relates to it (R12).")] = None
    unit_name: Annotated[Title | None, P0("The name of that unit.")] = None
    unit_kind: Annotated[DestUnitKind | None, P1("The kind of that unit.")] = None
    uscc: Annotated[Uscc | None, P1("The unit's unified social credit code.")] = None
    founded_on: Annotated[date | None, P0("When it was founded.")] = None
    is_basic_committee: Annotated[bool, P0("It issues and receives letters directly (R1 Art. 25).")] = False
    may_approve_probation: Annotated[bool, P0("It has the power to approve probationary members (R1 Art. 25).")] = False
    address: Annotated[Title | None, P0("The office's address, printed on letters.")] = None
    postcode: Annotated[Postcode | None, P0("The office's postcode, printed on letters.")] = None


class OrganisationRenamed(OrganisationEvent):
    """It has another name from the business date on; older papers keep the old one."""

    name: OrgName
    short_name: Annotated[Title, P0("The name used in lists.")]
    document_no: FoundedOnPaper = None


class OrganisationMoved(OrganisationEvent):
    """It stands under another parent, with all that is below it: one event, however many members move along."""

    from_parent: Annotated[OrgCode | None, P0("Where it stood.")] = None
    to_parent: Annotated[OrgCode, P0("Where it stands from the business date on.")]
    document_no: FoundedOnPaper = None


class OrganisationDissolved(OrganisationEvent):
    """It ended on the business date; it must have neither members nor organisations below it."""

    document_no: FoundedOnPaper = None


class OrganisationSplit(OrganisationEvent):
    """It was divided into several; its members are assigned by events of their own."""

    into: Codes
    document_no: FoundedOnPaper = None


class OrganisationMerged(OrganisationEvent):
    """It was merged into another; its members are assigned by events of their own."""

    into: Annotated[OrgCode, P0("The organisation that takes its place.")]
    document_no: FoundedOnPaper = None


class OrganisationDetailsCorrected(OrganisationEvent):
    """Details entered wrongly were set right; only the fields that changed are present."""

    area_code: Annotated[AreaCode | None, P0("The area, GB/T 2260.")] = None
    kind: Annotated[OrganisationKind | None, P0("What kind of organisation it is.")] = None
    unit_situation: Annotated[UnitSituation | None, P1("How the unit it stands in relates to it (R12).")] = None
    unit_name: Annotated[Title | None, P0("The name of that unit.")] = None
    unit_kind: Annotated[DestUnitKind | None, P1("The kind of that unit.")] = None
    uscc: Annotated[Uscc | None, P1("The unit's unified social credit code.")] = None
    founded_on: Annotated[date | None, P0("When it was founded.")] = None
    is_basic_committee: Annotated[bool | None, P0("It issues and receives introduction letters directly.")] = None
    may_approve_probation: Annotated[bool | None, P0("It has the power to approve probationary members.")] = None
    address: Annotated[Title | None, P0("The office's address.")] = None
    postcode: Annotated[Postcode | None, P0("The office's postcode.")] = None


class SplitShare(Facts):
    """What one of the organisations that take its place takes over."""

    org_code: Annotated[OrgCode, P0("The organisation that takes over.")]
    members: Annotated[tuple[Id, ...], P1("The members that go with it.")] = ()
    organisations: Annotated[tuple[OrgCode, ...], P0("The organisations below that go with it.")] = ()


class OrganisationChangePlanned(OrganisationEvent):
    """A change was decided for a day to come, or has begun; it takes effect by an event of its own on that day."""

    change_id: ChangeId
    change: Annotated[OrganisationChange, P0("What is to change.")]
    effective_on: Annotated[date, P0("The day it takes effect.")]
    name: Annotated[Title | None, P0("The new full name, for a change of name.")] = None
    short_name: Annotated[Title | None, P0("The new short name, for a change of name.")] = None
    to_parent: Annotated[OrgCode | None, P0("The new parent, for a move.")] = None
    into: Annotated[OrgCode | None, P0("What takes its place, for a merger.")] = None
    shares: Annotated[tuple[SplitShare, ...], P1("What takes its place, for a split; the rest: the first.")] = ()
    document_no: FoundedOnPaper = None


class OrganisationChangeWithdrawn(OrganisationEvent):
    """A planned change will not take effect: the decision was taken back."""

    change_id: ChangeId
    document_no: FoundedOnPaper = None


class OrganisationChangeImpeded(OrganisationEvent):
    """A planned change could not take effect on its day: the office has to decide anew."""

    change_id: ChangeId
    reason: Annotated[RuleCode, P0("The code of the rule that stood against it.", "members_left")]


class CommitteeTermStarted(OrganisationEvent):
    """A term of its leadership began: 5 years in villages and communities, else 3 (R10)."""

    term_no: Annotated[Count, P0("The number of the term.")]
    starts_on: Annotated[date, P0("The first day of the term.")]
    ends_on: Annotated[date, P0("The last day of the term.")]


class OfficePhoneListed(OrganisationEvent):
    """A phone of the office stands in the directory (S-23: the 28 inquiry phones)."""

    phone: Annotated[Phone, P0("The office's number; never a person's.")]
    purpose: Annotated[PhonePurpose, P0("What it answers.")]
    bound_to_12371: Annotated[bool, P0("The short number 12371 is switched through to it (R11).")] = False


class OfficePhoneUnlisted(OrganisationEvent):
    """A phone of the office left the directory."""

    phone: Annotated[Phone, P0("The office's number.")]
