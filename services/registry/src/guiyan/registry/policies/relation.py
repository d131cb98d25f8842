"""When transfers says that a relation has moved, the register follows: the branch, and the end of the trip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Protocol

from guiyan.events.codes import DepartureEnd
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.ledger import Call, Document, Fact, Policy, business_date
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import DEPARTURE, CloseDeparture
from guiyan.registry.domain.member import MEMBER, AssignBranch


class OpenDepartures(Protocol):
    """Finds the trip that a member is on."""

    async def find_open_departure(self, member_id: str) -> Document | None:
        """The document of the member's open departure, if there is one."""


class RelationMoves(Policy):
    """The relation moves at `RelationTransferred` and nowhere else (domain.md §2.3, §8)."""

    name: ClassVar[str] = "relation_moves"
    handles: ClassVar[frozenset[str]] = frozenset({"RelationTransferred"})

    def __init__(self, departures: OpenDepartures) -> None:
        self._departures = departures

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Assign the new branch, and close the trip that the transfer ended (domain.md §2.2)."""
        moved = fact.payload
        assert isinstance(moved, RelationTransferred)  # noqa: S101 - the one type handled
        calls: list[Call] = []
        if moved.to_branch is not None:
            assign = AssignBranch(moved.to_branch, fact.aggregate_id, _when(moved.transferred_on, fact))
            calls.append(Call(MEMBER, moved.member_id, assign))
        departure = await self._departures.find_open_departure(moved.member_id)
        if departure is not None:
            begun_on = date.fromisoformat(departure["away_since"] or departure["announced_on"])
            # A transfer back-dated to before the trip cannot have ended it earlier than it began.
            when = _when(max(moved.transferred_on, begun_on), fact)
            close = CloseDeparture(DepartureEnd.TRANSFERRED, when, fact.aggregate_id)
            calls.append(Call(DEPARTURE, departure["_id"], close))
        return calls


def _when(occurred_on: date, fact: Fact) -> Occasion:
    return Occasion(occurred_on, max(occurred_on, business_date(fact.event.time)))
