"""A policy: when this has happened, that is to be done, by a command of the same service.

Policies run live only: a rebuild has no way to reach them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from guiyan.ledger.decider import Decider
from guiyan.ledger.fact import Fact


@dataclass(frozen=True, slots=True)
class Call:
    """A command to be run: which decider, which aggregate, which command."""

    decider: Decider[Any, Any]
    aggregate_id: str
    command: Any


class Policy(ABC):
    """Turns facts into commands of its own service.

    It runs after the projections have applied the fact's batch, at least once; the command's id is derived from
    (policy name, event id, place), so a second run writes nothing. A Refused answer is a normal outcome and logged.
    """

    name: ClassVar[str]
    handles: ClassVar[frozenset[str]]
    opens: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    async def react(self, fact: Fact) -> Sequence[Call]:
        """The commands this fact calls for; may read the service's own documents."""
