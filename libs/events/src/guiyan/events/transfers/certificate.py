"""Activity certificates (流动党员活动证): attendance and dues away from home, no vote (R4, R5, R13; domain.md §2.4)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import CertDispatch, CertGround, FlowReason, TransferObstacle, VoidReason
from guiyan.events.fields import BranchCode, DueOn, HostBranch, MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import AreaCode, Code, Count, Id, Month, OrgCode, Year


class CertificateEvent(Payload, abstract=True):
    """What all events of a certificate share."""

    service: ClassVar[str] = "transfers"
    aggregate: ClassVar[str] = "certificate"
    member_id: MemberId


class CertificateRequested(CertificateEvent):
    """A certificate was asked for: absence of six months or less, or transfer not possible for now (R5, R13)."""

    branch: BranchCode
    departure_id: Annotated[Id | None, P1("The departure it is for.")] = None
    reason: Annotated[FlowReason, P2("Why the member is away.")]
    ground: Annotated[CertGround | None, P2("On which ground it is asked for.")] = None
    obstacle: Annotated[TransferObstacle | None, P2("Why the relation cannot be transferred for now.")] = None
    away_from: Annotated[date | None, P2("The first day away.")] = None
    away_until: Annotated[date | None, P2("When the member means to be back.")] = None
    dest_area_code: Annotated[AreaCode | None, P3("The destination, GB/T 2260 county at most.")] = None
    replaces: Annotated[Id | None, P1("The lost certificate that it takes the place of.")] = None


class CertificateNumbered(CertificateEvent):
    """The county organisation department gave it a number."""

    certificate_no: Annotated[Code, P1("The number.", "654002-2026-0001")]
    issuer: Annotated[OrgCode, P1("The organisation that numbered it.")]


class CertificateNumberTaken(Payload):
    """A number of the register was given to a certificate; each number has a stream of its own (no gap, no double)."""

    service: ClassVar[str] = "transfers"
    aggregate: ClassVar[str] = "certificate_register"
    issuer: Annotated[OrgCode, P1("The organisation that numbered it.")]
    prefix: Annotated[Code, P1("What the issuer's numbers begin with: its area.", "654002")]
    certificate_year: Annotated[Year, P1("The year of the number.")]
    certificate_sn: Annotated[Count, P1("The serial number in that year.")]
    certificate_no: Annotated[Code, P1("The number as it is written.", "654002-2026-0001")]
    certificate_id: Annotated[Id, P1("The certificate it was given to.")]


class CertificateSealed(CertificateEvent):
    """The basic committee sealed it."""

    sealed_by: Annotated[OrgCode, P1("The committee.")]


class CertificateIssued(CertificateEvent):
    """The branch registered it, filled it in and handed it out, free of charge."""

    branch: BranchCode
    certificate_no: Annotated[Code, P1("The number.", "654002-2026-0001")]
    check_due_on: Annotated[date, P1("The first yearly check is due by.")]


class CertificatePrinted(CertificateEvent):
    """The certificate was printed, with the member's name in full; each print is counted."""

    print_count: Annotated[Count, P1("How many times by now.")]
    reason: Annotated[Code | None, P1("Why, by its code.", "HANDING_OUT")] = None
    key_id: Annotated[Code, P1("The key that its code is signed with.", "certificate-1a2b3c4d")]
    check_due_on: Annotated[date, P1("The check day that stands on it.")]


class CertificateDispatched(CertificateEvent):
    """It was given or posted to the member (S-16)."""

    how: Annotated[CertDispatch, P1("How.")]
    tracking_no: Annotated[Code | None, P1("The number of the postal item.", "XA00000000042")] = None


class CertificateHostEntryAdded(CertificateEvent):
    """The host branch wrote its part on the member's arrival: branch, day, contact person (R4)."""

    host_branch: Annotated[OrgCode | None, P1("The host branch, when it has a code here.")] = None
    arrived_on: Annotated[date, P2("The day of arrival.")]
    host_contact_id: Annotated[Id | None, P1("The host's contact person.")] = None


class CertificateActivityEntryAdded(CertificateEvent):
    """The host branch wrote in how many activities the member took part in, when the member left (R4)."""

    host_branch: Annotated[OrgCode | None, P1("The host branch, when it has a code here.")] = None
    activities: Annotated[Count, P2("How many activities.")]


class CertificateDuesEntryAdded(CertificateEvent):
    """The host branch wrote in the dues it took (R4, R7)."""

    host_branch: Annotated[OrgCode | None, P1("The host branch, when it has a code here.")] = None
    months: Annotated[tuple[Month, ...], P2("The months paid for.")]


class CertificateCheckDue(CertificateEvent):
    """Twelve months after the last check the yearly check is due (R4)."""

    due_on: DueOn


class CertificateAnnualCheckDone(CertificateEvent):
    """The yearly check was done with the democratic appraisal, by the formal or the host branch (R4)."""

    checked_by: Annotated[OrgCode, P1("The branch that checked.")]
    next_due_on: Annotated[date, P1("The next check is due by.")]


class CertificateReturnOverdue(CertificateEvent):
    """Thirty days after coming home it has not been handed in: a task."""

    due_on: DueOn


class CertificateReturnedForCheck(CertificateEvent):
    """The member came home and handed it in for checking (R3, R4)."""

    branch: BranchCode


class CertificateStepOverdue(CertificateEvent):
    """A step has not been done within its limit: a reminder for whoever has to act."""

    step: Annotated[Code, P1("Which step.", "SEALING")]
    responsible_org: Annotated[OrgCode | None, P1("Who has to act, when it is known.")] = None
    due_on: DueOn
    working_days: Annotated[Count, P1("The limit in working days.")]


class CertificateReportedLost(CertificateEvent):
    """The member reported it lost."""


class CertificateReplaced(CertificateEvent):
    """A new certificate took the place of a lost one."""

    new_certificate_id: Annotated[Id, P1("The new certificate.")]


class CertificateVoided(CertificateEvent):
    """It is no longer valid."""

    reason: Annotated[VoidReason, P1("Why.")]


class CertificateRetired(CertificateEvent):
    """A completed transfer ended its use: certificate and transfer exclude each other (S-16)."""

    transfer_id: Annotated[Id, P1("The transfer.")]
    host_branch: Annotated[HostBranch | None, P1("The last host branch.")] = None
