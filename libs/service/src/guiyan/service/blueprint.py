"""The blueprint of a service: what it is made of, declared once; the shell builds and runs it.

BLUEPRINT = Blueprint(
title="Registry", settings=RegistrySettings, messages=MESSAGES,
projections=(Members(), Departures()), compose=compose,
)

def compose(parts: Parts) -> Composed:
members = parts.reads(Members)
return Composed(routers=[member_router(parts.commands, members)], ingest={"MemberLeft": ...})
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from fastapi import APIRouter

from guiyan.ledger import Clock, Commands, Ledger, Policy, Projection
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import Database
from guiyan.ledger.due import DueLoop, Handler
from guiyan.ledger.runner import Follower
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.store import Store
from guiyan.service.bus import Bus
from guiyan.service.directory import Directory
from guiyan.service.health import Check
from guiyan.service.ingest_handling import IngestHandler
from guiyan.service.messages import Catalogue, Message
from guiyan.service.metrics import Metrics
from guiyan.service.middleware import Gate
from guiyan.service.reads import CountingReads
from guiyan.service.rulebook import Rulebook
from guiyan.service.settings import Settings

S = TypeVar("S", bound=Settings)


class Job(Protocol):
    """Work that goes on beside the doors, such as a sender of notices."""

    async def run(self) -> None:
        """Work until `stop`; outlives outages of its dependencies."""

    async def stop(self) -> None:
        """Finish what is begun, then let `run` return."""

    async def at_rest(self) -> bool:
        """Whether nothing is in hand or due, so that a manual clock may be moved on."""


@dataclass(frozen=True)
class Parts(Generic[S]):
    """What a service's own composition is given: everything is connected."""

    settings: S
    clock: Clock
    bus: Bus
    ledger: Ledger
    sealer: PersonSealer
    index: BlindIndex
    commands: Commands
    database: Database
    store: Store
    directory: Directory
    rulebook: Rulebook
    catalogue: Catalogue
    metrics: Metrics
    reads: Callable[[type[Projection]], CountingReads]


@dataclass(frozen=True)
class Composed:
    """What a service brings along: doors, policies, timers, handlers of reported events, jobs, checks.

    `state` becomes attributes of `app.state`. A service that puts its follower and due loop together itself (so that
    its tests can do so over the twins) gives them here; its `policies` and `timers` are then theirs already.
    """

    routers: Sequence[APIRouter] = ()
    follower: Follower | None = None
    due_loop: DueLoop | None = None
    policies: Sequence[Policy] = ()
    timers: Mapping[str, Handler] = field(default_factory=dict)
    ingest: Mapping[str, IngestHandler] = field(default_factory=dict)
    answers_unknown: bool = False
    takes_ingest_by_http: bool = False
    jobs: Sequence[Job] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)


@dataclass(frozen=True)
class Blueprint(Generic[S]):
    """A service as data. What the shell itself follows (organisations, parameters) is not listed."""

    title: str
    settings: type[S]
    compose: Callable[[Parts[S]], Composed | Awaitable[Composed]]
    projections: Sequence[Projection] = ()
    messages: Mapping[str, Message] = field(default_factory=dict)
    version: str = "0.1.0"
    description: str = ""
