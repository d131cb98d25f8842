"""A small city in memory for tests: the registry's real parts over the twins of ledger, database and keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, cast

from guiyan.events import derived_id, new_id
from guiyan.events.codes import OrganisationKind
from guiyan.events.id_numbers import check_digit
from guiyan.events.registry.member import MemberText
from guiyan.events.registry.organisation import OrganisationCreated
from guiyan.ledger import Commands, Context, ManualClock, Outcome, Projection
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.due import DueLoop
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.memory.keys import MemoryKeyStore
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.runner import Follower
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.store import Store
from guiyan.ledger.testing.following import QUICK, leading, running
from guiyan.registry.app import BLUEPRINT, composed_of, make_tools
from guiyan.registry.commands.members import NewMember, register_member
from guiyan.registry.commands.organisations import NewOrganisation, create_organisation
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.imports.jobs import Imports
from guiyan.registry.imports.runner import RunnerHere
from guiyan.registry.messages import MESSAGES
from guiyan.registry.settings import RegistrySettings
from guiyan.service.assembly import shell_projections
from guiyan.service.blueprint import Composed, Parts
from guiyan.service.directory import Directory, OrganisationDirectory
from guiyan.service.following import Following
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.rulebook import PolicyParameters, Rulebook
from guiyan.service.scope import Scope

CITY, TOWN, OTHER_TOWN = "654002000000", "654002001000", "654002002000"
HOME, NEXT, FAR = "654002001001", "654002001002", "654002002001"
PARENTS = {CITY: None, TOWN: CITY, OTHER_TOWN: CITY, HOME: TOWN, NEXT: TOWN, FAR: OTHER_TOWN}
BORN = date(1980, 5, 1)
FOUNDED_ON = date(2026, 1, 1)
START = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
SCOPE = Scope(CITY, frozenset(PARENTS))


def id_number(number: int, born: date | None = None) -> str:
    """A made-up ID number of the reserved province 69, which belongs to nobody; another birth date for each number."""
    body = f"690101{born or BORN + timedelta(days=number):%Y%m%d}{number:03d}"
    return body + check_digit(body)


@dataclass
class CityOfTests:
    """The parts, and short words for what tests do with them."""

    tools: Tools
    parts: Parts[Any]
    composed: Composed
    follower: Follower
    due_loop: DueLoop
    imports: Imports
    clock: ManualClock
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def ledger(self) -> Any:
        """The ledger's twin."""
        return self.parts.ledger

    @property
    def database(self) -> Any:
        """The database's twin."""
        return self.parts.database

    def asker(self, command_id: str | None = None, scope: Scope = SCOPE, version: int | None = None) -> Asker:
        """Somebody who asks for a change; the same command id makes the same ids."""
        own = command_id or new_id(self.clock.now())
        context = Context(own, "officer-1", scope.org, own, own)
        return Asker(context, scope, _ids(own), version)

    async def organise(self) -> None:
        """Enter the organisations."""
        for code, parent in PARENTS.items():
            kind = OrganisationKind.BRANCH if code in {HOME, NEXT, FAR} else OrganisationKind.COMMITTEE
            facts = OrganisationCreated(
                name=f"示例党组织{code}", short_name=code, kind=kind, parent=parent, area_code="654002"
            )
            await create_organisation(self.tools, self.asker(), NewOrganisation(code, facts, occurred_on=FOUNDED_ON))
        await self.settle()
        await self.due_loop.fire_due()  # the calendar of sweeps begins with the top of the tree
        await self.settle()

    async def register(
        self, branch: str = HOME, *, id_no: str | None = None, asker: Asker | None = None, **more: Any
    ) -> Outcome:
        """Enter a member."""
        text = MemberText(name="李示例", id_no=id_no or id_number(next(self.numbers)), mobile=more.pop("mobile", None))
        on = more.pop("occurred_on", None)
        codes = {"branch": branch, "person_category": "FULL", "source": "DEVELOPED", **more}
        return await register_member(self.tools, asker or self.asker(), NewMember(codes, text, on))

    async def settle(self) -> None:
        """Wait until projections and policies have done what is in the ledger."""
        head = await self.ledger.head()
        assert await self.follower.wait_settled(head, 20.0)

    async def documents(self, collection: str) -> dict[str, Any]:
        """The register's documents by id."""
        return {one["_id"]: one for one in await self.tools.register.find(collection, {})}


def _ids(command_id: str) -> Callable[..., str]:
    return lambda *parts: derived_id(START, command_id, *parts)


def make_parts(ledger: Any, database: Any, clock: ManualClock, following: list[Following]) -> Parts[Any]:
    """What the shell gives a service, over the twins; reads find the follower when it is there."""
    master = MasterKeys({"m": b"m" * 32}, "m", b"i" * 32)
    sealer = PersonSealer(MemoryKeyStore(), master)

    def reads(projection: type[Projection]) -> Any:
        return LateReads(following, projection)

    return Parts(
        settings=RegistrySettings.model_construct(
            import_body_limit_bytes=10_000_000, password_hash_passes=1, password_hash_kib=8, sign_in_beat_seconds=0.0
        ),
        clock=clock,
        bus=cast("Any", None),
        ledger=ledger,
        sealer=sealer,
        index=BlindIndex(master),
        commands=Commands(ledger, sealer, clock),
        database=database,
        store=Store(database, owner=f"test-{id(ledger)}"),
        directory=Directory(reads(OrganisationDirectory)),
        rulebook=Rulebook(reads(PolicyParameters)),
        catalogue=Catalogue(MESSAGES),
        metrics=Metrics(),
        reads=reads,
    )


class LateReads:
    """Reads of a projection whose follower is made after those who read."""

    def __init__(self, following: list[Following], projection: type[Projection]) -> None:
        self._following = following
        self._projection = projection

    def __getattr__(self, name: str) -> Any:
        """Ask the real reads."""
        return getattr(self._following[0].reads(self._projection), name)


@asynccontextmanager
async def a_city(
    ledger: Any = None, database: Any = None, *, organised: bool = False, now: datetime = START
) -> AsyncIterator[CityOfTests]:
    """A running city with its organisations entered; `organised` when the ledger has them already."""
    clock, following = ManualClock(now), list[Following]()
    ledger = ledger or MemoryLedger()
    database = database or MemoryDatabase()
    parts = make_parts(ledger, database, clock, following)
    tools = make_tools(parts)
    composed = composed_of(tools, parts, RunnerHere(tools, ledger))
    follower = Follower(
        "registry",
        parts.store,
        ledger,
        parts.sealer,
        [*BLUEPRINT.projections, *shell_projections()],
        policies=composed.policies,
        commands=parts.commands,
        settings=QUICK,
    )
    following.append(Following(follower, parts.metrics))
    due = DueLoop(follower, parts.commands, clock, composed.timers)
    (imports,) = composed.jobs
    city = CityOfTests(tools, parts, composed, follower, due, cast("Imports", imports), clock)
    async with running(follower):
        await leading(follower)
        work = [asyncio.create_task(due.run()), asyncio.create_task(imports.run())]
        try:
            if not organised:
                await city.organise()
            await city.settle()
            yield city
        finally:
            await imports.stop()
            await due.stop()
            await asyncio.gather(*work)
