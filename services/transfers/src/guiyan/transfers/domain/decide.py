"""What a transfer answers to each act: events, or Refused. One small function an act, named as in domain.md §2.3."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from guiyan.events import Payload
from guiyan.events.codes import CancelReason, TransferSide, TransferState, VoidReason
from guiyan.events.transfers import (
    AssignedToBranch,
    ConverterAgreed,
    RelationTransferred,
    TransferApprovedByBranch,
    TransferCancelled,
    TransferChannelChanged,
    TransferOriginChanged,
    TransferReceived,
    TransferRequested,
    TransferResubmitted,
    TransferReturned,
    TransferReturnText,
    TransferStepOverdue,
    TransferWithdrawn,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain import incoming, letters, receipts, rules, steps, suggestions
from guiyan.transfers.domain.parameters import DEFAULTS, Parameters, ParametersOn, by_default
from guiyan.transfers.domain.state import DORMANT, WITH_LETTER, Transfer, evolve

S = TransferState
BEFORE_ACCEPTANCE: Final = (S.SUBMITTED, S.BRANCH_APPROVED, *sorted(WITH_LETTER | DORMANT | {S.LETTER_LOST}))
Answer = Callable[[Any, Transfer, Parameters], list[Draft]]


def request(act: ask.Request, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """– → SUBMITTED: dues month known, to another branch; this number of the member's transfers is not yet used."""
    rules.unused(transfer)
    rules.dues_known(act.dues_paid_to, act, parameters)
    rules.goes_elsewhere(act.from_branch, act.to_branch)
    rules.goes_out(act.change_type)
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


