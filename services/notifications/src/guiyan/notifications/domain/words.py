"""One template in one version: what it may use, and how values are put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template


@dataclass(frozen=True, slots=True)
class Words:
    """One template in one version: `fields` are what it may use."""

    version: int
    fields: frozenset[str]
    subject: str
    body: str

    def render(self, params: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with the values put in; raises KeyError for a value that is missing."""
        return Template(self.subject).substitute(params), Template(self.body).substitute(params)

    def problems(self) -> list[str]:
        """What keeps it from being used: a placeholder that is no field, or none that can be read."""
        found = []
        for part in (Template(self.subject), Template(self.body)):
            if not part.is_valid():
                found.append("a placeholder cannot be read")
                continue
            unknown = set(part.get_identifiers()) - self.fields
            found.extend(f"unknown field {name}" for name in sorted(unknown))
        return found
