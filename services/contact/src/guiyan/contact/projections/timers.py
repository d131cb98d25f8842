"""The timers of the contact cycle: what the clock does to a member away and to a duty (domain.md §2.6)."""

from datetime import datetime, time
from typing import Final

from guiyan.contact.domain import rules
from guiyan.contact.domain.parameters import Parameters
from guiyan.ledger import Document, Timer
from guiyan.ledger.calendar import Quarter, moment_of

PLAN: Final = "duty_plan"
REMIND: Final = "duty_remind"
END: Final = "duty_end"
MEND: Final = "duty_mend"


def plan_id(member_id: str) -> str:
    """The one timer of a member away: the next quarter's plan."""
    return f"member:{member_id}:{PLAN}"


def remind_id(duty_id: str) -> str:
    """The one timer of a duty's next reminder."""
    return f"duty:{duty_id}:{REMIND}"


def end_id(duty_id: str) -> str:
    """The timer of a duty's end."""
    return f"duty:{duty_id}:{END}"


def mend_id(duty_id: str) -> str:
    """The timer of a duty that was planned while its cause was ending."""
    return f"duty:{duty_id}:{MEND}"


def plan(member_id: str, quarter: Quarter) -> Timer:
    """Due at the quarter's first moment in Shanghai."""
    data = {"member_id": member_id, "quarter": str(quarter)}
    return Timer(plan_id(member_id), moment_of(quarter.first_day), PLAN, data)


def end(duty_id: str, quarter: Quarter, missed_before: int) -> Timer:
    """Due at the first moment of the next quarter."""
    data = {"duty_id": duty_id, "last_day": quarter.last_day.isoformat(), "missed_before": missed_before}
    return Timer(end_id(duty_id), moment_of(quarter.next().first_day), END, data)


def remind(duty_id: str, quarter: Quarter, after: int, parameters: Parameters) -> Timer | None:
    """Due when the office opens on the next day of reminding after the quarter's day `after`; None at the end."""
    day = rules.next_reminder_day(quarter, after, parameters)
    if day is None:
        return None
    due_at = moment_of(quarter.day(day), time(parameters.reminder_hour))
    data = {"duty_id": duty_id, "day": day, "on": quarter.day(day).isoformat()}
    return Timer(remind_id(duty_id), due_at, REMIND, data)


def mend(duty_id: str, row: Document, at: datetime) -> Timer:
    """Due at once: the duty looks again whether it is still wanted, and whose it is."""
    return Timer(mend_id(duty_id), at, MEND, {"duty_id": duty_id, "member_id": row["member_id"]})
