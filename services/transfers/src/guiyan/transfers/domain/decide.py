"""What a transfer answers to each act: events, or Refused. One small function an act, named as in domain.md §2.3."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from guiyan.events import Payload
from guiyan.events.codes import TransferSide, TransferState
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
    TransferReturnText,
    TransferWithdrawn,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.parameters import DEFAULTS, Parameters, ParametersOn, by_default
from guiyan.transfers.domain.state import Transfer, evolve

S = TransferState
BEFORE_ACCEPTANCE: Final = (S.SUBMITTED, S.BRANCH_APPROVED, S.ISSUED, S.IN_TRANSIT)
Answer = Callable[[Any, Transfer, Parameters], list[Draft]]


def request(act: ask.Request, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """– → SUBMITTED: dues month known, to another branch; this number of the member's transfers is not yet used."""
    if transfer.is_open:
        raise Refused("transfer_already_open")
    if transfer.state is not None:
        raise Refused("transfer_number_used")
    rules.dues_known(act.dues_paid_to, act.today, parameters)
    rules.goes_elsewhere(act.from_branch, act.to_branch)
    return _drafts(
        act,
        TransferRequested(
            member_id=act.member_id,
            channel=act.channel,
            change_type=act.change_type,
            from_branch=act.from_branch,
            from_committee=act.from_committee,
            to_title=act.to_title,
            to_committee=act.to_committee,
            to_branch=act.to_branch,
            dues_paid_to=act.dues_paid_to,
            probationary=act.probationary,
        ),
    )


def approve(act: ask.Approve, transfer: Transfer, _: Parameters) -> list[Draft]:
    """SUBMITTED → BRANCH_APPROVED."""
    rules.in_state(transfer, S.SUBMITTED)
    return _drafts(act, TransferApprovedByBranch(member_id=transfer.member_id, from_branch=transfer.from_branch))


