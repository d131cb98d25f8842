"""Rows of the desk's table about transfers, by their events: one is called for, one waits too long (S-12, §2.1, §2.3).

A member's old transfer may wait for its receipt while a new one is open, so what is late is one situation a transfer.
"""

from __future__ import annotations

from typing import Final

from guiyan.events import transfers
from guiyan.events.codes import TaskKind as Kind
from guiyan.registry.domain.desk import Detector, On, Place, each, responsible_org

_WENT_ON: Final = each(
    transfers.TransferApprovedByBranch,
    transfers.IntroductionLetterIssued,
    transfers.LetterHandedOver,
    transfers.LetterExpired,
    transfers.LetterLostReported,
    transfers.LetterReissued,
    transfers.TransferReturned,
    transfers.TransferResubmitted,
    transfers.TransferReceived,
    transfers.AssignedToBranch,
    transfers.RelationTransferred,
    transfers.ReceiptReturned,
    transfers.ReceiptPastedOnStub,
    transfers.TransferWithdrawn,
    transfers.TransferCancelled,
)
"""What takes a transfer out of the state in which it waited; another channel alone leaves it to the same people."""

TRANSFER_ROWS: Final = (
    Detector(
        Kind.TRANSFER_SUGGESTED,
        "S-12, R1 Art. 25",
        ("办理组织关系转接,或说明暂不能转的原因", "Ask for the transfer, or say why it cannot be for now"),
        begins=(On(transfers.TransferSuggested),),
        ends=(
            On(transfers.TransferRequested),
            On(transfers.TransferSuggestionDismissed),
            On(transfers.TransferSuggestionCleared),
            On(transfers.RelationTransferred),
        ),
    ),
    Detector(
        Kind.TRANSFER_STEP,
        "§2.3",
        ("办理转接的下一步:审核、开具、接收、编入、补开、逾期处理或归档", "Take the transfer's next step, or end it"),
        begins=(On(transfers.TransferStepOverdue, again=True),),
        ends=_WENT_ON,
        place=Place.NAMED,
        per_record=True,
        named=responsible_org,
    ),
    Detector(
        Kind.TRANSFER_RECEIPT,
        "§2.3, R4",
        ("寄回介绍信回执并登记", "Send the letter's receipt back, and record it"),
        begins=(On(transfers.ReceiptOverdue, again=True),),
        ends=each(transfers.ReceiptReturned, transfers.ReceiptPastedOnStub),
        place=Place.NAMED,
        per_record=True,
        named=responsible_org,
    ),
)
