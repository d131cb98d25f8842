"""Inquiries: taken, assigned, answered, confirmed, closed; passed on or opened again meanwhile (S-21, S-23, §2.12).

What is kept is the topic and the course of an inquiry, never what was asked or said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final

from guiyan.contact.domain.happened import require_happened
from guiyan.contact.domain.parameters import DEFAULTS, Parameters, ParametersOn, by_default
from guiyan.contact.domain.steps import Step
from guiyan.events import Event, Payload
from guiyan.events.codes import InquiryEffort, InquiryReopen, InquiryState
from guiyan.events.contact import (
    InquiryAnswered,
    InquiryAssigned,
    InquiryClosed,
    InquiryConfirmed,
    InquiryOverdue,
    InquiryReceived,
    InquiryReopened,
    InquiryTransferred,
)
from guiyan.events.contact.inquiry import AskerText
from guiyan.ledger import Decider, Draft, Refused
from guiyan.ledger.working_days import add_working_days

S = InquiryState
WAITING: Final = frozenset({S.RECEIVED, S.ASSIGNED, S.TRANSFERRED, S.REOPENED})
"""States in which somebody has to answer; the limit of these runs."""
ANSWERED: Final = frozenset({S.ANSWERED, S.CONFIRMED})
STATES: Final[Mapping[type[Payload], InquiryState]] = {
    InquiryReceived: S.RECEIVED,
    InquiryAssigned: S.ASSIGNED,
    InquiryTransferred: S.TRANSFERRED,
    InquiryAnswered: S.ANSWERED,
    InquiryConfirmed: S.CONFIRMED,
    InquiryReopened: S.REOPENED,
    InquiryClosed: S.CLOSED,
}
"""The state that each event leads to."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What the rules need to know; `state` is None before it was received.

    `org_code` is who has to answer, None where it went to a body outside. `straight` says that nothing came between
    receiving and answering: no other body, no reopening.
    """

    state: InquiryState | None = None
    org_code: str | None = None
    taken_by: str = ""
    person_id: str | None = None
    member_id: str | None = None
    effort: InquiryEffort = InquiryEffort.SIMPLE
    received_on: date = date.min
    last_on: date = date.min
    due_on: date = date.min
    told_overdue: date | None = None
    straight: bool = True

    @property
    def answers_here(self) -> str:
        """The organisation here that looks after it: who has to answer, else who took it."""
        return self.org_code or self.taken_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(Step):
    """Somebody asked; `facts` without the day it is due, which follows from the effort."""

    facts: InquiryReceived
    text: AskerText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Step):
    """A person of the organisation that has to answer takes it."""

    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Step):
    """It was answered; `at_first_contact` None: as the course tells."""

    at_first_contact: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn(Step):
    """Another body has to answer: one with a code here, or one named by its title."""

    to_org: str | None = None
    to_title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Step):
    """The asker says whether the answer helped."""

    solved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Step):
    """It has to be answered again."""

    reason: InquiryReopen


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Step):
    """Nothing is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SayOverdue(Step):
    """The clock: the limit `due_on` has passed."""

    due_on: date


def limit(effort: InquiryEffort, parameters: Parameters) -> int:
    """How many working days an answer may take (§2.12)."""
    return {
        InquiryEffort.SIMPLE: parameters.inquiry_simple_working_days,
        InquiryEffort.NEEDS_CHECKING: parameters.inquiry_checked_working_days,
        InquiryEffort.OTHER_BODY: parameters.inquiry_other_body_working_days,
    }[effort]


def due(on: date, effort: InquiryEffort, parameters: Parameters) -> date:
    """The last day for an answer."""
    return add_working_days(on, limit(effort, parameters)).result


def receive(act: Receive, inquiry: Inquiry, parameters: Parameters) -> list[Draft]:
    """– → RECEIVED, with its last day."""
    if inquiry.state is not None:
        raise Refused("inquiry_exists", status=409)
    facts = act.facts.model_copy(update={"due_on": due(act.on, act.facts.effort, parameters)})
    return [Draft(facts, act.on, act.text)]


def assign(act: Assign, inquiry: Inquiry, _: Parameters) -> list[Draft]:
    """→ ASSIGNED; to the same person again says nothing. What went outside is nobody's here to answer."""
    _in_state(inquiry, WAITING)
    if inquiry.org_code is None:
        raise Refused("inquiry_is_outside")
    if inquiry.state is S.ASSIGNED and inquiry.person_id == act.person_id:
        return []
    return [Draft(InquiryAssigned(org_code=inquiry.org_code, person_id=act.person_id), act.on)]


def answer(act: Answer, inquiry: Inquiry, _: Parameters) -> list[Draft]:
    """→ ANSWERED. In one go is what was answered on the day it came, without another body or a second time (S-23)."""
    _in_state(inquiry, WAITING)
    at_once = inquiry.straight and act.on == inquiry.received_on
    if act.at_first_contact and not at_once:
        raise Refused("not_at_first_contact", pointer="/at_first_contact")
    told = at_once if act.at_first_contact is None else act.at_first_contact
    return [Draft(InquiryAnswered(at_first_contact=told), act.on)]


