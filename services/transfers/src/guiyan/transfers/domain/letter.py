"""The number of one letter: taken once, by one transfer (domain.md §2.3: serial by origin, R4).

Each number of an issuer's year has a stream of its own; it is written in one atomic batch with the transfer that
takes it, so that no number is given twice, and none is skipped because only the one after an existing one is taken.
"""

from dataclasses import dataclass
from datetime import date

from guiyan.events import Event
from guiyan.events.transfers import LetterNumberTaken
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class LetterNumberState:
    """Whether the number is taken, and by which transfer."""

    transfer_id: str | None = None


@dataclass(frozen=True, slots=True)
class TakeNumber:
    """Take this number for a transfer."""

    issuer: str
    letter_year: int
    letter_sn: int
    transfer_id: str
    on: date


def evolve(number: LetterNumberState, event: Event) -> LetterNumberState:
    """The number after an event."""
    payload = event.payload
    return LetterNumberState(payload.transfer_id) if isinstance(payload, LetterNumberTaken) else number


def decide(act: TakeNumber, number: LetterNumberState) -> list[Draft]:
    """Take it, or refuse because somebody was first."""
    if number.transfer_id is not None:
        raise Refused("letter_number_taken")
    taken = LetterNumberTaken(
        issuer=act.issuer, letter_year=act.letter_year, letter_sn=act.letter_sn, transfer_id=act.transfer_id
    )
    return [Draft(taken, act.on)]


LETTER_NUMBER: Decider[LetterNumberState, TakeNumber] = Decider(
    "transfers", "letter_register", LetterNumberState, evolve, decide
)
