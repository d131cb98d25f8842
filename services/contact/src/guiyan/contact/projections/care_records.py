"""One row each of aid cases, leads, ventures, targets, reports, home visits, and registry's commendations (§6 no. 19).

No name stands here: lists ask the members' documents for it. Hardship stands in the rows of aid cases alone.
"""

from typing import Any, Final

from guiyan.contact.domain.aid import OPEN
from guiyan.events import contact, registry
from guiyan.events.codes import AidKind, AidState, CareKind, CommendationState, EntrepreneurshipStage, LeadState
from guiyan.ledger import Document, Fact

AIDS: Final = "aid_cases"
LEADS: Final = "leads"
VENTURES: Final = "ventures"
TARGETS: Final = "targets"
REPORTS: Final = "reports"
VISITS: Final = "home_visits"
COMMENDATIONS: Final = "commendations"
CARE: Final = "care"
COLLECTIONS: Final = (AIDS, LEADS, VENTURES, TARGETS, REPORTS, VISITS, COMMENDATIONS)
_PLACES: Final = {
    "aid": AIDS,
    "lead": LEADS,
    "entrepreneurship": VENTURES,
    "target": TARGETS,
    "commendation": COMMENDATIONS,
}
_REPORT_TYPES: Final = frozenset({"ReportGiven", "ReportOverdue"})
_VISIT_TYPES: Final = frozenset({"HomeVisitAnnounced", "HomeVisitReported"})
HANDLES: Final = (
    _REPORT_TYPES
    | _VISIT_TYPES
    | {"AidRaised", "AidAssessed", "AidApproved", "AidVisited", "AidVisitDue", "AidClosed"}
    | {"LeadSubmitted", "LeadAssessed", "LeadForwarded", "LeadAdopted", "LeadNotAdopted"}
    | {"EntrepreneurshipInterestRecorded", "EntrepreneurshipStageReached"}
    | {"EntrepreneurshipSupportGiven", "EntrepreneurshipEnded"}
    | {"OrgLifeTargetSet", "OrgLifeTargetReviewed"}
    | {"CommendationProposed", "CommendationChecked", "CommendationNoticed"}
    | {"CommendationAwarded", "CommendationPublished", "CommendationDropped"}
)
VISITED: Final = frozenset({AidKind.VISIT.value, AidKind.FAMILY_VISIT.value})
"""Kinds of aid that the table calls a visit; every other kind is relief."""


def place_of(fact: Fact) -> str:
    """The collection that a record's event belongs to."""
    return _PLACES.get(fact.event.aggregate) or (REPORTS if fact.type in _REPORT_TYPES else VISITS)


def changed(before: Document | None, fact: Fact, branch: str | None) -> Document:
    """The row after an event of its record."""
    row = before or {"member_id": fact.payload.model_dump()["member_id"], "branch": branch, "begun_on": _day(fact)}
    noted = {
        "handled_by": fact.event.actor,
        "handled_org": fact.event.actororg,
        "changed_on": _day(fact),
        "version": fact.event.streamversion,
    }
    if isinstance(fact.payload, contact.AidVisitDue):
        noted = {"version": fact.event.streamversion}
    return {**row, **noted, **_told(fact, row)}


def _told(fact: Fact, row: Document) -> dict[str, Any]:
    match fact.event.aggregate:
        case "aid":
            return _aid(fact, row)
        case "lead":
            return _lead(fact)
        case "entrepreneurship":
            return _venture(fact, row)
        case "target":
            return _target(fact)
        case "report":
            return _report(fact)
        case _:
            return _commendation(fact)


def _aid(fact: Fact, row: Document) -> dict[str, Any]:  # noqa: PLR0911 - one return an event
    match fact.payload:
        case contact.AidRaised() as facts:
            later = dict.fromkeys(("upheld", "amount_fen", "document_no", "decided_by", "visited_on", "outcome"))
            due = dict.fromkeys(("visit_due_on", "occasion"))
            told = facts.model_dump(mode="json", include={"org_code", "kind", "raised_by"})
            return {**later, **due, **told, "visits": 0, "family_visits": 0, **_aid_state(AidState.RAISED)}
        case contact.AidAssessed() as facts:
            return {"upheld": facts.upheld, **_aid_state(AidState.ASSESSED)}
        case contact.AidApproved() as facts:
            told = facts.model_dump(mode="json", include={"amount_fen", "document_no", "decided_by"})
            return {**told, **_aid_state(AidState.APPROVED)}
        case contact.AidVisited() as facts:
            visits, family = row["visits"] + 1, row["family_visits"] + facts.family
            day = max(row["visited_on"] or "", _day(fact))
            done = {"visits": visits, "family_visits": family, "visited_on": day, "visit_due_on": None}
            return {**done, "occasion": None, "visited_by": facts.by_org, **_aid_state(AidState.VISITED)}
        case contact.AidVisitDue() as facts:
            return {"visit_due_on": facts.due_on.isoformat(), "occasion": str(facts.occasion)}
        case contact.AidClosed() as facts:
            return {"outcome": str(facts.outcome), "visit_due_on": None, **_aid_state(AidState.CLOSED)}
        case _:
            return {}


def _aid_state(state: AidState) -> dict[str, Any]:
    return {"state": str(state), "open": state in OPEN}


