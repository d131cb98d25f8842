"""What the clock says of retained relations: reminded, overdue; nothing is decided by it (domain.md §2.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from guiyan.ledger import Call, Timer
from guiyan.ledger.due import Handler
from guiyan.registry.domain.retention import RETENTION, RemindRetention, SayRetentionOverdue
from guiyan.registry.projections.retentions import OVERDUE, REMIND


def remind(timer: Timer) -> Sequence[Call]:
    """Months have passed: the retention decides whether it is still kept until that day."""
    until, on = (date.fromisoformat(timer.data[name]) for name in ("until", "due_on"))
    return [Call(RETENTION, timer.data["retention_id"], RemindRetention(timer.data["after_months"], until, on))]


def overdue(timer: Timer) -> Sequence[Call]:
    """The last day has passed: likewise."""
    until, on = (date.fromisoformat(timer.data[name]) for name in ("until", "due_on"))
    return [Call(RETENTION, timer.data["retention_id"], SayRetentionOverdue(until, on))]


HANDLERS: Mapping[str, Handler] = {REMIND: remind, OVERDUE: overdue}
