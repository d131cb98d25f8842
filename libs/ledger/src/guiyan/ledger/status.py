"""How a service's followers stand: per projection position, lag, state; and whether anybody is at work at all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from guiyan.ledger.generations import Pointer
from guiyan.ledger.lease import Holder
from guiyan.ledger.parking import Parked
from guiyan.ledger.port import Ledger
from guiyan.ledger.store import Store

LEASE: Final = "follower"
State = Literal["new", "catching_up", "live", "paused", "failed"]
ALIVE_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 2.0
CAUGHT_UP_EVENTS: Final = 500
CAUGHT_UP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class ProjectionStatus:
    """One projection version (or policy) and how far it is behind the ledger's head.

    `lag_events` counts ledger messages, `lag_seconds` is the age of the oldest one not applied yet.
    """

    name: str
    version: int
    generation: int
    state: State
    position: int
    head: int
    lag_events: int
    lag_seconds: float
    parked: int
    previous: int | None = None
    building: int | None = None
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class FollowerStatus:
    """Who follows: a dead follower is seen here even while its lag looks fine because nothing happens."""

    owner: str | None
    alive: bool
    beat_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """Everything an operator asks first."""

    head: int
    follower: FollowerStatus
    projections: tuple[ProjectionStatus, ...]
    policies: tuple[ProjectionStatus, ...]
    parked: int
    set_aside: int
    timers_parked: int

    @property
    def alarm(self) -> bool:
        """Whether a person has to look: forged messages, parked aggregates or timers, a failed or dead part."""
        failed = any(one.state == "failed" for one in self.projections)
        return bool(self.set_aside or self.parked or self.timers_parked or failed or not self.follower.alive)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "alarm": self.alarm}


@dataclass(frozen=True, slots=True)
class Sight:
    """What a leading follower sees: its positions, how far it has read, and the age of what it has at hand."""

    positions: Mapping[str, int]
    read: int
    pending_seconds: float


class StatusReader:
    """Reads a service's status from its database and the ledger; needs no follower in this process."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger

    async def read(self, own: Sight | None = None) -> Status:
        """The status now; a leading follower in this process adds what it sees itself.

        Raises LedgerUnavailable or StoreUnavailable.
        """
        positions = own.positions if own is not None else {}
        head = await self._ledger.head()
        stored = await self._store.checkpoints.positions()
        pointers = await self._store.generations.refresh()
        holder = await self._store.leases.holder(LEASE)
        told = dict((holder.info.get("positions") or {}) if holder else {})
        now = {name: max(at, told.get(name, 0), positions.get(name, 0)) for name, at in stored.items()}
        parked = await self._store.parking.all()
        ages = await self._ages(now, head, own)
        return Status(
            head=head,
            follower=_follower(holder, here=own is not None),
            projections=tuple(_projection(one, now, head, ages, parked) for _, one in sorted(pointers.items())),
            policies=tuple(
                _part(name.removeprefix("policy:"), name, now, head, ages, parked)
                for name in sorted(now)
                if name.startswith("policy:")
            ),
            parked=len(parked),
            set_aside=await self._store.count_set_aside(),
            timers_parked=len(await self._store.timers.parked()),
        )

    async def _ages(self, positions: Mapping[str, int], head: int, own: Sight | None) -> dict[int, float]:
        """Position → age in seconds of the oldest message behind it, for every position that is behind."""
        ages: dict[int, float] = {}
        for at in {at for at in positions.values() if at < head}:
            fed = own is not None and at >= own.read
            ages[at] = own.pending_seconds if fed and own is not None else await self._age(at)
        return ages

    async def _age(self, position: int) -> float:
        """Seconds since the oldest message behind a position was stored; 0 where the ledger does not say in time."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                stored_at = await self._ledger.stored_after(position)
        except TimeoutError:
            return 0.0
        return max(0.0, (datetime.now(UTC) - stored_at).total_seconds()) if stored_at is not None else 0.0


def _follower(holder: Holder | None, *, here: bool) -> FollowerStatus:
    if holder is None:
        return FollowerStatus(None, alive=False, beat_at=None, failure=None)
    age = (datetime.now(UTC) - holder.beat_at).total_seconds() if holder.beat_at else float("inf")
    alive = here or (holder.owner is not None and age < ALIVE_SECONDS)
    return FollowerStatus(holder.owner, alive, holder.beat_at, holder.info.get("failure"))


def _projection(
    pointer: Pointer, positions: Mapping[str, int], head: int, ages: Mapping[int, float], parked: list[Parked]
) -> ProjectionStatus:
    name = str(pointer.target)
    part = _part(pointer.projection, name, positions, head, ages, parked)
    state: State = part.state
    if pointer.failed is not None:
        state = "failed"
    elif pointer.paused:
        state = "paused"
    elif name not in positions:
        state = "new"
    return ProjectionStatus(
        pointer.projection,
        pointer.version,
        pointer.live,
        state,
        part.position,
        head,
        part.lag_events,
        part.lag_seconds,
        part.parked,
        pointer.previous,
        pointer.building,
        pointer.failed,
    )


def _part(  # noqa: PLR0913, PLR0917 - the parts of one line of the status
    shown: str,
    name: str,
    positions: Mapping[str, int],
    head: int,
    ages: Mapping[int, float],
    parked: list[Parked],
) -> ProjectionStatus:
    position = positions.get(name, 0)
    behind = max(0, head - position)
    seconds = ages.get(position, 0.0) if behind else 0.0
    live = behind <= CAUGHT_UP_EVENTS or seconds <= CAUGHT_UP_SECONDS
    own = sum(one.consumer == name for one in parked)
    return ProjectionStatus(shown, 0, 0, "live" if live else "catching_up", position, head, behind, seconds, own)
