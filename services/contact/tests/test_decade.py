"""Ten years of quarters in simulated time, over a ledger that fails: nobody is forgotten on any day.

`GUIYAN_DECADE_MEMBERS=1000` runs it with a thousand members. At every instant that is looked at each duty is
exactly one of open, paused, completed, missed, exempted and stopped, and the account of every branch is 0 off.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from services.contact.tests.town import FAR, HOME, NEXT, OTHER, PARENTS, SETTINGS, TOWN, ContactTown

from guiyan.contact.app import BLUEPRINT
from guiyan.events.codes import DestCertainty, FlowRange, FlowReason
from guiyan.ledger.calendar import Quarter
from guiyan.ledger.faults import Fault, SeededFaults
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.log import MemoryLog
from guiyan.service.twins import World, on_twins

MEMBERS: Final = int(os.environ.get("GUIYAN_DECADE_MEMBERS", "16"))
SEED: Final = int(os.environ.get("GUIYAN_DECADE_SEED", "1971"))
BEGIN, END = date(2026, 1, 5), date(2036, 1, 3)
BRANCHES: Final = (HOME, NEXT, FAR)
SETTLED: Final = {
    "ContactCompleted": "completed",
    "ContactMissed": "missed",
    "ContactExempted": "exempted",
    "ContactStopped": "stopped",
}
RATES: Final = {
    Fault.LOSE: 0.01,
    Fault.DROP_ACK: 0.01,
    Fault.DUPLICATE: 0.02,
    Fault.DELAY: 0.01,
    Fault.STALE_READ: 0.02,
}
PLACES: Final[tuple[dict[str, Any], ...]] = (
    {"dest_certainty": DestCertainty.FIXED},
    {"dest_certainty": DestCertainty.FIXED},
    {"dest_certainty": DestCertainty.CHANGING},
    {"dest_certainty": DestCertainty.UNKNOWN},
    {"reason": FlowReason.ABROAD, "range": FlowRange.OVERSEAS, "dest_certainty": DestCertainty.FIXED},
)
"""Quarterly, monthly and half-yearly contact."""


class Decade:
    """Who is away, and what is done with their duties, by dice that a seed throws."""

    def __init__(self, town: ContactTown) -> None:
        self.town, self.dice = town, random.Random(SEED)
        self.trips: dict[str, tuple[str, str]] = {}
        self.home: list[tuple[str, str]] = []
        self.left = 0

    async def enter(self) -> None:
        """The members, most of them away."""
        for number in range(MEMBERS):
            branch = BRANCHES[number % len(BRANCHES)]
            self.home.append((await self.town.member(f"m{number}", branch), branch))
        for _ in range(MEMBERS * 9 // 10):
            await self.leave()

    async def leave(self) -> None:
        """Somebody who is at home leaves."""
        if not self.home:
            return
        member, branch = self.home.pop(self.dice.randrange(len(self.home)))
        self.left += 1
        trip = f"trip{self.left}"
        await self.town.leave(member, trip, branch, **self.dice.choice(PLACES))
        self.trips[member] = (trip, branch)

    async def come_home(self) -> None:
        """Somebody who is away comes home."""
        if not self.trips:
            return
        member = self.dice.choice(sorted(self.trips))
        trip, branch = self.trips.pop(member)
        await self.town.come_home(member, trip)
        self.home.append((member, branch))

    async def act(self) -> None:
        """Contact persons do something with what lies on the desk today, for about half of the members."""
        rows = (await self.town.get("/v1/duties", open="true", limit="500")).json()["items"]
        for row in rows:
            throw, path = self.dice.random(), f"/v1/duties/{row['id']}"
            if throw < 0.45:
                await self.done(f"{path}/complete", {"channel": "PHONE", "work": "EMPLOYED"})
            elif throw < 0.55:
                await self.done(f"{path}/attempt", {"channel": "PHONE", "outcome": "NO_ANSWER"})
            elif throw < 0.58:
                await self.done(f"{path}/exempt", {"reason": "SEEN_AT_HOME"})

    async def done(self, path: str, body: Any) -> None:
        """Done, or refused with a reason, whatever the ledger does (a replica that lags may not have it yet)."""
        answered = await self.town.post(path, body, self.town.city)
        assert answered.status_code in {200, 404, 409, 422, 503}, answered.text

    async def check(self) -> None:
        """The account of every branch, worked out from the ledger's own events, and that nobody is forgotten."""
        await self.town.town.settle()
        told: dict[str, list[str]] = {}
        planned: dict[str, tuple[str, str]] = {}
        async for commits in self.town.world.ledger.follow(0, batch=10_000_000):
            for commit in commits:
                for event in commit.events if commit.subject.aggregate == "duty" else ():
                    told.setdefault(commit.subject.id, []).append(event.type)
                    if event.type == "ContactPlanned":
                        planned[commit.subject.id] = (str(event.data["member_id"]), str(event.data["closes_on"]))
            break
        for duty, types in told.items():
            assert sum(one in SETTLED for one in types) <= types.count("ContactPlanned"), (duty, types)
        self.nobody_is_forgotten(planned)
        for branch in BRANCHES:
            where = {"limit": "1", "branch": branch}
            counts = Counter(
                {
                    part: await self.number(part=part, **where)
                    for part in ("open", "paused", "completed", "missed", "exempted", "stopped")
                }
            )
            assert counts.total() == await self.number(**where), (branch, counts)
        whole = (await self.town.get("/v1/duties/reconciliation")).json()
        assert (whole["difference"], whole["planned"]) == (0, len(told)), whole
        shown = {part: whole[part] for part in SETTLED.values()}
        last = Counter(SETTLED[types[-1]] for types in map(_settling, told.values()) if types)
        assert shown == {part: last[part] for part in shown}, (shown, last)

    def nobody_is_forgotten(self, planned: dict[str, tuple[str, str]]) -> None:
        """Whoever is away has a duty whose days hold today, or had it reached in a window that does."""
        today = self.town.world.clock.today()
        held = {member for member, closes_on in planned.values() if date.fromisoformat(closes_on) >= today}
        assert set(self.trips) <= held, f"forgotten on {today}: {sorted(set(self.trips) - held)}"

    async def number(self, **asked: str) -> int:
        """How many duties a filter finds, by the board's own way of counting."""
        listed = (await self.town.get("/v1/duties", **{**asked, "limit": "500"})).json()
        count = len(listed["items"])
        while listed["next_cursor"]:
            listed = (
                await self.town.get("/v1/duties", **{**asked, "limit": "500"}, cursor=listed["next_cursor"])
            ).json()
            count += len(listed["items"])
        return count


