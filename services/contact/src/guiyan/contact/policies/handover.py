"""Duties that are not settled follow the branch's contact person, and the member's branch in a reorganisation."""

from collections.abc import Sequence
from typing import ClassVar, Final

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.commands import Reassign
from guiyan.contact.projections import people
from guiyan.events import registry
from guiyan.ledger import Call, Document, Fact, Policy

OF_BRANCHES: Final = frozenset({"ContactPersonAppointed", "ContactPersonReplaced", "ContactPersonReleased"})
OF_MEMBERS: Final = frozenset({"BranchAssigned", "ContactPersonAssigned", "ContactPersonUnassigned"})


class FollowsBranchAndKeeper(Policy):
    """A replaced contact person's duties go to the successor, a member's to whoever is named for the member (§2.6)."""

    name: ClassVar[str] = "follows_branch_and_keeper"
    handles: ClassVar[frozenset[str]] = OF_BRANCHES | OF_MEMBERS

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Hand over what is not settled; one that stands right already says nothing."""
        if fact.type in OF_MEMBERS:
            found = await self._desk.unsettled_duties(member_id=people.person_id(fact))
        else:
            found = await self._desk.unsettled_duties(branch=fact.aggregate_id)
        return [await self._hand_over(fact, duty) for duty in found]

    async def _hand_over(self, fact: Fact, duty: Document) -> Call:
        """To whom the member's contact is kept by now; the branch that is told goes before what is known so far."""
        person, payload = await self._desk.find_person(duty["member_id"]), fact.payload
        branch = payload.branch if isinstance(payload, registry.BranchAssigned) else str(duty["branch"])
        named = person["keeper"] if person is not None and person["branch"] == branch else None
        keeper, day = named or await self._desk.find_keeper(branch), fact.event.occurredon
        over = Reassign(on=day, today=day, branch=branch, contact_person_id=keeper)
        return Call(self._desk.decider, duty["_id"], over)
