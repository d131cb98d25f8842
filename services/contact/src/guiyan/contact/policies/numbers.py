"""When a contact point ends by itself: wrong or dead (§2.6), message after message back, the wish withdrawn (S-50)."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.contact_point import CONTACT_POINT, WRONG, Bounce, ClosePoint, FindWrong
from guiyan.contact.office import Office
from guiyan.contact.policies.erasure import DestroysKeys
from guiyan.contact.policies.registry_numbers import ReplacesRegistryNumbers, TakesRegistryNumbers
from guiyan.contact.projections.points import POINTS
from guiyan.events.codes import ConsentPurpose, ContactPointEnd, ContactPointSource, NoticeFailure
from guiyan.events.contact import ContactAttempted
from guiyan.events.notifications import MaterialCameBack, NoticeBounced
from guiyan.events.registry import ConsentWithdrawn
from guiyan.ledger import Call, Fact, Policy
from guiyan.service.reads import Query


class ClosesWrongNumbers(Policy):
    """The attempt says which contact point was used and what was wrong with it."""

    name: ClassVar[str] = "closes_wrong_numbers"
    handles: ClassVar[frozenset[str]] = frozenset({"ContactAttempted"})

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Close it, unless it was proved or renewed since the day it was tried."""
        tried = fact.payload
        assert isinstance(tried, ContactAttempted)  # noqa: S101 - the one type handled
        if tried.contact_point_id is None or tried.outcome not in WRONG:
            return []
        day = fact.event.occurredon
        found = FindWrong(on=day, today=day, reason=WRONG[tried.outcome])
        return [Call(CONTACT_POINT, tried.contact_point_id, found)]


class CountsBounces(Policy):
    """What came back names the contact point it was sent to; an invalid address is a dead one (P-10).

    A letter on paper that came back counts as one message: people ask for the address, nothing is closed by one letter.
    """

    name: ClassVar[str] = "counts_bounces"
    handles: ClassVar[frozenset[str]] = frozenset({"NoticeBounced", "MaterialCameBack"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Count it; the contact point decides whether that was once too often."""
        bounced = fact.payload
        assert isinstance(bounced, NoticeBounced | MaterialCameBack)  # noqa: S101 - the types handled
        if bounced.contact_point_id is None:
            return []
        day = fact.event.occurredon
        bounce = Bounce(
            on=day,
            today=day,
            notice_id=fact.aggregate_id,
            dead=isinstance(bounced, NoticeBounced) and bounced.reason is NoticeFailure.ADDRESS_INVALID,
            limit=(await self._desk.parameters(day)).bounces_to_close,
        )
        return [Call(CONTACT_POINT, bounced.contact_point_id, bounce)]


class ClosesFamilyNumbers(Policy):
    """A member who withdraws the consent to contact the family: nobody calls them from that moment (S-50, PIPL 15)."""

    name: ClassVar[str] = "closes_family_numbers"
    handles: ClassVar[frozenset[str]] = frozenset({"ConsentWithdrawn"})

    def __init__(self, office: Office) -> None:
        self._office = office

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Close what was wished for by then, from whichever day on it is valid; a later wish stands."""
        payload, on = fact.payload, fact.event.occurredon
        assert isinstance(payload, ConsentWithdrawn)  # noqa: S101 - the one type handled
        if payload.purpose is not ConsentPurpose.FAMILY_CONTACT:
            return []
        where: Query = {"member_id": payload.person_id, "open": True, "source": str(ContactPointSource.FAMILY_BY_WISH)}
        where["wished_on"] = {"$lte": on.isoformat()}
        close = ClosePoint(on=on, today=on, reason=ContactPointEnd.BY_WISH)
        return [Call(CONTACT_POINT, one["_id"], close) for one in await self._office.points.find(POINTS, where)]


def number_policies(office: Office) -> Sequence[Policy]:
    """All that opens and closes contact points by itself, and what an erasure leaves to do."""
    return [
        TakesRegistryNumbers(office),
        ReplacesRegistryNumbers(office),
        ClosesWrongNumbers(),
        CountsBounces(office.desk),
        ClosesFamilyNumbers(office),
        DestroysKeys(office),
    ]
