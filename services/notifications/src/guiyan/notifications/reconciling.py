"""The night after: what every branch had to be told on a day is accounted for, and a difference is an alarm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import structlog
from prometheus_client import Gauge

from guiyan.events.notifications.delivery import DayReconciled
from guiyan.ledger import Call, Clock, Timer, business_date
from guiyan.notifications.domain.notice import NoticeState
from guiyan.notifications.domain.reconciliation import RECONCILIATION, Reconcile, reconciliation_id
from guiyan.notifications.jobs import Looking
from guiyan.notifications.projections.accounts import DAYS, INTENTS, NOT_QUEUED, day_id
from guiyan.service.metrics import Metrics
from guiyan.service.reads import Document, Reads

LOOK_SECONDS: Final = 30.0

log = structlog.get_logger("guiyan.account")


class Reconciling(Looking):
    """Tells the account of a day; watches for differences."""

    def __init__(self, accounts: Reads, clock: Clock, metrics: Metrics) -> None:
        super().__init__("reconciling", LOOK_SECONDS)
        self._accounts = accounts
        self._clock = clock
        self._lost = Gauge(
            "guiyan_notices_lost", "Intents of past days that no notice was queued for", registry=metrics.registry
        )
        self._unknown = Gauge(
            "guiyan_notices_unknown",
            "Notices whose outcome nobody can tell and nobody settled",
            registry=metrics.registry,
        )

    async def reconcile(self, timer: Timer) -> Sequence[Call]:
        """The account of the timer's day and organisation as it stands; nothing where it was told just so."""
        day, org_code = timer.data["day"], timer.data["org_code"]
        row = await self._accounts.get(DAYS, day_id(day, org_code))
        if row is None:
            return ()
        if row["lost"]:
            log.error("notices_lost", day=day, org=org_code, lost=row["lost"])
        command = Reconcile(account(row), business_date(timer.due_at))
        return [Call(RECONCILIATION, reconciliation_id(day, org_code), command)]

    async def look(self) -> None:
        """Set the metrics: today's calls may still be on their way, those of days gone by are lost."""
        today = self._clock.today().isoformat()
        self._lost.set(await self._accounts.count(INTENTS, {"state": NOT_QUEUED, "day": {"$lt": today}}))
        self._unknown.set(await self._accounts.count(INTENTS, {"state": str(NoticeState.UNKNOWN)}))


def account(row: Document) -> DayReconciled:
    """A day's row as an event tells it: what came back counts as failed."""
    return DayReconciled(
        day=date.fromisoformat(row["day"]),
        org_code=row["org_code"],
        due=row["due"],
        delivered=row["delivered"],
        sent=row["sent"],
        suppressed=row["suppressed"],
        pending=row["pending"],
        failed=row["failed"] + row["bounced"],
        unknown=row["unknown"],
        lost=row["lost"],
    )
