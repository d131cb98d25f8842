"""Who answers a quarter's message, or calls back, is looked after as whoever asks something: an inquiry (S-35)."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from guiyan.contact.domain.inquiry import Inquiry, Receive
from guiyan.contact.domain.steps import Step
from guiyan.events import derived_id
from guiyan.events.codes import CampaignResult, InquiryChannel, InquiryEffort, InquiryTopic
from guiyan.events.contact import InquiryReceived
from guiyan.events.notifications import CampaignResultNoted
from guiyan.ledger import Call, Decider, Fact, Policy

CHANNELS: Final[Mapping[CampaignResult, InquiryChannel]] = {
    CampaignResult.REPLIED: InquiryChannel.MESSAGE_REPLY,
    CampaignResult.CALLED_BACK: InquiryChannel.PHONE,
}
"""What of a campaign's results is somebody asking, and where it came in."""


class AnswersAreInquiries(Policy):
    """One inquiry a campaign, member and way of answering: told twice, it is one."""

    name: ClassVar[str] = "answers_are_inquiries"
    handles: ClassVar[frozenset[str]] = frozenset({"CampaignResultNoted"})

    def __init__(self, decider: Decider[Inquiry, Step]) -> None:
        self._decider = decider

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Open it on the desk of the branch on whose behalf the member was written to."""
        told = fact.payload
        assert isinstance(told, CampaignResultNoted)  # noqa: S101 - the one type handled
        if told.result not in CHANNELS or told.branch is None:
            return []
        on = fact.event.occurredon
        asked = InquiryReceived(
            asker_id=told.member_id,
            member_id=told.member_id,
            channel=CHANNELS[told.result],
            topic=InquiryTopic.OTHER,
            effort=InquiryEffort.NEEDS_CHECKING,
            org_code=told.branch,
            from_notice_id=told.notice_id,
            due_on=on,
        )
        id_ = derived_id(fact.event.time, "inquiry", fact.aggregate_id, told.member_id, str(told.result))
        return [Call(self._decider, id_, Receive(on=on, today=on, facts=asked))]