def _settling(types: list[str]) -> list[str]:
    """What settled a duty after it was planned for the last time."""
    last = len(types) - 1 - types[::-1].index("ContactPlanned")
    return [one for one in types[last:] if one in SETTLED]


async def test_ten_years_of_quarters() -> None:
    """Leap years, festivals, new trips, faults: at each look every duty is in one part, and nobody is forgotten."""
    world, log = World(datetime(2026, 1, 5, 2, tzinfo=UTC)), MemoryLog()
    world.ledger = sound = MemoryLedger(log)
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    world.ledger = MemoryLedger(log, faults=SeededFaults(SEED, RATES))
    async with on_twins(BLUEPRINT, SETTINGS, world) as running:
        world.ledger = sound  # what other services let happen does happen
        town = ContactTown(running)
        decade = Decade(town)
        await decade.enter()
        day = BEGIN
        while day < END:
            day = min(day + timedelta(days=decade.dice.randint(20, 60)), END)
            await town.until(day)
            for _ in range(decade.dice.randint(0, 2)):
                await decade.dice.choice((decade.leave, decade.come_home))()
            await town.town.settle()
            await decade.act()
            if day.month in {1, 4, 7, 10} or Quarter.of(day).last_day == day:
                await decade.check()
        await decade.check()
        assert len(decade.trips) > MEMBERS // 3
