"""Timers fire in order, once, with their own due time, by whatever clock."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from guiyan.ledger.clock import ManualClock
from guiyan.ledger.commands import Commands
from guiyan.ledger.database import Database
from guiyan.ledger.due import DueLoop, DueSettings, Handler
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.policy import Call
from guiyan.ledger.projection import Timer
from guiyan.ledger.runner import Follower
from guiyan.ledger.testing.books import AT, NOTES, Counting, Note, OpenSealer, Writer, book
from guiyan.ledger.testing.following import a_follower, crashing, leading, running

FIRED: list[Timer] = []


def remind(timer: Timer) -> Sequence[Call]:
    """A note in the timer's own book of reminders."""
    FIRED.append(timer)
    return [Call(NOTES, f"reminded-{timer.id}", Note(limit=5))]


def a_loop(
    follower: Follower,
    ledger: MemoryLedger,
    clock: ManualClock,
    handlers: Mapping[str, Handler] | None = None,
    settings: DueSettings | None = None,
) -> DueLoop:
    """A due loop on a follower, not running."""
    FIRED.clear()
    commands = Commands(ledger, OpenSealer(), clock)
    return DueLoop(follower, commands, clock, handlers or {"remind": remind}, settings)


async def test_timers_fire_in_order_each_with_its_own_due_time(database: Database) -> None:
    """What is due by now fires by due time and id; what is not yet due stays."""
    ledger, clock = MemoryLedger(), ManualClock(AT)
    writer = Writer(ledger)
    for name, days in (("c", 3), ("a", 9), ("b", 3), ("d", 40)):
        last = await writer.write(name, {"due": days})
    async with running(a_follower(database, ledger, [Counting()], clock=clock)) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        loop = a_loop(follower, ledger, clock)
        assert await loop.fire_due() == 0
        assert await loop.next_due_at() == AT + timedelta(days=3)
        clock.set(AT + timedelta(days=20))
        assert await loop.fire_due() == 3
        assert [(one.id, (one.due_at - AT).days) for one in FIRED] == [("book-b", 3), ("book-c", 3), ("book-a", 9)]
        assert await loop.next_due_at() == AT + timedelta(days=40)
        assert await loop.fire_due() == 0
    assert len((await ledger.read(book("reminded-book-a"))).events) == 1


async def test_a_timer_fires_once_through_crash_and_restart(database: Database) -> None:
    """Killed between the command and the note that it is done, the next process writes nothing twice."""
    ledger, clock = MemoryLedger(), ManualClock(AT)
    last = await Writer(ledger).write("a", {"due": 1})
    clock.set(AT + timedelta(days=2))
    async with crashing(a_follower(database, ledger, [Counting()], clock=clock, owner="one")) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        loop = a_loop(follower, ledger, clock)

        async def die(_: object) -> None:
            raise KeyboardInterrupt

        loop._timers.end = die  # type: ignore[method-assign,assignment] # put in its place for this test alone
        with contextlib.suppress(KeyboardInterrupt):
            await loop.fire_due()
    async with running(a_follower(database, ledger, [Counting()], clock=clock, owner="two")) as follower:
        await leading(follower)
        assert await a_loop(follower, ledger, clock).fire_due() == 1
        assert await a_loop(follower, ledger, clock).fire_due() == 0
    assert len((await ledger.read(book("reminded-book-a"))).events) == 1


async def test_a_cancelled_or_moved_timer_does_not_fire(database: Database) -> None:
    """The projection's last word counts."""
    ledger, clock = MemoryLedger(), ManualClock(AT + timedelta(days=10))
    writer = Writer(ledger)
    await writer.write("a", {"due": 3})
    await writer.write("a", {"cancel": True})
    await writer.write("b", {"due": 3})
    last = await writer.write("b", {"due": 30})
    async with running(a_follower(database, ledger, [Counting()], clock=clock)) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        assert await a_loop(follower, ledger, clock).fire_due() == 0