def issue(act: ask.Issue, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """BRANCH_APPROVED → ISSUED, under a number of the committee's register; not inside one committee."""
    rules.in_state(transfer, S.BRANCH_APPROVED)
    if not rules.needs_letter(transfer.channel):
        raise Refused("internal_needs_no_letter")
    rules.within_cap(act.valid_days, parameters)
    paid_to = act.dues_paid_to or transfer.dues_paid_to
    rules.dues_known(paid_to, act.today, parameters)
    return _drafts(
        act,
        IntroductionLetterIssued(
            member_id=transfer.member_id,
            issuer=transfer.from_committee,
            letter_year=act.letter_year,
            letter_sn=act.letter_sn,
            to_title=transfer.to_title,
            issued_on=act.on,
            valid_days=act.valid_days,
            expires_on=rules.last_valid_day(act.on, act.valid_days),
            dues_paid_to=paid_to,
        ),
    )


def hand_over(act: ask.HandOver, transfer: Transfer, _: Parameters) -> list[Draft]:
    """ISSUED → IN_TRANSIT."""
    rules.in_state(transfer, S.ISSUED)
    return _drafts(act, LetterHandedOver(member_id=transfer.member_id, how=act.how))


def receive(act: ask.Receive, transfer: Transfer, _: Parameters) -> list[Draft]:
    """→ RECEIVED_BY_COMMITTEE inside the validity; with a branch at once on to COMPLETED.

    The branch is the one named now, else the one that the request named.
    """
    rules.in_state(transfer, *rules.receivable(transfer))
    rules.inside_validity(act.on, transfer)
    received = TransferReceived(
        member_id=transfer.member_id, to_committee=transfer.to_committee, handed_over_how=act.handed_over_how
    )
    to_branch = act.to_branch or transfer.to_branch
    return _drafts(act, received) + ([] if to_branch is None else _move(act, transfer, to_branch))


def assign(act: ask.Assign, transfer: Transfer, _: Parameters) -> list[Draft]:
    """RECEIVED_BY_COMMITTEE → ASSIGNED → COMPLETED: the relation moves here and nowhere else."""
    rules.in_state(transfer, S.RECEIVED_BY_COMMITTEE)
    return _move(act, transfer, act.to_branch)


def _move(act: ask.Act, transfer: Transfer, to_branch: str) -> list[Draft]:
    rules.goes_elsewhere(transfer.from_branch, to_branch)
    return _drafts(
        act,
        AssignedToBranch(member_id=transfer.member_id, to_committee=transfer.to_committee, to_branch=to_branch),
        RelationTransferred(
            member_id=transfer.member_id,
            from_branch=transfer.from_branch,
            to_branch=to_branch,
            to_committee=transfer.to_committee,
            transferred_on=act.on,
        ),
    )


def send_back(act: ask.Return, transfer: Transfer, _: Parameters) -> list[Draft]:
    """→ RETURNED with a coded reason, by the receiver before it has assigned; the origin stays responsible."""
    rules.in_state(transfer, *rules.receivable(transfer), S.RECEIVED_BY_COMMITTEE)
    rules.reason_complete(act.reason, act.text)
    returned = TransferReturned(
        member_id=transfer.member_id, by_side=TransferSide.RECEIVER, by_org=transfer.to_committee, reason=act.reason
    )
    return [Draft(returned, act.on, TransferReturnText(reason_text=act.text) if act.text else None)]


def withdraw(act: ask.Withdraw, transfer: Transfer, _: Parameters) -> list[Draft]:
    """→ WITHDRAWN by the member, while the receiver has not accepted."""
    rules.in_state(transfer, *BEFORE_ACCEPTANCE)
    return _drafts(act, TransferWithdrawn(member_id=transfer.member_id))


def cancel(act: ask.Cancel, transfer: Transfer, _: Parameters) -> list[Draft]:
    """→ CANCELLED by the origin committee, while the receiver has not accepted."""
    rules.in_state(transfer, *BEFORE_ACCEPTANCE)
    return _drafts(act, TransferCancelled(member_id=transfer.member_id, reason=act.reason))


def expire(act: ask.Expire, transfer: Transfer, _: Parameters) -> list[Draft]:
    """ISSUED or IN_TRANSIT → EXPIRED, the day after the last valid day."""
    rules.in_state(transfer, S.ISSUED, S.IN_TRANSIT)
    if transfer.expires_on is None or act.on <= transfer.expires_on:
        raise Refused("letter_still_valid")
    return _drafts(act, LetterExpired(member_id=transfer.member_id, expires_on=transfer.expires_on))


def return_receipt(act: ask.ReturnReceipt, transfer: Transfer, _: Parameters) -> list[Draft]:
    """COMPLETED → RECEIPT_RETURNED; a late receipt is normal and recorded, its lateness shows in the ledger."""
    rules.in_state(transfer, S.COMPLETED)
    receipt_on = act.receipt_on or act.on
    rules.receipt_dated(receipt_on, act.on, transfer)
    receipt = ReceiptReturned(
        member_id=transfer.member_id, received_by_org=transfer.to_committee, receipt_on=receipt_on
    )
    return _drafts(act, receipt)


def paste_receipt(act: ask.PasteReceipt, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """RECEIPT_RETURNED → ARCHIVED."""
    rules.in_state(transfer, S.RECEIPT_RETURNED)
    keep_until = rules.kept_until(act.on, parameters)
    return _drafts(act, ReceiptPastedOnStub(member_id=transfer.member_id, keep_until=keep_until))


def _drafts(act: ask.Act, *payloads: Payload) -> list[Draft]:
    return [Draft(payload, act.on) for payload in payloads]


ANSWERS: Final[dict[type[ask.Act], Answer]] = {
    ask.Request: request,
    ask.Approve: approve,
    ask.Issue: issue,
    ask.HandOver: hand_over,
    ask.Receive: receive,
    ask.Assign: assign,
    ask.Return: send_back,
    ask.Withdraw: withdraw,
    ask.Cancel: cancel,
    ask.Expire: expire,
    ask.ReturnReceipt: return_receipt,
    ask.PasteReceipt: paste_receipt,
}


def decide(act: ask.Act, transfer: Transfer, parameters: Parameters = DEFAULTS) -> list[Draft]:
    """The events of an act on a transfer, or Refused: impossible dates are told first."""
    rules.has_come(act)
    if not isinstance(act, ask.Expire):  # a letter expires on its own day, whatever was recorded since
        rules.in_order(act, transfer)
    return ANSWERS[type(act)](act, transfer, parameters)


def transfer_decider(parameters_on: ParametersOn = by_default) -> Decider[Transfer, ask.Act]:
    """The decider of transfers; each act is decided by the parameters valid on its business date (domain.md §2.14)."""
    return Decider("transfers", "transfer", Transfer, evolve, partial(_decide_by, parameters_on))


def _decide_by(parameters_on: ParametersOn, act: ask.Act, transfer: Transfer) -> list[Draft]:
    return decide(act, transfer, parameters_on(act.on))


TRANSFER = transfer_decider()
