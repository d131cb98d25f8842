"""Duties that are not settled follow the branch's contact person, and the member's branch in a reorganisation."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.commands import Reassign
from guiyan.events import registry
from guiyan.ledger import Call, Document, Fact, Policy


class FollowsBranchAndKeeper(Policy):
    """A replaced contact person's duties go to the successor (§2.6); each member has one contact person."""

    name: ClassVar[str] = "follows_branch_and_keeper"
    handles: ClassVar[frozenset[str]] = frozenset(
        {"ContactPersonAppointed", "ContactPersonReplaced", "ContactPersonReleased", "BranchAssigned"}
    )

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Hand over what is not settled; one that stands right already says nothing."""
        payload = fact.payload
        if isinstance(payload, registry.BranchAssigned):
            found, branch = await self._desk.unsettled_duties(member_id=payload.member_id), payload.branch
        else:
            branch = fact.aggregate_id
            found = await self._desk.unsettled_duties(branch=branch)
        return await self._hand_over(fact, found, branch) if found else []

    async def _hand_over(self, fact: Fact, found: Sequence[Document], branch: str) -> Sequence[Call]:
        day = fact.event.occurredon
        over = Reassign(on=day, today=day, branch=branch, contact_person_id=await self._desk.find_keeper(branch))
        return [Call(self._desk.decider, duty["_id"], over) for duty in found]
