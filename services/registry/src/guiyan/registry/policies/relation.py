"""When transfers says that a relation has moved, the register follows: the branch, and the end of the trip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Protocol

from guiyan.events.codes import DepartureEnd
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.ledger import Call, Fact, History, Policy, business_date
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import DEPARTURE, CloseDeparture
from guiyan.registry.domain.member import MEMBER, AssignBranch, LeaveRegister
from guiyan.registry.domain.trip import Departure, begun_by


class Trips(Protocol):
    """Finds the trips of a member."""

    async def find_trips(self, member_id: str) -> Sequence[History]:
        """What the ledger holds of each; all that were begun before the fact that is reacted to are among them."""


class RelationMoves(Policy):
    """The relation moves at `RelationTransferred` and nowhere else (domain.md §2.3, §8).

    Run again, also when nothing but the ledger is left, it does what it did: which trip the transfer ended follows
    from the ledger as it stood then, and an older move never undoes a newer one.
    """

    name: ClassVar[str] = "relation_moves"
    handles: ClassVar[frozenset[str]] = frozenset({"RelationTransferred"})

    def __init__(self, trips: Trips) -> None:
        self._trips = trips

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Assign the new branch, or none when it went outside; close the trip that the transfer ended (§2.2)."""
        moved = fact.payload
        assert isinstance(moved, RelationTransferred)  # noqa: S101 - the one type handled
        when = Occasion(moved.transferred_on, max(moved.transferred_on, business_date(fact.event.time)))
        calls: list[Call] = []
        if moved.to_branch is not None:
            assign = AssignBranch(moved.to_branch, fact.aggregate_id, when, told_at=fact.event.time)
            calls.append(Call(MEMBER, moved.member_id, assign))
        elif moved.to_committee is None:
            calls.append(Call(MEMBER, moved.member_id, LeaveRegister(fact.aggregate_id, when, fact.event.time)))
        trip = trip_ended(await self._trips.find_trips(moved.member_id), fact.sequence, moved.transferred_on)
        if trip is not None:
            calls.append(Call(DEPARTURE, trip.id, CloseDeparture(DepartureEnd.TRANSFERRED, when, fact.aggregate_id)))
        return calls


def trip_ended(trips: Sequence[History], sequence: int, transferred_on: date) -> Departure | None:
    """The trip that a transfer recorded at `sequence` ended: the newest known by then that had begun by its day.

    None when that trip is over: a trip begun later, or told later, is another one.
    """
    begun = [state for state in known_by(trips, sequence) if begun_by(state, transferred_on)]
    newest = max(begun, key=lambda state: (state.begun_on, state.open), default=None)
    return newest if newest is not None and newest.open else None


def known_by(trips: Sequence[History], sequence: int) -> list[Departure]:
    """The trips of which anything stood in the ledger before `sequence`, as they are now."""
    return [DEPARTURE.fold(one.events) for one in trips if one.commits and one.commits[0].sequence < sequence]