def _lead(fact: Fact) -> dict[str, Any]:
    match fact.payload:
        case contact.LeadSubmitted() as facts:
            told = {"kind": str(facts.kind), "to_org": facts.to_org, "assessment": None, "forwarded_to": None}
            return {**told, **_lead_state(LeadState.SUBMITTED)}
        case contact.LeadAssessed() as facts:
            return {"assessment": str(facts.assessment), **_lead_state(LeadState.ASSESSED)}
        case contact.LeadForwarded() as facts:
            return {"forwarded_to": facts.to_org, **_lead_state(LeadState.FORWARDED)}
        case contact.LeadAdopted():
            return _lead_state(LeadState.ADOPTED)
        case _:
            return _lead_state(LeadState.NOT_ADOPTED)


def _lead_state(state: LeadState) -> dict[str, Any]:
    return {"state": str(state), "open": state not in {LeadState.ADOPTED, LeadState.NOT_ADOPTED}}


def _venture(fact: Fact, row: Document) -> dict[str, Any]:
    match fact.payload:
        case contact.EntrepreneurshipInterestRecorded() as facts:
            begun = {"org_code": facts.org_code, "stage": str(EntrepreneurshipStage.INTEREST), "supports": []}
            return {**begun, "supported_on": None, "open": True, "ended_on": None}
        case contact.EntrepreneurshipStageReached() as facts:
            return {"stage": str(facts.stage)}
        case contact.EntrepreneurshipSupportGiven() as facts:
            return {"supports": [*row["supports"], str(facts.support)], "supported_on": _day(fact)}
        case _:
            return {"open": False, "ended_on": _day(fact)}


def _target(fact: Fact) -> dict[str, Any]:
    match fact.payload:
        case contact.OrgLifeTargetSet() as facts:
            told = facts.model_dump(include={"year", "meetings", "study_hours", "reports"})
            return {**told, **dict.fromkeys(("meetings_met", "study_met", "reports_met", "reviewed_on")), "open": True}
        case contact.OrgLifeTargetReviewed() as facts:
            met = facts.model_dump(include={"meetings_met", "study_met", "reports_met"})
            return {**met, "reviewed_on": _day(fact), "open": False}
        case _:
            return {}


def _report(fact: Fact) -> dict[str, Any]:
    match fact.payload:
        case contact.ReportGiven() as facts:
            told = facts.model_dump(mode="json", include={"form", "to_org"})
            return {**told, "given_on": _day(fact), "due_on": None, "overdue": False}
        case contact.ReportOverdue() as facts:
            told = {"form": None, "to_org": facts.branch, "given_on": None}
            return {**told, "due_on": facts.due_on.isoformat(), "overdue": True}
        case contact.HomeVisitAnnounced() as facts:
            told = facts.model_dump(mode="json", include={"from_on", "until"})
            return {**told, "announced_on": _day(fact), "reported_on": None, "reported_to": None}
        case contact.HomeVisitReported() as facts:
            told = {"reported_on": _day(fact), "reported_to": facts.branch}
            first = fact.event.streamversion == 1
            return {**dict.fromkeys(("from_on", "until", "announced_on")), **told} if first else told
        case _:
            return {}


def _commendation(fact: Fact) -> dict[str, Any]:
    match fact.payload:
        case registry.CommendationProposed() as facts:
            return {"kind": str(facts.kind), "state": CommendationState.PROPOSED}
        case registry.CommendationChecked() as facts:
            return {"state": CommendationState.CHECKED if facts.upheld else CommendationState.DROPPED}
        case registry.CommendationNoticed():
            return {"state": CommendationState.NOTICED}
        case registry.CommendationAwarded():
            return {"state": CommendationState.AWARDED}
        case registry.CommendationPublished():
            return {"state": CommendationState.PUBLISHED}
        case _:
            return {"state": CommendationState.DROPPED}


def care_row(place: str, id_: str, row: Document, *, consents: bool) -> Document | None:
    """The record as one line of the table of care and commendation (no. 19); None for what does not stand there."""
    line = _LINES.get(place)
    if line is None:
        return None
    shared = {name: row[name] for name in ("member_id", "branch", "handled_by", "handled_org")}
    agreed = consents if place == COMMENDATIONS else None
    return {"amount_fen": None, "publication": agreed, **shared, "record": f"{_PATHS[place]}/{id_}", **line(row)}


def _aid_line(row: Document) -> Document:
    kind = CareKind.VISIT if row["kind"] in VISITED else CareKind.RELIEF
    on = row["visited_on"] or row["changed_on"]
    return {"kind": kind, "on": on, "amount_fen": row["amount_fen"], "result": row["outcome"] or row["state"]}


def _lead_line(row: Document) -> Document:
    found = row["assessment"] if row["state"] == LeadState.ASSESSED else row["state"]
    return {"kind": CareKind.LEAD, "on": row["begun_on"], "result": found}


def _venture_line(row: Document) -> Document:
    return {"kind": CareKind.ENTREPRENEURSHIP, "on": row["changed_on"], "result": row["stage"]}


def _commendation_line(row: Document) -> Document:
    return {"kind": CareKind.COMMENDATION, "on": row["changed_on"], "result": row["state"]}


_LINES: Final = {AIDS: _aid_line, LEADS: _lead_line, VENTURES: _venture_line, COMMENDATIONS: _commendation_line}
_PATHS: Final = {
    AIDS: "/v1/aid-cases",
    LEADS: "/v1/leads",
    VENTURES: "/v1/ventures",
    COMMENDATIONS: "/v1/commendations",
}


def _day(fact: Fact) -> str:
    return fact.event.occurredon.isoformat()
