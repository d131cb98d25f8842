"""The account of a day and branch as it was told: once after the day's end, and again when what it told has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from guiyan.events import Event, derived_id
from guiyan.events.notifications.delivery import DayReconciled
from guiyan.ledger import Decider, Draft

_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    """What was told last; None before the first time."""

    told: DayReconciled | None = None


@dataclass(frozen=True, slots=True)
class Reconcile:
    """The account as it stands, on the day when it is told."""

    account: DayReconciled
    on: date


def reconciliation_id(day: str, org_code: str) -> str:
    """The aggregate of one day and organisation."""
    return derived_id(_NO_TIME, "reconciliation", day, org_code)


def decide(command: Reconcile, state: State) -> Sequence[Draft]:
    """The account, unless it was told just so, or there is nothing to account for."""
    if command.account == state.told or (state.told is None and not command.account.due):
        return []
    return [Draft(command.account, command.on)]


def evolve(state: State, event: Event) -> State:
    """The state after one more event."""
    return State(event.payload) if isinstance(event.payload, DayReconciled) else state


RECONCILIATION: Final = Decider("notifications", "reconciliation", State, evolve, decide)
