"""The figures that an office may set otherwise (domain.md §2.6, §2.14), each with its source."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self


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
    members_per_person: int = 10
    """contact.members_per_person: how many members a contact person may be named for (few each, §2.6)."""
    abroad_cycle_months: int = 6
    """contact.abroad_cycle: members abroad at least so often (R1 Art. 34)."""
    unknown_cycle_months: int = 1
    """contact.unknown_cycle: members whose place nobody knows (P-03)."""
    inquiry_simple_working_days: int = 1
    """inquiry.simple_within: at once or one working day (§2.12)."""
    inquiry_checked_working_days: int = 5
    """inquiry.checked_within: what has to be looked into (§2.12)."""
    inquiry_other_body_working_days: int = 10
    """inquiry.other_body_within: what another body answers (§2.12)."""
    bounces_to_close: int = 3
    """Messages in a row that came back before a contact point is closed (P-10)."""
    verified_within_days: int = 180
    """Days for which a contact point counts as proved (§3.5)."""

    @classmethod
    def of(cls, value: Callable[[str], Any]) -> Self:
        """The values that `value` tells by their keys in the table (domain.md §2.14)."""
        return cls(
            reminder_days=value("contact.reminder_days"),
            reminder_hour=value("contact.reminder_hour"),
            early_miss_attempts=value("contact.early_miss_attempts"),
            early_miss_channels=value("contact.early_miss_channels"),
            early_miss_days=value("contact.early_miss_days"),
            misses_to_township=value("contact.misses_to_township"),
            members_per_person=value("contact.members_per_person"),
            abroad_cycle_months=value("contact.abroad_cycle"),
            unknown_cycle_months=value("contact.unknown_cycle"),
            bounces_to_close=value("contact.bounces_to_close"),
            verified_within_days=value("contact.verified_within"),
            inquiry_simple_working_days=value("inquiry.simple_within"),
            inquiry_checked_working_days=value("inquiry.checked_within"),
            inquiry_other_body_working_days=value("inquiry.other_body_within"),
        )


def by_default(_: date) -> Parameters:
    """What is valid on a day where no document has changed anything."""
    return DEFAULTS


DEFAULTS = Parameters()
ParametersOn = Callable[[date], Parameters]
