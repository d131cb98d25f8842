"""What each event of a probation changes in its document, which stands beside the member's (domain.md §2.8, §6 no. 11).

Flat fields: `state`, `open`, `ends_on`, `application_overdue`, `decision_overdue`, `overdue` (one of the two),
`escalated_to`; what depends on the day of reading (days left, quarters missing) is computed then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from guiyan.events.codes import ProbationState as State
from guiyan.events.registry import probation as facts
from guiyan.ledger import Docs, Document, Fact, business_date
from guiyan.registry.domain.membership import ENDED
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.domain.probation_calendar import decide_by, plan_of
from guiyan.registry.domain.probation_record import BEFORE_APPLICATION, OPEN, probation_id
from guiyan.registry.projections.members import MEMBERS, concerning, noted, shown_also
from guiyan.registry.projections.probation_timers import set_timers

PROBATIONS: Final = "probations"
_COUNTS: Final = ("in_favour", "against", "abstained")
_DECISION: Final = ("decision", "decision_id", "decision_no", "decided_by", "decided_on", "full_on")
_ROUND: Final = (
    "applied_on", "group_opinion_on", "opinions_on", "reviewed_on", "notice_until", "vote", "voted_on", *_COUNTS,
    "decide_by",
)  # fmt: skip
_SAID: Final[dict[str, Any]] = {
    "reminded": [], "ended_on": None, "application_overdue": False, "decision_overdue": False, "escalated_to": None,
    "escalated_on": None,
}  # fmt: skip
_TERM: Final = ("joined_on", "ends_on", "months_extended", "extensions", "plan")
RESTORED: Final = ("state", *_TERM, *_ROUND, *_SAID, *_DECISION)
"""What a decision, or a closing, leaves as it finds it: taken back, it stands again."""

Valid = Callable[[], Parameters]


def expected(member: Document, docs: Docs) -> Document:
    """The row of a probationary member before the probation has begun: the day of admission may be missing still."""
    id_ = probation_id(member["_id"], 1)
    after = shown_also(
        {**member, "probation_id": id_, "probation_state": str(State.JOINED_PROBATIONARY)}, PROBATIONS, id_
    )
    docs.put(PROBATIONS, id_, {**empty(after), "version": 0, "changed_at": member["changed_at"]})
    return after


def empty(member: Document) -> Document:
    """A probation's document before its first event."""
    return {
        "member_id": member["_id"],
        **shown_of(member),
        "state": str(State.JOINED_PROBATIONARY),
        "open": True,
        "overdue": False,
        "record_at": None,
        "handed_over_on": None,
        "handover_due": False,
        "quarters": [],
        "reports": [],
        "closed_for": None,
        **dict.fromkeys((*_TERM, *_ROUND, *_DECISION)),
        "joined_on": member["joined_on"],
        "months_extended": 0,
        "extensions": 0,
        **_SAID,
        "standing": [],
        "closed_from": None,
        "timers": [],
    }


def shown_of(member: Document) -> dict[str, Any]:
    """What a probation's document shows of its member."""
    away = member["departure_id"] is not None
    return {"name": member["name"], "branch": member["branch"], "responsible": member["responsible"], "away": away}


def apply_probation(fact: Fact, told: facts.ProbationEvent, docs: Docs, valid: Valid) -> None:
    """Change the document, its timers, and what the member's own document shows of it."""
    member = docs.get(MEMBERS, told.member_id)
    if member is None:
        return  # not part of the past that is told
    before = docs.get(PROBATIONS, fact.aggregate_id) or empty(member)
    after = _settled(changed({**before, "_id": fact.aggregate_id}, fact, valid))
    docs.put(PROBATIONS, fact.aggregate_id, noted({**after, "timers": set_timers(after, docs)}, fact))
    shown = {
        "probation_id": fact.aggregate_id,
        "probation_state": after["state"],
        "probation_ends_on": after["ends_on"],
    }
    if isinstance(told, facts.ProbationStarted) or member["probation_id"] == fact.aggregate_id:
        member |= shown
    docs.put(MEMBERS, told.member_id, concerning(shown_also(member, PROBATIONS, fact.aggregate_id), fact))


