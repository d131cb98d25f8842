"""The state of one transfer and how each event changes it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guiyan.events import Event, Payload
from guiyan.events.codes import TransferChannel, TransferState
from guiyan.events.transfers import (
    AssignedToBranch,
    IntroductionLetterIssued,
    LetterExpired,
    LetterHandedOver,
    ReceiptPastedOnStub,
    ReceiptReturned,
    RelationTransferred,
    TransferApprovedByBranch,
    TransferCancelled,
    TransferReceived,
    TransferRequested,
    TransferReturned,
    TransferWithdrawn,
)
from guiyan.transfers.domain.numbering import letter_id

OPEN: Final = frozenset(
    {
        TransferState.SUBMITTED,
        TransferState.BRANCH_APPROVED,
        TransferState.ISSUED,
        TransferState.IN_TRANSIT,
        TransferState.RECEIVED_BY_COMMITTEE,
        TransferState.ASSIGNED,
        TransferState.REISSUED,
        TransferState.LETTER_LOST,
    }
)
"""States in which the relation may still move: a member has at most one transfer in any of them."""

ACCEPTED: Final = frozenset({TransferState.COMPLETED, TransferState.RECEIPT_RETURNED, TransferState.ARCHIVED})
"""States after the relation has moved."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the rules need to know of a transfer; `state` is None before it was requested."""

    state: TransferState | None = None
    member_id: str = ""
    channel: TransferChannel = TransferChannel.PAPER
    from_branch: str = ""
    from_committee: str = ""
    to_title: str = ""
    to_committee: str | None = None
    to_branch: str | None = None
    dues_paid_to: str = ""
    letter_id: str | None = None
    last_on: date | None = None
    expires_on: date | None = None
    received_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the relation may still move by this transfer."""
        return self.state in OPEN

    @property
    def responsible_branch(self) -> str | None:
        """Who is responsible as far as this transfer goes: the origin until the receiver has accepted (R1 Art. 25)."""
        return self.to_branch if self.state in ACCEPTED else self.from_branch


def evolve(transfer: Transfer, event: Event) -> Transfer:
    """The transfer after an event."""
    moved = _apply(transfer, event.payload, event.occurredon)
    return replace(moved, last_on=max(event.occurredon, transfer.last_on or event.occurredon))


NEXT: Final[dict[type[Payload], TransferState]] = {
    TransferApprovedByBranch: TransferState.BRANCH_APPROVED,
    LetterHandedOver: TransferState.IN_TRANSIT,
    RelationTransferred: TransferState.COMPLETED,
    ReceiptReturned: TransferState.RECEIPT_RETURNED,
    ReceiptPastedOnStub: TransferState.ARCHIVED,
    TransferReturned: TransferState.RETURNED,
    TransferWithdrawn: TransferState.WITHDRAWN,
    TransferCancelled: TransferState.CANCELLED,
    LetterExpired: TransferState.EXPIRED,
}
"""The state that an event leads to, for the events that carry nothing else the rules ask for."""


def _apply(transfer: Transfer, payload: Payload, on: date) -> Transfer:
    match payload:
        case TransferRequested():
            return Transfer(
                state=TransferState.SUBMITTED,
                member_id=payload.member_id,
                channel=payload.channel,
                from_branch=payload.from_branch,
                from_committee=payload.from_committee,
                to_title=payload.to_title,
                to_committee=payload.to_committee,
                to_branch=payload.to_branch,
                dues_paid_to=payload.dues_paid_to,
            )
        case IntroductionLetterIssued():
            return replace(
                transfer,
                state=TransferState.ISSUED,
                expires_on=payload.expires_on,
                dues_paid_to=payload.dues_paid_to,
                letter_id=letter_id(payload.issuer, payload.letter_year, payload.letter_sn),
            )
        case TransferReceived():
            return replace(
                transfer,
                state=TransferState.RECEIVED_BY_COMMITTEE,
                received_on=on,
                to_committee=payload.to_committee or transfer.to_committee,
            )
        case AssignedToBranch():
            return replace(transfer, state=TransferState.ASSIGNED, to_branch=payload.to_branch)
        case _:
            state = NEXT.get(type(payload))
            return transfer if state is None else replace(transfer, state=state)