def pass_on(act: PassOn, inquiry: Inquiry, parameters: Parameters) -> list[Draft]:
    """→ TRANSFERRED, with the limit of another body; exactly one body is named."""
    _in_state(inquiry, WAITING)
    if (act.to_org is None) == (act.to_title is None):
        raise Refused("one_body", pointer="/to_org")
    if act.to_org is not None and act.to_org == inquiry.org_code:
        raise Refused("answers_already", pointer="/to_org")
    due_on = due(act.on, InquiryEffort.OTHER_BODY, parameters)
    return [Draft(InquiryTransferred(to_org=act.to_org, to_title=act.to_title, due_on=due_on), act.on)]


def confirm(act: Confirm, inquiry: Inquiry, parameters: Parameters) -> list[Draft]:
    """ANSWERED → CONFIRMED; an answer that did not help opens it again in the same breath."""
    _in_state(inquiry, {S.ANSWERED})
    confirmed = Draft(InquiryConfirmed(solved=act.solved), act.on)
    return [confirmed] if act.solved else [confirmed, _again(act.on, InquiryReopen.NOT_SOLVED, inquiry, parameters)]


def reopen(act: Reopen, inquiry: Inquiry, parameters: Parameters) -> list[Draft]:
    """ANSWERED, CONFIRMED or CLOSED → REOPENED, with a new limit."""
    _in_state(inquiry, ANSWERED | {S.CLOSED})
    return [_again(act.on, act.reason, inquiry, parameters)]


def close(act: Close, inquiry: Inquiry, _: Parameters) -> list[Draft]:
    """→ CLOSED, when it has been answered: the asker need not be found to confirm."""
    _in_state(inquiry, ANSWERED)
    return [Draft(InquiryClosed(), act.on)]


def say_overdue(act: SayOverdue, inquiry: Inquiry, _: Parameters) -> list[Draft]:
    """The clock: once for each limit that passed without an answer."""
    if inquiry.state not in WAITING or inquiry.due_on != act.due_on or inquiry.told_overdue == act.due_on:
        return []
    return [Draft(InquiryOverdue(due_on=act.due_on, org_code=inquiry.answers_here), act.on)]


def _again(on: date, reason: InquiryReopen, inquiry: Inquiry, parameters: Parameters) -> Draft:
    effort = inquiry.effort if inquiry.org_code is not None else InquiryEffort.OTHER_BODY
    return Draft(InquiryReopened(reason=reason, due_on=due(on, effort, parameters)), on)


def _in_state(inquiry: Inquiry, states: frozenset[InquiryState] | set[InquiryState]) -> None:
    if inquiry.state not in states:
        expected = ", ".join(sorted(states))
        raise Refused("inquiry_wrong_state", state=inquiry.state or "-", expected=expected)


ANSWERS: Final[Mapping[type[Step], Callable[[Any, Inquiry, Parameters], list[Draft]]]] = {
    Receive: receive,
    Assign: assign,
    Answer: answer,
    PassOn: pass_on,
    Confirm: confirm,
    Reopen: reopen,
    Close: close,
    SayOverdue: say_overdue,
}


def decide(act: Step, inquiry: Inquiry, parameters: Parameters = DEFAULTS) -> list[Draft]:
    """The events of an act on one inquiry, or Refused: impossible dates are told first."""
    require_happened(act.on, act.today)
    if inquiry.state is None and not isinstance(act, Receive):
        raise Refused("inquiry_not_found", status=404)
    if act.on < inquiry.last_on and not isinstance(act, Receive | SayOverdue):
        raise Refused("date_before_last", pointer="/occurred_on", earliest=inquiry.last_on.isoformat())
    return ANSWERS[type(act)](act, inquiry, parameters)


def evolve(inquiry: Inquiry, event: Event) -> Inquiry:
    """The inquiry after an event."""
    payload = event.payload
    if isinstance(payload, InquiryOverdue):
        return replace(inquiry, told_overdue=payload.due_on)
    last_on = max(inquiry.last_on, event.occurredon)
    after = replace(inquiry, last_on=last_on, state=STATES.get(type(payload), inquiry.state))
    match payload:
        case InquiryReceived():
            return replace(
                after,
                org_code=payload.org_code,
                taken_by=payload.org_code,
                member_id=payload.member_id,
                effort=payload.effort,
                received_on=event.occurredon,
                due_on=payload.due_on,
            )
        case InquiryAssigned():
            return replace(after, person_id=payload.person_id)
        case InquiryTransferred():
            return replace(after, org_code=payload.to_org, person_id=None, due_on=payload.due_on, straight=False)
        case InquiryReopened():
            return replace(after, due_on=payload.due_on, straight=False)
        case _:
            return after


def inquiry_decider(parameters_on: ParametersOn = by_default) -> Decider[Inquiry, Step]:
    """The decider of inquiries; each act is decided by the parameters valid on its business date (domain.md §2.14)."""
    return Decider("contact", "inquiry", Inquiry, evolve, partial(_decide_by, parameters_on))


def _decide_by(parameters_on: ParametersOn, act: Step, inquiry: Inquiry) -> list[Draft]:
    return decide(act, inquiry, parameters_on(act.on))


INQUIRY = inquiry_decider()
