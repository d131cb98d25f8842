"""The service's own channel on NATS: `svc.<service>.settle` for the manual clock, `.control` for operations."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Protocol

import pydantic_core
import structlog
from faststream import Context

from guiyan.service.bus import Bus
from guiyan.service.clock_control import ClockKeeper
from guiyan.service.operations import Operations
from guiyan.service.problems import from_error

HOLD_SECONDS: Final = 1.0
"""How long an answer to `settle` is kept back for a service to come to rest."""
PAUSE_SECONDS: Final = 0.05
"""How long a service waits before it looks again at what has not changed."""

log = structlog.get_logger("guiyan.channel")


class Work(Protocol):
    """How far a service has come with what lies before it."""

    async def next_due_at(self) -> datetime | None:
        """When the next timer is due; None when there is none."""

    async def head(self) -> int:
        """The newest sequence of the ledger."""

    async def position(self) -> int:
        """The sequence up to which projections have applied and policies have acted."""

    async def at_rest(self) -> bool:
        """Whether nothing is in hand: ingest, senders and other jobs."""

    async def look_for_due(self, timeout_seconds: float) -> None:
        """Have the due loop look at once, and wait until it has, for a time at most."""


async def settle(service: str, keeper: ClockKeeper, work: Work, hold_seconds: float = HOLD_SECONDS) -> dict[str, Any]:
    """How this service stands at the installation's time, so that the clock may be moved on when all are idle.

    `idle` means: everything of the ledger is applied and acted on, no timer is due, nothing is in hand, all of it at
    the sequence `head`. A service that is not idle yet answers when it is, or after `hold_seconds`. The machine's
    clock cannot be moved: the answer is `{"service", "clock": "system", "error"}`.
    """
    if not keeper.is_manual:
        return {
            "service": service,
            "clock": "system",
            "error": "this service runs by the machine's clock, which cannot be moved; set GUIYAN_CLOCK=manual",
        }
    await keeper.refresh()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + hold_seconds
    before: _Standing | None = None
    while True:
        standing = await _look(keeper.clock.now(), work)
        left = deadline - loop.time()
        if standing.idle or left <= 0:
            return {"service": service, "clock": "manual", **standing.as_dict()}
        if standing == before:
            await asyncio.sleep(PAUSE_SECONDS)
        if standing.due:
            await work.look_for_due(left)
        before = standing


@dataclass(frozen=True, slots=True)
class _Standing:
    """What one look at a service found."""

    now: datetime
    next_due_at: datetime | None
    position: int
    head: int
    resting: bool

    @property
    def due(self) -> bool:
        """Whether a timer's time has come."""
        return self.next_due_at is not None and self.next_due_at <= self.now

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do at `head`."""
        return self.position >= self.head and not self.due and self.resting

    def as_dict(self) -> dict[str, Any]:
        """As the answer tells it."""
        return {
            "now": self.now.isoformat(),
            "next_due_at": self.next_due_at.isoformat() if self.next_due_at else None,
            "position": self.position,
            "head": self.head,
            "idle": self.idle,
        }


async def _look(now: datetime, work: Work) -> _Standing:
    """One look, true of one sequence of the ledger: what follows from an event is looked at after it is applied.

    First how far documents and policies are, then the timers and what is in hand, and last whether the ledger has
    grown meanwhile: when it has not, nothing that was looked at can have changed. So the order counts (ADR 0018).
    """
    position = await work.position()
    next_due_at = await work.next_due_at()
    resting = await work.at_rest()
    return _Standing(now, next_due_at, position, await work.head(), resting)


def open_channel(bus: Bus, keeper: ClockKeeper, work: Work, operations: Operations) -> None:
    """Register both subjects with the broker; they answer once the bus is started."""
    service = bus.user

    async def answer_settle(_body: Annotated[Any, Context("message.raw_message")]) -> dict[str, Any]:
        """How this service stands at the manual clock's time."""
        return await _safely(lambda: settle(service, keeper, work))

    async def answer_control(message: Annotated[Any, Context("message.raw_message")]) -> dict[str, Any]:
        """What an operator asks: status, rebuild, parked work."""
        return await _safely(lambda: operations.answer(_question(message.data)))

    for name, handler in (("settle", answer_settle), ("control", answer_control)):
        subject = bus.subject(f"svc.{service}.{name}")
        bus.broker.subscriber(subject, decoder=_undecoded, title=f"{service}_{name}")(handler)


async def _undecoded(_message: Any) -> None:
    """Bodies are read here, so that a bad one gets an answer instead of silence."""


def _question(body: bytes) -> Mapping[str, Any]:
    try:
        found = pydantic_core.from_json(body or b"{}", allow_inf_nan=False)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


async def _safely(act: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """An answer in every case: a caller that hears nothing waits for nothing."""
    try:
        return await act()
    except Exception as error:
        problem = from_error(error)
        if problem is None:
            log.exception("a request on the service's channel failed")
        return {"ok": False, "code": problem.code if problem else "internal"}
