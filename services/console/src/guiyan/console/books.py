"""Codes that are no fixed list, in words: organisations (asked of registry, kept for minutes), areas (the table)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from guiyan.console.client import Api, ApiError
from guiyan.service.published_areas import area_words

KEEP_SECONDS: Final = 300.0
MOST_AT_ONCE: Final = 50


class Books:
    """What organisations are called. Names of organisations are no personal data; they are kept for minutes."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[float, str]] = {}

    async def learn(self, api: Api, codes: Iterable[str]) -> None:
        """Look up those that are not known; when registry is away, codes stay codes."""
        now = time.monotonic()
        wanted = sorted({one for one in codes if one and now - self._names.get(one, (-1e9, ""))[0] > KEEP_SECONDS})
        for first in range(0, len(wanted), MOST_AT_ONCE):
            part = wanted[first : first + MOST_AT_ONCE]
            try:
                found = await api.get(
                    "registry", "/v1/organisations", [*(("org_code", one) for one in part), ("limit", "500")]
                )
            except ApiError:
                return
            for one in found["items"]:
                self._names[one["org_code"]] = (now, one.get("short_name") or one.get("name") or one["org_code"])
            for one in part:  # outside the scope: not asked for again and again
                self._names.setdefault(one, (now, one))

    def organisation(self, code: str) -> str:
        """The short name, or the code where it is not known."""
        return self._names.get(code, (0.0, code))[1]

    def word(self, book: str, code: str) -> str:
        """A code of a book in words."""
        if book == "organisation":
            return self.organisation(code)
        return (area_words(code) or code) if book == "area" else code
