"""The rules of a transfer (domain.md §2.3): each one function that passes or raises Refused."""

from datetime import date, timedelta

from guiyan.events.codes import ChangeType, ReturnReason, TransferChannel, TransferSide, TransferState
from guiyan.ledger import Refused
from guiyan.ledger.calendar import add_months
from guiyan.transfers.domain.commands import Act, RecordOutsideReceipt
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import Transfer

MONTHS_A_YEAR = 12
ARREARS_MAX_MONTHS = 24
"""Further back no letter says that dues are paid (see `dues_known`)."""


def in_state(transfer: Transfer, *states: TransferState) -> None:
    """An act is only possible in the states that domain.md §2.3 names for it."""
    if transfer.state is None:
        raise Refused("transfer_not_found", status=404)
    if transfer.state not in states:
        raise Refused("transfer_wrong_state", state=transfer.state, expected=states)


def unused(transfer: Transfer) -> None:
    """This number of the member's transfers is free: at most one is open, and each number is one transfer (§2.3).

    One that was only suggested is free to be asked for: the request goes on under its number (S-12).
    """
    if transfer.is_open:
        raise Refused("transfer_already_open")
    if transfer.state not in {None, TransferState.DRAFT}:
        raise Refused("transfer_number_used")


def goes_out(change_type: ChangeType) -> None:
    """What begins at a branch here is of a kind that goes out: 241 or 251 (§4.1)."""
    if change_type not in {ChangeType.OUT_OTHER_PROVINCE, ChangeType.OUT_INSIDE}:
        raise Refused("change_type_direction", pointer="/change_type")


def has_come(act: Act) -> None:
    """What is recorded has happened: late is normal (§8), ahead is not."""
    if act.on > act.today:
        raise Refused("date_in_future", pointer="/occurred_on", today=act.today.isoformat())


def in_order(act: Act, transfer: Transfer) -> None:
    """A business date is never before that of the transfer's act before it."""
    if transfer.last_on is not None and act.on < transfer.last_on:
        raise Refused("date_out_of_order", pointer="/occurred_on", earliest=transfer.last_on.isoformat())


def dues_known(paid_to: str, act: Act, parameters: Parameters) -> None:
    """The month dues are paid to is known, not further ahead than prepayment is allowed, nor impossibly far back.

    Arrears alone keep nobody here (§2.3: the receiver returns for DUES_NOT_CLEAR). But no office may wait for more than
    24 months before it decides of who does not pay (the most that selfleft.threshold and dues.backpay_max can be, §2.9,
    §2.14): a month before that is a slip of the pen. The month of joining is not known to this service.
    """
    if months_between(act.on, paid_to) < -ARREARS_MAX_MONTHS:
        raise Refused("dues_too_far_back", pointer="/dues_paid_to", limit=ARREARS_MAX_MONTHS)
    ahead = months_between(act.today, paid_to)
    if ahead > parameters.dues_prepay_max_months:
        raise Refused("dues_too_far_ahead", pointer="/dues_paid_to", limit=parameters.dues_prepay_max_months)


def months_between(today: date, month: str) -> int:
    """How many calendar months `month` (yyyy-mm) lies ahead of today's; negative for arrears."""
    year, _, number = month.partition("-")
    return (int(year) - today.year) * MONTHS_A_YEAR + int(number) - today.month


def goes_elsewhere(from_branch: str, to_branch: str | None) -> None:
    """A relation moves between two different branches."""
    if to_branch == from_branch:
        raise Refused("same_branch", pointer="/to_branch")


def stays_inside(channel: TransferChannel, from_committee: str, to_committee: str | None) -> None:
    """INTERNAL is between branches of one committee: the receiver is named, and is the origin's committee (§2.3)."""
    if channel is not TransferChannel.INTERNAL:
        return
    if to_committee is None:
        raise Refused("receiver_missing", pointer="/to_committee")
    if to_committee != from_committee:
        raise Refused("not_one_committee", pointer="/channel")


def within_cap(valid_days: int, parameters: Parameters) -> None:
    """A letter is valid for 1 day up to the cap (letter.valid_days, §2.14)."""
    if not 1 <= valid_days <= parameters.letter_valid_days_cap:
        raise Refused("valid_days_out_of_range", pointer="/valid_days", limit=parameters.letter_valid_days_cap)


def last_valid_day(issued_on: date, valid_days: int) -> date:
    """The last day on which the receiver may accept the letter; it expires the day after."""
    return issued_on + timedelta(days=valid_days)


