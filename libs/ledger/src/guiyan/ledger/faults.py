"""Plans of faults for the twin: what goes wrong, when, by a seed or by a list, so that a failure can be repeated."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Protocol


class Fault(Enum):
    """One thing that goes wrong with one operation."""

    NONE = "none"
    LOSE = "lose"
    """The write never arrives, nobody answers."""
    DROP_ACK = "drop_ack"
    """It is written, the acknowledgement is lost."""
    LATE = "late"
    """Nobody answers, and it is written some operations later."""
    DUPLICATE = "duplicate"
    """It arrives twice."""
    DELAY = "delay"
    """It waits while others go first."""
    CRASH = "crash"
    """It is written, and the writing process dies before it learns so."""
    AWAY = "away"
    """The server cannot be reached; nothing is sent."""
    STALE_READ = "stale_read"
    """A read is answered by a replica that lags one message behind; a fresh read never is."""


WRITE_FAULTS = tuple(fault for fault in Fault if fault is not Fault.STALE_READ)
READ_FAULTS = (Fault.NONE, Fault.DELAY, Fault.AWAY, Fault.STALE_READ)


class Crashed(Exception):  # noqa: N818 - a happening of the plan
    """The process died here, says the plan; nothing in it may go on."""


class FaultPlan(Protocol):
    """Says what goes wrong with the next operation."""

    def next_write(self) -> Fault:
        """What happens to the next write."""

    def next_read(self) -> Fault:
        """What happens to the next read."""


class NoFaults:
    """Nothing goes wrong."""

    def next_write(self) -> Fault:
        """Nothing."""
        return Fault.NONE

    def next_read(self) -> Fault:
        """Nothing."""
        return Fault.NONE


class ListedFaults:
    """Faults in the order of two lists, and none after their ends."""

    def __init__(self, writes: Iterable[Fault] = (), reads: Iterable[Fault] = ()) -> None:
        self._writes = list(writes)
        self._reads = list(reads)

    def add(self, fault: Fault) -> None:
        """Let this happen to the next write that has none planned yet."""
        self._writes.append(fault)

    def next_write(self) -> Fault:
        """The next of the list."""
        return self._writes.pop(0) if self._writes else Fault.NONE

    def next_read(self) -> Fault:
        """The next of the list."""
        return self._reads.pop(0) if self._reads else Fault.NONE


class SeededFaults:
    """Faults drawn by a seed: each fault with its probability, an operation has at most one."""

    def __init__(self, seed: int, rates: Mapping[Fault, float]) -> None:
        if sum(rates.values()) > 1:
            raise ValueError("the probabilities of the faults add up to more than 1")
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._rates = dict(rates)

    def next_write(self) -> Fault:
        """Draw for a write."""
        return self._draw(WRITE_FAULTS)

    def next_read(self) -> Fault:
        """Draw for a read."""
        return self._draw(READ_FAULTS)

    def _draw(self, among: tuple[Fault, ...]) -> Fault:
        point = self._random.random()
        for fault in among:
            point -= self._rates.get(fault, 0.0)
            if point < 0:
                return fault
        return Fault.NONE
