"""The row of the desk's table about a transfer that is called for, by the events of transfers (S-12, §2.1)."""

from __future__ import annotations

from typing import Final

from guiyan.events.codes import TaskKind as Kind
from guiyan.events.transfers import transfer
from guiyan.registry.domain.desk import Detector, On

TRANSFER_ROWS: Final = (
    Detector(
        Kind.TRANSFER_SUGGESTED,
        "S-12, R1 Art. 25",
        ("办理组织关系转接,或说明暂不能转的原因", "Ask for the transfer, or say why it cannot be for now"),
        begins=(On(transfer.TransferSuggested),),
        ends=(
            On(transfer.TransferRequested),
            On(transfer.TransferSuggestionDismissed),
            On(transfer.TransferSuggestionCleared),
            On(transfer.RelationTransferred),
        ),
    ),
)
