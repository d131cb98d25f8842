"""The follower: one a service; leads or stands by, feeds every projection, runs the policies behind them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from guiyan.ledger.alarm import Alarm
from guiyan.ledger.builder import Sources
from guiyan.ledger.commands import Commands
from guiyan.ledger.counters import Counters
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.desk import GRACE_SECONDS, Desk
from guiyan.ledger.errors import FenceLost, LedgerUnavailable
from guiyan.ledger.feed import Wanted
from guiyan.ledger.lanes import Lanes
from guiyan.ledger.leading import Leading
from guiyan.ledger.lease import BEAT_SECONDS
from guiyan.ledger.parking import describe
from guiyan.ledger.patience import pause_seconds
from guiyan.ledger.policy import Policy
from guiyan.ledger.port import Ledger
from guiyan.ledger.positions import READ, Positions
from guiyan.ledger.projection import Projection
from guiyan.ledger.reactions import Reactor
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.status import LEASE, Sight, Status, StatusReader
from guiyan.ledger.store import Store
from guiyan.ledger.stride import Stride
from guiyan.ledger.target import Target

POLL_SECONDS: Final = 0.05
TURN_SECONDS: Final = 5.0
"""A feed that has not turned for so long is not believed about its own lag."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FollowerSettings:
    """How a follower works; the defaults are right for production."""

    batch: int = 2_000
    flush_seconds: float = 1.0
    gather_seconds: float = 0.05
    stand_by_seconds: float = 0.5
    beat_seconds: float = BEAT_SECONDS
    stuck_seconds: float = 60.0
    grace_seconds: float = GRACE_SECONDS


