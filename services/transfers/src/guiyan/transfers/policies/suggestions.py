"""A suggested transfer whose ground has gone is cleared: nobody has to answer for what is no longer so (S-12)."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.codes import DepartureEnd, DestCertainty, SuggestionEnd
from guiyan.events.registry import DepartureClosed, DestinationChanged, MemberReturned
from guiyan.events.transfers import RelationTransferred
from guiyan.ledger import Call, Fact, Policy, business_date
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.domain.commands import ClearSuggestion


class SuggestionsEnd(Policy):
    """Clears it when the member is home, the trip closed, the place no longer fixed, the relation moved or ended."""

    name: ClassVar[str] = "suggestions_end"
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "MemberReturned", "DepartureClosed", "DestinationChanged", "RelationTransferred", "MembershipRemoved",
            "MembershipEnded",
        }
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """By the member's newest transfer; one that somebody has asked for says nothing to it."""
        reason = _reason(fact)
        if reason is None:
            return []
        newest = await self._desk.find_newest(str(fact.payload.model_dump(include={"member_id"})["member_id"]))
        if newest is None:
            return []
        of_trip = isinstance(fact.payload, MemberReturned | DepartureClosed | DestinationChanged)
        on = fact.event.occurredon
        act = ClearSuggestion(
            on=on,
            today=max(on, business_date(fact.event.time)),
            reason=reason,
            departure_id=fact.aggregate_id if of_trip else None,
        )
        return [Call(self._desk.decider, newest, act)]


def _reason(fact: Fact) -> SuggestionEnd | None:
    match fact.payload:
        case MemberReturned():
            return SuggestionEnd.CAME_HOME
        case DepartureClosed(reason=DepartureEnd.TRANSFERRED) | RelationTransferred():
            return SuggestionEnd.TRANSFERRED
        case DepartureClosed(reason=DepartureEnd.MEMBERSHIP_ENDED):
            return SuggestionEnd.MEMBERSHIP_ENDED
        case DepartureClosed():
            return SuggestionEnd.TRIP_CLOSED
        case DestinationChanged(dest_certainty=certainty):
            return None if certainty in {None, DestCertainty.FIXED} else SuggestionEnd.NOT_FIXED
        case _:
            return SuggestionEnd.MEMBERSHIP_ENDED
