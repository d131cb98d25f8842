# ruff: noqa: S101 - asserts are what it is for
"""A whole service over the in-memory twins, for tests: its real parts, its doors over HTTP, its ingest handlers.

`async with on_twins(BLUEPRINT, settings) as town:` gives a running service; `town.happen(...)` lets something happen in
another service, `town.settle()` waits until everything is applied and acted on, `town.advance_to(...)` moves the clock.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Final, TypeVar, cast

import httpx
import pydantic_core
from fastapi import FastAPI

from guiyan.events import Event, Payload, derived_id, encode_data, new_id
from guiyan.events.codes import OrganisationKind
from guiyan.events.registry import OrganisationCreated
from guiyan.ledger import Clock, Commands, Commit, Ledger, ManualClock, Subject, business_date
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.due import DueLoop
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.memory.keys import MemoryKeyStore
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.runner import Follower
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.store import Store
from guiyan.ledger.testing.following import QUICK, crashing, leading, running
from guiyan.service.assembly import shell_projections
from guiyan.service.auth import Role
from guiyan.service.blueprint import Blueprint, Composed, Parts
from guiyan.service.directory import Directory, OrganisationDirectory
from guiyan.service.following import Following
from guiyan.service.health import Health
from guiyan.service.http import create_app
from guiyan.service.ingest_event import Address, IngestResult, Unreadable, read_event
from guiyan.service.ingest_handling import handled
from guiyan.service.limiter import Limiter
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.rulebook import PolicyParameters, Rulebook
from guiyan.service.settings import Settings
from guiyan.service.testing import Issuer, client, make_shell

SETTLE_SECONDS: Final = 30.0
START: Final = datetime(2026, 3, 10, 2, tzinfo=UTC)
S = TypeVar("S", bound=Settings)


class World:
    """What several services share: ledger, keys, clock; the rest is each one's own."""

    def __init__(self, at: datetime = START) -> None:
        self.clock = ManualClock(at)
        self.ledger: Ledger = MemoryLedger()
        self.master = MasterKeys({"m": b"m" * 32}, "m", b"i" * 32)
        self.sealer = PersonSealer(MemoryKeyStore(), self.master)
        self.index = BlindIndex(self.master)
        self._numbers = count(1)
        self._versions: dict[str, tuple[int, int]] = {}

    async def happen(
        self, aggregate_id: str, *payloads: Payload, pii: Any = None, occurred_on: date | None = None
    ) -> int:
        """Something happened in some service: its events as one commit; gives the sequence."""
        first = payloads[0]
        subject = Subject(first.service, first.aggregate, aggregate_id)
        history = await self.ledger.read(subject)
        version = history.events[-1].streamversion if history.events else 0
        events = [
            await self._event(subject, one, version + place, pii if place == 1 else None, occurred_on)
            for place, one in enumerate(payloads, 1)
        ]
        commit = Commit(subject, new_id(self.clock.now()), history.last_sequence, tuple(events))
        return (await self.ledger.append(commit)).sequence

    async def _event(self, subject: Subject, payload: Payload, version: int, pii: Any, on: date | None) -> Event:
        now = self.clock.now()
        if pii is not None:
            person_id: str = getattr(payload, payload.person_field)
            sealed = await self.sealer.seal(
                person_id, pii, stream=subject.stream, version=version, type_=payload.type_name()
            )
            payload = payload.model_copy(update={"pii": sealed})
        return Event(
            id=new_id(now),
            source=f"guiyan/{subject.service}",
            type=payload.type_name(),
            subject=subject.stream,
            time=now,
            dataschema=payload.dataschema(),
            data=encode_data(payload),
            occurredon=on or business_date(now),
            actor="tester",
            actororg="654002000000",
            causationid="test",
            correlationid="test",
            streamversion=version,
        )

    def id(self, *parts: str) -> str:
        """The same id for the same name, each time."""
        return derived_id(START, "world", *parts)

    async def organise(self, parents: dict[str, str | None], basic: Sequence[str] = ()) -> None:
        """Organisations by their parents; those in `basic` have the power to issue and receive, leaves are branches."""
        leaves = set(parents) - set(parents.values())
        for code, parent in parents.items():
            kind = OrganisationKind.BRANCH if code in leaves else OrganisationKind.COMMITTEE
            created = OrganisationCreated(
                name=f"示例党组织{code}",
                short_name=code,
                kind=kind,
                parent=parent,
                area_code="654002",
                is_basic_committee=code in basic,
                may_approve_probation=code in basic,
            )
            await self.happen(code, created)


