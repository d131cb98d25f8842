"""Leads for the home place: SUBMITTED → ASSESSED → FORWARDED → ADOPTED | NOT_ADOPTED (S-43, domain.md §2.12)."""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.contact.domain.steps import Step, require_day, require_new, require_state
from guiyan.events import Event
from guiyan.events.codes import LeadAssessment, LeadKind, LeadState
from guiyan.events.contact import LeadAdopted, LeadAssessed, LeadForwarded, LeadNotAdopted, LeadSubmitted
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class Lead:
    """What the rules need to know; `state` is None before it was submitted."""

    member_id: str = ""
    to_org: str = ""
    forwarded_to: str | None = None
    state: LeadState | None = None
    assessment: LeadAssessment | None = None
    last_on: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(Step):
    """A member gives a lead; only its kind is kept, and whom it is for."""

    member_id: str
    kind: LeadKind
    to_org: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess(Step):
    """It was looked at."""

    assessment: LeadAssessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward(Step):
    """It goes to whoever can use it; without a code where that one has none here."""

    to_org: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt(Step):
    """It was taken up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Step):
    """It was not taken up."""


Command = Submit | Assess | Forward | Adopt | Drop


def decide(act: Command, lead: Lead) -> list[Draft]:
    """The events of an act on one lead, or Refused: a useful one goes on, any other ends with its assessment."""
    require_day(act, lead.last_on)
    match act:
        case Submit():
            require_new(lead.state)
            return [Draft(LeadSubmitted(member_id=act.member_id, kind=act.kind, to_org=act.to_org), act.on)]
        case Assess():
            require_state(lead.state, (LeadState.SUBMITTED,))
            return [Draft(LeadAssessed(member_id=lead.member_id, assessment=act.assessment), act.on)]
        case Forward():
            require_state(lead.state, (LeadState.ASSESSED,))
            if lead.assessment is not LeadAssessment.USEFUL:
                raise Refused("lead_not_useful")
            return [Draft(LeadForwarded(member_id=lead.member_id, to_org=act.to_org), act.on)]
        case Adopt():
            require_state(lead.state, (LeadState.FORWARDED,))
            return [Draft(LeadAdopted(member_id=lead.member_id), act.on)]
        case Drop():
            require_state(lead.state, (LeadState.ASSESSED, LeadState.FORWARDED))
            return [Draft(LeadNotAdopted(member_id=lead.member_id), act.on)]


def evolve(lead: Lead, event: Event) -> Lead:
    """The lead after an event."""
    lead = replace(lead, last_on=event.occurredon)
    match event.payload:
        case LeadSubmitted() as facts:
            return replace(lead, member_id=facts.member_id, to_org=facts.to_org, state=LeadState.SUBMITTED)
        case LeadAssessed() as facts:
            return replace(lead, state=LeadState.ASSESSED, assessment=facts.assessment)
        case LeadForwarded() as facts:
            return replace(lead, state=LeadState.FORWARDED, forwarded_to=facts.to_org)
        case LeadAdopted():
            return replace(lead, state=LeadState.ADOPTED)
        case LeadNotAdopted():
            return replace(lead, state=LeadState.NOT_ADOPTED)
        case _:
            return lead


LEAD: Decider[Lead, Command] = Decider("contact", "lead", Lead, evolve, decide)
