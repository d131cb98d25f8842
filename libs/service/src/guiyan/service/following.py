"""What the shell tells of a follower: positions for reads, lags for `/readyz`, counts for `/metrics`."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from guiyan.ledger import Ledger, Projection
from guiyan.ledger.counters import Counters
from guiyan.ledger.due import DueLoop
from guiyan.ledger.runner import Follower
from guiyan.ledger.status import ProjectionStatus
from guiyan.ledger.target import Target
from guiyan.service.blueprint import Job
from guiyan.service.health import Lag
from guiyan.service.ingest import Ingest
from guiyan.service.metrics import Metrics
from guiyan.service.reads import CountingReads, ProjectionReads

SETTLE_SECONDS: Final = 0.25


class DeadFollower(Exception):  # noqa: N818 - says what is the matter
    """Nobody follows the ledger for this service: no replica holds the lease and gives signs of life."""


class Following:
    """A service's follower as its doors see it."""

    def __init__(self, follower: Follower, metrics: Metrics) -> None:
        self._follower = follower
        self._metrics = metrics
        metrics.registry.register(FollowerCollector(follower.counters))

    def reads(self, projection: type[Projection]) -> CountingReads:
        """Reads of one projection that can wait until it has applied a sequence."""

        async def applied(sequence: int, wait_seconds: float) -> int:
            if sequence and wait_seconds and await self._follower.wait_applied(sequence, wait_seconds, projection):
                return max(sequence, await self.position(projection))
            return await self.position(projection)

        return ProjectionReads(self._follower.store, projection, applied)

    async def position(self, projection: type[Projection]) -> int:
        """The sequence that a projection's live documents hold."""
        line = Target.of(projection, 1).line
        if self._follower.leading:
            return self._follower.positions.known().get(line, 0)
        store = self._follower.store
        return (await store.checkpoints.positions()).get(str(await store.generations.live(line)), 0)

    async def lags(self) -> Sequence[Lag]:
        """Every projection and policy, and how far it is behind."""
        status = await self._follower.status()
        self._metrics.parked.set(status.parked + status.timers_parked)
        self._metrics.forged.set(status.set_aside)
        return [_lag(one) for one in (*status.projections, *status.policies)]

    async def check(self) -> None:
        """Raise DeadFollower when nobody follows, here or in another replica."""
        status = await self._follower.status()
        if not status.follower.alive:
            raise DeadFollower(DeadFollower.__doc__)


def _lag(one: ProjectionStatus) -> Lag:
    return Lag(
        name=f"{one.name}_v{one.version}" if one.version else f"policy:{one.name}",
        state=one.state,
        position=one.position,
        head=one.head,
        lag_events=one.lag_events,
        lag_seconds=one.lag_seconds,
        parked=one.parked,
    )


class ServiceWork:
    """How far a service is with what lies before it: for the manual clock."""

    def __init__(
        self, ledger: Ledger, follower: Follower, due: DueLoop, ingest: Ingest | None, jobs: Sequence[Job]
    ) -> None:
        self._ledger = ledger
        self._follower = follower
        self._due = due
        self._ingest = ingest
        self._jobs = tuple(jobs)

    async def next_due_at(self) -> datetime | None:
        """When the next timer is due."""
        return await self._due.next_due_at()

    async def head(self) -> int:
        """The newest sequence of the ledger."""
        return await self._ledger.head()

    async def position(self) -> int:
        """The head when everything is applied and acted on, else the sequence before it that surely is."""
        head = await self._ledger.head()
        if await self._follower.wait_settled(head, SETTLE_SECONDS):
            return head
        known = self._follower.positions.known()
        return min(min(known.values(), default=0), head - 1)

    async def at_rest(self) -> bool:
        """Whether no reported event waits and no job has anything in hand."""
        if self._ingest is not None and (self._ingest.in_hand or await self._ingest.waiting()):
            return False
        return all([await job.at_rest() for job in self._jobs])

    async def look_for_due(self, timeout_seconds: float) -> None:
        """Have the due loop look at once, and wait until it has, for a time at most."""
        await self._due.look(timeout_seconds)


class FollowerCollector(Collector):
    """The follower's counts, read when Prometheus asks."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def collect(self) -> Iterable[Metric]:
        """One counter per field."""
        for one in fields(self._counters):
            value: Any = getattr(self._counters, one.name)
            yield CounterMetricFamily(f"guiyan_follower_{one.name}", f"Follower: {one.name}", value=value)
