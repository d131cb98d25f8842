"""A target: one generation of one version of a projection, and the names of its collections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from guiyan.ledger.projection import Projection

TIMERS: Final = "timers"
"""The collection of a projection's timers."""


@dataclass(frozen=True, slots=True)
class Target:
    """`<projection>_v<version>_g<generation>`: a set of collections that is built and moved as one."""

    projection: str
    version: int
    generation: int

    def __str__(self) -> str:
        return f"{self.projection}_v{self.version}_g{self.generation}"

    @property
    def line(self) -> str:
        """`<projection>_v<version>`: what its generations have in common; readers ask for this."""
        return f"{self.projection}_v{self.version}"

    def collection(self, name: str) -> str:
        """The database's name of one of its collections."""
        return f"{self}__{name}"

    @classmethod
    def of(cls, projection: Projection | type[Projection], generation: int) -> Target:
        """The target of a generation of a projection as the code has it now."""
        return cls(projection.name, projection.version, generation)
