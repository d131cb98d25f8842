"""A member left: the current quarter's duty begins. The trip ended: open duties end with it (domain.md §2.6)."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.commands import Stop
from guiyan.contact.projections import people
from guiyan.events import registry
from guiyan.events.transfers import RelationTransferred
from guiyan.ledger import Call, Fact, Policy, business_date
from guiyan.ledger.calendar import quarter_of


class PlansOnLeaving(Policy):
    """Day 1 counts for the contact duty (§2.1); one reported late begins with the quarter it is reported in."""

    name: ClassVar[str] = "plans_on_leaving"
    handles: ClassVar[frozenset[str]] = frozenset({"MemberLeft"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Plan the quarter in which it was recorded, unless the trip has ended already."""
        left = fact.payload
        assert isinstance(left, registry.MemberLeft)  # noqa: S101 - the one type handled
        person = await self._desk.find_person(left.member_id)
        if person is None or not people.is_due(person) or person["away"]["departure_id"] != fact.aggregate_id:
            return []
        today = business_date(fact.event.time)
        return [await self._desk.plan(left.member_id, person, quarter_of(today), today)]


class StopsAtTheEnd(Policy):
    """The member is home, the relation has moved, or the membership does not stand: nobody is to be contacted."""

    name: ClassVar[str] = "stops_at_the_end"
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "MemberReturned",
            "DepartureClosed",
            "RelationTransferred",
            "MembershipSuspended",
            "MembershipRemoved",
            "MembershipEnded",
        }
    )

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Stop the member's open duties; those of another trip refuse by themselves."""
        reason = people.stop_reason(fact.payload)
        assert reason is not None  # noqa: S101 - all types handled are ends
        trip = isinstance(fact.payload, registry.MemberReturned | registry.DepartureClosed)
        moved = isinstance(fact.payload, RelationTransferred)
        stop = Stop(
            on=fact.event.occurredon,
            today=fact.event.occurredon,
            reason=reason,
            departure_id=fact.aggregate_id if trip else None,
            transfer_id=fact.aggregate_id if moved else None,
        )
        found = await self._desk.open_duties(member_id=people.person_id(fact))
        return [Call(self._desk.decider, duty["_id"], stop) for duty in found]
