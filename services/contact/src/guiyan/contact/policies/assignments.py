"""Who was named for a member has the member no more: home, gone to another branch, or not there any more (§2.6)."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.assignment import ASSIGNMENT, Unname
from guiyan.contact.projections import people
from guiyan.contact.projections.people import PEOPLE
from guiyan.events import contact, registry, transfers
from guiyan.ledger import Call, Document, Fact, Policy

ENDS_OF_MEMBERS: Final = frozenset(
    {
        "MemberReturned",
        "DepartureClosed",
        "BranchAssigned",
        "RelationTransferred",
        "MembershipSuspended",
        "MembershipRemoved",
        "MembershipEnded",
    }
)
"""After these the member has another branch or is not to be contacted: whoever was named is so no more."""


class EndsAssignments(Policy):
    """The branch's contact person has the member again; where the branch has none, that is its alarm (§2.6)."""

    name: ClassVar[str] = "ends_assignments"
    handles: ClassVar[frozenset[str]] = ENDS_OF_MEMBERS | {
        "MemberLeft",
        "ContactPersonReplaced",
        "ContactPersonReleased",
        "ServicePointStaffLeft",
    }

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """The member's own, and those of members for whom this one was named."""
        calls, on = [], fact.event.occurredon
        payload = fact.payload
        if fact.type in ENDS_OF_MEMBERS:
            member_id = people.person_id(fact)
            person = await self._desk.find_person(member_id)
            if person is not None and person["keeper"] is not None and not _stays(payload, person):
                calls.append(_unname(member_id, person, on))
        left = _who_left(fact)
        others = await self._desk.cycle.find(PEOPLE, {"keeper": left}) if left else []
        return [*calls, *(_unname(one["_id"], one, on) for one in others)]


def _stays(payload: object, person: Document) -> bool:
    """Whether the branch is the same as before: a reorganisation that told nothing new."""
    return isinstance(payload, registry.BranchAssigned) and payload.from_branch == payload.branch == person["branch"]


def _who_left(fact: Fact) -> str | None:
    """Who cannot keep contact for others any more."""
    match fact.payload:
        case registry.ContactPersonReplaced() as replaced:
            return replaced.from_person_id
        case registry.ContactPersonReleased() | contact.ServicePointStaffLeft() as left:
            return left.person_id
        case registry.MemberReturned() | registry.DepartureClosed():
            return None
        case registry.MemberLeft() | registry.BranchAssigned() | transfers.RelationTransferred() as moved:
            return moved.member_id
        case _:
            return people.person_id(fact)


def _unname(member_id: str, person: Document, on: date) -> Call:
    act = Unname(on=on, today=on, still_needed=people.is_due(person), person_id=person["keeper"])
    return Call(ASSIGNMENT, member_id, act)
