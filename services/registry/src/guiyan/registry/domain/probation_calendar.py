"""The days of a probation: when to remind, when it is overdue, when somebody above is told (domain.md §2.8, P-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.ledger.calendar import HalfYear, Quarter
from guiyan.registry.domain.dates import months_after
from guiyan.registry.domain.parameters import DEFAULTS, Parameters


@dataclass(frozen=True, slots=True)
class ProbationPlan:
    """What the calendar says of one end, by the parameters of the day it was set on."""

    ends_on: date
    reminders: tuple[tuple[int, date], ...]
    overdue_on: date
    escalate_on: date
    last_months_from: date


def plan_of(ends_on: date, recorded_on: date, parameters: Parameters = DEFAULTS) -> ProbationPlan:
    """The plan of an end recorded on a day: reminders whose day was over by then are not made up for (§2.8)."""
    before = [(days, ends_on - timedelta(days=days)) for days in sorted(parameters.probation_remind_days, reverse=True)]
    return ProbationPlan(
        ends_on=ends_on,
        reminders=tuple((days, on) for days, on in before if on >= recorded_on),
        overdue_on=ends_on + timedelta(days=parameters.probation_overdue_after_days),
        escalate_on=ends_on + timedelta(days=parameters.probation_escalate_after_days),
        last_months_from=months_after(ends_on, -parameters.probation_last_months),
    )


def decide_by(voted_on: date, parameters: Parameters = DEFAULTS) -> date:
    """The last day of the limit for a decision after the branch meeting (R8 Art. 33)."""
    return months_after(voted_on, parameters.probation_decide_within_months)


def quarters_due(joined_on: date, until: date) -> list[str]:
    """The quarters in which the branch had to discuss the member by a day: those begun since joining, and over."""
    found, quarter = [], Quarter.of(joined_on).next()
    while quarter.last_day < until:
        found.append(str(quarter))
        quarter = quarter.next()
    return found


def half_years_due(joined_on: date, until: date) -> list[str]:
    """Likewise the half-years of which a member away gives a written report."""
    found, half = [], HalfYear.of(joined_on).next()
    while half.last_day < until:
        found.append(str(half))
        half = half.next()
    return found
