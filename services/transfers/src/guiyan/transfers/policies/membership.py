"""When a membership ends, an open transfer has nothing left to move: it is cancelled."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.codes import CancelReason
from guiyan.events.registry.membership import MembershipDecision
from guiyan.ledger import Call, Fact, Policy
from guiyan.transfers.commands.desk import Desk
from guiyan.transfers.domain.commands import Cancel


class MembershipEnds(Policy):
    """Cancels the open transfer of someone whose membership has ended (domain.md §2.11).

    One that the receiving committee has already accepted stays open: people decide about it, and the registry knows.
    """

    name: ClassVar[str] = "membership_ends"
    handles: ClassVar[frozenset[str]] = frozenset({"MembershipRemoved", "MembershipEnded"})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Cancel the member's newest transfer; an ended one refuses, which is well."""
        payload = fact.payload
        assert isinstance(payload, MembershipDecision)  # noqa: S101 - the two types handled
        newest = await self._desk.find_newest(payload.member_id)
        if newest is None:
            return []
        today = self._desk.today()
        cancel = Cancel(on=today, today=today, reason=CancelReason.MEMBERSHIP_CHANGED)
        return [Call(self._desk.decider, newest, cancel)]
