"""What a service answers the manual clock, looked at step by step (ADR 0009, ADR 0018)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from guiyan.ledger import ManualClock
from guiyan.service.channel import settle
from guiyan.service.clock_control import ClockKeeper

NOW = datetime(2026, 2, 2, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@dataclass
class Keeper:
    """A clock that stands."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    is_manual: bool = True

    async def refresh(self) -> bool:
        """Nobody moves it."""
        return True


@dataclass
class Bench:
    """A service's work by hand; what happens while it is being asked is said by `meanwhile`."""

    at: int = 5
    of: int = 5
    next_due: datetime | None = None
    resting: bool = True
    meanwhile: dict[str, Callable[["Bench"], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        act = self.meanwhile.get(name)
        if act is not None:
            act(self)

    async def position(self) -> int:
        """How far it is."""
        self._ask("position")
        return self.at

    async def head(self) -> int:
        """How far the ledger is."""
        self._ask("head")
        return self.of

    async def next_due_at(self) -> datetime | None:
        """Its next timer."""
        self._ask("next_due_at")
        return self.next_due

    async def at_rest(self) -> bool:
        """Whether its jobs rest."""
        self._ask("at_rest")
        return self.resting

    async def look_for_due(self, timeout_seconds: float) -> None:
        """Its due loop looks."""
        assert timeout_seconds > 0
        self._ask("look_for_due")


async def ask(work: Bench, hold_seconds: float = 60.0) -> dict[str, Any]:
    """The answer."""
    return await settle("registry", cast("ClockKeeper", Keeper()), work, hold_seconds)


async def test_who_is_at_rest_says_so_at_once() -> None:
    """One look, and what it saw."""
    work = Bench(next_due=LATER)
    answer = await ask(work)
    assert (answer["idle"], answer["head"], answer["position"]) == (True, 5, 5)
    assert answer["next_due_at"] == LATER.isoformat()
    assert len(work.asked) == 4, "one look"


async def test_a_timer_is_looked_for_after_the_event_that_brings_it() -> None:
    """An event applied while the service is asked schedules a timer: the answer names it, or the clock goes past it."""

    def apply(bench: Bench) -> None:
        bench.at, bench.next_due = 5, LATER

    answer = await ask(Bench(at=4, meanwhile={"position": apply}))
    assert answer["next_due_at"] == LATER.isoformat()


async def test_what_is_in_hand_is_looked_at_after_the_event_that_brings_it() -> None:
    """An event applied while the service is asked gives its sender a notice: it is not at rest."""

    def apply(bench: Bench) -> None:
        bench.at, bench.resting = 5, False

    assert (await ask(Bench(at=4, meanwhile={"position": apply}), hold_seconds=0))["idle"] is False


async def test_a_ledger_that_grows_meanwhile_is_looked_at_again() -> None:
    """Rest is said of one sequence: what came after the positions were asked may have brought anything."""

    def grow(bench: Bench) -> None:
        bench.of = 6

    def catch_up(bench: Bench) -> None:
        bench.at = bench.of

    answer = await ask(Bench(meanwhile={"at_rest": grow, "position": catch_up}))
    assert (answer["idle"], answer["head"], answer["position"]) == (True, 6, 6)


async def test_a_due_timer_is_waited_for() -> None:
    """The due loop looks at once; the answer comes when it has fired, not at the next question."""

    def fire(bench: Bench) -> None:
        bench.next_due = LATER

    work = Bench(next_due=NOW, meanwhile={"look_for_due": fire})
    answer = await ask(work)
    assert (answer["idle"], answer["next_due_at"]) == (True, LATER.isoformat())
    assert work.asked.count("look_for_due") == 1


async def test_work_in_hand_is_waited_for() -> None:
    """The answer is kept back until the sender rests."""
    left = [3]

    def work_off(bench: Bench) -> None:
        left[0] -= 1
        bench.resting = not left[0]

    assert (await ask(Bench(resting=False, meanwhile={"at_rest": work_off})))["idle"] is True
    assert left == [0]


async def test_who_does_not_come_to_rest_says_so_in_the_end() -> None:
    """After the time to wait the answer is no, so that whoever asks can tell who is busy."""
    answer = await ask(Bench(resting=False), hold_seconds=0.05)
    assert answer["idle"] is False
    assert (await ask(Bench(next_due=NOW), hold_seconds=0.0))["idle"] is False