async def test_a_refused_timer_is_done_and_stays_done(database: Database) -> None:
    """A timer whose command is refused does not spin, and a rebuilt projection does not fire it again."""
    ledger, clock = MemoryLedger(), ManualClock(AT + timedelta(days=10))
    last = await Writer(ledger).write("a", {"due": 3})
    full = {"remind": lambda timer: [Call(NOTES, timer.id, Note(limit=0))]}
    async with running(a_follower(database, ledger, [Counting()], clock=clock)) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        loop = a_loop(follower, ledger, clock, full)
        assert await loop.fire_due() == 1
        assert await loop.fire_due() == 0
        record = await database.collection("_timers_done").find().to_list()
        assert [(one["outcome"], one["detail"]) for one in record] == [("refused", "book_is_full")]
        await database.collection("counting_v1_g1__timers").update_many({}, {"$unset": {"done": 1}})
        assert await loop.fire_due() == 0
        assert await loop.next_due_at() is None


async def test_a_failing_timer_is_parked_visibly_and_can_be_retried(database: Database) -> None:
    """A defect in a handler, or a kind nobody handles, stops that timer only; `retry` lets it fire again."""
    ledger, clock = MemoryLedger(), ManualClock(AT + timedelta(days=10))
    writer = Writer(ledger)
    await writer.write("a", {"due": 3})
    last = await writer.write("b", {"due": 4})

    def broken(timer: Timer) -> Sequence[Call]:
        if timer.id == "book-a":
            raise KeyError("张三")
        return remind(timer)

    async with running(a_follower(database, ledger, [Counting()], clock=clock)) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        assert await a_loop(follower, ledger, clock, {"remind": broken}).fire_due() == 2
        assert [one.id for one in FIRED] == ["book-b"]
        parked = await follower.store.timers.parked()
        assert [one["timer"] for one in parked] == ["book-a"]
        assert "张三" not in parked[0]["detail"]
        status = await follower.status()
        assert (status.timers_parked, status.alarm) == (1, True)
        assert await follower.store.timers.retry(parked[0]["_id"])
        loop = a_loop(follower, ledger, clock, {"other": remind})
        assert await loop.fire_due() == 1
        parked = await follower.store.timers.parked()
        assert "no handler" in parked[0]["detail"]
        assert await follower.store.timers.retry(parked[0]["_id"])
        assert await a_loop(follower, ledger, clock).fire_due() == 1
        assert await follower.store.timers.parked() == []


async def test_a_running_loop_looks_when_it_is_asked_to(database: Database) -> None:
    """Who moved the clock need not wait for the loop's own time to look, and knows when it has."""
    ledger, clock = MemoryLedger(), ManualClock(AT)
    last = await Writer(ledger).write("a", {"due": 3})
    async with running(a_follower(database, ledger, [Counting()], clock=clock)) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        loop = a_loop(follower, ledger, clock, settings=DueSettings(poll_seconds=3600))
        task = asyncio.create_task(loop.run())
        await loop.look(10)
        assert FIRED == []
        clock.set(AT + timedelta(days=3))
        async with asyncio.timeout(60):
            while not FIRED:  # a look that had begun before the clock was moved does not count
                await loop.look(30)
        await loop.stop()
        await task


async def test_many_timers_at_once_fire_one_after_the_other_for_one_aggregate(database: Database) -> None:
    """Timers of one moment fire together, but never two at once on the same aggregate."""
    ledger, clock = MemoryLedger(), ManualClock(AT + timedelta(days=10))
    writer = Writer(ledger)
    for n in range(30):
        last = await writer.write(f"b{n:02}", {"due": 3})
    same = {"remind": lambda timer: [Call(NOTES, f"book-{int(timer.id[-2:]) % 10}", Note())]}
    async with running(a_follower(database, ledger, [Counting()], clock=clock)) as follower:
        assert await follower.wait_applied(last.sequence, 10)
        assert await a_loop(follower, ledger, clock, same).fire_due() == 30
        assert follower.counters.retries == 0
    for n in range(10):
        assert len((await ledger.read(book(f"book-{n}"))).events) == 3
