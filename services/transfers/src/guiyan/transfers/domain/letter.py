"""The number of one letter: taken once, by one transfer (domain.md §2.3: serial by origin, R4).

Each number of an issuer's year has a stream of its own; it is written in one atomic batch with the transfer that
takes it, so that no number is given twice, and none is skipped because only the one after an existing one is taken.
"""

from dataclasses import dataclass
from datetime import date

from guiyan.events import Event
from guiyan.events.transfers import LetterNumberTaken, LetterNumberVoided
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class LetterNumberState:
    """Whether the number is taken, by which transfer, and whether its letter is void."""

    transfer_id: str | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class TakeNumber:
    """Take this number for a transfer."""

    issuer: str
    letter_year: int
    letter_sn: int
    transfer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class VoidNumber:
    """The letter of this number is void."""

    facts: LetterNumberVoided
    on: date


def evolve(number: LetterNumberState, event: Event) -> LetterNumberState:
    """The number after an event."""
    payload = event.payload
    match payload:
        case LetterNumberTaken():
            return LetterNumberState(payload.transfer_id)
        case LetterNumberVoided():
            return LetterNumberState(number.transfer_id, void=True)
        case _:
            return number


def decide(act: TakeNumber | VoidNumber, number: LetterNumberState) -> list[Draft]:
    """Take it, or refuse because somebody was first; what was taken may be void, once, and is never given again."""
    if isinstance(act, VoidNumber):
        if number.transfer_id != act.facts.transfer_id or number.void:
            return []
        return [Draft(act.facts, act.on)]
    if number.transfer_id is not None:
        raise Refused("letter_number_taken")
    taken = LetterNumberTaken(
        issuer=act.issuer, letter_year=act.letter_year, letter_sn=act.letter_sn, transfer_id=act.transfer_id
    )
    return [Draft(taken, act.on)]


LETTER_NUMBER: Decider[LetterNumberState, TakeNumber | VoidNumber] = Decider(
    "transfers", "letter_register", LetterNumberState, evolve, decide
)
