"""The timers of care: a visit before the two times of the year, a report twelve months after the last one."""

from datetime import date, datetime, time, timedelta
from typing import Final

from guiyan.contact.domain.occasions import next_occasion
from guiyan.ledger import Timer
from guiyan.ledger.calendar import add_months, moment_of
from guiyan.service.parameters import NumberOf, number

VISIT: Final = "aid_visit_due"
REPORT: Final = "member_report_due"


def visit_id(case_id: str) -> str:
    """The one timer of an open case: the next visit."""
    return f"aid:{case_id}:{VISIT}"


def report_id(member_id: str) -> str:
    """The one timer of a member away: the next report."""
    return f"member:{member_id}:{REPORT}"


def visit(case_id: str, at: datetime, after: date, visited_on: date | None, value: NumberOf) -> Timer:
    """Due when the time for visits before the next occasion begins; at once where it has begun already."""
    before_days = number(value("aid.remind_before"))
    occasion = next_occasion(after, before_days, visited_on)
    opens_on = occasion.opens_on(before_days)
    data = {
        "case_id": case_id,
        "occasion": str(occasion.kind),
        "due_on": occasion.due_on.isoformat(),
        "since": opens_on.isoformat(),
    }
    return Timer(visit_id(case_id), max(_office_opens(opens_on, value), at), VISIT, data)


def report_due(since: date, value: NumberOf, not_before: date | None = None) -> date:
    """The day by which the next report is due; with `not_before` the first of its dates that is not over by then."""
    every = number(value("member.report_every"))
    times = 1
    while not_before is not None and add_months(since, every * times) < not_before:
        times += 1
    return add_months(since, every * times)


def report(member_id: str, due_on: date, at: datetime, value: NumberOf) -> Timer:
    """Due on the day after the last one for a report; at once where that is over already."""
    data = {"member_id": member_id, "due_on": due_on.isoformat()}
    return Timer(report_id(member_id), max(_office_opens(due_on + timedelta(days=1), value), at), REPORT, data)


def _office_opens(on: date, value: NumberOf) -> datetime:
    return moment_of(on, time(number(value("contact.reminder_hour"))))
