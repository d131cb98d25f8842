"""Transfers: a process over two sides; the relation moves at RelationTransferred only (R1 Art. 25, §2.3)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel

from guiyan.events.classes import P0, P1, P2, P3
from guiyan.events.codes import (
    CancelReason,
    ChangeType,
    HandedOverHow,
    ReturnReason,
    SuggestionEnd,
    TransferChannel,
    TransferObstacle,
    TransferSide,
)
from guiyan.events.fields import BranchCode, DueOn, MemberId
from guiyan.events.payload import Facts, Payload, Pii
from guiyan.events.values import AreaCode, Code, Count, Days, Id, Month, OrgCode, Text, Title, Year


class TransferEvent(Payload, abstract=True):
    """What all events of a transfer share."""

    service: ClassVar[str] = "transfers"
    aggregate: ClassVar[str] = "transfer"
    member_id: MemberId


class RequestFacts(Facts):
    """What a request says: which way, to whom, dues paid until when."""

    channel: Annotated[TransferChannel, P1("Which way it travels.")]
    change_type: Annotated[ChangeType, P1("变动类别.")]
    to_title: Annotated[Title, P0("抬头: the receiving body as written on the letter.", "示例市示例街道党工委")]
    to_committee: Annotated[OrgCode | None, P1("The receiving committee, when it has a code here.")] = None
    to_branch: Annotated[OrgCode | None, P1("The branch in view, when it is known.")] = None
    dues_paid_to: Annotated[Month, P2("The last month for which dues are paid.")]


class TransferSuggested(TransferEvent):
    """Six months away at a fixed place: the member must transfer (R1 Art. 25, R2); people decide whether to ask."""

    departure_id: Annotated[Id, P1("The departure that calls for it.")]
    branch: BranchCode
    dest_area_code: Annotated[AreaCode | None, P3("The destination, GB/T 2260.")] = None
    to_committee: Annotated[OrgCode | None, P1("The nearest receiving committee by area (S-15).")] = None


class TransferSuggestionDismissed(TransferEvent):
    """The branch says why the relation cannot follow for now; it is not suggested again for this departure (S-12)."""

    departure_id: Annotated[Id, P1("The departure that called for it.")]
    obstacle: Annotated[TransferObstacle, P1("Why not.")]


class TransferSuggestionCleared(TransferEvent):
    """What had called for a transfer is no longer so; nobody has to answer (S-12)."""

    departure_id: Annotated[Id, P1("The departure that called for it.")]
    reason: Annotated[SuggestionEnd, P1("Why.")]


class TransferRequested(RequestFacts, TransferEvent):
    """Member or branch asked for the relation to be moved; no other transfer of the member is open."""

    from_branch: BranchCode
    from_committee: Annotated[OrgCode, P1("The committee that issues.")]
    probationary: Annotated[bool, P2("The member is on probation: the training file goes along (§2.8).")] = False


class IncomingTransferRecorded(TransferEvent):
    """A transfer from an organisation without a system here was entered from its letter, by the receiving committee."""

    channel: Annotated[TransferChannel, P1("Which way it travels.")]
    change_type: Annotated[ChangeType, P1("变动类别.")]
    from_title: Annotated[Title, P0("The issuing body as written on the letter.", "示例省示例县委组织部")]
    letter_year: Annotated[Year | None, P1("The year of the letter's number.")] = None
    letter_sn: Annotated[Code | None, P1("The serial number on the letter.", "2026017")] = None
    issued_on: Annotated[date | None, P1("The date of the letter.")] = None
    expires_on: Annotated[date | None, P1("The last day it is valid.")] = None
    from_area_code: Annotated[AreaCode | None, P1("Where the issuing body is, GB/T 2260.")] = None
    to_committee: Annotated[OrgCode, P1("The receiving committee.")]
    to_branch: Annotated[OrgCode | None, P1("The branch in view, when it is known.")] = None
    dues_paid_to: Annotated[Month | None, P2("The last month for which dues are paid.")] = None
    probationary: Annotated[bool, P2("The member is on probation: the training file comes along (§2.8).")] = False


class TransferOriginChanged(TransferEvent):
    """A reorganisation put the member into another branch meanwhile: that one, and its committee, go on with it."""

    from_branch: BranchCode
    from_committee: Annotated[OrgCode, P1("The committee that issues from now on.")]


class TransferApprovedByBranch(TransferEvent):
    """The secretary of the origin branch agreed, within five working days."""

    from_branch: BranchCode


class TransferReturnText(Facts):
    """The reason in words, for OTHER_WITH_TEXT only; sealed with the member's key."""

    reason_text: Annotated[Text, P3("The reason in words.")]


