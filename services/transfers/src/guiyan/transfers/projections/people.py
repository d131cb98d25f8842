"""What transfers need to know of a member: name, category, formal branch, dues month, whether membership goes on."""

from typing import Final

from guiyan.events import Payload, registry
from guiyan.events.codes import FlowReason, MembershipStatus, PersonCategory, RetentionKind
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.ledger import Document, Fact
from guiyan.transfers.projections import absences

PEOPLE: Final = "people"
_OF_GRADUATES: Final = frozenset({RetentionKind.GRADUATE_EMPLOYED, RetentionKind.GRADUATE_UNPLACED})
Payment = registry.DuesPaid | registry.DuesPaidAtHost | registry.DuesProxyPaid
ENDED: Final = frozenset({"MembershipRemoved", "MembershipEnded"})
STANDING: Final = frozenset(
    {
        "MembershipDecisionAnnulled",
        "MemberJoinedAnew",
        "MemberConverted",
        "MembershipSuspended",
        "MembershipReinstated",
    }
)
ENTERED: Final = frozenset({"MemberRegistered", "MemberImported"})
PAID: Final = frozenset({"DuesPaid", "DuesPaidAtHost", "DuesProxyPaid", "DuesPaymentWithdrawn"})
PROBATION: Final = frozenset({"ProbationStarted", "ProbationDatesCorrected", "ProbationExtended"})
GRADUATES: Final = frozenset({"RelationRetained", "MemberLeft"})
HANDLES: Final = (
    ENTERED | ENDED | STANDING | PAID | PROBATION | GRADUATES
    | absences.HANDLES | {"MemberDetailsCorrected", "BranchAssigned", "DekDestroyed"}
)  # fmt: skip
OPENS: Final = ENTERED | {"MemberDetailsCorrected"}


def changed(person: Document | None, fact: Fact) -> Document | None:
    """The person after a fact of the registry; None when it says nothing about anybody known."""
    told = _changed(person, fact)
    away = absences.changed(person if told is None else told, fact)
    return told if away is None else away


def _changed(person: Document | None, fact: Fact) -> Document | None:  # noqa: C901, PLR0911 - one case an event
    payload = fact.payload
    if isinstance(payload, registry.MemberRegistered | registry.MemberImported):
        return {
            "name": fact.pii.name if isinstance(fact.pii, MemberText) else None,
            "person_category": payload.person_category,
            "branch": payload.branch,
            "outside": isinstance(payload, registry.MemberRegistered) and payload.incoming,
            "id_index": payload.id_index,
            "dues_paid_to": None,
            "ended": False,
            "probation_ends_on": payload.probation_ends_on.isoformat() if payload.probation_ends_on else None,
            "graduate": False,
            "transfers": (person or {}).get("transfers", []),
            "suspended": False,
            **absences.kept(person),
        }
    if person is None:
        return None
    match payload:
        case registry.BranchAssigned():
            return {**person, "branch": payload.branch}
        case (
            registry.DuesPaid() | registry.DuesPaidAtHost() | registry.DuesProxyPaid() | registry.DuesPaymentWithdrawn()
        ):
            return {**person, "dues_paid_to": _paid_to(person, payload)}
        case registry.MemberDetailsCorrected():
            return {**person, **_corrected(fact, payload)}
        case registry.MembershipRemoved() | registry.MembershipEnded():
            return {**person, "ended": True}
        case registry.MembershipSuspended() | registry.MembershipReinstated():
            return {**person, "suspended": isinstance(payload, registry.MembershipSuspended)}
        case registry.MembershipDecisionAnnulled():
            return {**person, **_taken_back(person, payload)}
        case registry.MemberConverted():
            return {**person, "person_category": PersonCategory.FULL, "converted_by": fact.event.id}
        case registry.MemberJoinedAnew():
            return {**person, "ended": False, "suspended": False, "person_category": PersonCategory.PROBATIONARY}
        case registry.DekDestroyed():
            return {**person, "name": None, "id_index": None}
        case _:
            told = _told_by_the_way(payload)
            return None if told is None else {**person, **told}


def _told_by_the_way(payload: Payload) -> Document | None:
    """What matters for a letter: the end of probation (§2.8), and that somebody is a graduate (R6)."""
    match payload:
        case registry.ProbationStarted() | registry.ProbationDatesCorrected() | registry.ProbationExtended():
            return {"probation_ends_on": payload.ends_on.isoformat()}
        case registry.RelationRetained(kind=kind) if kind in _OF_GRADUATES:
            return {"graduate": True}
        case registry.MemberLeft(reason=FlowReason.GRADUATE_JOB_SEEKING):
            return {"graduate": True}
        case _:
            return None


def _taken_back(person: Document, payload: registry.MembershipDecisionAnnulled) -> Document:
    """The membership as it stands again; whose conversion was none is on probation still (R8 Art. 32)."""
    standing: Document = {
        "ended": payload.status not in {MembershipStatus.NORMAL, MembershipStatus.SUSPENDED},
        "suspended": payload.status is MembershipStatus.SUSPENDED,
    }
    if person.get("converted_by") == payload.annulled_id:
        standing |= {"person_category": PersonCategory.PROBATIONARY, "converted_by": None}
    return standing


def person_id(fact: Fact) -> str:
    """Whose document a fact of the registry changes."""
    payload = fact.payload
    named = payload.model_dump(include={"person_id", "member_id"})
    return str(named.get("member_id") or named["person_id"])


def _paid_to(person: Document, payload: Payment | registry.DuesPaymentWithdrawn) -> str | None:
    """The last month paid for with none unpaid before it, as registry tells it; old payments told only their months."""
    if isinstance(payload, registry.DuesPaymentWithdrawn) or payload.paid_to is not None:
        return payload.paid_to
    return max([*payload.months, person["dues_paid_to"] or ""])


def _corrected(fact: Fact, payload: registry.MemberDetailsCorrected) -> Document:
    shown: Document = {}
    if isinstance(fact.pii, MemberTextChange) and fact.pii.name is not None:
        shown["name"] = fact.pii.name
    if payload.id_index is not None:
        shown["id_index"] = payload.id_index
    return shown
