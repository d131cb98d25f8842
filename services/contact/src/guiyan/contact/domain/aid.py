"""Aid cases: RAISED → ASSESSED → APPROVED → VISITED → CLOSED (S-05, S-47, S-50; domain.md §2.12).

A family is visited with the member's written wish alone (S-50): a valid consent to FAMILY_CONTACT.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.contact.domain.steps import Step, require_day, require_new, require_state
from guiyan.events import Event
from guiyan.events.codes import AidKind, AidOccasion, AidOutcome, AidRaisedBy, AidState
from guiyan.events.contact import AidApproved, AidAssessed, AidClosed, AidRaised, AidVisitDue, AidVisited
from guiyan.ledger import Decider, Draft, Refused

GRANTED: Final = (AidState.APPROVED, AidState.VISITED)
"""Help was granted and the case is open: visits are made, and due before the two times of the year."""
OPEN: Final = (AidState.RAISED, AidState.ASSESSED, *GRANTED)


@dataclass(frozen=True, slots=True)
class AidCase:
    """What the rules need to know; `state` is None before it was raised, `upheld` before it was assessed."""

    member_id: str = ""
    org_code: str = ""
    state: AidState | None = None
    upheld: bool | None = None
    last_on: date = date.min
    visited_on: date = date.min
    reminded: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise(Step):
    """Somebody asks for help for a member; `consent_id` is the member's valid wish for family contact, if any."""

    member_id: str
    org_code: str
    kind: AidKind
    raised_by: AidRaisedBy
    consent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess(Step):
    """The need was looked at: help is proposed, or not."""

    upheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Step):
    """Help is granted by decision, with an amount where there is one."""

    decided_by: str
    document_no: str | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Step):
    """Somebody visited the member, or the family by the member's wish."""

    by_org: str
    family: bool = False
    consent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Step):
    """A visit is due before this day; `since` is the day from which on a visit counts for it."""

    occasion: AidOccasion
    due_on: date
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Step):
    """The case ends."""

    outcome: AidOutcome


Command = Raise | Assess | Approve | Visit | Remind | Close


def require_wish(consent_id: str | None, pointer: str) -> None:
    """A family is contacted only as the member wishes (S-50)."""
    if consent_id is None:
        raise Refused("family_contact_not_wished", pointer=pointer)


def require_outcome(outcome: AidOutcome, case: AidCase) -> None:
    """HELPED follows a visit, NOT_ELIGIBLE an assessment that proposed nothing; the rest may end every open case."""
    if outcome is AidOutcome.HELPED:
        require_state(case.state, (AidState.VISITED,))
    if outcome is AidOutcome.NOT_ELIGIBLE and case.upheld is not False:
        raise Refused("aid_not_refused", pointer="/outcome")


def _raise(act: Raise, case: AidCase) -> list[Draft]:
    require_new(case.state)
    wish = None
    if act.kind is AidKind.FAMILY_VISIT:
        require_wish(act.consent_id, "/kind")
        wish = act.consent_id
    raised = AidRaised(
        member_id=act.member_id, org_code=act.org_code, kind=act.kind, raised_by=act.raised_by, consent_id=wish
    )
    return [Draft(raised, act.on)]


def _assess(act: Assess, case: AidCase) -> list[Draft]:
    require_state(case.state, (AidState.RAISED,))
    return [Draft(AidAssessed(member_id=case.member_id, upheld=act.upheld), act.on)]


def _approve(act: Approve, case: AidCase) -> list[Draft]:
    require_state(case.state, (AidState.ASSESSED,))
    if not case.upheld:
        raise Refused("aid_not_proposed")
    granted = AidApproved(
        member_id=case.member_id, decided_by=act.decided_by, document_no=act.document_no, amount_fen=act.amount_fen
    )
    return [Draft(granted, act.on)]


def _visit(act: Visit, case: AidCase) -> list[Draft]:
    require_state(case.state, GRANTED)
    if act.family:
        require_wish(act.consent_id, "/family")
    return [Draft(AidVisited(member_id=case.member_id, by_org=act.by_org, family=act.family), act.on)]


def _remind(act: Remind, case: AidCase) -> list[Draft]:
    """Once an occasion, and only where nobody has visited for it yet."""
    if case.state not in GRANTED or act.due_on in case.reminded or case.visited_on >= act.since:
        return []
    due = AidVisitDue(member_id=case.member_id, org_code=case.org_code, occasion=act.occasion, due_on=act.due_on)
    return [Draft(due, act.on)]


def _close(act: Close, case: AidCase) -> list[Draft]:
    require_state(case.state, OPEN)
    require_outcome(act.outcome, case)
    require_day(act, case.visited_on)
    return [Draft(AidClosed(member_id=case.member_id, outcome=act.outcome), act.on)]


def decide(act: Command, case: AidCase) -> list[Draft]:
    """The events of an act on one case, or Refused."""
    require_day(act, date.min if isinstance(act, Remind) else case.last_on)
    match act:
        case Raise():
            return _raise(act, case)
        case Assess():
            return _assess(act, case)
        case Approve():
            return _approve(act, case)
        case Visit():
            return _visit(act, case)
        case Remind():
            return _remind(act, case)
        case Close():
            return _close(act, case)


def evolve(case: AidCase, event: Event) -> AidCase:  # noqa: PLR0911 - one return an event
    """The case after an event; visits may be told in any order, so they move no day but their own."""
    on = event.occurredon
    match event.payload:
        case AidRaised() as facts:
            return replace(case, member_id=facts.member_id, org_code=facts.org_code, state=AidState.RAISED, last_on=on)
        case AidAssessed() as facts:
            return replace(case, state=AidState.ASSESSED, upheld=facts.upheld, last_on=on)
        case AidApproved():
            return replace(case, state=AidState.APPROVED, last_on=on)
        case AidVisited():
            return replace(case, state=AidState.VISITED, visited_on=max(case.visited_on, on))
        case AidVisitDue() as facts:
            return replace(case, reminded=case.reminded | {facts.due_on})
        case AidClosed():
            return replace(case, state=AidState.CLOSED, last_on=on)
        case _:
            return case


AID: Decider[AidCase, Command] = Decider("contact", "aid", AidCase, evolve, decide)
