"""Codes that are no fixed list, in words: organisations (asked of registry, kept for minutes), areas (the table)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Final

from guiyan.console.client import Api, ApiError, ApiProblem
from guiyan.console.security.session import claims_of
from guiyan.service.published_areas import area_words

KEEP_SECONDS: Final = 300.0
MOST_AT_ONCE: Final = 50
FORBIDDEN: Final = 403
NEVER: Final = float("-inf")


async def _asked(api: Api, codes: Iterable[str]) -> dict[str, Any]:
    """Organisations of the own scope; for who has none - a member - names alone."""
    asked = [("org_code", one) for one in codes]
    try:
        return await api.get("registry", "/v1/organisations", [*asked, ("limit", "500")])
    except ApiProblem as problem:
        if problem.status != FORBIDDEN:
            raise
        return await api.get("registry", "/v1/organisation-names", asked)


class Books:
    """What organisations are called. Names of organisations are no personal data; they are kept for minutes.

    That one was not told is kept for whoever works at the same organisation: another scope may hold it.
    """

    def __init__(self) -> None:
        self._names: dict[str, tuple[float, str]] = {}
        self._outside: dict[tuple[str, str], float] = {}

    async def learn(self, api: Api, codes: Iterable[str]) -> None:
        """Look up those that are not known; when registry is away, codes stay codes."""
        now, org = time.monotonic(), str(claims_of(api.token).get("org", ""))

        def asked_at(code: str) -> float:
            return max(self._names.get(code, (NEVER, ""))[0], self._outside.get((org, code), NEVER))

        wanted = sorted({one for one in codes if one and now - asked_at(one) > KEEP_SECONDS})
        for first in range(0, len(wanted), MOST_AT_ONCE):
            part = wanted[first : first + MOST_AT_ONCE]
            try:
                found = await _asked(api, part)
            except ApiError:
                return
            told = {
                one["org_code"]: one.get("short_name") or one.get("name") or one["org_code"] for one in found["items"]
            }
            self._names |= {code: (now, name) for code, name in told.items()}
            self._outside |= {(org, code): now for code in part if code not in told}  # not asked for again and again

    def organisation(self, code: str) -> str:
        """The short name, or the code where it is not known."""
        return self._names.get(code, (0.0, code))[1]

    def word(self, book: str, code: str) -> str:
        """A code of a book in words."""
        if book == "organisation":
            return self.organisation(code)
        return (area_words(code) or code) if book == "area" else code
