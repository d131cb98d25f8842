"""What the code on a receipt says: which transfer and which of its letters; nothing of a person (domain.md §2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guiyan.ledger import Refused

_CODE = re.compile(
    r"guiyan:receipt:(?P<transfer>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(?P<year>20\d\d)-(?P<serial>[1-9]\d{0,6})"
)


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """The transfer by its opaque id, and its letter by year and serial."""

    transfer_id: str
    letter_year: int
    letter_sn: int

    def __str__(self) -> str:
        """The text of the code."""
        return f"guiyan:receipt:{self.transfer_id}:{self.letter_year}-{self.letter_sn}"

    @classmethod
    def read(cls, text: str) -> ReceiptCode:
        """What a scanner gave, blanks around it and capitals forgiven; raises Refused for any other code."""
        found = _CODE.fullmatch(text.strip().lower())
        if found is None:
            raise Refused("no_receipt_code", pointer="/code")
        return cls(found["transfer"], int(found["year"]), int(found["serial"]))
