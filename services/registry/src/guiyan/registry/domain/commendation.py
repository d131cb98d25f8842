"""Commendations: proposed, checked above, put up for notice, awarded, published with consent (S-45, S-46, §2.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event, Payload
from guiyan.events.codes import CommendationState, ConsentPurpose
from guiyan.events.registry.honour import (
    CommendationAwarded,
    CommendationChecked,
    CommendationDropped,
    CommendationNoticed,
    CommendationProposed,
    CommendationPublished,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.consent import Consent, require_consent
from guiyan.registry.domain.dates import Occasion, require_happened

State = CommendationState


@dataclass(frozen=True, slots=True)
class Commendation:
    """One commendation now; `state` is None while there is none under this id."""

    state: State | None = None
    member_id: str = ""
    branch: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Propose:
    """A branch proposes a member."""

    facts: CommendationProposed
    when: Occasion


@dataclass(frozen=True, slots=True)
class Check:
    """An organisation above the branch upholds the proposal, or not; `org` checks, `above` are those that may."""

    upheld: bool
    org: str
    above: tuple[str, ...]
    when: Occasion


@dataclass(frozen=True, slots=True)
class PutUp:
    """The proposal is put up for notice inside the organisation."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class Award:
    """Awarded by decision of an organisation above the branch."""

    facts: CommendationAwarded
    above: tuple[str, ...]
    when: Occasion


@dataclass(frozen=True, slots=True)
class Publish:
    """Published, with the member's consent to just that."""

    facts: CommendationPublished
    consent: Consent
    when: Occasion


@dataclass(frozen=True, slots=True)
class DropProposal:
    """The proposal goes no further."""

    when: Occasion


Command = Propose | Check | PutUp | Award | Publish | DropProposal

_FROM: dict[type[Command], frozenset[State]] = {
    Check: frozenset({State.PROPOSED}),
    PutUp: frozenset({State.CHECKED}),
    Award: frozenset({State.NOTICED}),
    Publish: frozenset({State.AWARDED}),
    DropProposal: frozenset({State.PROPOSED, State.CHECKED, State.NOTICED}),
}


def _require_above(org: str, above: tuple[str, ...], pointer: str | None) -> None:
    """A branch proposes; who checks and awards stands above it (§2.12)."""
    if org not in above:
        raise Refused("for_an_organisation_above", pointer=pointer)


def _facts(command: Command, state: Commendation) -> list[Payload]:
    member_id = state.member_id
    match command:
        case Check():
            _require_above(command.org, command.above, None)
            checked = CommendationChecked(member_id=member_id, upheld=command.upheld)
            return [checked] if command.upheld else [checked, CommendationDropped(member_id=member_id)]
        case PutUp():
            return [CommendationNoticed(member_id=member_id)]
        case Award():
            _require_above(command.facts.decided_by, command.above, "/decided_by")
            return [command.facts]
        case Publish():
            require_consent(command.consent, member_id, ConsentPurpose.PUBLISH_COMMENDATION)
            return [command.facts]
        case _:
            return [CommendationDropped(member_id=member_id)]


def decide(command: Command, state: Commendation) -> Sequence[Draft]:
    """The events of a command on one commendation; raises Refused."""
    on = command.when.occurred_on
    if isinstance(command, Propose):
        if state.state is not None:
            raise Refused("commendation_state", state=state.state)
        require_happened(command.when)
        return [Draft(command.facts, on)]
    if state.state is None:
        raise Refused("commendation_unknown", status=404)
    if state.state not in _FROM[type(command)]:
        raise Refused("commendation_state", state=state.state)
    require_happened(command.when, not_before=state.since)
    return [Draft(one, on) for one in _facts(command, state)]


_TO: dict[type[Payload], State] = {
    CommendationProposed: State.PROPOSED,
    CommendationNoticed: State.NOTICED,
    CommendationAwarded: State.AWARDED,
    CommendationPublished: State.PUBLISHED,
    CommendationDropped: State.DROPPED,
}


def state_after(payload: Payload) -> State | None:
    """The state that an event of a commendation leads to; None when it leaves it as it is."""
    if isinstance(payload, CommendationChecked):
        return State.CHECKED if payload.upheld else None
    return _TO.get(type(payload))


def evolve(state: Commendation, event: Event) -> Commendation:
    """The commendation after one more event."""
    facts = event.payload
    if isinstance(facts, CommendationProposed):
        return Commendation(State.PROPOSED, facts.member_id, facts.branch, event.occurredon)
    return replace(state, state=state_after(facts) or state.state, since=event.occurredon)


COMMENDATION: Decider[Commendation, Command] = Decider("registry", "commendation", Commendation, evolve, decide)
