"""The receipt of a letter: returned, entered from paper, scanned, called late, pasted on the stub (R4, §2.3)."""

from typing import Final

from guiyan.events.codes import TransferState
from guiyan.events.transfers import (
    ReceiptOverdue,
    ReceiptPastedOnStub,
    ReceiptReturned,
    RelationTransferred,
    TransferReceived,
)
from guiyan.ledger import Draft, Refused
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import WITH_LETTER, Transfer

S = TransferState
RETURNED: Final = frozenset({S.RECEIPT_RETURNED, S.ARCHIVED})
"""States in which the receipt is back already."""


def return_receipt(act: ask.ReturnReceipt, transfer: Transfer, _: Parameters) -> list[Draft]:
    """COMPLETED → RECEIPT_RETURNED; a late receipt is normal and recorded, its lateness shows in the ledger."""
    rules.in_state(transfer, S.COMPLETED)
    receipt_on = act.receipt_on or act.on
    rules.receipt_dated(receipt_on, act.on, transfer)
    receipt = ReceiptReturned(
        member_id=transfer.member_id, received_by_org=transfer.to_committee, receipt_on=receipt_on
    )
    return [Draft(receipt, act.on)]


def record_outside(act: ask.RecordOutsideReceipt, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """The paper receipt of a receiver outside: received, moved and returned in one, each as of its own day.

    It may come after the letter's last day, when the receiving was inside it (§2.3, §8: late receipts are normal).
    """
    rules.in_state(transfer, *sorted(WITH_LETTER), S.LETTER_LOST, S.EXPIRED)
    if not transfer.goes_outside:
        raise Refused("receiver_is_here")
    rules.outside_dates(act, transfer)
    rules.converter_agreed(act.received_on, act.probation_ends_on, transfer, parameters)
    who = transfer.member_id
    moved = RelationTransferred(member_id=who, from_branch=transfer.from_branch, transferred_on=act.received_on)
    return [
        Draft(TransferReceived(member_id=who, handed_over_how=act.handed_over_how), act.received_on),
        Draft(moved, act.received_on),
        Draft(ReceiptReturned(member_id=who, receipt_on=act.receipt_on), act.on),
    ]


def paste_receipt(act: ask.PasteReceipt, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """RECEIPT_RETURNED → ARCHIVED."""
    rules.in_state(transfer, S.RECEIPT_RETURNED)
    keep_until = rules.kept_until(act.on, parameters)
    return [Draft(ReceiptPastedOnStub(member_id=transfer.member_id, keep_until=keep_until), act.on)]


def say_receipt_overdue(act: ask.SayReceiptOverdue, transfer: Transfer, _: Parameters) -> list[Draft]:
    """The clock: a month after the receiving there is no receipt; inside one committee none is waited for."""
    if not rules.needs_letter(transfer.channel):
        return []
    if transfer.state is not S.COMPLETED or transfer.received_on is None or transfer.receipt_overdue:
        return []
    after_days = (act.due_on - transfer.received_on).days
    told = ReceiptOverdue(
        member_id=transfer.member_id,
        due_on=act.due_on,
        after_days=after_days,
        responsible_org=transfer.to_committee,
    )
    return [Draft(told, act.on)]


def scan_receipt(act: ask.ScanReceipt, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """The receipt part itself came back and its code was read: whatever a receipt means for this receiver is recorded.

    It must be the receipt of the letter in force: one that was replaced, withdrawn or cancelled proves nothing.
    """
    _of_this_letter(act, transfer)
    if transfer.state in RETURNED:
        raise Refused("receipt_already_returned", receipt_of=_number(act))
    if not transfer.goes_outside:
        told = ask.ReturnReceipt(on=act.on, today=act.today, receipt_on=act.receipt_on)
        return return_receipt(told, transfer, parameters)
    if act.received_on is None or act.receipt_on is None:
        raise Refused("receipt_days_missing", pointer="/received_on" if act.received_on is None else "/receipt_on")
    outside = ask.RecordOutsideReceipt(
        on=act.on,
        today=act.today,
        received_on=act.received_on,
        receipt_on=act.receipt_on,
        handed_over_how=act.handed_over_how,
        probation_ends_on=act.probation_ends_on,
    )
    return record_outside(outside, transfer, parameters)


def _of_this_letter(act: ask.ScanReceipt, transfer: Transfer) -> None:
    letter, scanned = transfer.letter, (act.letter_year, act.letter_sn)
    if letter is None or scanned not in {(letter.year, letter.serial), *transfer.letters_before}:
        raise Refused("receipt_not_known", pointer="/code")
    if (letter.year, letter.serial) != scanned:
        valid = rules.letter_number(letter.year, letter.serial)
        raise Refused("receipt_of_replaced_letter", pointer="/code", receipt_of=_number(act), valid=valid)
    if letter.void:
        raise Refused("receipt_of_void_letter", pointer="/code", receipt_of=_number(act))


def _number(act: ask.ScanReceipt) -> str:
    return rules.letter_number(act.letter_year, act.letter_sn)
