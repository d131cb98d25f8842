"""The timers of lost contact: a member's silence, and the day that a case waits for (domain.md §2.7)."""

from datetime import date
from typing import Final

from guiyan.ledger import Timer
from guiyan.ledger.calendar import add_months, moment_of

SILENCE: Final = "lost_silence"
DUE: Final = "lost_due"


def silence_id(member_id: str) -> str:
    """The one timer of a member's silence."""
    return f"member:{member_id}:{SILENCE}"


def due_id(case_id: str) -> str:
    """The one timer of a case."""
    return f"lost:{case_id}:{DUE}"


def silence(member_id: str, since: date, months: int) -> Timer:
    """Due when the silence has lasted so many months."""
    data = {"member_id": member_id, "since": since.isoformat()}
    return Timer(silence_id(member_id), moment_of(add_months(since, months)), SILENCE, data)


def due(case_id: str, step: str, on: str) -> Timer:
    """Due on the day's first moment."""
    data = {"case_id": case_id, "step": step, "due_on": on}
    return Timer(due_id(case_id), moment_of(date.fromisoformat(on)), DUE, data)