@dataclass
class Town:
    """One running service and short words for what tests do with it."""

    world: World
    parts: Parts[Any]
    composed: Composed
    follower: Follower
    due: DueLoop
    issuer: Issuer
    http: httpx.AsyncClient
    app: FastAPI
    seen: int = 0
    """How far the ledger had come when what is held in memory was read last."""

    async def settle(self) -> None:
        """Wait until projections and policies have done what is in the ledger, and what follows from it."""
        while True:
            head = await self.world.ledger.head()
            assert await self.follower.wait_settled(head, SETTLE_SECONDS), "the service does not come to rest"
            if await self.world.ledger.head() == head:
                break
        await self._see(head)

    async def _see(self, head: int) -> None:
        """What is held in memory is read anew: a mirror may lag by a second, which no test has to wait for."""
        if head == self.seen:
            return
        for mirror in (self.parts.directory, self.parts.rulebook):
            with contextlib.suppress(StoreUnavailable):
                await mirror.refresh(after_sequence=head, wait_seconds=SETTLE_SECONDS)
        self.seen = head

    async def advance_to(self, at: datetime) -> int:
        """Move the clock from due time to due time, each timer firing at its own; gives how many fired."""
        fired = 0
        await self.settle()
        while (due_at := await self.due.next_due_at()) is not None and due_at <= at:
            self.world.clock.set(due_at)
            count_fired = await self.due.fire_due()
            fired += count_fired
            await self.settle()
            assert count_fired or await self.due.next_due_at() != due_at, f"a timer of {due_at} does not fire"
        self.world.clock.set(at)
        return fired

    async def advance(self, **step: float) -> int:
        """Move the clock by a timedelta's arguments."""
        return await self.advance_to(self.world.clock.now() + timedelta(**step))

    async def report(self, org: str, type_: str, data: dict[str, Any], **envelope: Any) -> IngestResult:
        """What a township's report comes to, as the ingest door handles it, short of the receipt."""
        event = {
            "specversion": "1.0",
            "id": new_id(self.world.clock.now()),
            "source": f"township/{org}",
            "type": type_,
            "time": self.world.clock.now().isoformat(),
            "data": data,
        }
        body = pydantic_core.to_json({**event, **envelope})
        try:
            reported = read_event(body, Address(org, type_))
        except Unreadable as error:
            return IngestResult.rejected(*error.problems)
        return await handled(self.composed.ingest[type_], reported)

    def bearer(self, *roles: Role, org: str, **claims: Any) -> dict[str, str]:
        """Headers of a caller."""
        return self.issuer.bearer(*roles, org=org, **claims)


@asynccontextmanager
async def on_twins(  # noqa: PLR0913 - what a test may want otherwise
    blueprint: Blueprint[S],
    settings: S,
    world: World | None = None,
    *,
    running_due: bool = False,
    list_wait_seconds: float = 5.0,
    database: MemoryDatabase | None = None,
) -> AsyncIterator[Town]:
    """The service, following a world's ledger; with `running_due` its due loop runs by itself as in production.

    With a `database` it goes on where the one before it on that database was, and dies in the end as by SIGKILL.
    """
    world, dies = world or World(), database is not None
    database = database or MemoryDatabase()
    metrics, catalogue = Metrics(), Catalogue(blueprint.messages)
    late = _Late()
    parts = Parts(
        settings=settings,
        clock=cast("Clock", world.clock),
        bus=cast("Any", None),
        ledger=world.ledger,
        sealer=world.sealer,
        index=world.index,
        commands=Commands(world.ledger, world.sealer, world.clock),
        database=database,
        store=Store(database, owner="twin"),
        directory=Directory(cast("Any", late.reads(OrganisationDirectory))),
        rulebook=Rulebook(cast("Any", late.reads(PolicyParameters))),
        catalogue=catalogue,
        metrics=metrics,
        reads=cast("Any", late.reads),
    )
    composed = cast("Composed", blueprint.compose(parts))
    follower = Follower(
        settings.service,
        parts.store,
        world.ledger,
        world.sealer,
        [*blueprint.projections, *shell_projections()],
        policies=composed.policies,
        commands=parts.commands,
        settings=QUICK,
    )
    late.following = Following(follower, metrics)
    due = DueLoop(follower, parts.commands, world.clock, composed.timers)
    issuer = Issuer()
    shell = make_shell(
        issuer,
        scopes=parts.directory,
        clock=world.clock,
        messages=blueprint.messages,
        limiter=Limiter(100_000, 100_000),
        list_wait_seconds=list_wait_seconds,
    )
    health = Health(settings.service, {}, shell.metrics)
    app = create_app(shell, health, composed.routers, title=blueprint.title, state=composed.state)
    async with crashing(follower) if dies else running(follower), client(app) as http:
        await leading(follower)
        work = asyncio.create_task(due.run()) if running_due else None
        try:
            yield Town(world, parts, composed, follower, due, issuer, http, app)
        finally:
            if work is not None:
                await due.stop()
                await work


class _Late:
    """Reads of projections whose follower is made after those who read."""

    following: Following

    def reads(self, projection: Any) -> "_LateReads":
        return _LateReads(self, projection)


class _LateReads:
    def __init__(self, late: _Late, projection: Any) -> None:
        self._late = late
        self._projection = projection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._late.following.reads(self._projection), name)
