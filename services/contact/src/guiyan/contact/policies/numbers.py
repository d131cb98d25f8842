"""A wrong or dead number is closed at once (§2.6): nobody else is to be called there again."""

from collections.abc import Sequence
from typing import ClassVar, Final

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.contact_point import CONTACT_POINT, ClosePoint
from guiyan.events.codes import ContactOutcome, ContactPointEnd
from guiyan.events.contact import ContactAttempted
from guiyan.ledger import Call, Fact, Policy

ENDS: Final = {
    ContactOutcome.WRONG_NUMBER: ContactPointEnd.WRONG_NUMBER,
    ContactOutcome.NUMBER_DEAD: ContactPointEnd.NUMBER_DEAD,
}


class ClosesWrongNumbers(Policy):
    """The attempt says which contact point was used and what was wrong with it."""

    name: ClassVar[str] = "closes_wrong_numbers"
    handles: ClassVar[frozenset[str]] = frozenset({"ContactAttempted"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Close it; one that is closed already refuses, which is well."""
        tried = fact.payload
        assert isinstance(tried, ContactAttempted)  # noqa: S101 - the one type handled
        if tried.contact_point_id is None or tried.outcome not in ENDS:
            return []
        day = fact.event.occurredon
        close = ClosePoint(on=day, today=day, reason=ENDS[tried.outcome])
        return [Call(CONTACT_POINT, tried.contact_point_id, close)]
