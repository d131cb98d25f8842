"""What can be asked of a transfer: one data class per act of domain.md §2.3.

Every act carries `on`, its business date, and `today`, the business date of the installation, because acts may be
recorded late but never ahead.
"""

from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act has."""

    on: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Act):
    """Member or branch asks for the transfer."""

    member_id: str
    channel: TransferChannel
    change_type: ChangeType
    from_branch: str
    from_committee: str
    to_title: str
    to_committee: str | None
    to_branch: str | None
    dues_paid_to: str
    probationary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordIncoming(Act):
    """The receiving committee enters a transfer from outside from the letter that it was shown.

    The letter's number is as written by its issuer; `dues_paid_to` and the days stand on the letter.
    """

    member_id: str
    channel: TransferChannel
    change_type: ChangeType
    from_title: str
    letter_year: int | None
    letter_sn: str | None
    issued_on: date
    expires_on: date
    from_area_code: str | None
    to_committee: str
    to_branch: str | None
    dues_paid_to: str
    probationary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest(Act):
    """The clock: so long at a fixed place; `to_committee` is the one that is nearest, where it is just one."""

    member_id: str
    departure_id: str
    branch: str
    dest_area_code: str | None
    to_committee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissSuggestion(Act):
    """The branch says why the relation cannot follow for now."""

    obstacle: TransferObstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearSuggestion(Act):
    """What had called for it is no longer so; `departure_id` of the trip that it is about, None for whichever."""

    reason: SuggestionEnd
    departure_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resubmit(Act):
    """What was faulty has been set right; the transfer goes on from the branch again. What is absent stays."""

    channel: TransferChannel | None = None
    change_type: ChangeType | None = None
    to_title: str | None = None
    to_committee: str | None = None
    to_branch: str | None = None
    dues_paid_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeChannel(Act):
    """A channel has failed; the transfer goes on by another one, normally paper."""

    channel: TransferChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeConverter(Act):
    """One side says who converts a probationary member who moves in the last months of probation (§2.8)."""

    side: TransferSide
    converter: TransferSide


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowOrigin(Act):
    """A reorganisation has put the member into another branch: the transfer goes on from there."""

    from_branch: str
    from_committee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Act):
    """The origin branch's secretary agrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Act):
    """The origin committee issues the introduction letter under a number of its book."""

    letter_year: int
    letter_sn: int
    valid_days: int
    dues_paid_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissue(Issue):
    """A new letter for an expired or lost one; the branch certified why. `graduate`: the window of R6 holds.

    `channel`: the letter goes another way than the one before.
    """

    certified_by: str
    proof: str | None = None
    graduate: bool = False
    channel: TransferChannel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLost(Act):
    """The letter was reported lost to the committee that issued it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Print(Act):
    """The letter is printed, for a coded reason: it shows personal text in full."""

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Act):
    """The clock: so many days after the letter's last day (negative: before it)."""

    day_offset: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Act):
    """The letter is on its way: carried by the member, or by confidential post."""

    how: HandedOverHow


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(Act):
    """The receiving committee accepts; with a branch it assigns at once and the relation moves."""

    to_branch: str | None = None
    handed_over_how: HandedOverHow | None = None
    probation_ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Act):
    """The receiving committee puts the member into a branch: the relation moves here.

    `probation_ends_on` is the last day of the member's probation, None for a full member.
    """

    to_branch: str
    probation_ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutsideReceipt(Act):
    """The receipt of a receiver that has no system here: the relation moved on `received_on`."""

    received_on: date
    receipt_on: date
    handed_over_how: HandedOverHow | None = None
    probation_ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Act):
    """One side sends it back for correction, for a coded reason (R1 Art. 25: not without cause)."""

    reason: ReturnReason
    side: TransferSide = TransferSide.RECEIVER
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Act):
    """The member takes the request back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Act):
    """The origin committee cancels it, for a coded reason."""

    reason: CancelReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersede(Act):
    """The member asks anew, while one that was returned or has expired still waits for a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Act):
    """The timer of the letter's validity: the day after the last valid day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReceipt(Act):
    """The receiving committee returns the receipt part to the origin committee; `receipt_on` stands on the receipt."""

    receipt_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReceipt(Act):
    """The receipt part of a letter came back on paper and its code was read.

    The days written on it: received (asked of a receiver outside, who records nothing here), and the receipt's own.
    """

    letter_year: int
    letter_sn: int
    received_on: date | None = None
    receipt_on: date | None = None
    handed_over_how: HandedOverHow | None = None
    probation_ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SayStepOverdue(Act):
    """The clock: the step that the transfer waits for since `since` was due on `due_on`."""

    step: str
    since: date
    due_on: date
    working_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SayReceiptOverdue(Act):
    """The clock: the time for the receipt is over."""

    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteReceipt(Act):
    """The origin committee pastes the receipt on the stub: the transfer is archived."""
