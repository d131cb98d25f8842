"""Nobody is hosted by the own branch, nor by one that has ended (domain.md §2.2, §2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final

from guiyan.events.registry.departure import DepartureEvent
from guiyan.events.registry.member import BranchAssigned
from guiyan.ledger import Call, Fact, Ledger, Policy, business_date
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.hosting import FollowHost
from guiyan.registry.domain.inflow import INFLOW, EndInflow, FollowHostBranch, person_of
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.organisation_changes import ORGANISATION
from guiyan.registry.domain.record import Member
from guiyan.registry.domain.trip import begun_by
from guiyan.registry.policies.relation import Trips
from guiyan.registry.projections.inflows import INFLOWS
from guiyan.service.reads import Reads

STEPS_MAX: Final = 20


class HostingFollows(Policy):
    """Ends the hosting where the relation has come to the host, and the host's record with it.

    A trip that reports in, or goes on, at a branch that has ended meanwhile is with what took its place.
    """

    name: ClassVar[str] = "hosting_follows"
    handles: ClassVar[frozenset[str]] = frozenset({"BranchAssigned", "HostReportedIn", "DepartureReopened"})

    def __init__(self, ledger: Ledger, trips: Trips, inflows: Reads) -> None:
        self._ledger = ledger
        self._trips = trips
        self._inflows = inflows

    async def react(self, fact: Fact) -> Sequence[Call]:
        """By what the ledger holds now; a transfer ends the trip that had begun by its day (`RelationMoves`)."""
        moved = fact.payload
        assert isinstance(moved, BranchAssigned | DepartureEvent)  # noqa: S101 - all types handled are
        transferred = isinstance(moved, BranchAssigned) and moved.transfer_id is not None
        history = await self._ledger.read(MEMBER.subject(moved.member_id), fresh=True)
        formal = MEMBER.fold(history.events).branch
        when = Occasion(fact.event.occurredon, max(fact.event.occurredon, business_date(fact.event.time)))
        ended_by = fact.event.occurredon if transferred else date.min
        trips = await self._of_trips(moved.member_id, formal, when, ended_by)
        if isinstance(moved, BranchAssigned) and moved.from_branch is None:
            return [*trips, *await self._of_records_from_outside(MEMBER.fold(history.events), when)]
        return [*trips, *await self._of_records(moved.member_id, formal, when, unpaired=transferred)]

    async def _of_trips(self, member_id: str, formal: str, when: Occasion, ended_by: date) -> list[Call]:
        calls = []
        for history in await self._trips.find_trips(member_id):
            trip = DEPARTURE.fold(history.events)
            if trip.open and not begun_by(trip, ended_by) and trip.host_branch is not None:
                to = await self._standing(trip.host_branch)
                if to != trip.host_branch or to == formal:
                    calls.append(Call(DEPARTURE, trip.id, FollowHost(trip.host_branch, to, formal, when)))
        return calls

    async def _of_records(self, member_id: str, formal: str, when: Occasion, *, unpaired: bool) -> list[Call]:
        """The host's records of somebody whose relation is there now; a paired one ends with the trip transferred."""
        where: dict[str, Any] = {"member_id": member_id, "host_branch": formal, "open": True}
        found = await self._inflows.find(INFLOWS, where | ({"departure_id": None} if unpaired else {}))
        return [
            Call(INFLOW, one["_id"], FollowHostBranch(formal, formal, formal, _not_before(when, one["registered_on"])))
            for one in found
        ]

    async def _of_records_from_outside(self, member: Member, when: Occasion) -> list[Call]:
        """Whose relation came from outside is nobody's guest from there any more, wherever the record was made (S-14).

        Before the member was entered the record knew only the person, by the ID number.
        """
        ids = [member.id, *([person_of(member.id_index)] if member.id_index else [])]
        found = await self._inflows.find(INFLOWS, {"person_id": {"$in": ids}, "departure_id": None, "open": True})
        ends = [(one["_id"], _not_before(when, one["registered_on"])) for one in found]
        return [Call(INFLOW, id_, EndInflow(on, relation_followed=True)) for id_, on in ends]

    async def _standing(self, code: str) -> str | None:
        """The organisation, or what took its place; None where nothing did. One of elsewhere is left as it is."""
        for _ in range(STEPS_MAX):
            history = await self._ledger.read(ORGANISATION.subject(code), fresh=True)
            state = ORGANISATION.fold(history.events)
            if state.dissolved_on is None:
                return code
            if not state.successors:
                return None
            code = state.successors[0]
        return None


def _not_before(when: Occasion, registered_on: str) -> Occasion:
    on = max(when.occurred_on, date.fromisoformat(registered_on))
    return Occasion(on, max(on, when.today))
