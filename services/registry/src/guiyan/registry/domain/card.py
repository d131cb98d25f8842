"""The registration card on paper: it shows personal text in full, so a print is an act, and counted (S-09, §5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guiyan.events import Event
from guiyan.events.registry.privacy import CardPrinted
from guiyan.ledger import Decider, Draft
from guiyan.registry.domain.dates import Occasion

SHOWN_IN_FULL: Final = (
    "name", "former_name", "id_no", "birth_date", "mobile", "landline", "home_address", "dest_unit_name",
    "dest_address", "dest_phone", "occupation", "contact_person", "contact_phone",
)  # fmt: skip
"""The personal text that stands on a card, whether it was told or not."""


@dataclass(frozen=True, slots=True)
class PrintCard:
    """Print the card of a member, with the trip it tells of, for this coded reason."""

    member_id: str
    departure_id: str | None
    reason: str
    when: Occasion


def decide(command: PrintCard, printed: int) -> Sequence[Draft]:
    """One more print; whether it is allowed is for role and scope to say."""
    facts = CardPrinted(
        member_id=command.member_id,
        departure_id=command.departure_id,
        print_count=printed + 1,
        fields=SHOWN_IN_FULL,
        reason=command.reason,
    )
    return [Draft(facts, command.when.occurred_on)]


def evolve(printed: int, event: Event) -> int:
    """How many times the card was printed after one more event."""
    return event.payload.print_count if isinstance(event.payload, CardPrinted) else printed


CARD: Decider[int, PrintCard] = Decider("registry", "card", lambda: 0, evolve, decide)