def follow_member(before: Document, after: Document, docs: Docs) -> None:
    """The member went away, came home, moved, or the membership ended before probation was entered."""
    id_ = after["probation_id"]
    names = ("departure_id", "responsible", "name", "branch", "membership_status", "joined_on")
    if id_ is None or all(before[name] == after[name] for name in names):
        return
    document = docs.get(PROBATIONS, id_)
    if document is None:
        return
    shown = shown_of(after)
    if document["version"] == 0:
        ended = after["membership_status"] in ENDED
        state = State.CLOSED if ended else State.JOINED_PROBATIONARY
        shown |= {"state": str(state), "open": not ended, "joined_on": after["joined_on"]}
    docs.put(PROBATIONS, id_, {**document, **shown})


def transferred(member: Document, docs: Docs) -> None:
    """The relation moved by a transfer: whoever has the record of training hands it over (§2.8)."""
    id_ = member["probation_id"]
    document = docs.get(PROBATIONS, id_) if id_ else None
    if document is not None and document["open"]:
        docs.put(PROBATIONS, id_, {**document, "handover_due": True})


def _settled(document: Document) -> Document:
    """What follows from the rest."""
    waiting = document["state"] in BEFORE_APPLICATION
    undecided = document["state"] == State.BRANCH_VOTED
    flags = {
        "application_overdue": waiting and document["application_overdue"],
        "decision_overdue": undecided and document["decision_overdue"],
    }
    return {**document, **flags, "overdue": any(flags.values()), "open": document["state"] in OPEN}


def changed(document: Document, fact: Fact, valid: Valid) -> Document:  # noqa: C901, PLR0911, PLR0912 - one case an event
    """The document after one more event of the probation."""
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case facts.ProbationStarted() as told:
            return {**_term(document, told, fact, valid), "record_at": told.branch}
        case facts.ProbationDatesCorrected() as told:
            full_on = document["full_on"] if told.full_on is None else told.full_on.isoformat()
            return {**_term(document, told, fact, valid), "full_on": full_on}
        case facts.ProbationQuarterDiscussed() as told:
            return {**document, "quarters": sorted({*document["quarters"], told.quarter})}
        case facts.ProbationReportGiven() as told:
            return {**document, "reports": sorted({*document["reports"], told.half_year})}
        case facts.ProbationReminded() as told:
            return {**document, **_due(document), "reminded": [*document["reminded"], told.days_left]}
        case facts.ProbationEnded():
            return {**document, **_due(document), "ended_on": on}
        case facts.ProbationApplicationOverdue():
            return {**document, "application_overdue": True}
        case facts.ProbationEscalated() as told:
            return {**document, "escalated_to": told.to_org, "escalated_on": on}
        case facts.ProbationDecisionOverdue():
            return {**document, "decision_overdue": True}
        case facts.ProbationRecordHandedOver() as told:
            return {**document, "record_at": told.to_org, "handed_over_on": on, "handover_due": False}
        case facts.ProbationClosed() as told:
            kept = {name: document[name] for name in RESTORED}
            return {**document, "state": str(State.CLOSED), "closed_for": str(told.reason), "closed_from": kept}
        case facts.ProbationReopened():
            return {**document, **(document["closed_from"] or {}), "closed_for": None, "closed_from": None}
        case _:
            return _step(document, fact, on, valid)


