"""What the other services know of a member, as far as the ledgers of the registry show it (domain.md §6 nos. 2, 3, 8).

It comes from their events alone; each of them names its member, and what came late never undoes what is newer.
"""

from __future__ import annotations

from typing import Any, Final

from guiyan.events.codes import CertState
from guiyan.events.contact import (
    ContactAttempted,
    ContactCompleted,
    ContactPointAdded,
    ContactPointClosed,
    ContactPointVerified,
    HostOrgContacted,
    ReportGiven,
)
from guiyan.events.notifications import AttendanceRecorded, AttendanceWithdrawn
from guiyan.events.transfers.certificate import (
    CertificateAnnualCheckDone,
    CertificateEvent,
    CertificateIssued,
    CertificateNumbered,
    CertificateReplaced,
    CertificateReportedLost,
    CertificateRequested,
    CertificateRetired,
    CertificateReturnedForCheck,
    CertificateVoided,
)
from guiyan.ledger import Document, Fact
from guiyan.registry.projections.members import concerning

CERTIFICATE_EVENTS: Final = (
    CertificateRequested, CertificateNumbered, CertificateIssued, CertificateAnnualCheckDone,
    CertificateReturnedForCheck, CertificateReportedLost, CertificateReplaced, CertificateVoided, CertificateRetired,
)  # fmt: skip
POINT_EVENTS: Final = (ContactPointAdded, ContactPointVerified, ContactPointClosed)
KINDS: Final = (
    ContactAttempted, ContactCompleted, HostOrgContacted, ReportGiven, AttendanceRecorded, AttendanceWithdrawn,
    *POINT_EVENTS, *CERTIFICATE_EVENTS,
)  # fmt: skip
TYPES: Final = frozenset(kind.type_name() for kind in KINDS)
_ENDS: Final = {
    CertificateReturnedForCheck: CertState.RETURNED,
    CertificateReportedLost: CertState.LOST,
    CertificateReplaced: CertState.REPLACED,
    CertificateVoided: CertState.VOIDED,
    CertificateRetired: CertState.RETIRED,
}
_LATEST: Final = {
    ContactCompleted: ("contacted_on", "contact_tried_on"),
    ContactAttempted: ("contact_tried_on",),
    HostOrgContacted: ("host_contacted_on",),
    ReportGiven: ("reported_on",),
    AttendanceRecorded: ("attended_on",),
}


def known(member: Document, fact: Fact) -> Document:
    """The member's document after one more event of another service."""
    return concerning({**member, **_days(member, fact), **_counted(member, fact), **_papers(member, fact)}, fact)


def _days(member: Document, fact: Fact) -> dict[str, Any]:
    """The newest day of each kind of contact: reports may come late and in any order."""
    on = fact.event.occurredon.isoformat()
    return {name: max(on, member[name] or "") for name in _LATEST.get(type(fact.payload), ())}


def _counted(member: Document, fact: Fact) -> dict[str, Any]:
    """In how many activities the member took part; one recorded in error counts no more."""
    if isinstance(fact.payload, AttendanceRecorded):
        return {"attended": member["attended"] + 1}
    if isinstance(fact.payload, AttendanceWithdrawn):
        return {"attended": max(0, member["attended"] - 1)}
    return {}


def _papers(member: Document, fact: Fact) -> dict[str, Any]:
    """Certificates and contact points, each by its id."""
    if isinstance(fact.payload, CertificateEvent):
        changed = _certificate(member["certificates"].get(fact.aggregate_id, {}), fact)
        certificates = {**member["certificates"], fact.aggregate_id: changed}
        return {"certificates": certificates, "certificate_no": _number_in_use(certificates)}
    if isinstance(fact.payload, POINT_EVENTS):
        changed = _point(member["points"].get(fact.aggregate_id, {}), fact)
        return {"points": {**member["points"], fact.aggregate_id: changed}}
    return {}


def _number_in_use(certificates: Document) -> str | None:
    """The number of the certificate that the member holds: issued last and not ended."""
    held = [one for one in certificates.values() if one.get("state") == CertState.ISSUED and one.get("number")]
    newest = max(held, key=lambda one: (one["issued_on"], one["number"]), default=None)
    return None if newest is None else str(newest["number"])


def _certificate(before: Document, fact: Fact) -> Document:
    on, ended = fact.event.occurredon.isoformat(), _ENDS.get(type(fact.payload))
    match fact.payload:
        case CertificateRequested():
            return {**before, "state": str(CertState.REQUESTED), "requested_on": on}
        case CertificateNumbered() as facts:
            return {**before, "state": str(CertState.NUMBERED), "number": facts.certificate_no}
        case CertificateIssued() as facts:
            due = {"check_due_on": facts.check_due_on.isoformat()}
            return {**before, **due, "state": str(CertState.ISSUED), "number": facts.certificate_no, "issued_on": on}
        case CertificateAnnualCheckDone() as facts:
            return {**before, "checked_on": on, "check_due_on": facts.next_due_on.isoformat()}
        case _:
            return {**before, "state": str(ended), "ended_on": on}


def _point(before: Document, fact: Fact) -> Document:
    """What kind of contact point, since when, and whether it was proved; the value stays sealed with the point."""
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case ContactPointAdded() as facts:
            since = (facts.valid_from or fact.event.occurredon).isoformat()
            told = {"kind": str(facts.kind), "source": str(facts.source), "valid_from": since}
            return {**told, "verified_on": None, "closed_on": None, **before}
        case ContactPointVerified() as facts:
            return {**before, "verified_on": on, "verified_how": str(facts.how)}
        case ContactPointClosed() as facts:
            return {**before, "closed_on": on, "end": str(facts.reason)}
        case _:
            return before
