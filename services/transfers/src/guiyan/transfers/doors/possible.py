"""Which acts a caller can do next with a transfer, so that a page offers these and no others (domain.md §2.3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from guiyan.events.codes import (
    CancelReason,
    HandedOverHow,
    ReturnReason,
    TransferChannel,
    TransferObstacle,
    TransferSide,
)
from guiyan.service.auth import Role
from guiyan.service.caller import Caller
from guiyan.service.possible import SOME_BRANCH, stands, takes
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.decide import decide
from guiyan.transfers.domain.state import Transfer
from guiyan.transfers.doors import access
from guiyan.transfers.doors.access import Side

_NEVER_BY_A_FIELD: Final = frozenset({"no_other_channel"})
"""Refusals that name a field of which no value would do."""
Trial = Callable[[date, Transfer], ask.Act]


@dataclass(frozen=True, slots=True)
class Possible:
    """A verb of `/v1/transfers/{id}/<verb>`: who may do it, from which side, and how it is tried."""

    verb: str
    roles: Iterable[Role]
    side: Callable[[Transfer], Side]
    trial: Trial


def _origin_branch(_: Transfer) -> Side:
    return Side.ORIGIN_BRANCH


def _origin(_: Transfer) -> Side:
    return Side.ORIGIN_COMMITTEE


def _receiver(_: Transfer) -> Side:
    return Side.RECEIVER


def _returned_by(side: TransferSide) -> Trial:
    return lambda on, _: ask.Return(on=on, today=on, reason=ReturnReason.FORM_FAULTY, side=side)


def _hand_over(on: date, transfer: Transfer) -> ask.Act:
    paper = transfer.channel is TransferChannel.PAPER
    return ask.HandOver(on=on, today=on, how=HandedOverHow.MEMBER_IN_PERSON if paper else HandedOverHow.ONLINE)


def _other_channel(on: date, transfer: Transfer) -> ask.Act:
    paper = transfer.channel is TransferChannel.PAPER
    return ask.ChangeChannel(
        on=on, today=on, channel=TransferChannel.ONLINE_PROVINCE if paper else TransferChannel.PAPER
    )


def _reissue(on: date, transfer: Transfer) -> ask.Act:
    return ask.Reissue(
        on=on, today=on, letter_year=on.year, letter_sn=1, valid_days=1, certified_by=transfer.from_branch
    )


ACTS: Final = (
    Possible("approve", access.AGREE, _origin_branch, lambda on, _: ask.Approve(on=on, today=on)),
    Possible(
        "issue",
        access.HANDLE,
        _origin,
        lambda on, _: ask.Issue(on=on, today=on, letter_year=on.year, letter_sn=1, valid_days=1),
    ),
    Possible("print", access.HANDLE, _origin, lambda on, _: ask.Print(on=on, today=on)),
    Possible("hand-over", access.HANDLE, _origin, _hand_over),
    Possible("receive", access.HANDLE, _receiver, lambda on, _: ask.Receive(on=on, today=on)),
    Possible("assign", access.HANDLE, _receiver, lambda on, _: ask.Assign(on=on, today=on, to_branch=SOME_BRANCH)),
    Possible("receipt", access.HANDLE, _receiver, lambda on, _: ask.ReturnReceipt(on=on, today=on)),
    Possible(
        "record-receipt",
        access.HANDLE,
        _origin,
        lambda on, _: ask.RecordOutsideReceipt(on=on, today=on, received_on=on, receipt_on=on),
    ),
    Possible("archive", access.HANDLE, _origin, lambda on, _: ask.PasteReceipt(on=on, today=on)),
    Possible("resubmit", access.ASK, _origin_branch, lambda on, _: ask.Resubmit(on=on, today=on)),
    Possible("reissue", access.HANDLE, _origin, _reissue),
    Possible("return", access.HANDLE, access.answers, _returned_by(TransferSide.RECEIVER)),
    Possible("return", access.HANDLE, _origin, _returned_by(TransferSide.ORIGIN)),
    Possible("report-lost", access.ASK, _origin_branch, lambda on, _: ask.ReportLost(on=on, today=on)),
    Possible("change-channel", access.HANDLE, _origin, _other_channel),
    Possible(
        "agree-converter",
        access.AGREE,
        _origin_branch,
        lambda on, _: ask.AgreeConverter(on=on, today=on, side=TransferSide.ORIGIN, converter=TransferSide.ORIGIN),
    ),
    Possible("withdraw", access.ASK, _origin_branch, lambda on, _: ask.Withdraw(on=on, today=on)),
    Possible(
        "cancel",
        access.HANDLE,
        _origin,
        lambda on, _: ask.Cancel(on=on, today=on, reason=CancelReason.ENTERED_IN_ERROR),
    ),
    Possible(
        "dismiss",
        access.AGREE,
        _origin_branch,
        lambda on, _: ask.DismissSuggestion(on=on, today=on, obstacle=next(iter(TransferObstacle))),
    ),
)
"""In the order in which they are offered: what brings the transfer on comes first, what ends it last."""


def possible(caller: Caller, transfer: Transfer, today: date) -> list[str]:
    """The verbs that the caller can do next, each once."""
    roles = caller.principal.roles
    found = [
        one.verb
        for one in ACTS
        if roles & frozenset(one.roles)
        and stands(access.check, caller, transfer, one.side(transfer))
        and takes(decide, one.trial(today, transfer), transfer, _NEVER_BY_A_FIELD)
    ]
    return list(dict.fromkeys(found))