class TransferReturned(TransferEvent):
    """Sent back for correction with a coded reason; the origin stays responsible (R1 Art. 25)."""

    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[BaseModel] | None] = TransferReturnText
    by_side: Annotated[TransferSide, P1("Which side sent it back.")]
    by_org: Annotated[OrgCode | None, P1("Which organisation, when it has a code here.")] = None
    reason: Annotated[ReturnReason, P1("Why.")]
    pii: Pii = None


class TransferResubmitted(RequestFacts, TransferEvent):
    """What was faulty was set right; the transfer goes on from the branch again."""


class TransferWithdrawn(TransferEvent):
    """The member took the request back, before it was received."""


class TransferCancelled(TransferEvent):
    """The origin ended the transfer; the relation never moved."""

    reason: Annotated[CancelReason, P1("Why.")]


class TransferChannelChanged(TransferEvent):
    """An online transfer failed and goes on by another channel, normally paper (§2.3)."""

    from_channel: Annotated[TransferChannel, P1("The channel that failed.")]
    to_channel: Annotated[TransferChannel, P1("The channel it goes on by.")]


class TransferStepOverdue(TransferEvent):
    """A step has not been done within its limit: a reminder for whoever has to act."""

    step: Annotated[Code, P1("Which step.", "BRANCH_APPROVAL")]
    responsible_org: Annotated[OrgCode | None, P1("Who has to act, when it has a code here.")] = None
    due_on: DueOn
    working_days: Annotated[Count | None, P1("The limit in working days.")] = None


class TransferReceived(TransferEvent):
    """The receiving committee took it in, inside the letter's validity; it may check the file (R1 Art. 25)."""

    to_committee: Annotated[OrgCode | None, P1("The receiving committee, when it has a code here.")] = None
    handed_over_how: Annotated[HandedOverHow | None, P1("How the letter came.")] = None


class AssignedToBranch(TransferEvent):
    """The receiving committee put the member into one of its branches."""

    to_committee: Annotated[OrgCode | None, P1("The receiving committee, when it has a code here.")] = None
    to_branch: Annotated[OrgCode | None, P1("The branch, when it has a code here.")] = None


class RelationTransferred(TransferEvent):
    """The relation moved on this day and at no other moment; the receiver is responsible from now on."""

    from_branch: Annotated[OrgCode | None, P1("The branch it left; absent when it came from outside.")] = None
    to_branch: Annotated[OrgCode | None, P1("The branch it joined; absent when it went outside.")] = None
    to_committee: Annotated[OrgCode | None, P1("The receiving committee, when it has a code here.")] = None
    transferred_on: Annotated[date, P2("The day it moved.")]


class ReceiptReturned(TransferEvent):
    """The receiver's basic committee sent the receipt to the origin's, within one month (note on the form, R4)."""

    received_by_org: Annotated[OrgCode | None, P1("Who acknowledges, when it has a code here.")] = None
    receipt_on: Annotated[date, P1("The date on the receipt.")]


class ReceiptOverdue(TransferEvent):
    """One month after receiving there is no receipt: a reminder for the receiver."""

    due_on: DueOn
    after_days: Annotated[Days, P1("Days since it was received.")]
    responsible_org: Annotated[OrgCode | None, P1("Who has to send it, when it has a code here.")] = None


class ReceiptPastedOnStub(TransferEvent):
    """The receipt is on the stub, or a letter from outside is filed; archived, and kept ten years (local rule)."""

    keep_until: Annotated[date, P1("Until when the stub is kept.")]


class ConverterAgreed(TransferEvent):
    """Both sides agreed who converts a probationary member who moves in the last three months (§2.8)."""

    converter: Annotated[TransferSide, P1("Which side converts.")]
    by_side: Annotated[TransferSide, P1("Which side says so.")]
