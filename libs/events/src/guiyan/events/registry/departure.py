"""Departures: one stream per trip, from the announcement to the return (domain.md §2.1, §2.2; R2, R3)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import (
    Credential,
    DepartureEnd,
    DepartureSource,
    DestCertainty,
    DestUnitKind,
    FlowRange,
    FlowReason,
    HostRefusal,
    MobileMemberKind,
)
from guiyan.events.fields import BranchCode, HostBranch, MemberId
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import AreaCode, Code, Days, Id, OrgCode, Phone, Text


class DepartureEvent(Payload, abstract=True):
    """What all events of a departure share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "departure"
    member_id: MemberId


class DestinationFacts(Facts):
    """Where to, as the member told it: county level at most, and how sure that is (P-03)."""

    range: Annotated[FlowRange | None, P3("How far.")] = None
    dest_area_code: Annotated[AreaCode | None, P3("The destination, GB/T 2260 county at most.")] = None
    dest_certainty: Annotated[DestCertainty | None, P2("Is the place fixed, changing or unknown.")] = None
    dest_unit_kind: Annotated[DestUnitKind | None, P2("The kind of unit there.")] = None
    occupation_code: Annotated[Code | None, P2("工作岗位 there, the organisation's own list.", "0253")] = None


class LeavingFacts(DestinationFacts):
    """Why and until when: what the registration card asks (S-09)."""

    dest_certainty: Annotated[DestCertainty, P2("Is the place fixed, changing or unknown.")] = DestCertainty.UNKNOWN
    reason: Annotated[FlowReason, P2("Why.")]
    occupation_before_code: Annotated[Code | None, P2("工作岗位 before leaving.", "113")] = None
    expected_return: Annotated[date | None, P2("When the member means to be back.")] = None
    member_kind: Annotated[MobileMemberKind | None, P2("Which group of people away.")] = None
    credential: Annotated[Credential | None, P2("What the member carries (R5).")] = None


class DestinationText(Facts):
    """What the member told of the place in words; optional, sealed, not searchable."""

    dest_unit_name: Annotated[Text | None, P3("The name of the unit there.")] = None
    dest_address: Annotated[Text | None, P3("The address there.")] = None
    dest_phone: Annotated[Phone | None, P3("A phone there.")] = None
    occupation: Annotated[Text | None, P3("The occupation in words.")] = None


class DepartureAnnounced(LeavingFacts, DepartureEvent):
    """The member told, before leaving, the reason, time, place and contact (R3)."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = DestinationText
    branch: BranchCode
    planned_on: Annotated[date, P2("The day the member means to leave.")]
    pii: Pii = None


class MemberLeft(LeavingFacts, DepartureEvent):
    """The member left on the business date; contact duty begins that day (domain.md §2.1, S-09, S-14)."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = DestinationText
    branch: BranchCode
    source: Annotated[DepartureSource, P1("How the organisation learned of it.")]
    pii: Pii = None


class MobileMemberRecognised(DepartureEvent):
    """Six calendar months away, not transferred, unable to attend: a mobile member by R2 (a statistical class)."""

    branch: BranchCode
    away_since: Annotated[date, P2("The first day the member could not attend.")]


class MobileMemberConfirmed(DepartureEvent):
    """The branch confirmed what the timer recognised (domain.md §2.2)."""


class DestinationChanged(DestinationFacts, DepartureEvent):
    """The member told a new destination, as each change asks (R3); what is absent stays as it was."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = DestinationText
    pii: Pii = None


class EmployerChanged(DepartureEvent):
    """The member told a new employer or occupation at the same place (R3)."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = DestinationText
    dest_unit_kind: Annotated[DestUnitKind | None, P2("The kind of unit.")] = None
    occupation_code: Annotated[Code | None, P2("工作岗位, the organisation's own list.", "0253")] = None
    pii: Pii = None


class HostReportedIn(DepartureEvent):
    """The member reported in at the destination (R3), or a successor took the host's place; it answers in 30 days."""

    host_branch: HostBranch
    inflow_id: Annotated[Id | None, P1("The host's own inflow record.")] = None


class HostAccepted(DepartureEvent):
    """The host took the member in: attendance and dues there, no vote; the origin stays responsible (R1 Art. 32)."""

    host_branch: HostBranch
    host_contact_id: Annotated[Id | None, P1("The host's contact person.")] = None


class HostDeclined(DepartureEvent):
    """The host branch did not take the member in, with a coded cause; the origin gets a task (R1 Art. 25)."""

    host_branch: HostBranch
    reason: Annotated[HostRefusal, P2("Why.")]


class HostAnswerOverdue(DepartureEvent):
    """The host has not answered within the limit: a task for both sides."""

    host_branch: HostBranch
    after_days: Annotated[Days, P1("Days since the member reported in.")]


class HostEnded(DepartureEvent):
    """The member no longer takes part at the host branch; the trip goes on."""

    host_branch: HostBranch


class MemberReturned(DepartureEvent):
    """The member came home on the business date; a certificate is handed in for checking (R3, R4)."""

    branch: BranchCode
    certificate_handed_in: Annotated[bool | None, P1("The activity certificate was handed in.")] = None


class DepartureClosed(DepartureEvent):
    """The trip ended otherwise: the relation moved, the membership ended, or it was entered in error."""

    branch: BranchCode
    reason: Annotated[DepartureEnd, P2("Why.")]
    transfer_id: Annotated[Id | None, P1("The transfer that ended it.")] = None


class DepartureReopened(DepartureEvent):
    """The decision that had ended the trip was taken out of the record: the trip goes on as if it had not been closed.

    Its business date is the day on which the trip had been closed; the codes are those that it goes on with.
    """

    branch: BranchCode
    annulled_id: Annotated[Id, P1("The event of the decision that was taken back.")]
    away_since: Annotated[date | None, P2("The first day away; absent for a trip only announced.")] = None
    dest_area_code: Annotated[AreaCode | None, P2("The destination, county level.")] = None
    host_branch: Annotated[OrgCode | None, P1("The branch at the destination that has the member.")] = None
