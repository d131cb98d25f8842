"""The follower: one a service; leads or stands by, feeds every projection, runs the policies behind them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from guiyan.ledger.commands import Commands
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.counters import Counters
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.errors import FenceLost, LedgerUnavailable
from guiyan.ledger.feed import Feed, Lane, Wanted, Work
from guiyan.ledger.lanes import Lanes
from guiyan.ledger.lease import BEAT_SECONDS
from guiyan.ledger.patience import pause_seconds
from guiyan.ledger.policy import Policy
from guiyan.ledger.port import Ledger
from guiyan.ledger.positions import Positions
from guiyan.ledger.projection import Projection
from guiyan.ledger.reactions import Reactor
from guiyan.ledger.sealing import Sealer
from guiyan.ledger.status import LEASE, Sight, Status, StatusReader
from guiyan.ledger.store import Store
from guiyan.ledger.stream import Stream
from guiyan.ledger.target import Target

POLL_SECONDS: Final = 0.05
TURN_SECONDS: Final = 5.0
"""A feed that has not turned for so long is not believed about its own lag."""
READ: Final = "*"
"""The name under which the position of the feed itself is known."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FollowerSettings:
    """How a follower works; the defaults are right for production."""

    batch: int = 2_000
    flush_seconds: float = 1.0
    stand_by_seconds: float = 0.5
    beat_seconds: float = BEAT_SECONDS
    stuck_seconds: float = 60.0


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
        self.projections = tuple(projections)
        self.positions = Positions()
        self.counters = Counters()
        self.settings = settings or FollowerSettings()
        self.leading = False
        self.failure: str | None = None
        self.oldest_pending: float | None = None
        self.lanes = Lanes(store, self.projections)
        self._sealer = sealer
        self._reactor = (
            Reactor(service, tuple(policies), commands, store, self.positions, self.counters) if commands else None
        )
        self._wanted = Wanted(
            frozenset().union(*(one.handles for one in policies)), frozenset().union(*(one.opens for one in policies))
        )
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._read = 0
        self._turned_at = time.monotonic()
        self._errands: asyncio.Queue[tuple[Callable[[Feed], Awaitable[Any]], asyncio.Future[Any]]] = asyncio.Queue()

    async def run(self) -> None:
        """Lead or stand by until `stop`; outlives every outage of a server."""
        tries = 0
        while not self._stopping.is_set():
            try:
                fence = await self.store.leases.try_acquire(LEASE)
                if fence is None:
                    await self._rest(self.settings.stand_by_seconds)
                    continue
                _log.info("follower_leads", service=self.service, fence=fence)
                self.counters.takeovers += 1
                await self._lead_and_release(fence)
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
                self.failure = type(error).__name__
                _log.exception("follower_failed", service=self.service)
                await self._rest(pause_seconds(tries))

    async def stop(self) -> None:
        """Finish the batch at hand, give the lease back, and let `run` return."""
        self._stopping.set()
        self._woken.set()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _lead_and_release(self, fence: int) -> None:
        """Lead until stopped or replaced; whatever ends first ends the others."""
        if self._reactor is not None:
            await self._reactor.open(fence)
        jobs = {asyncio.create_task(self._lead(fence)), asyncio.create_task(self._beat(fence))}
        if self._reactor is not None:
            jobs.add(asyncio.create_task(self._reactor.run()))
        self.leading = True
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                job.result()
        finally:
            self.leading = False
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            self._drop_errands()
            self.positions.set({})
            with contextlib.suppress(StoreUnavailable):
                await self.store.leases.release(LEASE, fence)

    async def _beat(self, fence: int) -> None:
        """Give signs of life as long as the feed turns; a feed that hangs loses the lease."""
        while True:
            if time.monotonic() - self._turned_at < self.settings.stuck_seconds:
                with contextlib.suppress(StoreUnavailable):
                    await self.store.leases.beat(LEASE, fence, **self._signs())
            await asyncio.sleep(self.settings.beat_seconds)

    def _signs(self) -> dict[str, Any]:
        return {"positions": dict(self.positions.known()), "failure": self.failure}

    async def _lead(self, fence: int) -> None:
        feed = Feed(self.store, self._sealer, fence, self._wanted)
        feed.lanes = await self.lanes.open(fence)
        stored = self._reactor.stored if self._reactor is not None else {}
        start = min((*(lane.position for lane in feed.lanes), *stored.values()), default=0)
        positions = {name: lane.position for lane in feed.lanes for name in lane.names}
        self.positions.set(positions | dict(stored) | {READ: start})
        flushed_at = time.monotonic()
        self._read = start
        async with Stream(self.ledger, start, self.settings.batch, self._woken) as stream:
            while not self._stopping.is_set():
                commits = await stream.next()
                self._turned_at = time.monotonic()
                if commits:
                    await self._turn(feed, commits)
                    self._read, self.failure = commits[-1].sequence, None
                if not commits or self._turned_at - flushed_at > self.settings.flush_seconds:
                    await self._flush(feed)
                    flushed_at = self._turned_at
                await self._run_errands(feed)
        await self._flush(feed)

    async def _turn(self, feed: Feed, commits: Sequence[StoredCommit]) -> None:
        self.oldest_pending = commits[0].stored_at.timestamp()
        work = await feed.fold(commits)
        self._count(work, feed.lanes)
        reactor = self._reactor
        moves = reactor.moves(work.after) if reactor is not None and not work.facts else []
        if work.idle:
            feed.skip(work)
        else:
            await feed.write(work, moves)
            if reactor is not None:
                reactor.moved(moves)
        if reactor is not None and (work.facts or not reactor.idle):
            await reactor.give(work.facts, work.after)
        elif reactor is not None:
            self.positions.advance(reactor.names, work.after)
        self.positions.advance((READ, *(name for lane in feed.lanes for name in lane.names)), work.after)
        self.oldest_pending = None

    async def _flush(self, feed: Feed) -> None:
        reactor = self._reactor
        moves = reactor.moves(self._read) if reactor is not None else []
        await feed.flush(moves)
        if reactor is not None:
            reactor.moved(moves)

    def _count(self, work: Work, lanes: Sequence[Lane]) -> None:
        self.counters.batches += 1
        self.counters.commits += len(work.commits)
        self.counters.facts += work.applied
        self.counters.forged += len(work.forged)
        for commit in work.forged:
            _log.critical("forged_commit", sequence=commit.sequence, subject=str(commit.subject), reason=commit.forged)
        for parked in (one for lane in lanes for one in lane.folder.newly_parked):
            self.counters.parked += 1
            _log.error("parked", consumer=parked.consumer, subject=parked.subject, error=parked.error)

    async def wait_applied(
        self, sequence: int, timeout_seconds: float, projection: Projection | type[Projection] | None = None
    ) -> bool:
        """Whether the live documents (of one projection, or of all) hold everything up to a sequence, in time."""
        lines = [Target.of(projection, 1).line] if projection is not None else list(self.lanes.projections)
        return await self._wait(lambda known: _applied(known, lines, sequence), timeout_seconds)

    async def wait_settled(self, sequence: int, timeout_seconds: float) -> bool:
        """Likewise, and the policies have done what they do about it."""
        names = self._reactor.names if self._reactor is not None else []
        lines = list(self.lanes.projections)
        return await self._wait(
            lambda known: _applied(known, lines, sequence) and all(known.get(one, 0) >= sequence for one in names),
            timeout_seconds,
        )

    async def wait_read(self, sequence: int, timeout_seconds: float) -> bool:
        """Likewise for what the follower here feeds: paused projections do not count."""
        return await self._wait(lambda known: known.get(READ, 0) >= sequence, timeout_seconds)

    async def _wait(self, reached: Callable[[Mapping[str, int]], bool], timeout_seconds: float) -> bool:
        try:
            async with asyncio.timeout(timeout_seconds):
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
        turning = time.monotonic() - self._turned_at < TURN_SECONDS
        if not self.leading or not (turning or self.oldest_pending):
            return await reader.read()
        pending = max(0.0, time.time() - self.oldest_pending) if self.oldest_pending else 0.0
        return await reader.read(Sight(self.positions.known(), self._read, pending))

    async def errand(self, act: Callable[[Feed], Awaitable[Any]]) -> Any:
        """Run something between two batches, where nothing else writes; raises FenceLost when not leading."""
        if not self.leading:
            raise FenceLost("no follower leads in this process")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self._errands.put((act, answer))
        self._woken.set()
        return await answer

    async def _run_errands(self, feed: Feed) -> None:
        while not self._errands.empty():
            act, answer = self._errands.get_nowait()
            try:
                found = await act(feed)
            except (FenceLost, StoreUnavailable) as error:
                answer.set_exception(error)
                raise
            except Exception as error:  # noqa: BLE001 - the asker's business
                answer.set_exception(error)
            else:
                answer.set_result(found)

    def _drop_errands(self) -> None:
        while not self._errands.empty():
            _, answer = self._errands.get_nowait()
            answer.set_exception(FenceLost("the follower stopped before it came to this"))


def _applied(known: Mapping[str, int], lines: Sequence[str], sequence: int) -> bool:
    return all(known.get(line, 0) >= sequence for line in lines)
