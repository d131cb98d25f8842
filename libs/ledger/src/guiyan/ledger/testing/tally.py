"""A decider small enough for tests of the machinery: an organisation that is renamed, at most so many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guiyan.events import Event
from guiyan.events.registry import OrganisationRenamed
from guiyan.ledger.commit import Draft
from guiyan.ledger.decider import Decider
from guiyan.ledger.errors import Refused
from guiyan.ledger.testing.events import DAY

MOST_NAMES = 100


@dataclass(frozen=True, slots=True)
class Rename:
    """Give it these names, one after the other; an empty list changes nothing."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Every name it had, oldest first."""

    names: tuple[str, ...] = ()


def _evolve(state: Names, event: Event) -> Names:
    payload = event.payload
    return Names((*state.names, payload.name)) if isinstance(payload, OrganisationRenamed) else state


def _decide(command: Rename, state: Names) -> Sequence[Draft]:
    if len(state.names) + len(command.names) > MOST_NAMES:
        raise Refused("too_many_names", most=MOST_NAMES)
    if "" in command.names:
        raise Refused("name_missing", pointer="/name")
    return [Draft(OrganisationRenamed(name=name, short_name=name), DAY) for name in command.names]


tally: Decider[Names, Rename] = Decider("registry", "organisation", Names, _evolve, _decide)
