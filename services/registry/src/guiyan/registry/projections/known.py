"""What the other services know of a member, as far as the ledgers of the registry show it (domain.md §6 nos. 2, 3, 8).

It comes from their events alone; each of them names its member, and what came late never undoes what is newer.
"""

from __future__ import annotations

from typing import Any, Final

from guiyan.events import Payload
from guiyan.events.codes import CertState, LinkStatus, LostEnd
from guiyan.events.contact import (
    ContactAttempted,
    ContactCompleted,
    ContactMissed,
    ContactPointAdded,
    ContactPointChanged,
    ContactPointClosed,
    ContactPointVerified,
    ContactRegained,
    HomeVisitReported,
    HostOrgContacted,
    LostContactClosed,
    LostContactOpened,
    LostContactWatchOpened,
    ReportGiven,
)
from guiyan.events.notifications import AttendanceRecorded, AttendanceWithdrawn
from guiyan.events.transfers.certificate import (
    CertificateAnnualCheckDone,
    CertificateCheckDue,
    CertificateDispatched,
    CertificateEvent,
    CertificateHostEntryAdded,
    CertificateIssued,
    CertificateNumbered,
    CertificateReplaced,
    CertificateReportedLost,
    CertificateRequested,
    CertificateRetired,
    CertificateReturnedForCheck,
    CertificateSealed,
    CertificateVoided,
)
from guiyan.events.transfers.letter import IntroductionLetterIssued, LetterExpired, LetterHandedOver
from guiyan.events.transfers.transfer import (
    AssignedToBranch,
    TransferApprovedByBranch,
    TransferChannelChanged,
    TransferEvent,
    TransferReceived,
    TransferStepOverdue,
)
from guiyan.ledger import Document, Fact
from guiyan.registry.projections.members import concerning

CERTIFICATE_EVENTS: Final = (
    CertificateRequested, CertificateNumbered, CertificateSealed, CertificateIssued, CertificateDispatched,
    CertificateHostEntryAdded, CertificateCheckDue, CertificateAnnualCheckDone,
    CertificateReturnedForCheck, CertificateReportedLost, CertificateReplaced, CertificateVoided, CertificateRetired,
)  # fmt: skip
POINT_EVENTS: Final = (ContactPointAdded, ContactPointChanged, ContactPointVerified, ContactPointClosed)
KINDS: Final = (
    ContactAttempted, ContactCompleted, ContactMissed, HostOrgContacted, ReportGiven, HomeVisitReported,
    AttendanceRecorded, AttendanceWithdrawn,
    *POINT_EVENTS, *CERTIFICATE_EVENTS,
)  # fmt: skip
TYPES: Final = frozenset(kind.type_name() for kind in KINDS)
OVERDUE: Final = (TransferStepOverdue, LetterExpired)
DONE: Final = (
    TransferApprovedByBranch, IntroductionLetterIssued, LetterHandedOver, TransferReceived, AssignedToBranch,
    TransferChannelChanged,
)  # fmt: skip
"""Steps of a transfer besides those that open and close it: what was overdue is done."""
STEP_TYPES: Final = frozenset(kind.type_name() for kind in (*OVERDUE, *DONE))
_ENDS: Final[dict[type[Payload], CertState]] = {
    CertificateReturnedForCheck: CertState.RETURNED,
    CertificateReportedLost: CertState.LOST,
    CertificateReplaced: CertState.REPLACED,
    CertificateVoided: CertState.VOIDED,
    CertificateRetired: CertState.RETIRED,
}
_STEPS: Final[dict[type[Payload], CertState]] = {
    CertificateRequested: CertState.REQUESTED,
    CertificateNumbered: CertState.NUMBERED,
    CertificateSealed: CertState.SEALED,
    CertificateIssued: CertState.ISSUED,
    CertificateCheckDue: CertState.CHECK_DUE,
    CertificateAnnualCheckDone: CertState.CHECKED,
}
_HELD: Final = frozenset({CertState.ISSUED, CertState.IN_USE, CertState.CHECK_DUE, CertState.CHECKED})
_LATEST: Final = {
    ContactCompleted: ("contacted_on", "contact_tried_on"),
    ContactAttempted: ("contact_tried_on",),
    HostOrgContacted: ("host_contacted_on",),
    ReportGiven: ("reported_on",),
    HomeVisitReported: ("reported_on", "home_reported_on"),
}


def known(member: Document, fact: Fact) -> Document:
    """The member's document after one more event of another service."""
    parts = (_days, _months, _attended, _papers, linked)
    return concerning({**member, **{name: value for part in parts for name, value in part(member, fact).items()}}, fact)


def linked(member: Document, fact: Fact) -> dict[str, Any]:
    """联系情况 (domain.md §7): one quarter missed is irregular; what a lost-contact case tells stands above it."""
    now = LinkStatus(member["link_status"])
    return {"link_status": str(_link(now, fact.payload))}


def _link(now: LinkStatus, payload: Payload) -> LinkStatus:  # noqa: PLR0911 - one return an event
    match payload:
        case ContactMissed():
            return now if now in {LinkStatus.WATCH, LinkStatus.LOST} else LinkStatus.IRREGULAR
        case ContactCompleted():
            return LinkStatus.NORMAL if now in {LinkStatus.IRREGULAR, LinkStatus.REGAINED} else now
        case LostContactWatchOpened():
            return LinkStatus.WATCH
        case LostContactOpened():
            return LinkStatus.LOST
        case ContactRegained():
            return LinkStatus.REGAINED
        case LostContactClosed(how=LostEnd.SUSPENDED | LostEnd.REMOVED | LostEnd.MEMBERSHIP_ENDED):
            return now
        case LostContactClosed():
            return now if now is LinkStatus.REGAINED else LinkStatus.NORMAL
        case _:
            return now


