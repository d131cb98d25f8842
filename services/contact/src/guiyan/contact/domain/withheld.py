"""Whose data may not be used: processing restricted (PIPL Art. 47), or the key destroyed (domain.md §5.3)."""

from typing import Self

from guiyan.events import Payload
from guiyan.events.codes.base import Code
from guiyan.events.registry import DekDestroyed, ProcessingRestricted
from guiyan.ledger import Refused


class Withheld(Code):
    """Why what is kept of somebody is neither shown nor used."""

    RESTRICTED = "RESTRICTED", "已限制处理", "Processing restricted"
    ERASED = "ERASED", "已删除", "Erased"

    @classmethod
    def after(cls, payload: Payload) -> Self | None:
        """What an event of an erasure leads to; None for those that withhold nothing yet."""
        match payload:
            case ProcessingRestricted():
                return cls.RESTRICTED
            case DekDestroyed():
                return cls.ERASED
            case _:
                return None


def newer(before: str | None, now: str) -> str:
    """What stands after one more event: erased stays erased."""
    return str(Withheld.ERASED) if before == Withheld.ERASED else now


def require_usable(withheld: Withheld | None) -> None:
    """Nothing is shown, added or proved of whom processing has stopped for; what ends a use stays allowed."""
    if withheld is Withheld.RESTRICTED:
        raise Refused("processing_restricted")
    if withheld is Withheld.ERASED:
        raise Refused("personal_data_erased")
