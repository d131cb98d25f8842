"""Contact's clockwork alone over the twins: its cycle, policies and timers, and a book that is kept beside it.

The book is kept from the ledger's own events, not from contact's rows; both are compared wherever the clock stops.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from services.contact.tests.town import CITY, FAR, HOME, NEXT, OTHER, PARENTS, SETTINGS, TOWN, ContactTown

from guiyan.contact import app
from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain import commands as ask
from guiyan.contact.due import DueDuties
from guiyan.contact.policies import policies
from guiyan.contact.projections.cycle import ContactCycle
from guiyan.contact.projections.rows import DUTIES, PARTS
from guiyan.contact.queries import reconcile
from guiyan.contact.settings import ContactSettings
from guiyan.events import Event, new_id
from guiyan.events.codes import (
    ContactChannel,
    ContactExemption,
    ContactOutcome,
    DestCertainty,
    DuesAnswer,
    FlowRange,
    FlowReason,
    OrgLifeAnswer,
    WorkAnswer,
)
from guiyan.events.registry import (
    DestinationChanged,
    HostAccepted,
    HostEnded,
    MembershipReinstated,
    MembershipSuspended,
)
from guiyan.events.transfers import TransferWithdrawn
from guiyan.ledger import Context, Ledger, LedgerUnavailable, OutcomeUnknown, Refused
from guiyan.ledger.errors import Contention
from guiyan.ledger.faults import Fault, SeededFaults
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.memory.log import MemoryLog
from guiyan.service.blueprint import Blueprint, Composed, Parts
from guiyan.service.twins import World, on_twins

BRANCHES: Final = (HOME, NEXT, FAR)
SETTLED: Final = {
    "ContactCompleted": "completed",
    "ContactMissed": "missed",
    "ContactExempted": "exempted",
    "ContactStopped": "stopped",
}
CLOCK: Final = {"ContactPlanned": "open", "ContactPaused": "paused", "ContactResumed": "open"}
FROM: Final = {
    "ContactPlanned": {None, "stopped"},
    "ContactPaused": {"open", "paused"},
    "ContactResumed": {"paused"},
    "ContactCompleted": {"open", "paused", "missed"},
    "ContactMissed": {"open"},
    "ContactExempted": {"open", "paused"},
    "ContactStopped": {"open", "paused"},
    "ContactReminderSent": {"open"},
    "ContactEscalated": {"missed"},
}
"""In which part of the account a duty has to be for what happens to it."""
DECISION: Final = {"decision_no": "示例〔2026〕1号", "decided_on": "2026-01-05", "decided_by": CITY}
PLACES: Final[tuple[dict[str, Any], ...]] = (
    *({"dest_certainty": DestCertainty.FIXED},) * 12,
    *({"dest_certainty": DestCertainty.CHANGING},) * 4,
    *({"reason": FlowReason.ABROAD, "range": FlowRange.OVERSEAS, "dest_certainty": DestCertainty.FIXED},) * 3,
    {"dest_certainty": DestCertainty.UNKNOWN},
)
"""Of twenty who leave sixteen are due each quarter, three each half year, one each month (ADR 0025)."""
RATES: Final = {
    Fault.LOSE: 0.01,
    Fault.DROP_ACK: 0.01,
    Fault.LATE: 0.005,
    Fault.DUPLICATE: 0.02,
    Fault.DELAY: 0.01,
    Fault.STALE_READ: 0.02,
}
AWAY: Final = (Refused, LedgerUnavailable, OutcomeUnknown, Contention)
AT_ONCE: Final = 64
DEATHS: Final = 0.03
"""Of a hundred times that something is due contact is killed three times while it does it."""


@dataclass
class Kept:
    """One duty as its own events tell it."""

    member: str
    branch: str
    part: str
    closes_on: str


@dataclass
class Book:
    """Every duty by its own events, the account of each branch, and what has changed since it was looked at."""

    duties: dict[str, Kept] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    held_until: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    read: int = 0

    def note(self, duty_id: str, event: Event) -> None:
        """One event of a duty: allowed where the duty stands, and the account moves with it."""
        kept = self.duties.get(duty_id)
        part = None if kept is None else kept.part
        allowed = FROM.get(event.type)
        assert allowed is None or part in allowed, f"{event.type} of a duty that is {part}: {duty_id}"
        if event.type == "ContactPlanned":
            data = event.data
            if kept is not None:
                self.counts[kept.branch][kept.part] -= 1
            kept = Kept(str(data["member_id"]), str(data["branch"]), "open", str(data["closes_on"]))
            self.duties[duty_id] = kept
        else:
            assert kept is not None, f"{event.type} before it was planned: {duty_id}"
            self.counts[kept.branch][kept.part] -= 1
            kept.part = CLOCK.get(event.type) or SETTLED.get(event.type, kept.part)
            kept.branch = str(event.data["branch"]) if event.type == "ContactReassigned" else kept.branch
            kept.closes_on = str(event.data.get("closes_on", kept.closes_on))
        self.counts[kept.branch][kept.part] += 1
        self.held_until[kept.member] = max(self.held_until.get(kept.member, ""), kept.closes_on)
        self.changed.add(duty_id)

    def of(self, *parts: str) -> list[str]:
        """The ids of the duties in these parts."""
        return [id_ for id_, kept in self.duties.items() if kept.part in parts]


def clockwork(kept: list[Desk]) -> Blueprint[ContactSettings]:
    """Contact without its doors: one projection, the duty's policies and timers; the desk is put into `kept`."""

    def compose(parts: Parts[ContactSettings]) -> Composed:
        desk = app.make_desk(parts)
        kept.append(desk)
        return Composed(policies=policies(desk), timers=DueDuties(desk).handlers())

    return Blueprint(title="Contact", settings=ContactSettings, compose=compose, projections=(ContactCycle(),))