def first_day_expired(expires_on: date) -> date:
    """The day on which a letter that nobody accepted expires: the day after its last (§2.3)."""
    return expires_on + timedelta(days=1)


def letter_number(year: int, serial: int) -> str:
    """How a letter's number is written: year and three digits at least (a scheme seen in practice, §2.3)."""
    return f"{year}-{serial:03d}"


def needs_letter(channel: TransferChannel) -> bool:
    """Inside one basic committee members move between branches without a letter (§2.3, local practice)."""
    return channel is not TransferChannel.INTERNAL


def inside_validity(received_on: date, transfer: Transfer) -> None:
    """The receiver accepts inside the letter's validity (R1 Art. 25; §2.3)."""
    if transfer.expires_on is not None and received_on > transfer.expires_on:
        raise Refused("letter_expired", pointer="/occurred_on", expired_on=transfer.expires_on.isoformat())


def reason_complete(reason: ReturnReason, text: str | None) -> None:
    """Neither side refuses without cause (R1 Art. 25): the reason 'other' says which in words."""
    if (reason is ReturnReason.OTHER_WITH_TEXT) != bool(text):
        raise Refused("reason_text_mismatch", pointer="/text")


def other_channel(before: TransferChannel, channel: TransferChannel) -> None:
    """From one way out of the committee to another one; inside a committee there is no letter (§2.3)."""
    if channel is before or TransferChannel.INTERNAL in {before, channel}:
        raise Refused("no_other_channel", pointer="/channel")


def inside_graduate_window(on: date, issued_on: date, parameters: Parameters) -> None:
    """Graduates: a new letter within six months of the transfer-out on the old one (R6)."""
    latest = add_months(issued_on, parameters.reissue_graduate_months)
    if on > latest:
        raise Refused("reissue_too_late", pointer="/occurred_on", latest=latest.isoformat())


def converter_agreed(on: date, probation_ends_on: date | None, transfer: Transfer, parameters: Parameters) -> None:
    """In the last months of probation both sides have named the same one who converts; one outside on paper (§2.8)."""
    if not transfer.probationary or probation_ends_on is None:
        return
    if on < add_months(probation_ends_on, -parameters.last_months_of_probation):
        return
    said = set(transfer.converters.values())
    if len(transfer.converters) < len(TransferSide) or len(said) != 1:
        raise Refused("converter_not_agreed", ends_on=probation_ends_on.isoformat())


def outside_dates(act: RecordOutsideReceipt, transfer: Transfer) -> None:
    """Received between the letter's date and its last day, the receipt written after that and by the day recorded."""
    letter = transfer.letter
    assert letter is not None  # noqa: S101 - of the states it is recorded in
    if not letter.issued_on <= act.received_on <= letter.expires_on:
        first, last = letter.issued_on.isoformat(), letter.expires_on.isoformat()
        raise Refused("received_outside_validity", pointer="/received_on", issued_on=first, expires_on=last)
    if not act.received_on <= act.receipt_on <= act.on:
        raise Refused("receipt_date_impossible", pointer="/receipt_on")


def receivable(transfer: Transfer) -> tuple[TransferState, ...]:
    """The states in which the receiving committee may accept: after the letter, or at once inside one committee."""
    if not needs_letter(transfer.channel):
        return (TransferState.BRANCH_APPROVED,)
    waiting = (TransferState.ISSUED, TransferState.IN_TRANSIT, TransferState.REISSUED)
    lost = transfer.state is TransferState.LETTER_LOST and transfer.letter is not None and not transfer.letter.void
    return (*waiting, TransferState.LETTER_LOST) if lost else waiting


def receipt_dated(receipt_on: date, on: date, transfer: Transfer) -> None:
    """A receipt is written between the receiving and the day it is recorded."""
    if receipt_on > on or (transfer.received_on is not None and receipt_on < transfer.received_on):
        raise Refused("receipt_date_impossible", pointer="/receipt_on")


def receipt_due(received_on: date, parameters: Parameters) -> date:
    """The last day for the receipt: one calendar month after receiving (note on the form, R4)."""
    return add_months(received_on, parameters.receipt_within_months)


def kept_until(on: date, parameters: Parameters) -> date:
    """Until when the stub with its receipt is kept (letter.stub_retention)."""
    return add_months(on, parameters.stub_kept_years * MONTHS_A_YEAR)
