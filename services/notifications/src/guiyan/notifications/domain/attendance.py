"""An attendance: a member took part in an activity, at home, online or at the host (R1 Art. 32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from guiyan.events import Event
from guiyan.events.notifications.study import AttendanceRecorded
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True)
class Record:
    """Somebody says that a member took part on a business date."""

    facts: AttendanceRecorded
    on: date
    today: date


def decide(command: Record, recorded: bool) -> Sequence[Draft]:  # noqa: FBT001 - the state is one fact
    """Record it once; what lies in the future has not happened."""
    if command.on > command.today:
        raise Refused("in_the_future", pointer="/occurred_on")
    return [] if recorded else [Draft(command.facts, command.on)]


def evolve(recorded: bool, event: Event) -> bool:  # noqa: FBT001, ARG001 - the state is one fact
    """After its event it is recorded."""
    return True


ATTENDANCE: Final = Decider("notifications", "attendance", bool, evolve, decide)
