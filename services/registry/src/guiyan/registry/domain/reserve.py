"""The reserve list: named by a person, with the member's consent, never computed and never ranked (S-48).

One stream a member, under the member's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import ConsentPurpose
from guiyan.events.registry.honour import ReserveListed, ReserveUnlisted
from guiyan.ledger import Decider, Draft, Refused
from guiyan.registry.domain.consent import Consent, require_consent
from guiyan.registry.domain.dates import Occasion, require_happened


@dataclass(frozen=True, slots=True)
class Reserve:
    """Whether a member stands on the list; `consent_id` is the consent it rests on."""

    member_id: str = ""
    consent_id: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class ListInReserve:
    """A person names a member."""

    facts: ReserveListed
    consent: Consent
    when: Occasion


@dataclass(frozen=True, slots=True)
class UnlistFromReserve:
    """The member leaves the list."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class FollowWithdrawal:
    """The member withdrew a consent: who is listed by it is listed no more (PIPL Art. 15)."""

    consent_id: str
    withdrawn_on: date


Command = ListInReserve | UnlistFromReserve | FollowWithdrawal


def decide(command: Command, state: Reserve) -> Sequence[Draft]:
    """The events of a command on one member's place on the list; raises Refused."""
    match command:
        case ListInReserve():
            if state.consent_id is not None:
                raise Refused("reserve_listed")
            require_happened(command.when, not_before=command.consent.given_on)
            require_consent(command.consent, command.facts.member_id, ConsentPurpose.RESERVE_LIST)
            return [Draft(command.facts, command.when.occurred_on)]
        case UnlistFromReserve():
            if state.consent_id is None:
                raise Refused("reserve_not_listed")
            require_happened(command.when, not_before=state.since)
            return [Draft(ReserveUnlisted(member_id=state.member_id), command.when.occurred_on)]
        case FollowWithdrawal():
            if state.consent_id != command.consent_id:
                return []
            left = ReserveUnlisted(member_id=state.member_id, consent_withdrawn=True)
            return [Draft(left, max(command.withdrawn_on, state.since or command.withdrawn_on))]


def evolve(state: Reserve, event: Event) -> Reserve:
    """The place on the list after one more event."""
    match event.payload:
        case ReserveListed() as facts:
            return Reserve(facts.member_id, facts.consent_id, event.occurredon)
        case ReserveUnlisted() as facts:
            return Reserve(facts.member_id)
        case _:
            return state


RESERVE: Decider[Reserve, Command] = Decider("registry", "reserve", Reserve, evolve, decide)
