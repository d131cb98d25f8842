"""When a membership has ended, so has the trip: nobody is away as a member any more (domain.md §2.2, §2.11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.codes import DepartureEnd
from guiyan.events.registry.membership import MembershipDecision, MembershipDecisionAnnulled
from guiyan.ledger import Call, Fact, Policy, business_date
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import DEPARTURE, CloseDeparture, ReopenDeparture
from guiyan.registry.domain.membership import ENDED, status_after
from guiyan.registry.policies.relation import Trips, known_by


class MembershipEnds(Policy):
    """Closes the trip of somebody removed, expelled, withdrawn or deceased, and only that (domain.md §2.2)."""

    name: ClassVar[str] = "membership_ends"
    handles: ClassVar[frozenset[str]] = frozenset({"MembershipRemoved", "MembershipEnded"})

    def __init__(self, trips: Trips) -> None:
        self._trips = trips

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Close what was open when the decision was recorded, on its day, or on the trip's first when that is later."""
        decision = fact.payload
        assert isinstance(decision, MembershipDecision)  # noqa: S101 - both types handled are
        if status_after(decision) not in ENDED:
            return []
        trips = known_by(await self._trips.find_trips(decision.member_id), fact.sequence)
        calls = []
        for trip in trips:
            if trip.open:
                on = max(fact.event.occurredon, trip.begun_on or fact.event.occurredon)
                when = Occasion(on, max(on, business_date(fact.event.time)))
                calls.append(Call(DEPARTURE, trip.id, CloseDeparture(DepartureEnd.MEMBERSHIP_ENDED, when)))
        return calls


class MembershipStands(Policy):
    """What a decision had ended that was taken out of the record again goes on: the trip (domain.md §2.11).

    Unless the member has left anew meanwhile: then that trip is the one that goes on.
    """

    name: ClassVar[str] = "membership_stands"
    handles: ClassVar[frozenset[str]] = frozenset({"MembershipDecisionAnnulled"})

    def __init__(self, trips: Trips) -> None:
        self._trips = trips

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Reopen the newest trip, if it was that decision which had closed it."""
        annulled = fact.payload
        assert isinstance(annulled, MembershipDecisionAnnulled)  # noqa: S101 - the one type handled
        begun = [one for one in await self._trips.find_trips(annulled.member_id) if one.commits]
        return [Call(DEPARTURE, one.subject.id, ReopenDeparture(annulled.annulled_id)) for one in begun[-1:]]
