"""One term of a follower's leadership: the feed, errands between its batches, lanes that catch up beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import structlog

from guiyan.ledger.builder import BATCH, Builder, Sources
from guiyan.ledger.bulk import BulkBuild
from guiyan.ledger.collecting import rarely
from guiyan.ledger.commit import StoredCommit
from guiyan.ledger.counters import Counters
from guiyan.ledger.database import StoreUnavailable, WriteRefused
from guiyan.ledger.errors import FenceLost, LedgerUnavailable
from guiyan.ledger.feed import Feed, Lane, Wanted, Work
from guiyan.ledger.lanes import Lanes
from guiyan.ledger.parking import describe
from guiyan.ledger.patience import patiently, pause_seconds
from guiyan.ledger.positions import READ, Positions
from guiyan.ledger.reactions import Reactor
from guiyan.ledger.stream import Stream
from guiyan.ledger.stride import Stride
from guiyan.ledger.target import Target

T = TypeVar("T")
NEAR: Final = 2_000
"""A lane so many messages behind catches up by itself; a nearer one is fed with the others."""
FIRST: Final = 10_000
"""A live lane more messages behind than this is brought up before the feed begins, where others depend on it."""
BUILD_DOCUMENTS: Final = 200_000
AT_HAND_SECONDS: Final = 0.002
"""Long enough to take over what has come already."""
_log = structlog.get_logger(__name__)
_Errand = tuple[Callable[[Feed], Awaitable[Any]], asyncio.Future[Any]]


async def _silent(_: int) -> None:
    """Nobody wants to know the progress."""


class Leading:
    """From taking the lease to losing it or giving it back."""

    def __init__(  # noqa: PLR0913 - what a term is made of
        self,
        sources: Sources,
        lanes: Lanes,
        fence: int,
        *,
        positions: Positions,
        counters: Counters,
        reactor: Reactor | None,
        wanted: Wanted,
        stride: Stride,
        flush_seconds: float,
        gather_seconds: float,
    ) -> None:
        self.sources = sources
        self.lanes = lanes
        self.fence = fence
        self.reactor = reactor
        self.read = 0
        self.turned_at = time.monotonic()
        self.has_turned = False
        self.pending_since: float | None = None
        self.positions = positions
        self._counters = counters
        self._stride = stride
        self._builders_stride = Stride(BATCH)
        self._flush_seconds = flush_seconds
        self._gather_seconds = gather_seconds
        self._began_at = float("-inf")
        self._gathering = False
        self._feed = Feed(sources.store, sources.sealer, fence, wanted)
        self._stopping = False
        self._woken = asyncio.Event()
        self._errands: list[_Errand] = []
        self._beside: dict[Target, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Feed until `stop`; raises FenceLost, StoreUnavailable or LedgerUnavailable."""
        self.positions.on_wait = self._hurry
        try:
            with rarely():
                start = await self._open()
                async with Stream(self.sources.ledger, start, self._stride.most, self._woken) as stream:
                    await self._turn_over(stream)
                await self._flush()
        finally:
            await self._close()

    def stop(self) -> None:
        """Finish the batch at hand and let `run` return."""
        self._stopping = True
        self._woken.set()

    async def _open(self) -> int:
        """Open the lanes; those far behind the others catch up first, or beside the feed."""
        lanes = await self.lanes.open(self.fence)
        await self._bring_up_first(lanes)
        front = max((one.position for one in lanes), default=0)
        self._feed.lanes = [one for one in lanes if one.position >= front - NEAR]
        for lane in self._feed.lanes:
            await self.lanes.index(lane)
        stored = dict(self.reactor.stored) if self.reactor is not None else {}
        start = min((*(one.position for one in self._feed.lanes), *stored.values()), default=0)
        self.read = start
        self.positions.set({name: one.position for one in lanes for name in one.names} | stored | {READ: start})
        for lane in lanes:
            if lane not in self._feed.lanes:
                self._catch_up(lane, _silent)
        return start

    async def _bring_up_first(self, lanes: Sequence[Lane]) -> None:
        """Bring live lanes near the head before the feed begins, where nothing could use the feed without them.

        So it is when all begin from nothing, and when there are policies: they read documents.
        """
        head = await self.sources.ledger.head()
        behind = [one for one in lanes if one.live and one.position < head - FIRST]
        policies = self.reactor is not None and self.reactor.policies
        if behind and (policies or len(behind) == len(lanes)):

            async def turning(_: int) -> None:
                self.turned_at = time.monotonic()

            await self._build(behind, lambda at: self._stopping or at >= head - NEAR // 2, turning)

    async def _build(
        self, lanes: Sequence[Lane], enough: Callable[[int], bool], progress: Callable[[int], Awaitable[None]]
    ) -> None:
        """Build, in bulk where all begin from nothing; begin anew or go on after an outage; raises FenceLost."""
        careful, tries = False, 0
        while True:
            in_bulk = not careful and all(one.position == 0 for one in lanes)
            for lane in () if in_bulk else lanes:
                await patiently(partial(self.lanes.index, lane), self._counters)
            builder = (
                BulkBuild(self.sources, lanes, self.fence)
                if in_bulk
                else Builder(self.sources, lanes, self.fence, stride=self._builders_stride)
            )
            try:
                return await builder.run(enough, progress)
            except WriteRefused as refused:
                _log.warning("build_goes_carefully", reason=refused.reason)
                careful = True
            except (StoreUnavailable, LedgerUnavailable) as away:
                tries += 1
                _log.warning("build_waits", error=str(away))
                await asyncio.sleep(pause_seconds(tries))
            for lane in lanes:
                await patiently(
                    partial((self.lanes.anew if in_bulk else self.lanes.rewind), lane, self.fence), self._counters
                )

    async def _turn_over(self, stream: Stream) -> None:
        flushed_at = time.monotonic()
        while not self._stopping:
            commits = await stream.next()
            if commits:
                commits = await self._gather(stream, commits)
            self.turned_at = time.monotonic()
            for part in self._stride.parts(commits):
                self.turned_at = self._began_at = time.monotonic()
                with self._stride.of(len(part)):
                    await self._turn(part)
            self.has_turned = True
            if not commits or self.turned_at - flushed_at > self._flush_seconds:
                await self._flush()
                flushed_at = self.turned_at
            await self._run_errands()

    async def _gather(self, stream: Stream, commits: Sequence[StoredCommit]) -> Sequence[StoredCommit]:
        """Let commits that follow close on each other share a transaction, which costs more than all else about one.

        The first one after a rest is served at once, and so is whoever waits for a position: nobody is slowed down.
        """
        rest_seconds = self._began_at + self._gather_seconds - time.monotonic()
        if rest_seconds <= 0 or len(commits) >= self._stride.size or self._pressed:
            return commits
        self._gathering = True
        try:
            async with asyncio.timeout(rest_seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        finally:
            self._gathering = False
        if not self._stopping and not self._errands:
            self._woken.clear()
        return [*commits, *await stream.next(AT_HAND_SECONDS)]

    @property
    def _pressed(self) -> bool:
        """Whether somebody waits for this feed to go on."""
        return bool(self.positions.waiting or self._errands or self._stopping)

    def _hurry(self) -> None:
        if self._gathering:
            self._woken.set()

    async def _turn(self, commits: Sequence[StoredCommit]) -> None:
        """One batch: documents first, then the facts go to the policies."""
        self.pending_since = commits[0].stored_at.timestamp()
        work = await self._feed.fold(await self._feed.read(commits))
        riding = self.reactor is not None and self.reactor.idle and not work.facts
        moves = self.reactor.moves(work.after) if self.reactor is not None and riding else []
        if work.idle:
            self._feed.skip(work)
        else:
            await self._feed.write(work, moves)
        self._count(work)
        self.read = work.after
        if self.reactor is not None:
            if not work.idle:
                self.reactor.moved(moves)
            await self.reactor.take(work.facts, work.after)
        self.positions.advance((READ, *(name for one in self._feed.lanes for name in one.names)), work.after)
        self.pending_since = None

    async def _flush(self) -> None:
        """Store positions that moved while there was nothing to write."""
        moves = self.reactor.moves(self.read) if self.reactor is not None else []
        await self._feed.flush(moves)
        if self.reactor is not None:
            self.reactor.moved(moves)

    def _count(self, work: Work) -> None:
        self._counters.batches += 1
        self._counters.commits += len(work.commits)
        self._counters.facts += work.applied
        self._counters.forged += len(work.forged)
        for commit in work.forged:
            _log.critical("forged_commit", sequence=commit.sequence, subject=str(commit.subject), reason=commit.forged)
        for parked in work.parked:
            self._counters.parked += 1
            _log.error("parked", consumer=parked.consumer, subject=parked.subject, error=parked.error)

    # -- errands: what must happen between two batches ------------------------------------------------------------
    async def errand(self, act: Callable[[Feed], Awaitable[T]]) -> T:
        """Run something where nothing else writes; raises FenceLost when the term is over."""
        if self._stopping:
            raise FenceLost("this follower is stopping")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._errands.append((act, answer))
        self._woken.set()
        return await answer

    async def _run_errands(self) -> None:
        errands, self._errands = self._errands, []
        for number, (act, answer) in enumerate(errands):
            try:
                found = await act(self._feed)
            except (FenceLost, StoreUnavailable) as error:
                self._errands = [*errands[number + 1 :], *self._errands]
                _answer(answer, error)
                raise
            except Exception as error:  # noqa: BLE001 - the asker's business
                _answer(answer, error)
            else:
                if not answer.done():
                    answer.set_result(found)

    async def _close(self) -> None:
        self._stopping = True
        self.positions.on_wait = None
        tasks = list(self._beside.values())
        for task in tasks:
            task.cancel()
        for _, answer in self._errands:
            _answer(answer, FenceLost("the follower stopped before it came to this"))
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- lanes beside the feed ------------------------------------------------------------------------------------
    async def bring(
        self, target: Target, progress: Callable[[int], Awaitable[None]] = _silent, *, live: bool = False
    ) -> None:
        """See to it that a target is fed, however far behind it is; returns when it is."""
        task = self._beside.get(target)
        if task is None:
            if await self.errand(lambda feed: _holds(feed, target)):
                return
            lane = await self.lanes.lane(target, self.fence, documents=BUILD_DOCUMENTS)
            lane.live = live
            task = self._catch_up(lane, progress)
        await asyncio.shield(task)

    def _catch_up(self, lane: Lane, progress: Callable[[int], Awaitable[None]]) -> asyncio.Task[None]:
        target = lane.folder.target
        task = asyncio.create_task(self._bring_near(lane, progress))
        self._beside[target] = task
        task.add_done_callback(lambda _: self._beside.pop(target, None))
        return task

    async def _bring_near(self, lane: Lane, progress: Callable[[int], Awaitable[None]]) -> None:
        async def told(position: int) -> None:
            self.positions.advance(lane.names, lane.stored)
            await progress(position)

        try:
            await self._build([lane], lambda at: self._stopping or at >= self.read - NEAR // 2, told)
            await self.errand(partial(self._join, lane))
        except FenceLost:
            raise
        except Exception as error:
            _log.exception("projection_failed", projection=lane.name)
            await self.sources.store.generations.set(lane.folder.target.line, failed=describe(error))
            raise

    async def _join(self, lane: Lane, feed: Feed) -> None:
        """Bring it to exactly where the feed is, then feed it with the others."""
        await Builder(self.sources, [lane], self.fence, stride=self._builders_stride).to(self.read)
        feed.lanes.append(lane)
        self.positions.advance(lane.names, lane.position)


def _answer(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


async def _holds(feed: Feed, target: Target) -> bool:
    return any(one.folder.target == target for one in feed.lanes)
