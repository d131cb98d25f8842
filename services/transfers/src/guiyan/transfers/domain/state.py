"""The state of one transfer and how each event changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from guiyan.events import Event, Payload
from guiyan.events.codes import TransferChannel, TransferSide, TransferState
from guiyan.events.transfers import (
    AssignedToBranch,
    ConverterAgreed,
    IncomingTransferRecorded,
    IntroductionLetterIssued,
    LetterExpired,
    LetterHandedOver,
    LetterLostReported,
    LetterPrinted,
    LetterReissued,
    LetterReminderSent,
    LetterVoided,
    ReceiptOverdue,
    ReceiptPastedOnStub,
    ReceiptReturned,
    RelationTransferred,
    TransferApprovedByBranch,
    TransferCancelled,
    TransferChannelChanged,
    TransferOriginChanged,
    TransferReceived,
    TransferRequested,
    TransferResubmitted,
    TransferReturned,
    TransferStepOverdue,
    TransferSuggested,
    TransferSuggestionCleared,
    TransferSuggestionDismissed,
    TransferWithdrawn,
)
from guiyan.transfers.domain.numbering import letter_id

S = TransferState
OUTSIDE: Final = "OUTSIDE"
"""The one who is responsible has no system here: the relation went there, or has not yet come from there."""

OPEN: Final = frozenset(
    {S.SUBMITTED, S.BRANCH_APPROVED, S.ISSUED, S.IN_TRANSIT, S.RECEIVED_BY_COMMITTEE, S.ASSIGNED, S.REISSUED,
     S.LETTER_LOST}
)  # fmt: skip
"""States in which the relation may still move: a member has at most one transfer in any of them."""

DORMANT: Final = frozenset({S.RETURNED, S.EXPIRED})
"""States in which people decide whether it goes on, is asked anew, or ends; the relation does not move meanwhile."""

ACCEPTED: Final = frozenset({S.COMPLETED, S.RECEIPT_RETURNED, S.ARCHIVED})
"""States after the relation has moved."""

WITH_LETTER: Final = frozenset({S.ISSUED, S.IN_TRANSIT, S.REISSUED})
"""States in which a valid letter waits for the receiver."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter that was issued last; `void` is why it is no longer valid."""

    issuer: str
    year: int
    serial: int
    issued_on: date
    expires_on: date
    void: bool = False
    prints: int = 0
    reminded: frozenset[int] = frozenset()

    @property
    def id(self) -> str:
        """The id of its number in the register."""
        return letter_id(self.issuer, self.year, self.serial)


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the rules need to know of a transfer; `state` is None before it was requested.

    `since` is the day on which it came into its present state, `overdue` the step of which it was said that it is
    late. `converters` is what each side said last about who converts. `incoming`: it was entered from the letter of an
    organisation outside; there is no branch here that it comes from, and no letter of ours. `moved_on` is the day on
    which the relation moved. `departure_id` is the departure that called for it, when it was suggested (DRAFT).
    `letters_before` are year and serial of the letters that another one took the place of.
    """

    state: TransferState | None = None
    member_id: str = ""
    channel: TransferChannel = TransferChannel.PAPER
    from_branch: str = ""
    from_committee: str = ""
    to_title: str = ""
    to_committee: str | None = None
    to_branch: str | None = None
    dues_paid_to: str = ""
    probationary: bool = False
    letter: Letter | None = None
    last_on: date | None = None
    since: date | None = None
    overdue: str | None = None
    received_on: date | None = None
    receipt_overdue: bool = False
    converters: Mapping[TransferSide, TransferSide] = field(default_factory=dict)
    request: TransferRequested | TransferResubmitted | None = None
    incoming: bool = False
    from_title: str = ""
    letter_outside_until: date | None = None
    moved_on: date | None = None
    departure_id: str | None = None
    letters_before: frozenset[tuple[int, int]] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether the relation may still move by this transfer."""
        return self.state in OPEN

    @property
    def goes_outside(self) -> bool:
        """Whether the receiver has no system here: the origin committee records what comes back on paper."""
        return self.to_committee is None

    @property
    def expires_on(self) -> date | None:
        """The last day of the letter that is valid, or was last: ours, or the one from outside."""
        return self.letter_outside_until if self.letter is None else self.letter.expires_on

    @property
    def letter_id(self) -> str | None:
        """The id of the letter's number."""
        return None if self.letter is None else self.letter.id

    @property
    def responsible_branch(self) -> str:
        """Who is responsible as far as this transfer goes: the origin until the receiver has accepted (R1 Art. 25).

        Exactly one at every moment; OUTSIDE when that is an organisation without a system here.
        """
        return (self.to_branch if self.state in ACCEPTED else self.from_branch) or OUTSIDE


def after_other_channel(before: TransferState) -> TransferState:
    """Where a transfer goes on when its channel has changed: the branch has agreed, or not yet."""
    return S.SUBMITTED if before is S.SUBMITTED else S.BRANCH_APPROVED


def evolve(transfer: Transfer, event: Event) -> Transfer:
    """The transfer after an event."""
    moved = _apply(transfer, event.payload, event.occurredon)
    if moved.state != transfer.state:
        moved = replace(moved, since=event.occurredon, overdue=None)
    if moved.state is S.DRAFT or isinstance(event.payload, OF_THEMSELVES):
        return moved  # of a day of its own: what people did before it may still be recorded (§8)
    return replace(moved, last_on=max(event.occurredon, transfer.last_on or event.occurredon))


