"""A void letter is void in the register as well: its number is not given again, and the book shows why."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.transfers import LetterNumberVoided, LetterVoided
from guiyan.ledger import Call, Fact, Policy
from guiyan.transfers.domain.letter import LETTER_NUMBER, VoidNumber
from guiyan.transfers.domain.numbering import letter_id


class LettersVoid(Policy):
    """Marks the number of a letter that a transfer says is void."""

    name: ClassVar[str] = "letters_void"
    handles: ClassVar[frozenset[str]] = frozenset({"LetterVoided"})

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Once; a number that another transfer holds is not touched."""
        void = fact.payload
        assert isinstance(void, LetterVoided)  # noqa: S101 - the one type handled
        facts = LetterNumberVoided(
            issuer=void.issuer,
            letter_year=void.letter_year,
            letter_sn=void.letter_sn,
            transfer_id=fact.aggregate_id,
            reason=void.reason,
        )
        id_ = letter_id(void.issuer, void.letter_year, void.letter_sn)
        return [Call(LETTER_NUMBER, id_, VoidNumber(facts, fact.event.occurredon))]
