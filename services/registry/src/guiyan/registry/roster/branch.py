"""Which branch a row means: by its 12-digit code, its full name or its short name within a committee."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from guiyan.registry.roster.cell import compact, text_of

ORG_CODE = re.compile(r"[0-9]{12}\Z")


class BranchIndex(Protocol):
    """Finds the branches that a text may mean."""

    def codes_of(self, text: str, committee: str) -> Sequence[str]:
        """The codes of the branches meant: none = unknown, one = found, more = ambiguous; `committee` may be ""."""


class BranchName(NamedTuple):
    """What is needed of a branch to find it: code, names and the names of the organisations above it."""

    org_code: str
    full_name: str
    short_name: str = ""
    above: tuple[str, ...] = ()


class Branches:
    """A `BranchIndex` over a list of branches; names are compared without blanks and full-width signs."""

    def __init__(self, branches: Iterable[BranchName]) -> None:
        self._by_text: dict[str, dict[str, None]] = defaultdict(dict)
        self._above: dict[str, tuple[str, ...]] = {}
        self._full_names: dict[str, str] = {}
        for branch in branches:
            self._full_names[branch.org_code] = branch.full_name
            self._above[branch.org_code] = tuple(_key(name) for name in branch.above)
            for text in (branch.org_code, branch.full_name, branch.short_name):
                if text:
                    self._by_text[_key(text)][branch.org_code] = None

    def names(self) -> list[str]:
        """A text for each branch that means it alone: its full name, or its code where others bear that name."""
        told = sorted(self._full_names.items())
        return [name if self.codes_of(name) == (code,) else code for code, name in told]

    def codes_of(self, text: str, committee: str = "") -> Sequence[str]:
        """The branches of this name or code, narrowed by the committee above where the name alone is ambiguous."""
        codes = tuple(self._by_text.get(_key(text), ()))
        if len(codes) < 2 or not committee:  # noqa: PLR2004  two make an ambiguity
            return codes
        return tuple(code for code in codes if _key(committee) in self._above[code]) or codes


def _key(text: str) -> str:
    return compact(text_of(text))
