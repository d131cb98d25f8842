"""Policies at work: facts become commands, once, in order for each aggregate; what fails is parked, not lost."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from guiyan.events import derived_id
from guiyan.ledger.builder import Sources
from guiyan.ledger.checkpoints import Move
from guiyan.ledger.commands import Commands
from guiyan.ledger.context import Context
from guiyan.ledger.counters import Counters
from guiyan.ledger.errors import LedgerError, PersonErased, Refused
from guiyan.ledger.fold import Place
from guiyan.ledger.parking import Parked, Position, parked_id
from guiyan.ledger.patience import patiently
from guiyan.ledger.policy import Call, Policy
from guiyan.ledger.positions import Positions
from guiyan.ledger.retrying import queue_of
from guiyan.ledger.store import Store

AT_ONCE: Final = 16
ASKED_AT_ONCE: Final = 64
_log = structlog.get_logger(__name__)


def consumer_of(policy: Policy) -> str:
    """The name of a policy's checkpoint and of what it parks."""
    return f"policy:{policy.name}"


@dataclass(frozen=True, slots=True)
class Reaction:
    """One command that a policy wants because of one fact; `number` is its place among that fact's."""

    policy: Policy
    place: Place
    number: int
    call: Call

    @property
    def source(self) -> str:
        """The aggregate whose fact it answers, for this policy."""
        return parked_id(consumer_of(self.policy), self.place.subject)

    @property
    def aim(self) -> str:
        """The aggregate that it commands."""
        return str(self.call.decider.subject(self.call.aggregate_id))


def waves(reactions: Sequence[Reaction]) -> list[list[Reaction]]:
    """Cut into rounds that may run at the same time: no source and no aim twice in one, order kept for each."""
    rounds: list[list[Reaction]] = []
    level: dict[str, int] = defaultdict(int)
    for one in reactions:
        at = max(level[one.source], level[one.aim])
        if at == len(rounds):
            rounds.append([])
        rounds[at].append(one)
        level[one.source] = level[one.aim] = at + 1
    return rounds


