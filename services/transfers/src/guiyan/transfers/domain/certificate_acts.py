"""What can be asked of an activity certificate (流动党员活动证): one data class an act of domain.md §2.4.

Every act carries `on`, its business date, and `today`, because acts may be recorded late but never ahead.
"""

from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import (
    CertDispatch,
    CertGround,
    DestCertainty,
    FlowReason,
    MobileMemberKind,
    TransferObstacle,
    VoidReason,
)
from guiyan.transfers.domain.commands import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """The open trip of the member: why, how surely where, since when, and until when it is meant to last.

    `since` is the day of leaving, or the day planned for it; `until` None: not known.
    """

    departure_id: str
    reason: FlowReason
    since: date
    until: date | None = None
    certainty: DestCertainty = DestCertainty.UNKNOWN
    kind: MobileMemberKind | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCertificate(Act):
    """The branch asks for a certificate for a member who is, or is about to be, away.

    `ground` None: the one that R5 gives by itself. `replaces` is a lost certificate that this one takes the place of.
    """

    member_id: str
    branch: str
    absence: Absence
    ground: CertGround | None = None
    obstacle: TransferObstacle | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNumber(Act):
    """The county organisation department gives it a number of its register."""

    certificate_no: str
    issuer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal(Act):
    """The basic committee seals it."""

    sealed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCertificate(Act):
    """The branch registers it, fills it in and hands it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch(Act):
    """It is on its way, or with the member; by post under the number of the postal item (S-16)."""

    how: CertDispatch
    tracking_no: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddHostEntry(Act):
    """The host branch writes in branch, day of arrival and contact person (R4)."""

    arrived_on: date
    host_branch: str | None = None
    host_contact_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddActivities(Act):
    """The host branch writes in how many activities the member took part in, when the member leaves it (R4)."""

    activities: int
    host_branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDues(Act):
    """The host branch writes in the months for which it took dues (R4, R7)."""

    months: tuple[str, ...]
    host_branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Act):
    """The yearly check by the formal or the host branch, with the democratic appraisal (R4)."""

    checked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn(Act):
    """The member came home and hands it in for checking (R3, R4): its use ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCertificateLost(Act):
    """The member reports it lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCertificate(Act):
    """A new certificate takes the place of the lost one, in one batch with its request."""

    new_certificate_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCertificate(Act):
    """It is not valid any more: by people, or because the membership was suspended or has ended."""

    reason: VoidReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Retire(Act):
    """A completed transfer ends its use (S-16)."""

    transfer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintCertificate(Act):
    """It is printed, for a reason; its code is signed with this key."""

    key_id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SayCheckDue(Act):
    """The clock: the day of the yearly check has come."""

    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SayReturnOverdue(Act):
    """The clock: the member has been home for so long, and it has not been handed in."""

    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SayCertificateStepOverdue(Act):
    """The clock: the step that it has waited for since `since` was due on `due_on`."""

    step: str
    since: date
    due_on: date
    working_days: int
    responsible_org: str | None = None
