"""The assembly of a service: from connections and a blueprint to everything that runs, without running any of it."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from guiyan.ledger import Clock, Commands, Projection
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import Database
from guiyan.ledger.due import DueLoop
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsKeyStore, NatsLedger
from guiyan.ledger.runner import Follower
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.store import Store
from guiyan.service.blueprint import Blueprint, Composed, Parts
from guiyan.service.bus import Bus
from guiyan.service.directory import Directory, OrganisationDirectory
from guiyan.service.following import Following
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.reads import CountingReads
from guiyan.service.rulebook import PolicyParameters, Rulebook
from guiyan.service.settings import Settings

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Assembly(Generic[S]):
    """Everything of one service."""

    parts: Parts[S]
    composed: Composed
    follower: Follower
    following: Following
    due: DueLoop


@dataclass(frozen=True)
class Base(Generic[S]):
    """What an assembly stands on: settings, keys, connections, clock."""

    settings: S
    ring: KeyRing
    master: MasterKeys
    bus: Bus
    database: Database
    clock: Clock
    metrics: Metrics


async def assemble(blueprint: Blueprint[S], base: Base[S]) -> Assembly[S]:
    """Put the service together; nothing runs yet."""
    late = _Late()
    parts = _parts(blueprint, base, late)
    found = blueprint.compose(parts)
    composed = await found if inspect.isawaitable(found) else found
    follower = composed.follower or _follower(blueprint, parts, composed)
    late.following = Following(follower, base.metrics)
    due = composed.due_loop or DueLoop(follower, parts.commands, parts.clock, composed.timers)
    return Assembly(parts, composed, follower, late.following, due)


def _parts(blueprint: Blueprint[S], base: Base[S], late: "_Late") -> Parts[S]:
    prefix = base.settings.stream_prefix
    ledger = NatsLedger(base.bus.client, base.ring, prefix=prefix)
    sealer = PersonSealer(NatsKeyStore(base.bus.client, prefix=prefix), base.master)
    return Parts(
        settings=base.settings,
        clock=base.clock,
        bus=base.bus,
        ledger=ledger,
        sealer=sealer,
        index=BlindIndex(base.master),
        commands=Commands(ledger, sealer, base.clock),
        database=base.database,
        store=Store(base.database),
        directory=Directory(late.reads(OrganisationDirectory)),
        rulebook=Rulebook(late.reads(PolicyParameters)),
        catalogue=Catalogue(blueprint.messages),
        metrics=base.metrics,
        reads=late.reads,
    )


def _follower(blueprint: Blueprint[S], parts: Parts[S], composed: Composed) -> Follower:
    return Follower(
        parts.settings.service,
        parts.store,
        parts.ledger,
        parts.sealer,
        [*blueprint.projections, *shell_projections()],
        policies=composed.policies,
        commands=parts.commands,
    )


def shell_projections() -> tuple[Projection, ...]:
    """What every service follows: the tree of organisations and the policy parameters."""
    return (OrganisationDirectory(), PolicyParameters())


class _Late:
    """Policies and doors are given reads before the follower is there, which needs the policies: look it up late."""

    def __init__(self) -> None:
        self.following: Following | None = None

    def reads(self, projection: type[Projection]) -> CountingReads:
        def find() -> CountingReads:
            assert self.following is not None, "reads before the service is assembled"  # noqa: S101 - programmer error
            return self.following.reads(projection)

        return _LateReads(find)


class _LateReads:
    """Reads of one projection, found at the first use and kept."""

    def __init__(self, find: Callable[[], CountingReads]) -> None:
        self._find = functools.cache(find)

    async def find(self, collection: str, query: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
        return await self._find().find(collection, query, **options)

    async def get(self, collection: str, id_: str) -> dict[str, Any] | None:
        return await self._find().get(collection, id_)

    async def count(self, collection: str, query: dict[str, Any]) -> int:
        return await self._find().count(collection, query)

    async def count_by(self, collection: str, query: dict[str, Any], field: str) -> dict[Any, int]:
        return await self._find().count_by(collection, query, field)

    async def account(self, collection: str, query: dict[str, Any], field: str) -> tuple[int, dict[Any, int]]:
        return await self._find().account(collection, query, field)

    async def values_by(
        self, collection: str, query: dict[str, Any], group: str, field: str
    ) -> dict[Any, frozenset[Any]]:
        return await self._find().values_by(collection, query, group, field)

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        return await self._find().applied(sequence, wait_seconds=wait_seconds)