@dataclass
class Reactor:
    """Runs a service's policies behind its projections; the only part of a follower that can issue commands."""

    service: str
    policies: Sequence[Policy]
    commands: Commands
    store: Store
    positions: Positions
    counters: Counters
    fence: int = 0
    stored: dict[str, int] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    last_parked: dict[str, Position] = field(default_factory=dict)
    skipped: dict[str, set[Position]] = field(default_factory=dict)
    done: int = 0
    _queue: asyncio.Queue[tuple[list[Place], int]] = field(default_factory=lambda: asyncio.Queue(4))
    _busy: bool = False
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def names(self) -> list[str]:
        """The checkpoints of the policies."""
        return [consumer_of(one) for one in self.policies]

    @property
    def idle(self) -> bool:
        """Whether everything given to it is done and written."""
        return not self._busy and self._queue.empty()

    async def open(self, fence: int) -> dict[str, int]:
        """Take over the policies' checkpoints and what is parked; gives the positions."""
        self.fence, self.done = fence, 0
        self.stored = await self.store.checkpoints.claim(self.names, fence) if self.policies else {}
        parked = await self.store.parking.all(self.names)
        self.parked = {one.id for one in parked}
        self.last_parked = {one.id: one.position for one in parked}
        self.skipped = {name: await self.store.parking.skipped(name) for name in self.names}
        self._queue = asyncio.Queue(4)
        self._busy = False
        return dict(self.stored)

    def moves(self, after: int) -> list[Move]:
        """The policies' checkpoints, to be moved along with the projections': to `after` when nothing is under way.

        They need no transaction of their own: what is done again after a crash has the same command ids.
        """
        to = after if self.idle else self.done
        return [Move(name, at, to) for name, at in self.stored.items() if at < to]

    def moved(self, moves: Sequence[Move]) -> None:
        """Note that such moves were written."""
        for one in moves:
            self.stored[one.name] = one.after

    async def take(self, places: list[Place], after: int) -> None:
        """Take over the facts of a batch that the projections have applied; waits when far behind."""
        if places or not self.idle:
            await self._queue.put((places, after))
        else:
            self.done = after
            self.positions.advance(self.names, after)

    async def run(self) -> None:
        """Work off what is handed over, until cancelled."""
        while True:
            places, after = await self._queue.get()
            self._busy = True
            async with self._lock:
                await self.react(places)
                self.done = after
            self._busy = False
            self.positions.advance(self.names, after)

    async def retry(self, parked: Parked, sources: Sources) -> Parked | None:
        """React to a parked aggregate's queue again; None when it is free, else what it is parked for now."""
        policy = next((one for one in self.policies if consumer_of(one) == parked.consumer), None)
        if policy is None:
            raise LedgerError(f"{parked.consumer} is not a policy of this version of the service")
        async with self._lock:
            up_to = max(self.stored[parked.consumer], self.done)
            places = await queue_of(sources, parked, policy.handles, policy.opens, up_to)
            self.parked.discard(parked.id)
            self.last_parked.pop(parked.id, None)
            await self._perform_all([one for place in places for one in await self._ask(policy, place)])
            if parked.id not in self.parked:
                await self.store.parking.free(parked)
                return None
        again = await self.store.parking.find(parked.consumer, parked.subject)
        return None if again is None else replace(again, attempts=parked.attempts + 1)

    async def react(self, places: Sequence[Place]) -> None:
        """Ask every policy about every new fact, then run the commands."""
        wanted = [
            (policy, place)
            for place in places
            for policy in self.policies
            if place.type in policy.handles and place.position.sequence > self.stored[consumer_of(policy)]
        ]
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            await self._perform_all(await self._ask_all(wanted[start : start + ASKED_AT_ONCE]))

    async def _ask_all(self, wanted: Sequence[tuple[Policy, Place]]) -> list[Reaction]:
        """Ask about several facts side by side, about those of one aggregate one after the other."""
        by_source: dict[str, list[tuple[Policy, Place]]] = defaultdict(list)
        for policy, place in wanted:
            by_source[place.subject].append((policy, place))

        async def ask(some: Sequence[tuple[Policy, Place]]) -> list[Reaction]:
            return [one for policy, place in some for one in await self._ask(policy, place)]

        found = await asyncio.gather(*(ask(some) for some in by_source.values()))
        return sorted((one for some in found for one in some), key=lambda one: one.place.position)

    async def _perform_all(self, reactions: Sequence[Reaction]) -> None:
        for wave in waves(reactions):
            for start in range(0, len(wave), AT_ONCE):
                await asyncio.gather(*(self._perform(one) for one in wave[start : start + AT_ONCE]))

    async def _ask(self, policy: Policy, place: Place) -> list[Reaction]:
        name = consumer_of(policy)
        if place.position in self.skipped[name] or await self._waits(name, place):
            return []
        if place.fact is None:
            await self._park(name, place, place.fault or LookupError("no fact"))
            return []
        fact = place.fact
        self.commands.saw(fact.event.time)
        try:
            calls = await patiently(lambda: policy.react(fact), self.counters)
        except Exception as error:  # noqa: BLE001 - whatever a policy raises is that event's fault
            await self._park(name, place, error)
            return []
        return [Reaction(policy, place, number, call) for number, call in enumerate(calls)]

    async def _waits(self, name: str, place: Place) -> bool:
        id_ = parked_id(name, place.subject)
        if id_ not in self.parked:
            return False
        if self.last_parked.get(id_, Position(0, 0)) < place.position:
            self.last_parked[id_] = place.position
            await patiently(lambda: self.store.parking.write((), {id_: 1}), self.counters)
        return True

    async def _perform(self, one: Reaction) -> None:
        name = consumer_of(one.policy)
        if await self._waits(name, one.place):
            return
        try:
            await patiently(lambda: self._command(one), self.counters)
        except (Refused, PersonErased) as refused:
            self.counters.refused += 1
            code = refused.code if isinstance(refused, Refused) else "person_erased"
            _log.info("policy_refused", policy=one.policy.name, aim=one.aim, code=code)
        except Exception as error:  # noqa: BLE001 - it must not stop the other aggregates
            await self._park(name, one.place, error)

    async def _command(self, one: Reaction) -> None:
        fact = one.place.fact
        if fact is None:
            return
        event = fact.event
        command_id = derived_id(event.time, "policy", one.policy.name, event.id, str(one.number))
        context = Context(command_id, f"system:{self.service}", event.actororg, event.id, event.correlationid)
        await self.commands.execute(one.call.decider, one.call.aggregate_id, one.call.command, context)
        self.counters.commands += 1

    async def _park(self, name: str, place: Place, error: BaseException) -> None:
        parked = Parked.because(error, name, place.subject, place.position, place.type)
        _log.error("policy_parked", consumer=name, subject=place.subject, at=str(place.position), error=parked.error)
        self.counters.parked += 1
        self.parked.add(parked.id)
        self.last_parked[parked.id] = place.position
        await patiently(lambda: self.store.parking.write([parked], Counter()), self.counters)