class Follower:
    """Feeds a service's projections and policies from the ledger while it holds the service's lease."""

    def __init__(  # noqa: PLR0913 - what a follower is made of
        self,
        service: str,
        store: Store,
        ledger: Ledger,
        sealer: Sealer,
        projections: Sequence[Projection],
        *,
        policies: Sequence[Policy] = (),
        commands: Commands | None = None,
        settings: FollowerSettings | None = None,
    ) -> None:
        if policies and commands is None:
            raise ValueError(f"the follower of {service} has policies but no commands to run them with")
        self.service = service
        self.store = store
        self.ledger = ledger
        self.positions = Positions()
        self.counters = Counters()
        self.settings = settings or FollowerSettings()
        self.lanes = Lanes(store, tuple(projections))
        self.failure: str | None = None
        self._sources = Sources(store, ledger, sealer)
        self._reactor = (
            Reactor(service, tuple(policies), commands, store, self.positions, self.counters) if commands else None
        )
        self._wanted = Wanted(
            frozenset().union(*(one.handles for one in policies)), frozenset().union(*(one.opens for one in policies))
        )
        self._stride = Stride(self.settings.batch)
        self._leading: Leading | None = None
        self._stopping = asyncio.Event()

    @property
    def leading(self) -> bool:
        """Whether this replica is the one at work."""
        return self._leading is not None

    async def run(self) -> None:
        """Lead or stand by until `stop`; outlives every outage of a server."""
        tries = 0
        while not self._stopping.is_set():
            try:
                fence = await self.store.leases.try_acquire(LEASE)
                if fence is None:
                    fence = await self._stand_by()
                if fence is None:
                    continue
                _log.info("follower_leads", service=self.service, fence=fence)
                self.counters.takeovers += 1
                await self._lead(fence)
                tries = 0
            except FenceLost as lost:
                _log.warning("follower_replaced", service=self.service, reason=str(lost))
                await self._rest(self.settings.stand_by_seconds)
            except (StoreUnavailable, LedgerUnavailable) as away:
                tries += 1
                _log.warning("follower_waits", service=self.service, error=str(away))
                await self._rest(pause_seconds(tries))
            except Exception as error:  # noqa: BLE001 - told in status and log, tried again; a follower never just ends
                tries += 1
                self.failure = describe(error)
                _log.exception("follower_failed", service=self.service)
                await self._rest(pause_seconds(tries))

    async def stop(self) -> None:
        """Finish the batch at hand, give the lease back, and let `run` return."""
        self._stopping.set()
        if self._leading is not None:
            self._leading.stop()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _stand_by(self) -> int | None:
        """Wait for the lease; meanwhile keep up to date what this version of the service has and the leader has not.

        So a new version's documents are there before its first replica is asked to lead.
        """
        beside = await self._take_beside()
        if beside is None:
            await self._rest(self.settings.stand_by_seconds)
            return None
        leading, lease = beside
        feeding = asyncio.create_task(leading.run())
        beating = asyncio.create_task(self._beat(leading, lease))
        fence: int | None = None
        try:
            while fence is None and not self._stopping.is_set() and not feeding.done() and not beating.done():
                await self._rest(self.settings.stand_by_seconds)
                fence = await self.store.leases.try_acquire(LEASE)
        finally:
            leading.stop()
            beating.cancel()
            results = await asyncio.gather(feeding, beating, return_exceptions=True)
            with contextlib.suppress(StoreUnavailable):
                await self.store.leases.release(lease, leading.fence)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, FenceLost):
                _log.warning("build_beside_failed", service=self.service, error=describe(result))
        return fence

    async def _take_beside(self) -> tuple[Leading, str] | None:
        """What the leader does not feed, under a lease of its own; None when there is nothing or somebody has it."""
        holder = await self.store.leases.holder(LEASE)
        fed = holder.info.get("lines") if holder is not None else None
        missing = [one for line, one in self.lanes.projections.items() if fed is not None and line not in fed]
        if not missing:
            return None
        lease = "beside:" + ",".join(sorted(Target.of(one, 1).line for one in missing))
        fence = await self.store.leases.try_acquire(lease)
        if fence is None:
            return None
        _log.info("builds_beside_the_leader", service=self.service, lease=lease, fence=fence)
        return self._term(fence, Lanes(self.store, missing), Positions(), None), lease

    def _term(self, fence: int, lanes: Lanes, positions: Positions, reactor: Reactor | None) -> Leading:
        return Leading(
            self._sources,
            lanes,
            fence,
            positions=positions,
            counters=self.counters,
            reactor=reactor,
            wanted=self._wanted if reactor is not None else Wanted(),
            stride=self._stride,
            flush_seconds=self.settings.flush_seconds,
            gather_seconds=self.settings.gather_seconds,
        )

    async def _lead(self, fence: int) -> None:
        """Lead until stopped or replaced; whatever ends first ends the others, then the lease is given back."""
        leading = self._term(fence, self.lanes, self.positions, self._reactor)
        jobs: list[asyncio.Task[None]] = []
        try:
            if self._reactor is not None:
                await self._reactor.open(fence)
                jobs.append(asyncio.create_task(self._reactor.run()))
            jobs.append(asyncio.create_task(leading.run()))
            jobs.append(asyncio.create_task(self._beat(leading, LEASE)))
            jobs.append(asyncio.create_task(Desk(leading, grace_seconds=self.settings.grace_seconds).run()))
            self._leading = leading
            if self._stopping.is_set():
                leading.stop()
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                job.result()
        finally:
            self._leading = None
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            self.positions.set({})
            with contextlib.suppress(StoreUnavailable):
                await self.store.leases.release(LEASE, fence)

    async def _beat(self, leading: Leading, lease: str) -> None:
        """Give signs of life as long as the feed turns; a feed that hangs loses the lease."""
        lines = list(leading.lanes.projections)
        while True:
            if time.monotonic() - leading.turned_at < self.settings.stuck_seconds:
                with contextlib.suppress(StoreUnavailable):
                    signs = {"positions": dict(leading.positions.known()), "failure": self.failure, "lines": lines}
                    await self.store.leases.beat(lease, leading.fence, **signs)
            await asyncio.sleep(self.settings.beat_seconds)
            if leading.has_turned:
                self.failure = None

    # -- waiting and status ---------------------------------------------------------------------------------------
    async def wait_applied(
        self, sequence: int, timeout_seconds: float, projection: Projection | type[Projection] | None = None
    ) -> bool:
        """Whether the live documents (of one projection, or of all) hold everything up to a sequence, in time."""
        lines = [Target.of(projection, 1).line] if projection is not None else list(self.lanes.projections)
        return await self._wait(lambda known: _applied(known, lines, sequence), timeout_seconds)

    async def wait_settled(self, sequence: int, timeout_seconds: float) -> bool:
        """Likewise, and the policies have done what they do about it."""
        names = self._reactor.names if self._reactor is not None else []
        lines = [*self.lanes.projections, *names]
        return await self._wait(lambda known: _applied(known, lines, sequence), timeout_seconds)

    async def wait_read(self, sequence: int, timeout_seconds: float) -> bool:
        """Likewise for what the follower here feeds: paused projections do not count."""
        return await self._wait(lambda known: known.get(READ, 0) >= sequence, timeout_seconds)

    async def _wait(self, reached: Callable[[Mapping[str, int]], bool], timeout_seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as limit:
                with Alarm(timeout_seconds, lambda: limit.reschedule(loop.time())):
                    while not reached(self.positions.known() if self.leading else await self._stored_positions()):
                        if self.leading:
                            await self.positions.moved()
                        else:
                            await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            return False
        return True

    async def _stored_positions(self) -> dict[str, int]:
        """Positions as another replica's follower last wrote them, by line for what is live."""
        positions = await self.store.checkpoints.positions()
        for line in self.lanes.projections:
            positions[line] = positions.get(str(await self.store.generations.live(line)), 0)
        return positions

    async def status(self) -> Status:
        """How the service's projections stand; from here when this follower leads, else as the leader last wrote."""
        reader = StatusReader(self.store, self.ledger)
        leading = self._leading
        if leading is None:
            return await reader.read()
        if leading.pending_since is None and time.monotonic() - leading.turned_at > TURN_SECONDS:
            return await reader.read()
        pending = max(0.0, time.time() - leading.pending_since) if leading.pending_since else 0.0
        return await reader.read(Sight(self.positions.known(), leading.read, pending))


def _applied(known: Mapping[str, int], names: Sequence[str], sequence: int) -> bool:
    return all(known.get(name, 0) >= sequence for name in names)
