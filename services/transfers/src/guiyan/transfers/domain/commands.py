"""What can be asked of a transfer: one data class per act of domain.md §2.3.

Every act carries `on`, its business date, and `today`, the business date of the installation, because acts may be
recorded late but never ahead.
"""

from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import CancelReason, ChangeType, HandedOverHow, ReturnReason, TransferChannel


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
class HandOver(Act):
    """The letter is on its way: carried by the member, or by confidential post."""

    how: HandedOverHow


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(Act):
    """The receiving committee accepts; with a branch it assigns at once and the relation moves."""

    to_branch: str | None = None
    handed_over_how: HandedOverHow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Act):
    """The receiving committee puts the member into a branch: the relation moves here."""

    to_branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Act):
    """The receiver sends it back for correction, for a coded reason (R1 Art. 25: not without cause)."""

    reason: ReturnReason
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Act):
    """The member takes the request back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Act):
    """The origin committee cancels it, for a coded reason."""

    reason: CancelReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Act):
    """The timer of the letter's validity: the day after the last valid day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReceipt(Act):
    """The receiving committee returns the receipt part to the origin committee; `receipt_on` stands on the receipt."""

    receipt_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteReceipt(Act):
    """The origin committee pastes the receipt on the stub: the transfer is archived."""
