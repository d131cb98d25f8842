"""Registry, transfers and contact over one ledger in memory: their real doors, deciders, policies and projections.

What can go wrong between services goes wrong here: each writes through a ledger that loses, doubles and delays; each
may be held back, so that it learns late what the others did; each may be told again what it has answered already.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from unittest.mock import patch

import httpx

from guiyan.contact.app import BLUEPRINT as CONTACT_SERVICE
from guiyan.contact.settings import ContactSettings
from guiyan.events import Event, new_id
from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import ContactPersonAppointed, MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.ledger import Context, Fact, Refused
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.faults import Fault, SeededFaults
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.log import MemoryLog
from guiyan.registry.app import BLUEPRINT as REGISTRY_SERVICE
from guiyan.registry.settings import RegistrySettings
from guiyan.service.auth import Role
from guiyan.service.twins import Town, World, on_twins
from guiyan.transfers import office
from guiyan.transfers.app import BLUEPRINT as TRANSFERS_SERVICE
from guiyan.transfers.settings import TransfersSettings

CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
HOME, NEXT, FAR = "654002001001", "654002001002", "654002002001"
PARENTS: Final = {CITY: None, TOWN: CITY, OTHER: CITY, HOME: TOWN, NEXT: TOWN, FAR: OTHER}
START: Final = datetime(2026, 2, 10, 2, tzinfo=UTC)
REGISTRY, TRANSFERS, CONTACT = "registry", "transfers", "contact"
RATES: Final = {
    Fault.LOSE: 0.04,
    Fault.DROP_ACK: 0.04,
    Fault.LATE: 0.03,
    Fault.DUPLICATE: 0.05,
    Fault.DELAY: 0.05,
    Fault.STALE_READ: 0.05,
}
SHORT_WAIT_SECONDS: Final = 0.05
MOST_TIMERS: Final = 2000
ANSWERS: Final = {200, 201, 403, 404, 409, 422, 503}
"""Done, or refused with a reason: the wrong side, the wrong state, somebody else was first, not known here yet."""


class HeldBack:
    """A service's own way to the ledger; while `gate` is shut it learns nothing new, and may still write."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    async def follow(self, after: int, *, batch: int = 500) -> AsyncIterator[Sequence[StoredCommit]]:
        """As the ledger tells it, once the gate is open."""
        async for commits in self._ledger.follow(after, batch=batch):
            if commits:
                await self.gate.wait()
            yield commits