OF_THEMSELVES: Final = (TransferStepOverdue, LetterReminderSent, LetterExpired, ReceiptOverdue, TransferOriginChanged)
"""What the clock tells, and what happens to the origin branch: acts of people may be told of days before it."""
NEXT: Final[dict[type[Payload], TransferState]] = {
    TransferApprovedByBranch: S.BRANCH_APPROVED,
    LetterHandedOver: S.IN_TRANSIT,
    LetterLostReported: S.LETTER_LOST,
    RelationTransferred: S.COMPLETED,
    ReceiptReturned: S.RECEIPT_RETURNED,
    ReceiptPastedOnStub: S.ARCHIVED,
    TransferReturned: S.RETURNED,
    TransferWithdrawn: S.WITHDRAWN,
    TransferCancelled: S.CANCELLED,
    TransferSuggestionDismissed: S.CANCELLED,
    TransferSuggestionCleared: S.CANCELLED,
    LetterExpired: S.EXPIRED,
}
"""The state that an event leads to, for the events that carry nothing else the rules ask for."""


def _apply(transfer: Transfer, payload: Payload, on: date) -> Transfer:  # noqa: C901, PLR0911, PLR0912 - one case an event
    match payload:
        case TransferRequested():
            asked = _asked(Transfer(state=S.SUBMITTED, member_id=payload.member_id), payload)
            return replace(
                asked,
                from_branch=payload.from_branch,
                from_committee=payload.from_committee,
                probationary=payload.probationary,
            )
        case IncomingTransferRecorded():
            return _entered(payload)
        case TransferSuggested():
            who, branch, trip = payload.member_id, payload.branch, payload.departure_id
            return Transfer(state=S.DRAFT, member_id=who, from_branch=branch, departure_id=trip)
        case RelationTransferred():
            return replace(transfer, state=S.COMPLETED, moved_on=payload.transferred_on)
        case TransferOriginChanged():
            return replace(transfer, from_branch=payload.from_branch, from_committee=payload.from_committee)
        case TransferResubmitted():
            return replace(_asked(transfer, payload), state=S.SUBMITTED)
        case TransferReceived():
            to_committee = payload.to_committee or transfer.to_committee
            return replace(transfer, state=S.RECEIVED_BY_COMMITTEE, received_on=on, to_committee=to_committee)
        case AssignedToBranch():
            return replace(transfer, state=S.ASSIGNED, to_branch=payload.to_branch)
        case TransferChannelChanged():
            back = None if transfer.state is None else after_other_channel(transfer.state)
            return replace(transfer, channel=payload.to_channel, state=back)
        case ConverterAgreed():
            return replace(transfer, converters={**transfer.converters, payload.by_side: payload.converter})
        case TransferStepOverdue():
            return replace(transfer, overdue=payload.step)
        case ReceiptOverdue():
            return replace(transfer, receipt_overdue=True)
        case _:
            state = NEXT.get(type(payload))
            return _apply_letter(transfer if state is None else replace(transfer, state=state), payload)


def _entered(payload: IncomingTransferRecorded) -> Transfer:
    """One that comes from outside: its letter is out, and shown here."""
    return Transfer(
        state=S.IN_TRANSIT,
        member_id=payload.member_id,
        channel=payload.channel,
        incoming=True,
        from_title=payload.from_title,
        to_committee=payload.to_committee,
        to_branch=payload.to_branch,
        dues_paid_to=payload.dues_paid_to or "",
        probationary=payload.probationary,
        letter_outside_until=payload.expires_on,
    )


def _asked(transfer: Transfer, payload: TransferRequested | TransferResubmitted) -> Transfer:
    return replace(
        transfer,
        channel=payload.channel,
        to_title=payload.to_title,
        to_committee=payload.to_committee,
        to_branch=payload.to_branch,
        dues_paid_to=payload.dues_paid_to,
        request=payload,
    )


def _apply_letter(transfer: Transfer, payload: Payload) -> Transfer:
    match payload:
        case IntroductionLetterIssued() | LetterReissued():
            state = S.REISSUED if isinstance(payload, LetterReissued) else S.ISSUED
            number = (payload.issuer, payload.letter_year, payload.letter_sn)
            letter = Letter(*number, payload.issued_on, payload.expires_on)
            old = () if transfer.letter is None else ((transfer.letter.year, transfer.letter.serial),)
            before, paid_to = transfer.letters_before.union(old), payload.dues_paid_to
            return replace(transfer, state=state, letter=letter, letters_before=before, dues_paid_to=paid_to)
        case LetterVoided() if transfer.letter is not None:
            return replace(transfer, letter=replace(transfer.letter, void=True))
        case LetterPrinted() if transfer.letter is not None:
            return replace(transfer, letter=replace(transfer.letter, prints=payload.print_count))
        case LetterReminderSent() if transfer.letter is not None:
            reminded = transfer.letter.reminded | {payload.day_offset}
            return replace(transfer, letter=replace(transfer.letter, reminded=reminded))
        case _:
            return transfer
