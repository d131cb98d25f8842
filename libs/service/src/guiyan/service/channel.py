"""The service's own channel on NATS: `svc.<service>.settle` for the manual clock, `.control` for operations."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Protocol

import pydantic_core
import structlog
from faststream import Context

from guiyan.service.bus import Bus
from guiyan.service.clock_control import ClockKeeper
from guiyan.service.operations import Operations
from guiyan.service.problems import from_error

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

    def wake(self) -> None:
        """Look for due timers at once."""


async def settle(service: str, keeper: ClockKeeper, work: Work) -> dict[str, Any]:
    """How this service stands at the installation's time, so that the clock may be moved on when all are idle.

    `idle` means: everything of the ledger is applied and acted on, no timer is due, nothing is in hand. The machine's
    clock cannot be moved: the answer is `{"service", "clock": "system", "error"}`.
    """
    if not keeper.is_manual:
        return {
            "service": service,
            "clock": "system",
            "error": "this service runs by the machine's clock, which cannot be moved; set GUIYAN_CLOCK=manual",
        }
    await keeper.refresh()
    now = keeper.clock.now()
    resting = await work.at_rest()
    next_due_at = await work.next_due_at()
    position, head = await work.position(), await work.head()
    due = next_due_at is not None and next_due_at <= now
    if due:
        work.wake()
    return {
        "service": service,
        "clock": "manual",
        "now": now.isoformat(),
        "next_due_at": next_due_at.isoformat() if next_due_at else None,
        "position": position,
        "head": head,
        "idle": position >= head and not due and resting,
    }


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
