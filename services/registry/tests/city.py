"""A small city in memory for tests: the registry's real parts over the twins of ledger, database and keys."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from guiyan.events import new_id
from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.member import MemberText
from guiyan.events.registry.organisation import OrganisationCreated
from guiyan.ledger import Context, ManualClock, Outcome
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.memory.keys import MemoryKeyStore
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.seal import PersonSealer
from guiyan.ledger.testing.following import QUICK, leading, running
from guiyan.registry.commands.members import NewMember, register_member
from guiyan.registry.commands.organisations import NewOrganisation, create_organisation
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.parts import Parts, compose
from guiyan.registry.roster.idnumber import check_digit
from guiyan.service.scope import Scope

CITY, TOWN, OTHER_TOWN = "654002000000", "654002001000", "654002002000"
HOME, NEXT, FAR = "654002001001", "654002001002", "654002002001"
PARENTS = {CITY: None, TOWN: CITY, OTHER_TOWN: CITY, HOME: TOWN, NEXT: TOWN, FAR: OTHER_TOWN}
START = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
SCOPE = Scope(CITY, frozenset(PARENTS))


def id_number(number: int, born: date = date(1980, 5, 1)) -> str:
    """A made-up ID number of the reserved province 69, which belongs to nobody."""
    body = f"690101{born:%Y%m%d}{number:03d}"
    return body + check_digit(body)


@dataclass
class CityOfTests:
    """The parts, and short words for what tests do with them."""

    parts: Parts
    clock: ManualClock
    database: Any
    ledger: Any
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def tools(self) -> Tools:
        """The tools behind the doors."""
        return self.parts.tools

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
            await create_organisation(self.tools, self.asker(), NewOrganisation(code, facts))
        await self.settle()

    async def register(
        self, branch: str = HOME, *, id_no: str | None = None, asker: Asker | None = None, **more: Any
    ) -> Outcome:
        """Enter a member."""
        text = MemberText(name="李示例", id_no=id_no or id_number(next(self.numbers)), mobile=more.pop("mobile", None))
        codes = {"branch": branch, "person_category": "FULL", "source": "DEVELOPED", **more}
        return await register_member(self.tools, asker or self.asker(), NewMember(codes, text))

    async def settle(self) -> None:
        """Wait until projections and policies have done what is in the ledger."""
        head = await self.ledger.head()
        assert await self.parts.follower.wait_settled(head, 20.0)

    async def documents(self, collection: str) -> dict[str, Any]:
        """The register's documents by id."""
        return {one["_id"]: one for one in await self.tools.register.find(collection, {})}


def _ids(command_id: str) -> Callable[..., str]:
    from guiyan.events import derived_id  # noqa: PLC0415

    return lambda *parts: derived_id(START, command_id, *parts)


def make_parts(ledger: Any, database: Any, clock: ManualClock, keys: MemoryKeyStore | None = None) -> Parts:
    """The registry's parts over the twins."""
    master = MasterKeys({"m": b"m" * 32}, "m", b"i" * 32)
    return compose(
        ledger=ledger,
        database=database,
        sealer=PersonSealer(keys or MemoryKeyStore(), master),
        blind=BlindIndex(master),
        clock=clock,
        owner=f"test-{os.getpid()}-{id(database)}",
        follower_settings=QUICK,
    )


@asynccontextmanager
async def a_city(ledger: Any = None, database: Any = None) -> AsyncIterator[CityOfTests]:
    """A running city with its organisations entered."""
    clock = ManualClock(START)
    ledger = ledger or MemoryLedger()
    database = database or MemoryDatabase()
    city = CityOfTests(make_parts(ledger, database, clock), clock, database, ledger)
    async with running(city.parts.follower):
        await leading(city.parts.follower)
        due = asyncio.create_task(city.parts.due_loop.run())
        try:
            await city.organise()
            yield city
        finally:
            await city.parts.due_loop.stop()
            await due
