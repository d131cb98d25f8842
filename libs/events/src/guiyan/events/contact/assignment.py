"""Which contact person has which member away: every member has one, each has few (S-11, domain.md §2.6)."""

from typing import Annotated, ClassVar

from guiyan.events.classes import P1
from guiyan.events.fields import BranchCode, MemberId, PersonId
from guiyan.events.payload import Payload
from guiyan.events.values import Count, Id


class AssignmentEvent(Payload, abstract=True):
    """What all events of a member's assignment share; the id is the member's."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "assignment"
    member_id: MemberId
    branch: BranchCode


class ContactPersonAssigned(AssignmentEvent):
    """A contact person has this member from the business date on."""

    person_id: PersonId
    from_person_id: Annotated[Id | None, P1("Who had the member before.")] = None
    members_of_person: Annotated[Count | None, P1("How many members that person has now.")] = None


class ContactPersonUnassigned(AssignmentEvent):
    """Nobody has this member now: rightly so when the member is back, else an alarm."""

    person_id: PersonId
    still_needed: Annotated[bool, P1("The member is still away: an alarm.")]
