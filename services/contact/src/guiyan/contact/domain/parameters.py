"""The figures that an office may set otherwise (domain.md §2.6, §2.14), each with its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameters:
    """Policy parameters of the contact cycle; the defaults are those of domain.md."""

    reminder_days: tuple[int, ...] = (45, 75, 85)
    """Days of the quarter on which the contact person is reminded (§2.6)."""
    reminder_hour: int = 9
    """Hour in Shanghai at which a reminder is due: when the office opens."""
    early_miss_attempts: int = 3
    """Attempts before a contact may be called missed within the quarter (§2.6)."""
    early_miss_channels: int = 2
    """Different channels among them (§2.6)."""
    early_miss_days: int = 2
    """Different days among them (§2.6)."""
    misses_to_township: int = 2
    """Missed quarters in a row that go to the township officer (§2.6)."""


DEFAULTS = Parameters()
