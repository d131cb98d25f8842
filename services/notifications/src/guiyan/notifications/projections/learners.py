"""What study activities need to know of a member: the branch, the host, who keeps contact, and the hours of each year.

Of the name nothing but its first character is kept: no list of activities shows more.
"""

from __future__ import annotations

from typing import Any, Final

from guiyan.events import Payload, contact, registry, transfers
from guiyan.events.notifications.study import AttendanceRecorded, AttendanceWithdrawn
from guiyan.events.registry.inflow import InflowText
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.ledger import Docs, Document, Fact
from guiyan.service.masking import mask_name

LEARNERS: Final = "learners"
ATTENDANCES: Final = "attendances"
NORMAL: Final = "NORMAL"
INFLOWS: Final = "inflows"
PAIRED: Final = "PAIRED"
"""The status of somebody from elsewhere who was found to be a member of the register: the member goes on instead."""
ENTERED: Final = frozenset({"MemberRegistered", "MemberImported"})
OF_INFLOW: Final = frozenset({"InflowRegistered", "InflowGroupAssigned", "InflowPaired", "InflowEnded"})
OPENS: Final = ENTERED | {"MemberDetailsCorrected", "InflowRegistered"}
HANDLES: Final = (
    OPENS
    | OF_INFLOW
    | {
        "BranchAssigned",
        "RelationTransferred",
        "MemberLeft",
        "HostAccepted",
        "HostEnded",
        "MemberReturned",
        "DepartureClosed",
        "DepartureReopened",
        "MembershipSuspended",
        "MembershipReinstated",
        "MembershipRemoved",
        "MembershipEnded",
        "MembershipDecisionAnnulled",
        "MemberJoinedAnew",
        "ContactPersonAssigned",
        "ContactPersonUnassigned",
        "OrgLifeTargetSet",
        "DekDestroyed",
    }
)
_NEW: Final[Document] = {
    "name": None,
    "branch": None,
    "status": NORMAL,
    "trip": None,
    "away_since": None,
    "host": None,
    "keeper": None,
    "years": {},
    "aims": {},
}
_NO_YEAR: Final = {"hours": 0.0, "times": 0, "in_person": 0, "online": 0, "at_host": 0}


def invited(branch: str) -> dict[str, Any]:
    """The query for whom an announcement is for: the branch's own members, and those it has as a host (R1 Art. 32)."""
    return {"status": NORMAL, "$or": [{"branch": branch}, {"host": branch}]}


def apply(fact: Fact, docs: Docs) -> None:
    """Change the member, or the guest from elsewhere, that a fact of the register is about."""
    if fact.type in OF_INFLOW:
        _inflow(fact, docs)
        return
    told = fact.payload.model_dump(include={"person_id", "member_id"})
    id_ = str(told.get("member_id") or told.get("person_id"))
    known = docs.get(LEARNERS, id_)
    if known is None and isinstance(fact.payload, registry.DekDestroyed):
        return
    before = known or dict(_NEW)
    docs.put(LEARNERS, id_, {**before, **_changes(before, fact.payload, fact)})


def _changes(member: Document, payload: Payload, fact: Fact) -> Document:  # noqa: C901, PLR0911 - one case an event
    match payload:
        case registry.MemberRegistered() | registry.MemberImported():
            name = mask_name(fact.pii.name) if isinstance(fact.pii, MemberText) else None
            return {"name": name, "branch": payload.branch, "status": str(payload.membership_status)}
        case registry.MemberDetailsCorrected():
            told = fact.pii.name if isinstance(fact.pii, MemberTextChange) else None
            return {} if told is None else {"name": mask_name(told)}
        case registry.BranchAssigned():
            return {"branch": payload.branch}
        case transfers.RelationTransferred():
            return {"branch": payload.to_branch}
        case registry.DekDestroyed():
            return {"name": None}
        case registry.MembershipReinstated() | registry.MemberJoinedAnew():
            return {"status": NORMAL}
        case registry.MembershipDecisionAnnulled():
            return {"status": str(payload.status)}
        case registry.MembershipSuspended() | registry.MembershipRemoved() | registry.MembershipEnded():
            return {"status": payload.type_name()}
        case contact.ContactPersonAssigned():
            return {"keeper": payload.person_id}
        case contact.OrgLifeTargetSet():
            return {"aims": {**member["aims"], str(payload.year): payload.study_hours}}
        case contact.ContactPersonUnassigned():
            return {"keeper": None}
        case _:
            return _trip(member, payload, fact)


