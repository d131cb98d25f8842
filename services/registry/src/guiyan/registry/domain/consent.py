"""Consents: one purpose each, told which text was shown, withdrawn at any time (PIPL Art. 14, 15, 25, 29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import ConsentPurpose
from guiyan.events.registry.privacy import ConsentGiven, ConsentWithdrawn
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent now; `purpose` is None while there is none under this id."""

    id: str = ""
    person_id: str = ""
    purpose: ConsentPurpose | None = None
    given_on: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """The person consents to one purpose."""

    facts: ConsentGiven
    when: Occasion


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """The person withdraws it; no reason is asked for (PIPL Art. 15)."""

    when: Occasion


Command = GiveConsent | WithdrawConsent


def require_consent(state: Consent, person_id: str, purpose: ConsentPurpose) -> None:
    """A consent of this person, to this purpose and no other, that was not withdrawn (PIPL Art. 14, 25)."""
    if state.person_id != person_id or state.purpose != purpose:
        raise Refused("consent_of_another_kind", pointer="/consent_id", purpose=purpose)
    if state.withdrawn_on is not None:
        raise Refused("consent_withdrawn", pointer="/consent_id", on=state.withdrawn_on.isoformat())


def decide(command: Command, state: Consent) -> Sequence[Draft]:
    """The events of a command on one consent; raises Refused."""
    if isinstance(command, GiveConsent):
        require_happened(command.when)
        return [Draft(command.facts, command.when.occurred_on)] if state.purpose is None else []
    if state.purpose is None:
        raise Refused("consent_unknown", status=404)
    require_happened(command.when, not_before=state.given_on)
    if state.withdrawn_on is not None:
        return []
    facts = ConsentWithdrawn(person_id=state.person_id, purpose=state.purpose)
    return [Draft(facts, command.when.occurred_on)]


def evolve(state: Consent, event: Event) -> Consent:
    """The consent after one more event."""
    match event.payload:
        case ConsentGiven() as facts:
            return Consent(event.aggregate_id, facts.person_id, facts.purpose, event.occurredon)
        case ConsentWithdrawn():
            return replace(state, withdrawn_on=event.occurredon)
        case _:
            return state


CONSENT: Decider[Consent, Command] = Decider("registry", "consent", Consent, evolve, decide)
