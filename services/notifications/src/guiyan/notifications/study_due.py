"""What the clock says of study activities: announce it in time, it is near, its record is overdue (S-25, §2.12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

from guiyan.ledger import Call, Decider, Timer, business_date
from guiyan.ledger.due import Handler
from guiyan.notifications.domain import activity as ask
from guiyan.notifications.domain.activity import Activity
from guiyan.notifications.projections.activities import ANNOUNCE, OVERDUE, REMIND

ActivityDecider = Decider[Activity, ask.Act]


def study_timers(decider: ActivityDecider) -> Mapping[str, Handler]:
    """Which command each timer of an activity means; the activity decides whether it still has something to say."""
    return {
        REMIND: partial(_remind, decider),
        ANNOUNCE: partial(_announce, decider),
        OVERDUE: partial(_overdue, decider),
    }


def _remind(decider: ActivityDecider, timer: Timer) -> Sequence[Call]:
    starts_at = datetime.fromisoformat(timer.data["starts_at"])
    return [Call(decider, timer.data["activity_id"], ask.Remind(**_when(timer), starts_at=starts_at))]


def _announce(decider: ActivityDecider, timer: Timer) -> Sequence[Call]:
    starts_at = datetime.fromisoformat(timer.data["starts_at"])
    by = date.fromisoformat(timer.data["announce_by"])
    act = ask.AskToAnnounce(**_when(timer), starts_at=starts_at, announce_by=by)
    return [Call(decider, timer.data["activity_id"], act)]


def _overdue(decider: ActivityDecider, timer: Timer) -> Sequence[Call]:
    since, due_on = (date.fromisoformat(timer.data[name]) for name in ("since", "due_on"))
    act = ask.SayOverdue(**_when(timer), since=since, due_on=due_on)
    return [Call(decider, timer.data["activity_id"], act)]


def _when(timer: Timer) -> dict[str, date]:
    """The clock speaks on the day that the timer was due, however late it fires."""
    on = business_date(timer.due_at)
    return {"on": on, "today": on}
