"""What lost contact needs to know of a member: branch, trip, membership, and on which days the member was seen.

Seen is who took part in organised life or paid dues (domain.md §2.7), and who was spoken with, reported or came home:
each by its business date, so that what is told late stands before nothing newer (§8).
"""

from datetime import date
from typing import Any, Final

from guiyan.contact.domain.window import ABROAD, cycle_of
from guiyan.contact.projections.people import ENTERED, goes_on_after
from guiyan.events import Payload, contact, notifications, registry, transfers
from guiyan.events.codes import (
    AttendanceMode,
    ContactChannel,
    ContactLeg,
    ContactOutcome,
    PersonCategory,
    ReportForm,
)
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.ledger import Document, Fact, business_date

LOST_PEOPLE: Final = "lost_people"
KEPT_SEEN: Final = 36
"""How many of a member's newest signs are kept, so that one withdrawn uncovers the one before it."""
KEPT_SOURCES: Final = 200
"""How many of the streams that told of a member are remembered, for the past of a case."""
ATTENDED, PAID, MET = "ATTENDED", "PAID", "MET"

_FORMS: Final = {
    ReportForm.ORAL: ContactChannel.IN_PERSON,
    ReportForm.WRITTEN: ContactChannel.LETTER,
    ReportForm.PHONE: ContactChannel.PHONE,
    ReportForm.ONLINE: ContactChannel.VIDEO,
}
SEEN: Final = frozenset(
    {
        "AttendanceRecorded",
        "DuesPaid",
        "DuesPaidAtHost",
        "DuesProxyPaid",
        "ContactAttempted",
        "ContactCompleted",
        "ReportGiven",
        "HomeVisitReported",
        "ContactRegained",
        "MembershipReinstated",
        "MemberJoinedAnew",
    }
)
"""What tells of a member's signs; of attempts those alone that `is_sign` says."""
WITHDRAWN: Final = frozenset({"AttendanceWithdrawn", "DuesPaymentWithdrawn"})
TRIPS: Final = frozenset({"MemberLeft", "DestinationChanged", "MemberReturned", "DepartureClosed", "DepartureReopened"})
DECIDED: Final = frozenset(
    {"MembershipSuspended", "MembershipRemoved", "MembershipEnded", "MembershipDecisionAnnulled", "MemberConverted"}
)
HANDLES: Final = (
    ENTERED | SEEN | WITHDRAWN | TRIPS | DECIDED
    | {"MemberDetailsCorrected", "BranchAssigned", "RelationTransferred", "DekDestroyed", "ContactExempted"}
)  # fmt: skip
OPENS: Final = ENTERED | {"MemberDetailsCorrected"}
_NEW: Final[Document] = {
    "name": None,
    "branch": None,
    "status": "NORMAL",
    "probationary": False,
    "away": None,
    "seen": [],
    "excused_on": None,
    "sources": [],
    "case": None,
    "cases": [],
    "watched": None,
}


def empty() -> Document:
    """A member of whom nothing is known yet."""
    return dict(_NEW)


def changed(person: Document, fact: Fact) -> Document:
    """The person after a fact of any service."""
    after = {**person, **_changes(person, fact.payload, fact)}
    source = f"{fact.event.service}/{fact.event.aggregate}/{fact.aggregate_id}"
    if source not in after["sources"]:
        after["sources"] = [*after["sources"], source][-KEPT_SOURCES:]
    return after


def last_seen_on(person: Document) -> str | None:
    """The newest sign of the member, by business date."""
    return max((on for _, on, _ in person["seen"]), default=None)


def last_on(person: Document, kind: str) -> str | None:
    """The newest sign of one kind."""
    return max((on for _, on, of in person["seen"] if of == kind), default=None)


def since(person: Document) -> date | None:
    """Since when the member is silent: the newest sign, or the leaving, until which the member was here."""
    days = [day for day in (last_seen_on(person), (person["away"] or {}).get("since")) if day is not None]
    return date.fromisoformat(max(days)) if days else None


def silent_since(person: Document) -> date | None:
    """The day from which silence is counted for a watch; None for whom none is counted: at home, or no member now.

    Of a roster's members nothing was recorded here before its import, so they are silent from its day; and nobody is
    silent of whom people said that no contact is needed (ContactExempted), by its day.
    """
    known = since(person)
    if person["away"] is None or person["status"] != "NORMAL" or known is None:
        return None
    said = (person["away"]["counts_from"], person["excused_on"])
    return max(known, *(date.fromisoformat(one) for one in said if one is not None))


def unwatched_silence(person: Document) -> date | None:
    """Since when the member is silent and nobody watches; None where there is nothing to wait for, or was watched."""
    silent = silent_since(person)
    watched = silent is not None and person["watched"] is not None and silent.isoformat() <= person["watched"]
    return None if person["case"] is not None or watched else silent


def is_abroad(person: Document) -> bool:
    """Whether contact is due only every half year (R1 Art. 34)."""
    return bool(person["away"] and person["away"]["abroad"])