def _trip(member: Document, payload: Payload, fact: Fact) -> Document:
    if isinstance(payload, registry.MemberLeft):
        return {"trip": fact.aggregate_id, "away_since": fact.event.occurredon.isoformat(), "host": None}
    if isinstance(payload, registry.DepartureReopened):
        since = None if payload.away_since is None else payload.away_since.isoformat()
        return {"trip": fact.aggregate_id, "away_since": since, "host": payload.host_branch}
    if member["trip"] != fact.aggregate_id:
        return {}
    match payload:
        case registry.HostAccepted():
            return {"host": payload.host_branch}
        case registry.HostEnded():
            return {"host": None}
        case _:
            return {"trip": None, "away_since": None, "host": None}


def _inflow(fact: Fact, docs: Docs) -> None:
    """Whoever came from elsewhere is the host's guest: as a member where the register knows one, else as a person."""
    payload, record = fact.payload, fact.aggregate_id
    match payload:
        case registry.InflowRegistered():
            id_ = payload.member_id or payload.person_id
            guest = docs.get(LEARNERS, id_) or dict(_NEW)
            name = mask_name(fact.pii.name) if isinstance(fact.pii, InflowText) and fact.pii.name else guest["name"]
            since = guest["away_since"] or fact.event.occurredon.isoformat()
            docs.put(LEARNERS, id_, {**guest, "name": name, "host": payload.host_branch, "away_since": since})
            docs.put(INFLOWS, record, {"learner": id_, "host": payload.host_branch})
        case registry.InflowPaired() if (known := docs.get(INFLOWS, record)) is not None:
            if known["learner"] != payload.member_id:
                _put(known["learner"], {"status": PAIRED, "host": None}, docs)
            _put(payload.member_id, {"host": known["host"]}, docs)
            docs.put(INFLOWS, record, {**known, "learner": payload.member_id})
        case registry.InflowGroupAssigned() if (known := docs.get(INFLOWS, record)) is not None:
            _put(known["learner"], {"host": payload.host_branch}, docs)
            docs.put(INFLOWS, record, {**known, "host": payload.host_branch})
        case registry.InflowEnded() if (known := docs.get(INFLOWS, record)) is not None:
            guest = docs.get(LEARNERS, known["learner"]) or dict(_NEW)
            if guest["host"] == known["host"]:
                _put(known["learner"], {"host": None}, docs)
            docs.delete(INFLOWS, record)


def _put(id_: str, told: Document, docs: Docs) -> None:
    docs.put(LEARNERS, id_, {**(docs.get(LEARNERS, id_) or dict(_NEW)), **told})


def attended(payload: AttendanceRecorded, fact: Fact, docs: Docs) -> None:
    """Count an attendance for the member's year."""
    year = str(fact.event.occurredon.year)
    kept = {
        **payload.model_dump(mode="json", include={"member_id", "activity_id", "mode", "kind", "branch"}),
        "hours": payload.hours or 0.0,
        "year": year,
        "on": fact.event.occurredon.isoformat(),
    }
    docs.put(ATTENDANCES, fact.aggregate_id, kept)
    _count(kept, +1, docs)


def withdrawn(payload: AttendanceWithdrawn, fact: Fact, docs: Docs) -> Document | None:
    """Take an attendance out of the member's year; gives what it had been."""
    del payload
    kept = docs.get(ATTENDANCES, fact.aggregate_id)
    if kept is not None:
        docs.delete(ATTENDANCES, fact.aggregate_id)
        _count(kept, -1, docs)
    return kept


def _count(kept: Document, sign: int, docs: Docs) -> None:
    member = docs.get(LEARNERS, kept["member_id"]) or dict(_NEW)
    year = {**_NO_YEAR, **member["years"].get(kept["year"], {})}
    mode = str(kept["mode"]).lower()
    hours = round(year["hours"] + sign * kept["hours"], 2)
    counted = {**year, "hours": hours, "times": year["times"] + sign, mode: year[mode] + sign}
    docs.put(LEARNERS, kept["member_id"], {**member, "years": {**member["years"], kept["year"]: counted}})