def resubmit(act: ask.Resubmit, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """RETURNED → SUBMITTED with what was set right; a letter that was out is void, a new one is issued (§2.3).

    Who names neither title nor committee nor branch keeps the receiver; a title alone is a receiver without a system
    here, as in a request.
    """
    rules.in_state(transfer, S.RETURNED)
    before = transfer.request
    assert before is not None  # noqa: S101 - it was requested
    channel = act.channel or before.channel
    to_committee, to_branch = _receiver_again(act, before)
    paid_to = act.dues_paid_to or transfer.dues_paid_to
    rules.stays_inside(channel, transfer.from_committee, to_committee)
    rules.dues_known(paid_to, act, parameters)
    rules.goes_elsewhere(transfer.from_branch, to_branch)
    rules.goes_out(act.change_type or before.change_type)
    again = TransferResubmitted(
        member_id=transfer.member_id,
        channel=channel,
        change_type=act.change_type or before.change_type,
        to_title=act.to_title or before.to_title,
        to_committee=to_committee,
        to_branch=to_branch,
        dues_paid_to=paid_to,
    )
    return [*letters.voided(act, transfer, VoidReason.RETURNED), *_drafts(act, again)]


def _receiver_again(
    act: ask.Resubmit, before: TransferRequested | TransferResubmitted
) -> tuple[str | None, str | None]:
    """Committee and branch of a resubmission; a branch in view stays only with its committee."""
    if act.to_committee is None and act.to_branch is None and act.to_title is not None:
        return None, None
    to_committee = act.to_committee or before.to_committee
    return to_committee, act.to_branch or (before.to_branch if to_committee == before.to_committee else None)


def follow_origin(act: ask.FollowOrigin, transfer: Transfer, _: Parameters) -> list[Draft]:
    """A reorganisation has changed the member's branch: it goes on with whatever has not moved or ended yet."""
    if transfer.incoming or transfer.state not in {*BEFORE_ACCEPTANCE, S.RECEIVED_BY_COMMITTEE, S.DRAFT}:
        return []
    if (transfer.from_branch, transfer.from_committee) == (act.from_branch, act.from_committee):
        return []
    changed = TransferOriginChanged(
        member_id=transfer.member_id, from_branch=act.from_branch, from_committee=act.from_committee
    )
    return _drafts(act, changed)


def approve(act: ask.Approve, transfer: Transfer, _: Parameters) -> list[Draft]:
    """SUBMITTED → BRANCH_APPROVED."""
    rules.in_state(transfer, S.SUBMITTED)
    return _drafts(act, TransferApprovedByBranch(member_id=transfer.member_id, from_branch=transfer.from_branch))


def change_channel(act: ask.ChangeChannel, transfer: Transfer, _: Parameters) -> list[Draft]:
    """An online transfer that fails goes on by paper: its letter is void, another one is issued (§2.3)."""
    rules.in_state(transfer, S.SUBMITTED, S.BRANCH_APPROVED, *WITH_LETTER)
    rules.other_channel(transfer.channel, act.channel)
    changed = TransferChannelChanged(
        member_id=transfer.member_id, from_channel=transfer.channel, to_channel=act.channel
    )
    return [*letters.voided(act, transfer, VoidReason.OTHER_CHANNEL), *_drafts(act, changed)]


def agree_converter(act: ask.AgreeConverter, transfer: Transfer, _: Parameters) -> list[Draft]:
    """Both sides of a probationary member's transfer say who converts, before it is accepted (§2.8).

    Also when the letter has expired: what was inside its days may be recorded still.
    """
    waiting = (*WITH_LETTER, S.LETTER_LOST, S.EXPIRED)
    rules.in_state(transfer, S.SUBMITTED, S.BRANCH_APPROVED, *waiting, S.RECEIVED_BY_COMMITTEE)
    if not transfer.probationary:
        raise Refused("not_probationary")
    if transfer.converters.get(act.side) is act.converter:
        return []
    return _drafts(act, ConverterAgreed(member_id=transfer.member_id, converter=act.converter, by_side=act.side))


def receive(act: ask.Receive, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """→ RECEIVED_BY_COMMITTEE inside the validity, also when that is told late (§8); with a branch on to COMPLETED.

    The branch is the one named now, else the one that the request named.
    """
    rules.in_state(transfer, *rules.receivable(transfer), S.EXPIRED)
    rules.inside_validity(act.on, transfer)
    received = TransferReceived(
        member_id=transfer.member_id, to_committee=transfer.to_committee, handed_over_how=act.handed_over_how
    )
    to_branch = act.to_branch or transfer.to_branch
    if to_branch is None:
        return _drafts(act, received)
    rules.converter_agreed(act.on, act.probation_ends_on, transfer, parameters)
    return [*_drafts(act, received), *_move(act, transfer, to_branch)]


def assign(act: ask.Assign, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """RECEIVED_BY_COMMITTEE → ASSIGNED → COMPLETED: the relation moves here and nowhere else."""
    rules.in_state(transfer, S.RECEIVED_BY_COMMITTEE)
    rules.converter_agreed(act.on, act.probation_ends_on, transfer, parameters)
    return _move(act, transfer, act.to_branch)


def _move(act: ask.Act, transfer: Transfer, to_branch: str) -> list[Draft]:
    rules.goes_elsewhere(transfer.from_branch, to_branch)
    return _drafts(
        act,
        AssignedToBranch(member_id=transfer.member_id, to_committee=transfer.to_committee, to_branch=to_branch),
        RelationTransferred(
            member_id=transfer.member_id,
            from_branch=transfer.from_branch or None,
            to_branch=to_branch,
            to_committee=transfer.to_committee,
            transferred_on=act.on,
        ),
    )


def send_back(act: ask.Return, transfer: Transfer, _: Parameters) -> list[Draft]:
    """→ RETURNED with a coded reason: by the origin before the letter, by the receiver before it has assigned.

    One from outside also when its letter has expired meanwhile: who issued it is told on paper.
    """
    if act.side is TransferSide.ORIGIN:
        rules.in_state(transfer, S.SUBMITTED, S.BRANCH_APPROVED)
    else:
        expired = (S.EXPIRED,) if transfer.incoming else ()
        rules.in_state(transfer, *rules.receivable(transfer), S.RECEIVED_BY_COMMITTEE, *expired)
    rules.reason_complete(act.reason, act.text)
    by_org = transfer.from_committee if act.side is TransferSide.ORIGIN else transfer.to_committee
    returned = TransferReturned(member_id=transfer.member_id, by_side=act.side, by_org=by_org, reason=act.reason)
    return [Draft(returned, act.on, TransferReturnText(reason_text=act.text) if act.text else None)]


def withdraw(act: ask.Withdraw, transfer: Transfer, _: Parameters) -> list[Draft]:
    """→ WITHDRAWN by the member, while the receiver has not accepted; a letter that is out is void."""
    rules.in_state(transfer, *_before_acceptance(transfer))
    withdrawn = TransferWithdrawn(member_id=transfer.member_id)
    return [*letters.voided(act, transfer, VoidReason.WITHDRAWN), *_drafts(act, withdrawn)]


def cancel(act: ask.Cancel, transfer: Transfer, _: Parameters) -> list[Draft]:
    """→ CANCELLED by the origin committee, or by the receiver of one from outside; a letter that is out is void."""
    rules.in_state(transfer, *_before_acceptance(transfer))
    return _cancelled(act, transfer, act.reason)


def _before_acceptance(transfer: Transfer) -> tuple[TransferState, ...]:
    """Until the receiver takes it in; one from outside, until the relation moves: the receiver itself takes it back."""
    return (*BEFORE_ACCEPTANCE, S.RECEIVED_BY_COMMITTEE) if transfer.incoming else BEFORE_ACCEPTANCE


def supersede(act: ask.Supersede, transfer: Transfer, _: Parameters) -> list[Draft]:
    """RETURNED or EXPIRED → CANCELLED, in one batch with the request that takes its place."""
    if transfer.state not in DORMANT:
        raise Refused("transfer_already_open")
    return _cancelled(act, transfer, CancelReason.ASKED_ANEW)


def _cancelled(act: ask.Act, transfer: Transfer, reason: CancelReason) -> list[Draft]:
    cancelled = TransferCancelled(member_id=transfer.member_id, reason=reason)
    return [*letters.voided(act, transfer, VoidReason.WITHDRAWN), *_drafts(act, cancelled)]


def say_step_overdue(act: ask.SayStepOverdue, transfer: Transfer, _: Parameters) -> list[Draft]:
    """The clock: said once of a step that the transfer waits for still."""
    step = steps.waited_for(transfer.state, transfer.channel, incoming=transfer.incoming)
    if step is None or step.name != act.step or transfer.since != act.since or transfer.overdue == act.step:
        return []
    told = TransferStepOverdue(
        member_id=transfer.member_id,
        step=act.step,
        responsible_org=getattr(transfer, step.by) or transfer.from_committee,
        due_on=act.due_on,
        working_days=act.working_days,
    )
    return _drafts(act, told)


def _drafts(act: ask.Act, *payloads: Payload) -> list[Draft]:
    return [Draft(payload, act.on) for payload in payloads]


ANSWERS: Final[dict[type[ask.Act], Answer]] = {
    ask.Request: request,
    ask.RecordIncoming: incoming.record,
    ask.Suggest: suggestions.suggest,
    ask.DismissSuggestion: suggestions.dismiss,
    ask.ClearSuggestion: suggestions.clear,
    ask.Resubmit: resubmit,
    ask.Approve: approve,
    ask.FollowOrigin: follow_origin,
    ask.ChangeChannel: change_channel,
    ask.AgreeConverter: agree_converter,
    ask.Issue: letters.issue,
    ask.Reissue: letters.reissue,
    ask.HandOver: letters.hand_over,
    ask.ReportLost: letters.report_lost,
    ask.Print: letters.print_letter,
    ask.Receive: receive,
    ask.Assign: assign,
    ask.RecordOutsideReceipt: receipts.record_outside,
    ask.Return: send_back,
    ask.Withdraw: withdraw,
    ask.Cancel: cancel,
    ask.Supersede: supersede,
    ask.Expire: letters.expire,
    ask.Remind: letters.remind,
    ask.SayStepOverdue: say_step_overdue,
    ask.SayReceiptOverdue: receipts.say_receipt_overdue,
    ask.ReturnReceipt: receipts.return_receipt,
    ask.ScanReceipt: receipts.scan_receipt,
    ask.PasteReceipt: receipts.paste_receipt,
}
BY_THE_CLOCK: Final = (
    ask.Expire, ask.Remind, ask.SayStepOverdue, ask.SayReceiptOverdue, ask.Suggest, ask.ClearSuggestion,
    ask.FollowOrigin,
)  # fmt: skip
"""Acts of a day of their own, whatever was recorded since: the clock's, and what happens to the origin branch."""


def decide(act: ask.Act, transfer: Transfer, parameters: Parameters = DEFAULTS) -> list[Draft]:
    """The events of an act on a transfer, or Refused: impossible dates are told first."""
    rules.has_come(act)
    if not isinstance(act, BY_THE_CLOCK):
        rules.in_order(act, transfer)
    incoming.has_an_origin_here(act, transfer)
    return ANSWERS[type(act)](act, transfer, parameters)


def transfer_decider(parameters_on: ParametersOn = by_default) -> Decider[Transfer, ask.Act]:
    """The decider of transfers; each act is decided by the parameters valid on its business date (domain.md §2.14)."""
    return Decider("transfers", "transfer", Transfer, evolve, partial(_decide_by, parameters_on))


def _decide_by(parameters_on: ParametersOn, act: ask.Act, transfer: Transfer) -> list[Draft]:
    return decide(act, transfer, parameters_on(act.on))


TRANSFER = transfer_decider()
