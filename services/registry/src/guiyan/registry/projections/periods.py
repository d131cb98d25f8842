"""Probationary and away: each quarter the branch discusses, each half year the member reports (P-07, §2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from guiyan.events.codes import TaskKind as Kind
from guiyan.ledger.calendar import HalfYear, Quarter
from guiyan.registry.projections.notebook import Notebook

_PERIODS: Final[Mapping[Kind, type[Quarter | HalfYear]]] = {
    Kind.PROBATION_AWAY: Quarter,
    Kind.PROBATION_REPORT: HalfYear,
}


def watch_periods(book: Notebook, member_id: str) -> None:
    """While somebody is both, one period is waited for: a task when it is over and nothing was told of it."""
    page = book.find(member_id)
    if page is None:
        return
    gone = page.get("ended") or page.get("outside")
    both = bool(page.get("probationary") and page.get("trip") and not gone)
    for kind in _PERIODS:
        if not both:
            book.end(kind, member_id)
        elif all(one["raised"] for one in book.stands(member_id, kind)):
            _wait_for_next(book, kind, member_id)


def _wait_for_next(book: Notebook, kind: Kind, member_id: str) -> None:
    page, period = book.page(member_id), _PERIODS[kind]
    told = page.get("told", {}).get(str(kind), [])
    raised = [period.parse(one["key"]).last_day for one in book.stands(member_id, kind)]
    current = period.of(max([_day_after(day) for day in raised] or [book.recorded_on]))
    while str(current) in told:
        current = period.of(_day_after(current.last_day))
    over = _day_after(current.last_day)
    book.begin(kind, member_id, key=str(current), since=current.first_day, wait_until=over)


def _day_after(day: date) -> date:
    return day + timedelta(days=1)
