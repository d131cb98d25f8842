"""The due loop: turns timers whose time has come into commands, in order, once, wherever it is interrupted."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from guiyan.events import derived_id
from guiyan.ledger.clock import Clock
from guiyan.ledger.commands import Commands
from guiyan.ledger.context import Context
from guiyan.ledger.errors import FenceLost, PersonErased, Refused
from guiyan.ledger.parking import describe
from guiyan.ledger.patience import AWAY, patiently
from guiyan.ledger.policy import Call
from guiyan.ledger.projection import Timer
from guiyan.ledger.runner import Follower
from guiyan.ledger.timers import Due, Ended

Handler = Callable[[Timer], Sequence[Call] | Awaitable[Sequence[Call]]]
SYSTEM_ORG: Final = "000000000000"
"""The organisation of the system itself, for timers whose data names none under `org`."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DueSettings:
    """How the loop works; the defaults are right for production."""

    poll_seconds: float = 1.0
    round_limit: int = 500
    at_once: int = 64
    apply_seconds: float = 30.0


class NoHandler(Exception):  # noqa: N818 - the name says what is wrong
    """Nobody said what a timer of this kind means."""


@dataclass(frozen=True, slots=True)
class _Fired:
    ended: Ended
    sequence: int


class DueLoop:
    """Fires a service's timers while its follower leads; a handler per kind says which commands a timer means.

    The handler is given the timer with its own due time, which may be long past. Command ids are derived from timer
    and due time, so a second replica or a restart writes nothing twice.
    """

    def __init__(
        self,
        follower: Follower,
        commands: Commands,
        clock: Clock,
        handlers: Mapping[str, Handler],
        settings: DueSettings | None = None,
    ) -> None:
        self._follower = follower
        self._timers = follower.store.timers
        self._lines = list(follower.lanes.projections)
        self._commands = commands
        self._clock = clock
        self._handlers = dict(handlers)
        self._settings = settings or DueSettings()
        self._woken = asyncio.Event()
        self._looked = asyncio.Event()
        self._stopping = False
        self._lock = asyncio.Lock()

    async def run(self) -> None:
        """Fire what is due, about once a second or when woken, until `stop`."""
        while not self._stopping:
            try:
                await self.fire_due()
            except AWAY as away:
                _log.warning("due_loop_waits", error=str(away))
            except FenceLost:
                _log.warning("due_loop_replaced", service=self._follower.service)
            except Exception:  # noqa: BLE001 - logged and tried again: a due loop never just ends
                _log.exception("due_loop_failed", service=self._follower.service)
            self._looked.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._settings.poll_seconds)
            self._woken.clear()

    async def stop(self) -> None:
        """Let `run` return after the round at hand."""
        self._stopping = True
        self.wake()

    def wake(self) -> None:
        """The clock was moved: look at once."""
        self._woken.set()

    async def look(self, timeout_seconds: float) -> None:
        """Have the running loop look at once; returns when it has ended a look, or after a time at most.

        That look may have begun before: who asks sees for himself whether anything is still due.
        """
        self._looked.clear()
        self.wake()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), timeout_seconds)

    async def next_due_at(self) -> datetime | None:
        """When the next timer is due; None when there is none."""
        return await self._timers.next_due_at(self._lines)

    async def fire_due(self) -> int:
        """Fire everything due by now, also what comes due through it; gives how many. Only the leader does."""
        fired = 0
        async with self._lock:
            while self._follower.leading and not self._stopping:
                count = await self._round()
                if not count:
                    break
                fired += count
        return fired

    async def _round(self) -> int:
        """Fire the earliest due time's timers, at most one per aggregate, and wait until that is applied."""
        now = self._clock.now()
        if not await self._timers.due(self._lines, now, 1) or not await self._caught_up():
            return 0
        found = await self._timers.due(self._lines, now, self._settings.round_limit)
        planned = await self._plan([one for one in found if one.timer.due_at == found[0].timer.due_at])
        fired: list[_Fired] = []
        for start in range(0, len(planned), self._settings.at_once):
            some = planned[start : start + self._settings.at_once]
            fired.extend(await asyncio.gather(*(self._fire(due, calls) for due, calls in some)))
        last = max((one.sequence for one in fired), default=0)
        if not await self._follower.wait_read(last, self._settings.apply_seconds):
            return 0
        await self._timers.end([one.ended for one in fired])
        self._follower.counters.timers_fired += len(fired)
        return len(fired)

    async def _caught_up(self) -> bool:
        """What the ledger holds now is applied, so that no timer fires that an event has already cancelled."""
        head = await self._follower.ledger.head()
        return await self._follower.wait_read(head, self._settings.apply_seconds)

    async def _plan(self, found: Sequence[Due]) -> list[tuple[Due, Sequence[Call] | Exception]]:
        """What each timer means; a second timer for the same aggregate waits for the next round."""
        planned: list[tuple[Due, Sequence[Call] | Exception]] = []
        aimed: set[str] = set()
        for due, calls in [one for some in self._some(found) for one in await self._asked(some)]:
            aims = set() if isinstance(calls, Exception) else {str(c.decider.subject(c.aggregate_id)) for c in calls}
            if aims.isdisjoint(aimed):
                planned.append((due, calls))
                aimed |= aims
        return planned

    def _some(self, found: Sequence[Due]) -> Iterator[Sequence[Due]]:
        return (found[start : start + self._settings.at_once] for start in range(0, len(found), self._settings.at_once))

    async def _asked(self, some: Sequence[Due]) -> list[tuple[Due, Sequence[Call] | Exception]]:
        """Each timer with what it means; handlers only read, and read together what they ask for at one moment."""
        answers = await asyncio.gather(*(self._ask(one.timer) for one in some))
        return list(zip(some, answers, strict=True))

    async def _ask(self, timer: Timer) -> Sequence[Call] | Exception:
        handler = self._handlers.get(timer.kind)
        if handler is None:
            return NoHandler(timer.kind)
        try:
            calls = handler(timer)
            return await calls if inspect.isawaitable(calls) else calls
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - this timer is parked, the others fire
            return error

    async def _fire(self, due: Due, calls: Sequence[Call] | Exception) -> _Fired:
        timer = due.timer
        if isinstance(calls, Exception):
            return self._park(due, calls)
        sequence, refusals, done = 0, [], 0
        for number, call in enumerate(calls):
            try:
                sequence = max(sequence, await self._command(timer, number, call))
                done += 1
            except Refused as refused:
                refusals.append(refused.code)
            except PersonErased:
                refusals.append("person_erased")
            except AWAY:
                raise
            except Exception as error:  # noqa: BLE001 - this timer is parked, the others fire
                return self._park(due, error)
        if refusals:
            self._follower.counters.refused += len(refusals)
            _log.info("timer_refused", timer=timer.id, kind=timer.kind, codes=refusals)
        outcome = "fired" if done else "refused" if refusals else "nothing"
        return _Fired(Ended(timer, due.line, outcome, ", ".join(refusals) or None), sequence)  # type: ignore[arg-type] # one of the words of Outcome

    async def _command(self, timer: Timer, number: int, call: Call) -> int:
        command_id = derived_id(timer.due_at, "timer", timer.id, str(number))
        org = str(timer.data.get("org") or SYSTEM_ORG)
        service = self._follower.service
        context = Context(command_id, f"system:{service}", org, f"timer/{timer.id}"[:200], command_id)
        outcome = await patiently(
            lambda: self._commands.execute(call.decider, call.aggregate_id, call.command, context),
            self._follower.counters,
        )
        return outcome.sequence

    def _park(self, due: Due, error: Exception) -> _Fired:
        self._follower.counters.parked += 1
        detail = f"no handler for timers of kind {error}" if isinstance(error, NoHandler) else describe(error)
        _log.error("timer_parked", timer=due.timer.id, kind=due.timer.kind, error=detail)
        return _Fired(Ended(due.timer, due.line, "parked", detail), 0)
