"""What a member wished for in a quarter's contact becomes an inquiry of the branch (domain.md §2.6)."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from guiyan.contact.domain.inquiry import Inquiry, Receive
from guiyan.contact.domain.steps import Step
from guiyan.events import derived_id
from guiyan.events.codes import InquiryChannel, InquiryEffort, InquiryTopic, Wish
from guiyan.events.contact import ContactCompleted, InquiryReceived
from guiyan.ledger import Call, Decider, Fact, Policy

TOPICS: Final[Mapping[Wish, InquiryTopic]] = {
    Wish.INQUIRY: InquiryTopic.OTHER,
    Wish.TRANSFER: InquiryTopic.TRANSFER,
    Wish.STUDY_MATERIAL: InquiryTopic.STUDY,
}
"""Which wish is an inquiry, and about what; the wish for aid is an aid case."""


class WishesAreInquiries(Policy):
    """One inquiry a wish, under an id that follows from the contact: told twice, it is one."""

    name: ClassVar[str] = "wishes_are_inquiries"
    handles: ClassVar[frozenset[str]] = frozenset({"ContactCompleted"})

    def __init__(self, decider: Decider[Inquiry, Step]) -> None:
        self._decider = decider

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Open them on the branch's desk; nobody could answer at once, else it would be no wish."""
        talked = fact.payload
        assert isinstance(talked, ContactCompleted)  # noqa: S101 - the one type handled
        on = fact.event.occurredon
        return [
            Call(
                self._decider,
                derived_id(fact.event.time, "inquiry", fact.aggregate_id, wish),
                Receive(
                    on=on,
                    today=on,
                    facts=InquiryReceived(
                        asker_id=talked.member_id,
                        member_id=talked.member_id,
                        channel=InquiryChannel.CONTACT,
                        topic=TOPICS[wish],
                        effort=InquiryEffort.NEEDS_CHECKING,
                        org_code=talked.branch,
                        due_on=on,
                    ),
                ),
            )
            for wish in dict.fromkeys(talked.wishes)
            if wish in TOPICS
        ]