def _step(document: Document, fact: Fact, on: str, valid: Valid) -> Document:  # noqa: PLR0911 - one case an event
    """The same for the steps towards a decision."""
    match fact.payload:
        case facts.ProbationApplicationReceived():
            return {**document, "state": str(State.APPLIED), "applied_on": on}
        case facts.ProbationGroupOpinionGiven():
            return {**document, "state": str(State.GROUP_OPINION), "group_opinion_on": on}
        case facts.ProbationOpinionsCollected():
            return {**document, "state": str(State.OPINIONS_COLLECTED), "opinions_on": on}
        case facts.ProbationCommitteeReviewed():
            return {**document, "state": str(State.COMMITTEE_REVIEWED), "reviewed_on": on}
        case facts.ProbationPublicNoticePosted() as told:
            return {**document, "state": str(State.PUBLIC_NOTICE), "notice_until": told.until.isoformat()}
        case facts.ProbationBranchVoted() as told:
            counts = {name: getattr(told, name) for name in _COUNTS}
            due = decide_by(fact.event.occurredon, valid()).isoformat()
            voted = {"state": str(State.BRANCH_VOTED), "vote": str(told.vote), "voted_on": on, "decide_by": due}
            return {**document, **voted, **counts, "decision_overdue": False}
        case _:
            return _decision(document, fact, valid)


def _decision(document: Document, fact: Fact, valid: Valid) -> Document:
    match fact.payload:
        case facts.ProbationConverted() as told:
            full = {"state": str(State.APPROVED_FULL), "full_on": told.full_on.isoformat()}
            return {**_decided(document, fact, told), **full}
        case facts.ProbationExtended() as told:
            longer = {"state": str(State.EXTENDED), "ends_on": told.ends_on.isoformat(), "months_extended": told.months}
            again = {**dict.fromkeys(_ROUND), **_SAID, "extensions": 1, "plan": _plan(told.ends_on, fact, valid)}
            return {**_decided(document, fact, told), **longer, **again}
        case facts.ProbationCancelled() as told:
            return {**_decided(document, fact, told), "state": str(State.CANCELLED)}
        case facts.ProbationDecisionAnnulled() as told:
            that = [one["before"] for one in document["standing"] if one["event_id"] == told.annulled_id]
            left = [one for one in document["standing"] if one["event_id"] != told.annulled_id]
            return {**document, **(that[0] if that else {}), "standing": left}
        case _:
            return document


def _decided(document: Document, fact: Fact, told: Any) -> Document:
    """The decision shown, and what stood before it kept."""
    kept = {"event_id": fact.event.id, "before": {name: document[name] for name in RESTORED}}
    shown = {
        "decision": fact.type,
        "decision_id": fact.event.id,
        "decision_no": told.decision_no,
        "decided_by": told.decided_by,
        "decided_on": fact.event.occurredon.isoformat(),
    }
    return {**document, **shown, "standing": [*document["standing"], kept]}


def _term(document: Document, told: Any, fact: Fact, valid: Valid) -> Document:
    """Another term: what timers said of the old one has not been said of this one."""
    early = State.EXTENDED if told.months_extended else State.IN_PROBATION
    moves = document["state"] in BEFORE_APPLICATION | {State.JOINED_PROBATIONARY}
    term = {
        "state": str(early) if moves else document["state"],
        "joined_on": told.joined_on.isoformat(),
        "ends_on": told.ends_on.isoformat(),
        "months_extended": told.months_extended,
        "extensions": int(told.months_extended > 0),
        "plan": _plan(told.ends_on, fact, valid),
    }
    return {**document, **(_SAID if document["open"] else {}), **term}


def _plan(ends_on: date, fact: Fact, valid: Valid) -> dict[str, Any]:
    plan = plan_of(ends_on, business_date(fact.event.time), valid())
    return {
        "reminders": {str(days): on.isoformat() for days, on in plan.reminders},
        "overdue_on": plan.overdue_on.isoformat(),
        "escalate_on": plan.escalate_on.isoformat(),
        "last_months_from": plan.last_months_from.isoformat(),
    }


def _due(document: Document) -> dict[str, Any]:
    due = document["state"] in BEFORE_APPLICATION
    return {"state": str(State.APPLICATION_DUE)} if due else {}
