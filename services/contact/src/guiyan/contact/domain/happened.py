"""When something can have happened at all: the one check of the business date of every act (domain.md §8)."""

from datetime import date

from guiyan.ledger import Refused
from guiyan.ledger.calendar import FOUNDED


def require_happened(on: date, today: date) -> None:
    """Not in the future, and not before there was anything to record; back-dating is normal (§8)."""
    if on > today:
        raise Refused("date_in_future", pointer="/occurred_on", today=today.isoformat())
    require_sane(on, "/occurred_on")


def require_sane(day: date, pointer: str) -> None:
    """A day that is told besides the act's own is none before there was anything, either: it is mistyped."""
    if day < FOUNDED:
        raise Refused("date_too_early", pointer=pointer, earliest=FOUNDED.isoformat())
