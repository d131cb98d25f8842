"""Run a follower inside a test, and wait for what it does with a deadline instead of a sleep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from guiyan.ledger.clock import Clock, SystemClock
from guiyan.ledger.commands import Commands
from guiyan.ledger.database import Database
from guiyan.ledger.policy import Policy
from guiyan.ledger.port import Ledger
from guiyan.ledger.projection import Projection
from guiyan.ledger.runner import Follower, FollowerSettings
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.store import Store
from guiyan.ledger.testing.books import OpenSealer

QUICK: Final = FollowerSettings(batch=50, flush_seconds=0.05, stand_by_seconds=0.05, beat_seconds=0.1)
PATIENCE_SECONDS: Final = 0.6
DEADLINE_SECONDS: Final = 20.0


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Wait for a condition; fail by name when it does not come true in time."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - a test asks from outside; nobody tells it
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"within {seconds} s it did not come true that {what}") from None


async def leading(*followers: Follower) -> None:
    """Wait until one of them leads."""

    async def one_leads() -> bool:
        return any(one.leading for one in followers)

    await until(one_leads, "a follower leads")


def a_follower(  # noqa: PLR0913 - what a test may want otherwise
    database: Database,
    ledger: Ledger,
    projections: Sequence[Projection],
    policies: Sequence[Policy] = (),
    *,
    owner: str = "one",
    sealer: Sealer | None = None,
    clock: Clock | None = None,
    **otherwise: float,
) -> Follower:
    """A follower with quick settings, some of them `otherwise`; not running."""
    store = Store(database, owner=owner, patience_seconds=PATIENCE_SECONDS)
    sealer = sealer or OpenSealer()
    commands = Commands(ledger, sealer, clock or SystemClock())
    return Follower(
        "registry",
        store,
        ledger,
        sealer,
        projections,
        policies=policies,
        commands=commands,
        settings=replace(QUICK, **otherwise),  # type: ignore[arg-type]  # seconds, all of them
    )


@asynccontextmanager
async def running(follower: Follower) -> AsyncIterator[Follower]:
    """Run it; in the end it is stopped and gives its lease back."""
    task = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        await follower.stop()
        await asyncio.wait_for(task, DEADLINE_SECONDS)


@asynccontextmanager
async def crashing(follower: Follower) -> AsyncIterator[Follower]:
    """Run it; in the end it dies as by SIGKILL: nothing is finished, nothing given back."""
    task = asyncio.create_task(follower.run())

    async def nothing(*_: object) -> None: ...

    try:
        yield follower
    finally:
        follower.store.leases.release = nothing  # type: ignore[assignment,method-assign] # put in its place for this test alone
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
