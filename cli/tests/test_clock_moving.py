"""The manual clock over services that fire, follow each other and answer in any order (ADR 0009, ADR 0018)."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiyan.cli.clock import moving
from guiyan.cli.clock.moving import ManualClockMover
from guiyan.cli.failures import ClockStuck
from guiyan.ledger import ManualClock
from guiyan.service.channel import settle
from guiyan.service.clock_control import ClockKeeper

START = datetime(2026, 2, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("registry", "transfers", "contact")


@dataclass(frozen=True)
class Written:
    """An event of the made-up ledger: what it sets off, in which service, after how many days and so many times."""

    for_service: str
    after_days: int
    generations: int
    at: datetime = START


@dataclass
class Town:
    """A ledger, the installation's time, and the order in which anything happens."""

    chance: random.Random
    events: list[Written] = field(default_factory=list)
    now: datetime = START
    fired: list[tuple[str, datetime, datetime]] = field(default_factory=list)

    async def turn(self) -> None:
        """Let others go on, now more, now less."""
        for _ in range(self.chance.choice((0, 0, 1, 3))):
            await asyncio.sleep(0)


class Service:
    """Follows the ledger, keeps timers from it, fires them; each step may be overtaken by others' steps."""

    is_manual = True

    def __init__(self, name: str, town: Town) -> None:
        self.name, self.town = name, town
        self.clock = ManualClock(START)
        self.applied = 0
        self.timers: list[tuple[datetime, int, Written]] = []
        self.woken = asyncio.Event()
        self.tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._fire())]

    async def _follow(self) -> None:
        """Apply one event after the other: one for this service is answered at once (0 days) or by a timer."""
        while True:
            await self.town.turn()
            if self.applied < len(self.town.events):
                event = self.town.events[self.applied]
                if event.for_service == self.name:
                    self.clock.set(event.at)  # as `Commands.saw`: the new time may be told by what happened at it
                    due_at = event.at + event.after_days * DAY
                    if event.after_days == 0:
                        await self.town.turn()
                        self._write(event)
                    else:
                        self.timers.append((due_at, self.applied, event))
                self.applied += 1
            await asyncio.sleep(0)

    async def _fire(self) -> None:
        """Fire what is due when woken, the earliest first."""
        while True:
            await self.woken.wait()
            self.woken.clear()
            while due := sorted(one for one in self.timers if one[0] <= self.clock.now()):
                await self.town.turn()
                self.town.fired.append((self.name, due[0][0], self.town.now))
                self._write(due[0][2])
                await self.town.turn()
                self.timers.remove(due[0])

    def _write(self, cause: Written) -> None:
        if cause.generations:
            to = self.town.chance.choice(NAMES)
            days, now = self.town.chance.choice((0, 1, 1, 2, 40)), self.clock.now()
            self.town.events.append(Written(to, days, cause.generations - 1, now))

    # -- what its channel asks -------------------------------------------------------------------------------------
    async def refresh(self) -> bool:
        """Take over the installation's time."""
        await self.town.turn()
        self.clock.set(self.town.now)
        return True

    async def position(self) -> int:
        """How far it is."""
        await self.town.turn()
        return self.applied

    async def head(self) -> int:
        """How far the ledger is."""
        await self.town.turn()
        return len(self.town.events)

    async def next_due_at(self) -> datetime | None:
        """The earliest of its timers."""
        await self.town.turn()
        return min((one[0] for one in self.timers), default=None)

    async def at_rest(self) -> bool:
        """It has no jobs."""
        return True

    async def look_for_due(self, _timeout_seconds: float) -> None:
        """Wake the loop that fires."""
        self.woken.set()
        await self.town.turn()


