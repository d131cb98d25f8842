"""The state of one activity certificate and how each event changes it (domain.md §2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from guiyan.events import Event, Payload
from guiyan.events.codes import CertGround, CertState, TransferObstacle
from guiyan.events.transfers import (
    CertificateActivityEntryAdded,
    CertificateAnnualCheckDone,
    CertificateCheckDue,
    CertificateDispatched,
    CertificateDuesEntryAdded,
    CertificateHostEntryAdded,
    CertificateIssued,
    CertificateNumbered,
    CertificatePrinted,
    CertificateReplaced,
    CertificateReportedLost,
    CertificateRequested,
    CertificateRetired,
    CertificateReturnedForCheck,
    CertificateReturnOverdue,
    CertificateSealed,
    CertificateStepOverdue,
    CertificateVoided,
)

S = CertState
UNISSUED: Final = frozenset({S.REQUESTED, S.NUMBERED, S.SEALED})
"""States before the paper is handed out."""

HELD: Final = frozenset({S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED})
"""States in which the member holds a valid paper."""

OPEN: Final = UNISSUED | HELD | {S.LOST}
"""States in which no other certificate of the member may be: at most one at a time (domain.md §2.4)."""

BY_THE_CLOCK: Final = (CertificateCheckDue, CertificateReturnOverdue, CertificateStepOverdue)
"""Events of a day of their own: what people did before them may still be recorded afterwards."""

NEXT: Final[dict[type[Payload], CertState]] = {
    CertificateRequested: S.REQUESTED,
    CertificateNumbered: S.NUMBERED,
    CertificateSealed: S.SEALED,
    CertificateIssued: S.ISSUED,
    CertificateCheckDue: S.CHECK_DUE,
    CertificateAnnualCheckDone: S.CHECKED,
    CertificateReturnedForCheck: S.RETURNED,
    CertificateReportedLost: S.LOST,
    CertificateReplaced: S.REPLACED,
    CertificateVoided: S.VOIDED,
    CertificateRetired: S.RETIRED,
}
"""The state that an event leads to, whatever was before."""

_USES: Final = (
    CertificateDispatched,
    CertificateHostEntryAdded,
    CertificateActivityEntryAdded,
    CertificateDuesEntryAdded,
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the rules need to know of a certificate; `state` is None before it was requested.

    `host_branch` is the one that wrote in the last arrival. `since` is the day on which it came into its present
    state, `overdue` the step of which it was said that it is late, `returns_told` the due days of returns told late.
    `arrivals` are the contact persons of the arrivals written in, by host branch and day.
    """

    state: CertState | None = None
    member_id: str = ""
    branch: str = ""
    departure_id: str | None = None
    ground: CertGround | None = None
    obstacle: TransferObstacle | None = None
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    check_due_on: date | None = None
    host_branch: str | None = None
    prints: int = 0
    last_on: date | None = None
    since: date | None = None
    overdue: str | None = None
    returns_told: frozenset[date] = frozenset()
    arrivals: Mapping[tuple[str | None, date], str | None] = field(default_factory=dict)
    checked_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it stands in the way of another certificate of the member."""
        return self.state in OPEN

    @property
    def is_held(self) -> bool:
        """Whether the member holds it."""
        return self.state in HELD


def state_after(before: CertState | None, payload: Payload) -> CertState | None:
    """The state after an event: its first use turns one that was handed out into one in use."""
    if before is S.ISSUED and isinstance(payload, _USES):
        return S.IN_USE
    return NEXT.get(type(payload), before)


def evolve(certificate: Certificate, event: Event) -> Certificate:
    """The certificate after an event."""
    payload, on = event.payload, event.occurredon
    after = replace(_apply(certificate, payload, on), state=state_after(certificate.state, payload))
    if after.state != certificate.state:
        after = replace(after, since=on, overdue=None)
    if isinstance(payload, BY_THE_CLOCK):
        return after
    return replace(after, last_on=max(on, certificate.last_on or on))


def _apply(certificate: Certificate, payload: Payload, on: date) -> Certificate:  # noqa: PLR0911 - one return an event
    match payload:
        case CertificateRequested():
            return Certificate(
                member_id=payload.member_id,
                branch=payload.branch,
                departure_id=payload.departure_id,
                ground=payload.ground,
                obstacle=payload.obstacle,
            )
        case CertificateNumbered():
            return replace(certificate, number=payload.certificate_no, issuer=payload.issuer)
        case CertificateIssued():
            return replace(certificate, issued_on=on, check_due_on=payload.check_due_on)
        case CertificateHostEntryAdded():
            arrival = {(payload.host_branch, payload.arrived_on): payload.host_contact_id}
            return replace(certificate, host_branch=payload.host_branch, arrivals={**certificate.arrivals, **arrival})
        case CertificateAnnualCheckDone():
            return replace(certificate, check_due_on=payload.next_due_on, checked_on=on)
        case CertificatePrinted():
            return replace(certificate, prints=payload.print_count)
        case CertificateReturnOverdue():
            return replace(certificate, returns_told=certificate.returns_told | {payload.due_on})
        case CertificateStepOverdue():
            return replace(certificate, overdue=payload.step)
        case _:
            return certificate
