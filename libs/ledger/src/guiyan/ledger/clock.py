"""The one clock port: every service takes its time from here (contract: manual in the sample run, real otherwise)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def business_date(at: datetime) -> date:
    """The date in Asia/Shanghai at a moment."""
    return at.astimezone(SHANGHAI).date()


class Clock(Protocol):
    """What time it is, for this installation."""

    def now(self) -> datetime:
        """The moment now, aware, in UTC."""

    def today(self) -> date:
        """The business date now, in Asia/Shanghai."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment now, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The business date now, in Asia/Shanghai."""
        return business_date(self.now())


class ManualClock:
    """A clock that stands still until it is told to move; it never goes back."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._at

    def today(self) -> date:
        """The business date of that moment."""
        return business_date(self._at)

    def set(self, at: datetime) -> None:
        """Move to a later moment; an earlier one is ignored, time does not run backwards here."""
        self._at = max(self._at, at.astimezone(UTC))
