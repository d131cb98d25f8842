"""A provider is suspended after too many failures and resumed when it works again; a repeat changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from guiyan.events import Event, derived_id
from guiyan.events.notifications.delivery import ProviderResumed, ProviderSuspended
from guiyan.ledger import Decider, Draft

_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    """Whether its share goes to the others at present."""

    suspended: bool = False


@dataclass(frozen=True, slots=True)
class SuspendProvider:
    """Too many of its messages failed."""

    provider: str
    failures: int
    on: date


@dataclass(frozen=True, slots=True)
class ResumeProvider:
    """It took a message again."""

    provider: str
    on: date


Command = SuspendProvider | ResumeProvider


def provider_id(name: str) -> str:
    """The id of the provider of that name."""
    return derived_id(_NO_TIME, "provider", name)


def decide(command: Command, state: State) -> Sequence[Draft]:
    """The event of a command, or none when it is so already."""
    match command:
        case SuspendProvider(provider, failures, on):
            return [] if state.suspended else [Draft(ProviderSuspended(provider=provider, failures=failures), on)]
        case ResumeProvider(provider, on):
            return [Draft(ProviderResumed(provider=provider), on)] if state.suspended else []


def evolve(state: State, event: Event) -> State:
    """The state after one more event."""
    match event.payload:
        case ProviderSuspended():
            return replace(state, suspended=True)
        case ProviderResumed():
            return replace(state, suspended=False)
        case _:
            return state


PROVIDER: Final = Decider("notifications", "provider", State, evolve, decide)