def overdue(member: Document, fact: Fact) -> Document:
    """The member's document after one more event of a transfer."""
    return {**member, **_transfers(member, fact)}


def _days(member: Document, fact: Fact) -> dict[str, Any]:
    """The newest day of each kind of contact: reports may come late and in any order."""
    on = fact.event.occurredon.isoformat()
    return {name: max(on, member[name] or "") for name in _LATEST.get(type(fact.payload), ())}


def _months(member: Document, fact: Fact) -> dict[str, Any]:
    """In which months there was contact, and a report, given from away or at home: what reports of a period count."""
    reports = dict.fromkeys((ReportGiven, HomeVisitReported), "reported_in")
    names = {ContactCompleted: "contacted_in", **reports}
    name, month = names.get(type(fact.payload)), fact.event.occurredon.isoformat()[:7]
    return {name: sorted({*member[name], month})} if name else {}


def _attended(member: Document, fact: Fact) -> dict[str, Any]:
    """In which activities the member took part; one recorded in error counts no more."""
    if not isinstance(fact.payload, AttendanceRecorded | AttendanceWithdrawn):
        return {}
    days = {id_: on for id_, on in member["attendances"].items() if id_ != fact.aggregate_id}
    if isinstance(fact.payload, AttendanceRecorded):
        days[fact.aggregate_id] = fact.event.occurredon.isoformat()
    told = {"attendances": days, "attended": len(days), "attended_on": max(days.values(), default=None)}
    return {**told, "attended_in": sorted({on[:7] for on in days.values()})}


def _transfers(member: Document, fact: Fact) -> dict[str, Any]:
    """Transfers of which a step or the letter is overdue, until something is done in them."""
    if not isinstance(fact.payload, TransferEvent):
        return {}
    late = {id_: on for id_, on in member["overdue_transfers"].items() if id_ != fact.aggregate_id}
    if isinstance(fact.payload, OVERDUE):
        since = getattr(fact.payload, "due_on", fact.event.occurredon).isoformat()
        late[fact.aggregate_id] = member["overdue_transfers"].get(fact.aggregate_id, since)
    return {"overdue_transfers": late, "transfer_overdue_since": min(late.values(), default=None)}


def _papers(member: Document, fact: Fact) -> dict[str, Any]:
    """Certificates and contact points, each by its id."""
    if isinstance(fact.payload, CertificateEvent):
        changed = _certificate(member["certificates"].get(fact.aggregate_id, {}), fact)
        certificates = {**member["certificates"], fact.aggregate_id: changed}
        return {"certificates": certificates, "certificate_no": _number_in_use(certificates)}
    if isinstance(fact.payload, POINT_EVENTS):
        changed = _point(member["points"].get(fact.aggregate_id, {}), fact)
        told = {"points": {**member["points"], fact.aggregate_id: changed}}
        return {**told, "phones": _phones(member["phones"], fact)}
    return {}


def _phones(before: list[Document], fact: Fact) -> list[Document]:
    """The blind indexes of the telephones by which the member can be reached now: for the look-up alone."""
    others = [one for one in before if one["point"] != fact.aggregate_id]
    match fact.payload:
        case ContactPointAdded(value_index=str() as index):
            return [*others, {"point": fact.aggregate_id, "index": index}]
        case ContactPointChanged(value_index=index):
            return others if index is None else [*others, {"point": fact.aggregate_id, "index": index}]
        case ContactPointClosed():
            return others
        case _:
            return before


def _number_in_use(certificates: Document) -> str | None:
    """The number of the certificate that the member holds: issued last and not ended."""
    held = [one for one in certificates.values() if one.get("state") in _HELD and one.get("number")]
    newest = max(held, key=lambda one: (one["issued_on"], one["number"]), default=None)
    return None if newest is None else str(newest["number"])


def _certificate(before: Document, fact: Fact) -> Document:
    """What the events of a certificate tell, one by one; what has ended keeps what it was."""
    on, payload = fact.event.occurredon.isoformat(), fact.payload
    if type(payload) in _ENDS:
        return {**before, "state": str(_ENDS[type(payload)]), "ended_on": on}
    told = {"state": str(_certificate_state(before.get("state"), payload))}
    match payload:
        case CertificateRequested():
            told["requested_on"] = on
        case CertificateNumbered() as facts:
            told["number"] = facts.certificate_no
        case CertificateIssued() as facts:
            told |= {"number": facts.certificate_no, "issued_on": on, "check_due_on": facts.check_due_on.isoformat()}
        case CertificateAnnualCheckDone() as facts:
            told |= {"checked_on": on, "check_due_on": facts.next_due_on.isoformat()}
    return {**before, **told}


def _certificate_state(before: str | None, payload: Payload) -> str | None:
    """Its first use turns a certificate that was handed out into one in use."""
    if isinstance(payload, CertificateDispatched | CertificateHostEntryAdded):
        return CertState.IN_USE if before == CertState.ISSUED else before
    return _STEPS[type(payload)]


def _point(before: Document, fact: Fact) -> Document:
    """What kind of contact point, since when, and whether it was proved; the value stays sealed with the point."""
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case ContactPointAdded() as facts:
            since = (facts.valid_from or fact.event.occurredon).isoformat()
            told = {"kind": str(facts.kind), "source": str(facts.source), "valid_from": since}
            return {**told, "verified_on": None, "closed_on": None, **before}
        case ContactPointChanged():
            return {**before, "valid_from": on, "verified_on": None, "verified_how": None}
        case ContactPointVerified() as facts:
            return {**before, "verified_on": on, "verified_how": str(facts.how)}
        case ContactPointClosed() as facts:
            return {**before, "closed_on": on, "end": str(facts.reason)}
        case _:
            return before
