"""A wrong or dead number is closed at once (§2.6), and so is one from which message after message came back."""

from collections.abc import Sequence
from typing import ClassVar, Final

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.contact_point import CONTACT_POINT, Bounce, ClosePoint
from guiyan.events.codes import ContactOutcome, ContactPointEnd, NoticeFailure
from guiyan.events.contact import ContactAttempted
from guiyan.events.notifications import NoticeBounced
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


class CountsBounces(Policy):
    """A notice that came back names the contact point it was sent to; an invalid address is a dead one (P-10)."""

    name: ClassVar[str] = "counts_bounces"
    handles: ClassVar[frozenset[str]] = frozenset({"NoticeBounced"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Count it; the contact point decides whether that was once too often."""
        bounced = fact.payload
        assert isinstance(bounced, NoticeBounced)  # noqa: S101 - the one type handled
        if bounced.contact_point_id is None:
            return []
        day = fact.event.occurredon
        bounce = Bounce(
            on=day,
            today=day,
            notice_id=fact.aggregate_id,
            dead=bounced.reason is NoticeFailure.ADDRESS_INVALID,
            limit=(await self._desk.parameters(day)).bounces_to_close,
        )
        return [Call(CONTACT_POINT, bounced.contact_point_id, bounce)]
