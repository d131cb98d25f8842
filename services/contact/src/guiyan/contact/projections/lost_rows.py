"""The row of a lost-contact case, as ledger no. 10 shows it (domain.md §6)."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from guiyan.contact.domain.lost_parameters import LostParameters
from guiyan.contact.domain.lost_state import Case, evolve
from guiyan.contact.domain.lost_steps import WAITS_FOR, due_on, due_step
from guiyan.contact.projections import lost_people as people
from guiyan.events import Payload
from guiyan.events.contact import lost_contact as told
from guiyan.ledger import Document, Fact
from guiyan.ledger.calendar import add_months

LOST_CONTACTS: Final = "lost_contacts"
_CASES: Final = TypeAdapter(Case)
_EMPTY: Final[Document] = {
    "departure_id": None,
    "search_started_on": None,
    "steps": [],
    "means": [],
    "cause": None,
    "cause_told_on": None,
    "confirmed_on": None,
    "confirmed_by": None,
    "regained_on": None,
    "regained_channel": None,
    "proposal_no": None,
    "outcome": None,
    "outcome_no": None,
    "correction_until": None,
    "decision_no": None,
    "suspended_on": None,
    "removal_from": None,
    "result": None,
    "closed_on": None,
}


def case_of(row: Document) -> Case:
    """The case as the rules see it."""
    return _CASES.validate_python(row["case"])


def begun(fact: Fact, payload: told.LostContactWatchOpened) -> Document:
    """The row of a new case."""
    return {
        **_EMPTY,
        "member_id": payload.member_id,
        "branch": payload.branch,
        "departure_id": payload.departure_id,
        "opened_on": fact.event.occurredon.isoformat(),
        "missed_in_a_row": payload.missed_in_a_row,
        "told_seen_on": payload.last_seen_on.isoformat() if payload.last_seen_on else None,
        "case": None,
    }


def changed(row: Document, fact: Fact, parameters: Callable[[], LostParameters]) -> Document:
    """The row after an event of its case."""
    before = Case() if row["case"] is None else case_of(row)
    case = evolve(before, fact.event)
    day = fact.event.occurredon.isoformat()
    after = {**row, **_facts(fact.payload, day, row), "case": _CASES.dump_python(case, mode="json")}
    suspended_on = case.suspended_on
    ends = None if suspended_on is None else add_months(suspended_on, parameters().remove_after_months).isoformat()
    return {
        **after,
        "state": str(case.state),
        "open": case.is_open,
        "suspended_on": suspended_on.isoformat() if suspended_on else None,
        "removal_from": ends,
        "version": fact.event.streamversion,
        "handled_by": fact.event.actor,
        "changed_at": fact.event.time,
    }


def shown(row: Document, person: Document, parameters: Callable[[], LostParameters]) -> Document:
    """The row with what is known of the member now, while it is open, and with what it waits for."""
    row = {**row, "name": person["name"]}
    if not row["open"]:
        return {**row, "waits_for": None, "next_step": None, "next_on": None}
    case, since = case_of(row), counted_from(row, person)
    step, day = due_step(case), due_on(case, since, parameters())
    return {
        **row,
        "branch": person["branch"] or row["branch"],
        "last_attended_on": people.last_on(person, people.ATTENDED),
        "last_paid_on": people.last_on(person, people.PAID),
        "since": since.isoformat() if since else None,
        "waits_for": WAITS_FOR.get(case.state) if case.state else None,
        "next_step": None if step is None else str(step),
        "next_on": None if day is None else day.isoformat(),
    }


def counted_from(row: Document, person: Document) -> date | None:
    """Since when contact is lost: what the member's signs tell; else what was told when the case was opened."""
    known = people.since(person)
    return known or (date.fromisoformat(row["told_seen_on"]) if row["told_seen_on"] else None)


def _facts(payload: Payload, day: str, row: Document) -> dict[str, Any]:  # noqa: PLR0911 - one return an event
    match payload:
        case told.SearchStarted():
            return {"search_started_on": day}
        case told.SearchStepDone():
            step = {"on": day, "means": str(payload.means), "result": str(payload.result)}
            steps = sorted([*row["steps"], step], key=lambda one: str(one["on"]))
            return {"steps": steps, "means": sorted({one["means"] for one in steps})}
        case told.LostContactOpened():
            return {"cause": str(payload.cause), "cause_told_on": day}
        case told.LostContactConfirmed():
            return {"confirmed_on": day, "confirmed_by": payload.confirmed_by}
        case told.ContactRegained():
            return {"regained_on": day, "regained_channel": str(payload.channel)}
        case told.SuspensionProposed() | told.ReinstatementProposed() | told.RemovalProposed():
            return {"proposal_no": payload.document_no}
        case told.OutcomeDecided():
            until = payload.until.isoformat() if payload.until else None
            return {"outcome": str(payload.outcome), "outcome_no": payload.decision_no, "correction_until": until}
        case told.LostMembershipNoted():
            return {"decision_no": None if payload.annulled_id else payload.decision_no}
        case told.LostContactClosed():
            return {"result": str(payload.how), "closed_on": day}
        case _:
            return {}
