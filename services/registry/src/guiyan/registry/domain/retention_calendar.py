"""Until when a relation is kept, and when somebody is reminded of it (domain.md §2.10; R1 Art. 24, 34; R6)."""

from __future__ import annotations

from datetime import date

from guiyan.events.codes import RetentionKind
from guiyan.ledger.calendar import whole_months_between
from guiyan.registry.domain.dates import months_after
from guiyan.registry.domain.parameters import DEFAULTS, Parameters


def limit_months(kind: RetentionKind, parameters: Parameters = DEFAULTS) -> int:
    """How long a relation of this kind is kept at most: graduates two years, members studying abroad five (R1)."""
    return {
        RetentionKind.GRADUATE_UNPLACED: parameters.parked_months,
        RetentionKind.GRADUATE_EMPLOYED: parameters.retention_employed_max_months,
        RetentionKind.STUDY_ABROAD: parameters.abroad_suspend_after_months,
        RetentionKind.SETTLED_ABROAD_PRIVATE: parameters.retention_settled_max_months,
        RetentionKind.DEMOBILISED_WAITING: parameters.retention_demobilised_max_months,
    }[kind]


def reminders_of(
    from_on: date, until: date, recorded_on: date, parameters: Parameters = DEFAULTS
) -> list[tuple[int, date]]:
    """After how many months, and on which days, somebody is reminded (§2.10: 12, 18, 21, 23, 24 months).

    The list is made for two years: 12, 6, 3, 1 and 0 months before the end. Of another end - five years abroad, an
    extension - the same distances before it are days of reminding as well. What was over when it was recorded is not
    made up for.
    """
    listed, whole = sorted(parameters.retention_remind_months), whole_months_between(from_on, until)
    before_end = {whole - (listed[-1] - month) for month in listed} if listed else set()
    months = sorted({month for month in {*listed, *before_end} if 0 < month <= whole})
    days = [(month, months_after(from_on, month)) for month in months]
    return [(month, on) for month, on in days if on >= recorded_on]