def is_sign(fact: Fact) -> bool:
    """Whether the member was seen: an attempt says so when the member was spoken with, before any answer (§2.6)."""
    if isinstance(fact.payload, contact.ContactAttempted):
        return fact.payload.leg is ContactLeg.MEMBER and fact.payload.outcome is ContactOutcome.REACHED
    return fact.type in SEEN


def sign_of(payload: Payload) -> tuple[str, ContactChannel | None]:
    """Of which kind a sign is, and by which channel the member was met; None: it may have been somebody else."""
    match payload:
        case notifications.AttendanceRecorded():
            online = payload.mode is AttendanceMode.ONLINE
            return ATTENDED, ContactChannel.VIDEO if online else ContactChannel.IN_PERSON
        case registry.DuesPaid() | registry.DuesPaidAtHost() | registry.DuesProxyPaid():
            return PAID, None
        case contact.ContactAttempted() | contact.ContactCompleted():
            return MET, payload.channel
        case contact.ReportGiven():
            return MET, _FORMS.get(payload.form, ContactChannel.IN_PERSON) if payload.form else ContactChannel.LETTER
        case _:
            return MET, ContactChannel.IN_PERSON


def _changes(person: Document, payload: Payload, fact: Fact) -> dict[str, Any]:  # noqa: C901, PLR0911 - one case an event
    match payload:
        case registry.MemberRegistered() | registry.MemberImported():
            name = fact.pii.name if isinstance(fact.pii, MemberText) else None
            probationary = payload.person_category is PersonCategory.PROBATIONARY
            status = str(payload.membership_status)
            return {"name": name, "branch": payload.branch, "status": status, "probationary": probationary}
        case registry.MemberDetailsCorrected():
            told = fact.pii.name if isinstance(fact.pii, MemberTextChange) else None
            return {} if told is None else {"name": told}
        case registry.BranchAssigned():
            return {"branch": payload.branch}
        case transfers.RelationTransferred():
            away = person["away"] if goes_on_after(person["away"], payload) else None
            return {"branch": payload.to_branch or person["branch"], "away": away}
        case contact.ContactExempted():
            return {"excused_on": max(fact.event.occurredon.isoformat(), person["excused_on"] or "")}
        case registry.DekDestroyed():
            return {"name": None}
        case registry.MemberConverted():
            return {"probationary": False}
        case registry.MembershipDecisionAnnulled():
            return {"status": str(payload.status)}
        case registry.MembershipSuspended() | registry.MembershipRemoved() | registry.MembershipEnded():
            return {"status": payload.type_name()}
        case notifications.AttendanceWithdrawn():
            return {"seen": [one for one in person["seen"] if one[0] != fact.aggregate_id]}
        case registry.DuesPaymentWithdrawn():
            return {"seen": [one for one in person["seen"] if one[0] != payload.payment_id]}
        case _:
            return _seen(person, payload, fact) if is_sign(fact) else _trip(person, payload, fact)


def _seen(person: Document, payload: Payload, fact: Fact) -> dict[str, Any]:
    kind, _ = sign_of(payload)
    key = fact.aggregate_id if kind == ATTENDED else fact.event.id
    others = [one for one in person["seen"] if one[0] != key]
    seen = sorted([*others, [key, fact.event.occurredon.isoformat(), kind]], key=lambda one: str(one[1]))
    after: dict[str, Any] = {"seen": seen[-KEPT_SEEN:]}
    if isinstance(payload, registry.MembershipReinstated):
        after["status"] = "NORMAL"
    elif isinstance(payload, registry.MemberJoinedAnew):
        after |= {"status": "NORMAL", "probationary": True}
    return after


def _trip(person: Document, payload: Payload, fact: Fact) -> dict[str, Any]:
    if isinstance(payload, registry.MemberLeft):
        left = fact.event.occurredon
        counts_from = business_date(fact.event.time) if fact.event.importbatch else left
        away = {**_away(fact.aggregate_id, left, counts_from), **_place(payload, fact, None)}
        return {"branch": person["branch"] or payload.branch, "away": away}
    if isinstance(payload, registry.DepartureReopened):
        gone = payload.away_since
        return {"away": None if gone is None else _away(fact.aggregate_id, gone, gone)}
    away = person["away"]
    if away is None or away["departure_id"] != fact.aggregate_id:
        return {}
    if isinstance(payload, registry.DestinationChanged):
        return {"away": {**away, **_place(payload, fact, away)}}
    return {"away": None}


def _away(departure_id: str, left: date, counts_from: date) -> Document:
    return {
        "departure_id": departure_id,
        "since": left.isoformat(),
        "counts_from": max(left, counts_from).isoformat(),
        "abroad": False,
        "told_on": None,
    }


def _place(
    payload: registry.MemberLeft | registry.DestinationChanged, fact: Fact, away: Document | None
) -> dict[str, Any]:
    """Abroad or not, as told for the newest business date (§8); one that tells no range says nothing about it."""
    on = fact.event.occurredon.isoformat()
    before = away or {"abroad": False, "told_on": None}
    reason = getattr(payload, "reason", None)
    if (payload.range is None and reason is None) or on < (before["told_on"] or ""):
        return {}
    return {"abroad": cycle_of(payload.range, reason, None) == ABROAD, "told_on": on}