@dataclass
class Person:
    """What was let happen to a member."""

    id: str
    branch: str
    trip: str | None = None
    hosted: bool = False
    suspended: bool = False
    transfer: str | None = None

    @property
    def is_due(self) -> bool:
        """Whether somebody has to keep contact with the member."""
        return self.trip is not None and not self.suspended


@dataclass
class Decade:
    """Who is away, and what is done with their duties, by dice that a seed throws."""

    world: World
    sound: Ledger
    failing: Ledger
    dice: random.Random
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    life: AsyncExitStack = field(default_factory=AsyncExitStack)
    people: list[Person] = field(default_factory=list)
    book: Book = field(default_factory=Book)
    shown: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rows: dict[str, tuple[str, str]] = field(default_factory=dict)
    trips: int = 0
    looks: int = 0
    deaths: int = 0

    def __post_init__(self) -> None:
        self.town: ContactTown
        self.desk: Desk

    async def start(self) -> None:
        """Contact begins, or goes on where it died."""
        desks: list[Desk] = []
        self.life, self.world.ledger = AsyncExitStack(), self.failing
        following = on_twins(clockwork(desks), SETTINGS, self.world, database=self.database)
        running = await self.life.enter_async_context(following)
        self.town, self.desk, self.world.ledger = ContactTown(running), desks[0], self.sound

    async def die_in_the_middle(self) -> None:
        """Contact is killed while its timers fire, somewhere; another one goes on."""
        firing = asyncio.create_task(self.town.town.due.fire_due())
        for _ in range(self.dice.randint(0, 400)):
            await asyncio.sleep(0)
        firing.cancel()
        await asyncio.gather(firing, return_exceptions=True)
        await self.life.aclose()
        self.deaths += 1
        await self.start()

    # -- what happens elsewhere ------------------------------------------------------------------------------------
    async def enter(self, members: int) -> None:
        """The members, nine of ten away."""
        for number in range(members):
            branch = BRANCHES[number % len(BRANCHES)]
            self.people.append(Person(await self.town.member(f"m{number}", branch), branch))
        for person in self.people[: members * 9 // 10]:
            await self.leave(person)

    async def leave(self, person: Person) -> None:
        """Whoever is at home leaves."""
        if person.trip is None and not person.suspended:
            self.trips += 1
            place = self.dice.choice(PLACES)
            person.trip = await self.town.leave(person.id, f"trip{self.trips}", person.branch, **place)

    async def come_home(self, person: Person) -> None:
        """Whoever is away comes home."""
        if person.trip is not None:
            await self.town.come_home_from(person.trip, person.id)
            person.trip, person.hosted = None, False

    async def host(self, person: Person) -> None:
        """A host takes the member in, or has the member no more."""
        if person.trip is not None:
            event = HostEnded if person.hosted else HostAccepted
            happened = event(member_id=person.id, host_branch=OTHER)  # type: ignore[call-arg] # both take these
            await self.world.happen(person.trip, happened)
            person.hosted = not person.hosted

    async def move_on(self, person: Person) -> None:
        """Whoever is away goes somewhere else: contact may be due more or less often from now on."""
        if person.trip is not None:
            place = {"dest_certainty": DestCertainty.FIXED, "range": FlowRange.CROSS_PROVINCE} | self.dice.choice(
                PLACES
            )
            place.pop("reason", None)
            moved = DestinationChanged(member_id=person.id, branch=person.branch, **place)
            await self.world.happen(person.trip, moved)

    async def transfer(self, person: Person) -> None:
        """A transfer is asked for; or the one that is open is withdrawn, or moves the member home again."""
        if person.transfer is None:
            self.trips += 1
            person.transfer = await self.town.ask(person.id, f"transfer{self.trips}")
        elif self.dice.random() < 0.7:
            await self.world.happen(person.transfer, TransferWithdrawn(member_id=person.id))
            person.transfer = None
        else:
            to = self.dice.choice(BRANCHES)
            await self.town.transfer(person.id, to, transfer_id=person.transfer)
            person.transfer, person.trip, person.hosted, person.branch = None, None, False, to

    async def decide(self, person: Person) -> None:
        """The membership is suspended, or reinstated."""
        if person.suspended:
            today = self.world.clock.today()
            happened: Any = MembershipReinstated(
                member_id=person.id, branch=person.branch, requested_on=today, **DECISION
            )
        else:
            happened = MembershipSuspended(member_id=person.id, branch=person.branch, ground="LOST_CONTACT", **DECISION)
        person.suspended = not person.suspended
        await self.world.happen(person.id, happened)

    async def live(self) -> None:
        """A few weeks in the life of the members."""
        for share, what in (
            (90, self.leave),
            (90, self.come_home),
            (150, self.host),
            (200, self.transfer),
            (60, self.move_on),
        ):
            for person in self.dice.sample(self.people, max(1, len(self.people) // share)):
                await what(person)
        for person in self.people:
            if self.dice.random() < (0.2 if person.suspended else 0.003):
                await self.decide(person)

    # -- what contact persons do -----------------------------------------------------------------------------------
    async def work(self) -> None:
        """Contact persons do something about a part of what is open, over a ledger that fails."""
        on = self.world.clock.today()
        acts = [(id_, act) for id_ in self.book.of("open", "paused") if (act := self.throw(on)) is not None]
        for start in range(0, len(acts), AT_ONCE):
            await asyncio.gather(*(self.do(id_, act) for id_, act in acts[start : start + AT_ONCE]))

    def throw(self, on: date) -> ask.Act | None:
        """Which act, if any."""
        when: dict[str, Any] = {"on": on, "today": on}
        dice = self.dice.random()
        if dice < 0.2:
            return ask.Complete(
                **when,
                channel=ContactChannel.PHONE,
                work=WorkAnswer.EMPLOYED,
                org_life=OrgLifeAnswer.NONE,
                dues=DuesAnswer.UNSAID,
            )
        if dice < 0.27:
            return ask.Attempt(**when, channel=ContactChannel.PHONE, outcome=ContactOutcome.NO_ANSWER)
        if dice < 0.28:
            return ask.Exempt(**when, reason=ContactExemption.SEEN_AT_HOME)
        if dice < 0.29:
            return ask.Agree(**when)
        return ask.EndAgreement(**when) if dice < 0.3 else None

    async def do(self, id_: str, act: ask.Act) -> None:
        """Done, or refused with a reason, or tried in vain: whatever the ledger does."""
        command_id = new_id(self.world.clock.now())
        try:
            await self.desk.act(id_, act, Context(command_id, "keeper", HOME, command_id, command_id))
        except AWAY:
            return

    # -- what has to hold ------------------------------------------------------------------------------------------
    async def until(self, at: datetime) -> None:
        """Move the clock from due time to due time, and look at each."""
        await self.town.town.settle()
        while (due_at := await self.town.town.due.next_due_at()) is not None and due_at <= at:
            self.world.clock.set(due_at)
            if self.dice.random() < DEATHS:
                await self.die_in_the_middle()
            fired = await self.town.town.due.fire_due()
            await self.look()
            left = await self.town.town.due.next_due_at()
            assert fired or left != due_at, f"a timer of {due_at} does not fire"
        self.world.clock.set(at)

    async def look(self) -> None:
        """Each duty that changed is in the part that its own events say, and every branch's account is 0 off."""
        await self.town.town.settle()
        self.looks += 1
        async for commits in self.world.ledger.follow(self.book.read, batch=1_000_000):
            for commit in commits:
                for event in commit.events if commit.subject.aggregate == "duty" else ():
                    self.book.note(commit.subject.id, event)
                self.book.read = commit.sequence
            break
        changed, self.book.changed = self.book.changed, set()
        rows = await self.desk.cycle.find(DUTIES, {"_id": {"$in": sorted(changed)}}) if changed else []
        assert len(rows) == len(changed), f"{len(changed) - len(rows)} duties are in the ledger and not on the desk"
        for row in rows:
            now, before = (row["branch"], row["part"]), self.rows.get(row["_id"])
            kept = self.book.duties[row["_id"]]
            assert now == (kept.branch, kept.part), f"{row['_id']} is shown as {now}, and is {kept}"
            self.rows[row["_id"]] = now
            if before is not None:
                self.shown[before[0]][before[1]] -= 1
            self.shown[now[0]][now[1]] += 1
        for branch in BRANCHES:
            assert +self.shown[branch] == +self.book.counts[branch], branch
        assert sum(one.total() for one in self.shown.values()) == len(self.book.duties)
        await self.nobody_is_forgotten()

    async def nobody_is_forgotten(self) -> None:
        """Whoever is away and in good standing has a duty whose days hold today, or one whose clock stands still."""
        today = self.world.clock.today().isoformat()
        late = [person for person in self.people if person.is_due and self.book.held_until.get(person.id, "") < today]
        if late:
            paused = {self.book.duties[one].member for one in self.book.of("paused")}
            for person in late:
                assert person.id in paused, f"forgotten on {today}: {person}{await self.story(person)}"

    async def story(self, person: Person) -> str:
        """Everything that the ledger tells of a member, for whoever has to find out what went wrong."""
        lines = [""]
        async for commits in self.world.ledger.follow(0, batch=10_000_000):
            for commit in commits:
                lines.extend(
                    f"{event.time:%F %R} {event.type} {commit.subject.id} {event.data}"
                    for event in commit.events
                    if event.data.get("member_id") == person.id
                )
            break
        return "\n".join(lines)

    async def account(self) -> None:
        """The account as it is told to people: planned = the sum of its parts, branch by branch."""
        await self.look()
        for branch in BRANCHES:
            told = await reconcile(self.desk.cycle, {"branch": branch})
            assert told["difference"] == 0
            counts = self.book.counts[branch]
            assert {name: told[name] for name in PARTS} == {name: counts[name] for name in PARTS}, branch
            assert told["planned"] == counts.total()


@asynccontextmanager
async def a_decade(begin: datetime, seed: int) -> AsyncIterator[Decade]:
    """A town whose contact writes to a ledger that fails as the seed says; other services write to a sound one."""
    world, log = World(begin), MemoryLog()
    world.ledger = sound = MemoryLedger(log)
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    decade = Decade(world, sound, MemoryLedger(log, faults=SeededFaults(seed, RATES)), random.Random(seed))
    try:
        await decade.start()
        yield decade
    finally:
        await decade.life.aclose()
