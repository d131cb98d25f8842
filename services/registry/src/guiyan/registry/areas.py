"""Whether a county code is in the table on a day: unknown is a warning, never a refusal (domain.md §4.1, GB/T 2260)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from guiyan.ledger import Document
from guiyan.registry.projections.codes import CODES
from guiyan.registry.roster.codes import POST
from guiyan.service.mirror import Mirror
from guiyan.service.published_areas import areas_now, areas_once
from guiyan.service.reads import Reads

AREA: Final = "area"
POST_TABLE: Final = "post"
_POSTS: Final = {code: word for word, code in reversed(POST.items()) if word != code}
"""Code of the organisation's list of posts -> its first word (domain.md §4.1)."""


class Areas:
    """The published table with its history, and what this city's own code tables add or end; and codes in words."""

    def __init__(self, reads: Reads) -> None:
        self._own: dict[tuple[str, str], Document] = {}
        self._mirror = Mirror(reads, CODES, self._take)

    def _take(self, changed: Iterable[Document]) -> None:
        self._own |= {(one["table"], one["code"]): one for one in changed}

    async def refresh(self, *, after_sequence: int = 0, wait_seconds: float = 0) -> None:
        """Read what changed; with `after_sequence` first wait until the projection has come that far."""
        await self._mirror.refresh(after_sequence=after_sequence, wait_seconds=wait_seconds)

    async def find_fault(self, code: str, on: date) -> str | None:
        """The code of a warning about an area code on a day; None when it is in the table."""
        await self.refresh()
        own = self._own.get((AREA, code))
        if own is None:
            known = code in areas_now() or code in areas_once()
            return None if known else "area_unknown"
        return None if is_valid(own, on) else "area_not_valid"

    async def lists(self, table: str, code: str, on: date) -> bool:
        """Whether this city's own code tables hold a code on a day."""
        await self.refresh()
        own = self._own.get((table, code))
        return own is not None and is_valid(own, on)

    def words(self, code: str | None) -> str | None:
        """An area in words from the province down (广东省深圳市宝安区), as of the last refresh; None when unknown."""
        if not code:
            return None
        names = [self._name(one) for one in dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))]
        return "".join(name for name in names if name) if names[-1] else None

    def post(self, code: str | None) -> str | None:
        """工作岗位 in words: by the city's own table `post`, else by the nearest group of the organisation's list."""
        if not code:
            return None
        own = self._own.get((POST_TABLE, code))
        groups = (code[:length] for length in range(len(code), 0, -1))
        return str(own["label_zh"]) if own else next((_POSTS[one] for one in groups if one in _POSTS), None)

    def _name(self, code: str) -> str | None:
        own = self._own.get((AREA, code))
        if own is not None:
            return str(own["label_zh"])
        return areas_now().get(code) or areas_once().get(code)


def is_valid(code: Document, on: date) -> bool:
    """Whether a code of the table is valid on a day, in one of its spans."""
    day = on.isoformat()
    spans = [*code["earlier"], {"from_on": code["from_on"], "until": code["until"]}]
    return any(span["from_on"] <= day and (span["until"] is None or day <= span["until"]) for span in spans)
