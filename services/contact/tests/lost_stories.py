"""Acts with sensible values for the tests of lost contact's rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter
from services.contact.tests.stories import BRANCH, MEMBER, TOWN

from guiyan.contact.domain import lost_acts as ask
from guiyan.contact.domain.lost_contact import LOST_CONTACT
from guiyan.events.codes import LostCause, SearchMeans, SearchResult
from guiyan.events.contact import lost_contact as told
from guiyan.events.payload import Payload
from guiyan.ledger.commit import Draft
from guiyan.ledger.testing.deciders import Scenario

SINCE, OPENED, SEARCH, LATER = date(2026, 1, 10), date(2026, 6, 10), date(2026, 6, 12), date(2026, 7, 20)
PAPER = "示例〔2026〕1号"
DECISION, OTHER_DECISION, THIRD_DECISION, UNKNOWN_DECISION = (
    f"019b76da-a800-7000-8000-0000000000d{n}" for n in (1, 2, 3, 9)
)
WATCHED = told.LostContactWatchOpened(member_id=MEMBER, branch=BRANCH, missed_in_a_row=0, last_seen_on=SINCE)
SEARCHING = told.SearchStarted(member_id=MEMBER, branch=BRANCH)
CAUSE = told.LostContactOpened(member_id=MEMBER, branch=BRANCH, since=SINCE, cause=LostCause.MIGRANT_OR_BUSINESS)
CONFIRMED = told.LostContactConfirmed(member_id=MEMBER, since=SINCE, confirmed_by=TOWN)
FOUND = told.ContactRegained(member_id=MEMBER, channel="PHONE")


def step(means: SearchMeans, result: SearchResult = SearchResult.NOTHING, on: date = SEARCH) -> Draft:
    """A means that was tried."""
    return Draft(told.SearchStepDone(member_id=MEMBER, means=means, result=result), on)


ALL_FAILED = tuple(step(means) for means in SearchMeans)


def suspended(on: date = LATER) -> Draft:
    """Registry's decision, as the case has noted it."""
    noted = told.LostMembershipNoted(
        member_id=MEMBER, status="SUSPENDED", decision_no=PAPER, decided_on=on, decision_id=DECISION
    )
    return Draft(noted, on)


def case(*happened: Payload | Draft) -> Scenario[Any, Any]:
    """A case that was opened by silence, and what happened since."""
    return Scenario(LOST_CONTACT).given(Draft(WATCHED, OPENED), *happened, occurred_on=SEARCH)


def act(kind: type[ask.LostAct], on: date = LATER, **facts: Any) -> Any:
    """An act on a day."""
    return TypeAdapter(kind).validate_python({"on": on, "today": on, **DEFAULTS.get(kind, {}), **facts})


DEFAULTS: dict[type[ask.LostAct], dict[str, Any]] = {
    ask.Watch: {"member_id": MEMBER, "branch": BRANCH},
    ask.StartSearch: {"branch": BRANCH, "since": SINCE},
    ask.TakeStep: {"means": SearchMeans.HOST_ORG, "result": SearchResult.NOTHING},
    ask.TellCause: {"branch": BRANCH, "since": SINCE, "cause": LostCause.MIGRANT_OR_BUSINESS},
    ask.Confirm: {"since": SINCE, "confirmed_by": TOWN},
    ask.Regain: {"channel": "PHONE", "since": SINCE},
    ask.Seen: {"channel": "PHONE", "in_person": True, "last_seen_on": SINCE},
    ask.ProposeSuspension: {"proposed_by": BRANCH, "document_no": PAPER, "since": SINCE},
    ask.ProposeReinstatement: {"proposed_by": BRANCH, "document_no": PAPER, "since": SINCE, "requested_on": LATER},
    ask.ProposeRemoval: {"proposed_by": BRANCH, "document_no": PAPER, "since": SINCE},
    ask.DecideOutcome: {"outcome": "RESUME", "decision_no": PAPER, "decided_by": BRANCH},
    ask.NoteDecision: {"status": "SUSPENDED", "decision_no": PAPER, "decision_id": DECISION},
    ask.EndCase: {"how": "TRANSFERRED"},
    ask.TellDue: {"branch": BRANCH, "step": "START_SEARCH", "due_on": LATER},
}
