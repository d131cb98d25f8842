"""A member left, or is due again: the current window's duty begins. The trip ended: its duties end (domain.md §2.6)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.commands import Reassign, Resume, Stop
from guiyan.contact.projections import people
from guiyan.events import registry
from guiyan.events.transfers import RelationTransferred
from guiyan.ledger import Call, Document, Fact, Policy, business_date

AGAIN: Final = frozenset(
    {"MembershipReinstated", "MemberJoinedAnew", "MembershipDecisionAnnulled", "DepartureReopened"}
)
"""After these somebody who is away may be to be contacted again."""
NEVER_STOOD: Final = (registry.MembershipDecisionAnnulled, registry.DepartureReopened)
MEMBERSHIPS: Final = (
    registry.MembershipSuspended,
    registry.MembershipRemoved,
    registry.MembershipEnded,
    registry.MembershipDecisionAnnulled,
)


class PlansOnLeaving(Policy):
    """Day 1 counts for the contact duty (§2.1); one reported late begins with the quarter it is reported in."""

    name: ClassVar[str] = "plans_on_leaving"
    handles: ClassVar[frozenset[str]] = frozenset({"MemberLeft"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Plan the window in which it was recorded, unless the trip has ended already."""
        left = fact.payload
        assert isinstance(left, registry.MemberLeft)  # noqa: S101 - the one type handled
        person = await self._desk.find_person(left.member_id)
        if person is None or not people.is_due(person) or person["away"]["departure_id"] != fact.aggregate_id:
            return []
        today = business_date(fact.event.time)
        return [await self._desk.plan(left.member_id, person, await self._desk.window_at(person, today), today)]


class PlansWhoIsDueAgain(Policy):
    """Nobody is forgotten until the next window: what is left of this one is planned at once (§2.11).

    A membership was reinstated or begun anew, a decision on it annulled, or a trip's end taken back, while away.
    """

    name: ClassVar[str] = "plans_who_is_due_again"
    handles: ClassVar[frozenset[str]] = AGAIN

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Nothing where the window's duty is done or missed, or one of the trip that is open covers today.

        What was annulled or taken back never stood: its days count. Else the duty begins with the day of the decision.
        """
        member_id, today = people.person_id(fact), business_date(fact.event.time)
        person = await self._desk.find_person(member_id)
        if person is None or not people.is_due(person) or await self._desk.is_covered(member_id, person, today):
            return []
        since = None if isinstance(fact.payload, NEVER_STOOD) else fact.event.occurredon
        window = await self._desk.window_at(person, today)
        return [await self._desk.plan(member_id, person, window, today, opens_from=since)]


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
            "MembershipDecisionAnnulled",
        }
    )

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Stop the member's duties that are not settled; those of another trip are left alone.

        A relation that moved before the trip began leaves it going on (§8): the receiver has the duty. Nothing happens
        where what ended the duties has been annulled or taken back by now.
        """
        member_id = people.person_id(fact)
        found = await self._desk.unsettled_duties(member_id=member_id)
        person = await self._desk.find_person(member_id) if found else None
        return [call for duty in found for call in await self._end(fact, duty, person)]

    async def _end(self, fact: Fact, duty: Document, person: Document | None) -> Sequence[Call]:
        if person is not None and people.has_trip(person, duty):
            return await self._hand_over(fact, duty, person) if isinstance(fact.payload, RelationTransferred) else []
        if person is not None and people.is_due(person) and isinstance(fact.payload, MEMBERSHIPS):
            return []
        reason = people.stop_reason(fact.payload)
        assert reason is not None  # noqa: S101 - all types handled are ends
        ended = isinstance(fact.payload, registry.MemberReturned | registry.DepartureClosed)
        moved = isinstance(fact.payload, RelationTransferred)
        stop = Stop(
            on=fact.event.occurredon,
            today=fact.event.occurredon,
            reason=reason,
            departure_id=fact.aggregate_id if ended else duty["departure_id"],
            transfer_id=fact.aggregate_id if moved else None,
        )
        return [Call(self._desk.decider, duty["_id"], stop)]

    async def _hand_over(self, fact: Fact, duty: Document, person: Document) -> Sequence[Call]:
        on, today = fact.event.occurredon, business_date(fact.event.time)
        keeper = await self._desk.find_keeper_of(person)
        acts = (
            Reassign(on=on, today=on, branch=person["branch"], contact_person_id=keeper),
            Resume(on=today, today=today, transfer_id=fact.aggregate_id),
        )
        return [Call(self._desk.decider, duty["_id"], act) for act in acts]
