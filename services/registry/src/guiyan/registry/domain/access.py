"""Looking at masked fields is an act of its own, recorded before anything is shown (domain.md §5.2, 8.1.4.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guiyan.events import Event
from guiyan.events.registry.privacy import FieldsRevealed
from guiyan.ledger import Decider, Draft
from guiyan.registry.domain.dates import Occasion


@dataclass(frozen=True, slots=True)
class RevealFields:
    """Show these fields of one person, for this coded reason."""

    person_id: str
    fields: tuple[str, ...]
    reason: str
    when: Occasion


def decide(command: RevealFields, _state: None) -> Sequence[Draft]:
    """One record of access; whether it is allowed is for role and scope to say."""
    facts = FieldsRevealed(person_id=command.person_id, fields=command.fields, reason=command.reason)
    return [Draft(facts, command.when.occurred_on)]


def evolve(_state: None, _event: Event) -> None:
    """A record of access has no state."""


ACCESS: Decider[None, RevealFields] = Decider("registry", "access", lambda: None, evolve, decide)
