"""The figures of study activities that an office may set otherwise (domain.md §2.12, §2.14), each with its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Self

from guiyan.service.parameters import NumberOf, number


@dataclass(frozen=True, slots=True)
class StudyParameters:
    """Policy parameters of study activities; the defaults are those of domain.md."""

    notice_days: int = 14
    """study.notice_before: an activity is announced so many days ahead (S-25)."""
    remind_days: int = 3
    """study.remind_before: who has not declined is reminded so many days ahead (S-25)."""
    record_days: int = 7
    """study.record_within: its record is closed within so many days (§2.12)."""
    reminder_hour: int = 9
    """contact.reminder_hour: the hour in Shanghai at which reminders are due."""
    hours_per_year: int = 32
    """study.hours_per_year: group study a year (R1 Art. 20)."""

    @classmethod
    def of(cls, value: NumberOf) -> Self:
        """The values that `value` tells by their keys in the table."""
        return cls(
            notice_days=number(value("study.notice_before")),
            remind_days=number(value("study.remind_before")),
            record_days=number(value("study.record_within")),
            reminder_hour=number(value("contact.reminder_hour")),
            hours_per_year=number(value("study.hours_per_year")),
        )


def by_default(_: date) -> StudyParameters:
    """What is valid on a day where no document has changed anything."""
    return DEFAULTS


DEFAULTS = StudyParameters()
ParametersOn = Callable[[date], StudyParameters]
