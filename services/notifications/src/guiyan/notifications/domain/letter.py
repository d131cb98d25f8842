"""A member's letters of one kind: each print is counted; its dispatch is told of the material (S-40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from guiyan.events import Event, derived_id
from guiyan.events.codes import LetterKind
from guiyan.events.notifications.letter import MemberLetterPrinted
from guiyan.ledger import Decider, Draft

_NO_TIME: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class PrintLetter:
    """Set this letter on paper, with the address of a contact point where one is known."""

    member_id: str
    kind: LetterKind
    branch: str
    reason: str
    contact_point_id: str | None
    on: date


def letter_id(member_id: str, kind: str) -> str:
    """The id under which a member's prints of one kind stand; it is what the code on the paper holds."""
    return derived_id(_NO_TIME, "letter", member_id, str(kind))


def decide(command: PrintLetter, printed: int) -> Sequence[Draft]:
    """One print more."""
    told = MemberLetterPrinted(
        member_id=command.member_id,
        kind=command.kind,
        branch=command.branch,
        reason=command.reason,
        print_count=printed + 1,
        contact_point_id=command.contact_point_id,
    )
    return [Draft(told, command.on)]


def evolve(printed: int, event: Event) -> int:
    """How often it was printed after one more event."""
    return event.payload.print_count if isinstance(event.payload, MemberLetterPrinted) else printed


LETTER: Final = Decider("notifications", "letter", int, evolve, decide)