class Wire:
    """NATS for the mover: requests reach the services' own `settle`, the time reaches the town."""

    is_closed = False

    def __init__(self, town: Town, services: dict[str, Service]) -> None:
        self.town, self.services = town, services
        self.asked = 0

    async def request(self, subject: str, _body: bytes, timeout: float) -> Any:  # noqa: ASYNC109 - nats-py's signature
        """Ask one service."""
        assert timeout > 0
        self.asked += 1
        service = self.services[subject.split(".")[1]]
        answer = await settle(service.name, cast("ClockKeeper", service), service)
        return _Message(json.dumps(answer).encode())

    def jetstream(self) -> Wire:
        """The same."""
        return self

    async def get_last_msg(self, *_: Any, **__: Any) -> Any:
        """The installation's time."""
        return _Message(self.town.now.isoformat().encode())

    async def publish(self, _subject: str, body: bytes) -> None:
        """Move the installation's time."""
        self.town.now = datetime.fromisoformat(body.decode())


@dataclass
class _Message:
    data: bytes


@given(seed=st.integers(0, 2**32), first=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 3)), max_size=6))
@settings(deadline=None, max_examples=60)
def test_every_timer_fires_once_and_at_its_own_time(seed: int, first: list[tuple[str, int]]) -> None:
    """Whatever services cause in each other, at once or days later: none is passed over, none fires at another time."""

    async def run() -> None:
        town = Town(random.Random(seed))
        town.events = [Written(name, days, 6) for name, days in first]
        services = {name: Service(name, town) for name in NAMES}
        mover = ManualClockMover(cast("Any", Wire(town, services)), NAMES)
        stops: list[datetime] = []
        try:
            # Nobody works in this town: what is at rest at different heads is not at rest, however slow the machine.
            with mock.patch.object(moving, "STEADY_SECONDS", 3600.0):
                async with asyncio.timeout(60):
                    assert await mover.advance(30 * DAY, stops.append) == START + 30 * DAY
        finally:
            for service in services.values():
                for task in service.tasks:
                    task.cancel()
        late = [one for one in town.fired if one[1] != one[2]]
        assert not late, f"fired at another time: {late}"
        assert [one[1] for one in town.fired] == sorted(one[1] for one in town.fired)
        left = [one for service in services.values() for one in service.timers if one[0] <= START + 30 * DAY]
        assert not left
        assert all(service.applied == len(town.events) for service in services.values())
        dues = {one[1] for one in town.fired}
        assert [one for one in stops if one not in dues] == [one for one in (START + 30 * DAY,) if one not in dues]

    asyncio.run(run())


async def test_one_round_is_enough_for_a_city_at_rest() -> None:
    """Each service is asked once for where it stands, all at the same time."""
    town = Town(random.Random(1))
    services = {name: Service(name, town) for name in NAMES}
    wire = Wire(town, services)
    standing = await ManualClockMover(cast("Any", wire), NAMES).settle()
    for service in services.values():
        for task in service.tasks:
            task.cancel()
    assert (standing.next_due_at, standing.head, wire.asked) == (None, 0, len(NAMES))


class Busy:
    """A city that people work in: every service is at rest whenever it is asked, each time at a later sequence."""

    is_closed = False

    def __init__(self, *, idle: bool) -> None:
        self.idle, self.head = idle, 0

    async def request(self, subject: str, _body: bytes, timeout: float) -> Any:  # noqa: ASYNC109 - nats-py's signature
        """Answer at the next sequence."""
        await asyncio.sleep(0)
        self.head += 1
        answer = {"service": subject.split(".")[1], "idle": self.idle, "head": self.head, "next_due_at": None}
        return _Message(json.dumps(answer | {"timeout": timeout}).encode())


async def test_a_city_that_people_work_in_comes_to_rest_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Always idle and never at one head is rest as well, after a while."""
    monkeypatch.setattr(moving, "STEADY_SECONDS", 0.05)
    standing = await ManualClockMover(cast("Any", Busy(idle=True)), NAMES).settle()
    assert standing.head > len(NAMES), "not after the first round"


async def test_a_service_that_stays_busy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says who, and where to look."""
    monkeypatch.setattr(moving, "SETTLE_SECONDS", 0.05)
    with pytest.raises(ClockStuck, match=r"registry, transfers, contact.*readyz"):
        await ManualClockMover(cast("Any", Busy(idle=False)), NAMES).settle()
