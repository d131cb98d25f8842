"""What the handlers work with, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from guiyan.ledger import Clock, Commands, Context, Decider, History, Ledger, Sealer
from guiyan.ledger.blind import BlindIndex
from guiyan.registry.areas import Areas
from guiyan.registry.commands.identities import Identities
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.reservations import Reservations
from guiyan.service.caller import Commander
from guiyan.service.directory import Directory
from guiyan.service.ingest_event import IngestEvent
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Reads
from guiyan.service.rulebook import Rulebook
from guiyan.service.scope import Scope
from guiyan.service.turns import Turns

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Tools:
    """The parts of the service that handlers use; made once, in `app`."""

    ledger: Ledger
    commands: Commands
    clock: Clock
    blind: BlindIndex
    reservations: Reservations
    identities: Identities
    register: CountingReads
    organisations: CountingReads
    inflows: CountingReads
    sweeps: Reads
    desk: Reads
    policies: Reads
    accesses: Reads
    codes: Reads
    areas: Areas
    changes: Reads
    directory: Directory
    rulebook: Rulebook
    sealer: Sealer
    tree: Turns
    parameters_turn: Turns
    links: Turns
    numbers: Turns

    def when(self, occurred_on: date | None) -> Occasion:
        """The occasion of a command: today unless another business date is told."""
        today = self.clock.today()
        return Occasion(occurred_on or today, today)

    def is_ahead(self, occurred_on: date | None) -> bool:
        """Whether a business date is one to come."""
        return occurred_on is not None and occurred_on > self.clock.today()

    async def load(self, decider: Decider[S, Any], id_: str) -> tuple[S, History]:
        """An aggregate's state and history from the ledger; raises NotFound for an id that could be nobody's."""
        try:
            return await self.commands.load(decider, id_)
        except ValueError:
            raise NotFound from None

    async def parameters(self, on: date) -> Parameters:
        """The policy parameters valid on a business date (domain.md §2.14)."""
        await self.rulebook.refresh()
        return self.rulebook.valid(Parameters, on)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a change: context, scope, the version expected, and where new ids come from.

    `new_id(*parts)` gives the same id for the same command, so that a repeat makes nothing twice.
    """

    context: Context
    scope: Scope
    new_id: Callable[..., str]
    expected_version: int | None = None

    @classmethod
    def of_caller(cls, caller: Commander) -> Asker:
        """Who asks over HTTP."""
        return cls(caller.context, caller.scope, caller.new_id, caller.expected_version)

    @classmethod
    def of_township(cls, event: IngestEvent, scope: Scope) -> Asker:
        """The township system that reports an event."""
        return cls(event.context(), scope, event.new_id)


def aside(asker: Asker, *parts: str) -> Asker:
    """The same asker for one step of a larger act: an id of its own, the same for a repeat of the act."""
    context = replace(asker.context, command_id=asker.new_id("step", *parts), request_digest=None)
    return replace(asker, context=context, expected_version=None)