class Country:
    """The three services, what everybody may do in them, and the ledger as it is."""

    def __init__(self) -> None:
        self.towns: dict[str, Town] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.commits: list[StoredCommit] = []
        self._stack = AsyncExitStack()
        self._log = MemoryLog()
        self._sound = MemoryLedger(self._log)
        self._told = 0
        self._last: tuple[Town, str, Any, dict[str, str]] | None = None

    @property
    def world(self) -> World:
        """What all share."""
        return self.towns[REGISTRY].world

    @property
    def today(self) -> date:
        """The business date."""
        return self.world.clock.today()

    async def open(self, seed: int, rates: dict[Fault, float]) -> None:
        """Start the services on ledgers that fail by the seed; the organisations are there."""
        world = World(START)
        world.ledger = self._sound
        await world.organise(PARENTS, basic=(TOWN, OTHER))
        self._stack.enter_context(patch.object(office, "WAIT_SECONDS", SHORT_WAIT_SECONDS))
        services = (
            (REGISTRY, REGISTRY_SERVICE, RegistrySettings.model_construct(import_body_limit_bytes=1000)),
            (TRANSFERS, TRANSFERS_SERVICE, TransfersSettings.model_construct()),
            (CONTACT, CONTACT_SERVICE, ContactSettings.model_construct()),
        )
        for place, (name, blueprint, settings) in enumerate(services):
            own = HeldBack(MemoryLedger(self._log, faults=SeededFaults(seed + place, rates)))
            self.gates[name] = own.gate
            world.ledger = own  # type: ignore[assignment] # held back, and a ledger otherwise
            self.towns[name] = await self._stack.enter_async_context(on_twins(blueprint, settings, world))
        world.ledger = self._sound
        await self.settle()

    async def close(self) -> None:
        """Stop them."""
        await self._stack.aclose()

    async def member(self, name: str) -> str:
        """A member of HOME; gives the id."""
        member_id = self.world.id("member", name)
        registered = MemberRegistered(
            member_id=member_id, branch=HOME, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        )
        await self.world.happen(member_id, registered, pii=MemberText(name="李示例", id_no=None))
        return member_id

    async def keeper(self, branch: str) -> None:
        """Somebody keeps contact for a branch."""
        person_id = self.world.id("person", branch)
        await self.world.happen(branch, ContactPersonAppointed(org_code=branch, person_id=person_id))

    # -- what people do -------------------------------------------------------------------------------------------
    async def post(self, service: str, path: str, body: Any = None) -> httpx.Response:
        """A change by the city's officer: done, or refused with a reason, whatever the ledger does."""
        town = self.towns[service]
        headers = {**town.bearer(Role.CITY_OFFICER, org=CITY, sub="city"), "Idempotency-Key": new_id(START)}
        self._last = (town, path, body, headers)
        answered = await town.http.post(path, json=body, headers=headers)
        assert answered.status_code in ANSWERS, answered.text
        return answered

    async def again(self) -> None:
        """The last change is sent once more under the same key, as after a lost answer: the same effect, once."""
        if self._last is not None:
            town, path, body, headers = self._last
            answered = await town.http.post(path, json=body, headers=headers)
            assert answered.status_code in ANSWERS, answered.text

    async def get(self, service: str, path: str) -> dict[str, Any]:
        """A read, as the city sees it."""
        town = self.towns[service]
        headers = town.bearer(Role.CITY_OFFICER, org=CITY, sub="city")
        found = await town.http.get(path, headers=headers)
        assert found.status_code == 200, found.text
        return dict(found.json())

    # -- messages -------------------------------------------------------------------------------------------------
    async def told_again(self, service: str, pick: int) -> None:
        """A message is delivered once more to a service that does not remember what it did about it."""
        await self.read()
        town = self.towns[service]
        wanted = [
            (policy, Fact(event, commit.sequence, index))
            for commit in self.commits
            for index, event in enumerate(commit.events)
            for policy in town.composed.policies
            if event.type in policy.handles and event.type != "MemberRegistered"
        ]
        if not wanted:
            return
        policy, fact = wanted[pick % len(wanted)]
        for call in await policy.react(fact):
            context = Context(new_id(self.world.clock.now()), f"system:{service}", CITY, fact.event.id, fact.event.id)
            with contextlib.suppress(Refused):
                await town.parts.commands.execute(call.decider, call.aggregate_id, call.command, context)

    async def settle(self) -> None:
        """Everything that is not held back has been done, and what follows from it."""
        while True:
            head = await self._sound.head()
            for name, town in self.towns.items():
                if self.gates[name].is_set():
                    await town.settle()
            if await self._sound.head() == head:
                return

    async def deliver(self) -> None:
        """Nobody is held back any more, everything is delivered, and what was planned on old news looks again."""
        for gate in self.gates.values():
            gate.set()
        for step in (timedelta(0), timedelta(minutes=1)):
            await self.advance(step)
            await self._arrive()

    async def _arrive(self) -> None:
        """Every write that was still under way arrives, and what follows from it."""
        head = -1
        while head != self._log.head:
            head = self._log.head
            self._log.settle()
            await self.settle()

    async def advance(self, step: timedelta) -> None:
        """The clock moves from due time to due time in every service that is not held back."""
        until = self.world.clock.now() + step
        await self.settle()
        for _ in range(MOST_TIMERS):
            due = {name: await self.towns[name].due.next_due_at() for name in self.towns if self.gates[name].is_set()}
            coming = min((at for at in due.values() if at is not None and at <= until), default=None)
            if coming is None:
                break
            self.world.clock.set(max(coming, self.world.clock.now()))
            for name, at in due.items():
                if at == coming:
                    await self.towns[name].due.fire_due()
            await self.settle()
        else:
            raise AssertionError("the timers do not come to rest")
        self.world.clock.set(until)

    async def news(self) -> list[Event]:
        """The events that were written since this was asked last, in the ledger's order."""
        await self.read()
        told, self._told = self._told, len(self.commits)
        return [event for commit in self.commits[told:] for event in commit.events]

    async def read(self) -> None:
        """Bring `commits` up to the ledger's head."""
        while await self._sound.head() > (after := self.commits[-1].sequence if self.commits else 0):
            async for commits in self._sound.follow(after, batch=1_000_000):
                self.commits.extend(commits)
                break
