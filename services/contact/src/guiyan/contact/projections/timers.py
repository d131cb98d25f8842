"""The timers of the contact cycle: what the clock does to a member away and to a duty (domain.md §2.6)."""

from datetime import date, datetime, time, timedelta
from typing import Final

from guiyan.ledger import Document, Timer
from guiyan.ledger.calendar import moment_of

PLAN: Final = "duty_plan"
REMIND: Final = "duty_remind"
END: Final = "duty_end"
MEND: Final = "duty_mend"


def plan_id(member_id: str) -> str:
    """The one timer of a member away: the next window's plan."""
    return f"member:{member_id}:{PLAN}"


def remind_id(duty_id: str) -> str:
    """The one timer of a duty's next reminder."""
    return f"duty:{duty_id}:{REMIND}"


def end_id(duty_id: str) -> str:
    """The timer of a duty's end."""
    return f"duty:{duty_id}:{END}"


def mend_id(duty_id: str) -> str:
    """The timer of a duty that was planned while its cause was changing."""
    return f"duty:{duty_id}:{MEND}"


def plan(member_id: str, on: date) -> Timer:
    """Due at the first moment of a window, in Shanghai."""
    return Timer(plan_id(member_id), moment_of(on), PLAN, {"member_id": member_id, "on": on.isoformat()})


def end(duty_id: str, last_day: date, missed_before: int) -> Timer:
    """Due at the first moment after the duty's last day, which is its window's unless its clock stood still."""
    data = {"duty_id": duty_id, "last_day": last_day.isoformat(), "missed_before": missed_before}
    return Timer(end_id(duty_id), moment_of(last_day + timedelta(days=1)), END, data)


def remind(duty_id: str, row: Document, day: int, at: date, hour: int) -> Timer:
    """Due when the office opens on a day of reminding: the window's, and later by the days the clock stood still."""
    on = at + timedelta(days=row["paused_days"])
    data = {"duty_id": duty_id, "day": day, "on": on.isoformat()}
    return Timer(remind_id(duty_id), moment_of(on, time(hour)), REMIND, data)


def mend(duty_id: str, row: Document, at: datetime) -> Timer:
    """Due at once: the duty looks again whether it is still wanted, whose it is, and whether its clock runs."""
    return Timer(mend_id(duty_id), at, MEND, {"duty_id": duty_id, "member_id": row["member_id"]})
