"""How each month of a member's dues stands: one total, pure function of facts and a day (domain.md §2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.events.codes import DuesCycle, DuesMonthState, DuesRateClass
from guiyan.registry.domain.dates import month_number, month_of, months_after
from guiyan.registry.domain.standing import ALWAYS, Membership

State = DuesMonthState
_ARREARS = (State.ARREARS_1, State.ARREARS_2, State.ARREARS_3, State.ARREARS_4, State.ARREARS_5, State.ARREARS_6)
AHEAD_MONTHS = 36
"""So far ahead is looked for the next month that can end unpaid: further than anything can be paid or exempted."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What was agreed: rate class and monthly amount from a month on; `id` is the event."""

    id: str
    year: int
    rate_class: DuesRateClass
    fen: int
    from_month: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often dues are handed in, from a month on."""

    id: str
    cycle: DuesCycle
    from_month: str


@dataclass(frozen=True, slots=True)
class DuesFacts:
    """All that the months depend on. `paid_at_host` are those of `paid` that were paid to a host organisation.

    Of several amounts or cycles from one month on the one recorded last counts.
    """

    paid: frozenset[str] = frozenset()
    paid_at_host: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()
    amounts: tuple[Amount, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    membership: Membership = ALWAYS

    @property
    def paid_to(self) -> str | None:
        """党费交至: the last month paid for with no month unpaid before it; None when the first one is open (§2.3)."""
        if self.kept_from is None or not self.paid:
            return None
        last, month, end = None, min(self.kept_from, *self.paid), max(self.paid)
        while month <= end:
            if month in self.paid:
                last = month
            elif is_asked(self, month, last_day(month)):
                break
            month = month_after(month)
        return last

    @property
    def kept_from(self) -> str | None:
        """The first month that dues are kept for here: of an amount or a payment, and not before joining (R7)."""
        told = [*self.paid, *(one.from_month for one in self.amounts)]
        joined = self.membership.joined_on
        return max(min(told), month_of(joined) if joined else "") if told else None


@dataclass(frozen=True, slots=True)
class Arrears:
    """What is unpaid on a day: `in_a_row` months up to `through`, the last month whose time is over; `unpaid` in all.

    `since` is the first month of the row.
    """

    in_a_row: int
    unpaid: int
    through: str
    since: str | None


def month_after(month: str, months: int = 1) -> str:
    """The month some months later, or earlier."""
    year, index = divmod(month_number(month) + months, 12)
    return f"{year:04d}-{index + 1:02d}"


def last_day(month: str) -> date:
    """The last day of a month."""
    return months_after(first_day(month), 1) - timedelta(days=1)


def first_day(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def quarter_end(month: str) -> str:
    """The last month of a month's quarter."""
    return month_after(month, 2 - month_number(month) % 3)


def amount_of(facts: DuesFacts, month: str) -> Amount | None:
    """The amount agreed for a month: the one that begins last before it; it goes on until another is agreed."""
    begun = [one for one in facts.amounts if one.from_month <= month]
    return max(reversed(begun), key=lambda one: one.from_month, default=None)


def cycle_of(facts: DuesFacts, month: str) -> DuesCycle:
    """How often dues of a month are handed in: monthly, unless the branch agreed to quarterly (R7)."""
    begun = [one for one in facts.cycles if one.from_month <= month]
    agreed = max(reversed(begun), key=lambda one: one.from_month, default=None)
    return DuesCycle.MONTHLY if agreed is None else agreed.cycle


def period_end(facts: DuesFacts, month: str) -> date:
    """The last day to pay a month in time: the month's, or the quarter's where the branch agreed to that (R7)."""
    return last_day(quarter_end(month) if cycle_of(facts, month) == DuesCycle.QUARTERLY else month)


def is_exempt(facts: DuesFacts, month: str) -> bool:
    """No dues are asked for a month: by a decision on just that, or by the class agreed (R7)."""
    amount = amount_of(facts, month)
    return month in facts.exempt or (amount is not None and amount.rate_class == DuesRateClass.EXEMPT)


def is_asked(facts: DuesFacts, month: str, on: date) -> bool:
    """Whether dues are asked for a month: kept here, not exempt, and the membership stood at the month's end.

    So the month of joining counts (R7: from the day of the admitting meeting), that of a suspension does not. Of a
    month that is not over the day itself counts.
    """
    kept_from = facts.kept_from
    if kept_from is None or month < kept_from or is_exempt(facts, month):
        return False
    return facts.membership.stands(min(last_day(month), on))


def month_state(facts: DuesFacts, month: str, day: date) -> State:
    """How a month stands on a day: total, one state for every month and every day."""
    if month in facts.paid:
        return State.PAID_AT_HOST if month in facts.paid_at_host else State.PAID
    if is_exempt(facts, month):
        return State.EXEMPT
    if first_day(month) > day or not is_asked(facts, month, day):
        return State.NOT_DUE
    if period_end(facts, month) >= day:
        return State.DUE
    return _ARREARS[min(_row_length(facts, month, day), len(_ARREARS)) - 1]


def arrears(facts: DuesFacts, day: date) -> Arrears:
    """What is unpaid on a day. A month paid, exempted or without membership ends the row (R1 Art. 31(6))."""
    through = last_over(facts, day)
    row = _row_length(facts, through, day)
    unpaid = sum(1 for month in _kept(facts, through) if _is_open(facts, month, day))
    return Arrears(row, unpaid, through, month_after(through, 1 - row) if row else None)


def last_over(facts: DuesFacts, day: date) -> str:
    """The last month whose time to pay was over before this day."""
    month = month_after(month_of(day), -1)
    while period_end(facts, month) >= day:
        month = month_after(month, -1)
    return month


def next_over(facts: DuesFacts, through: str) -> date | None:
    """The first day on which a month after `through` will be unpaid; None while nothing is going to fall due."""
    for ahead in range(1, AHEAD_MONTHS + 1):
        month = month_after(through, ahead)
        over_on = period_end(facts, month) + timedelta(days=1)
        if _is_open(facts, month, over_on):
            return over_on
    return None


def _kept(facts: DuesFacts, through: str) -> Iterator[str]:
    month = facts.kept_from
    while month is not None and month <= through:
        yield month
        month = month_after(month)


def _is_open(facts: DuesFacts, month: str, day: date) -> bool:
    """Asked for, and not paid."""
    return month not in facts.paid and is_asked(facts, month, day) and period_end(facts, month) < day


def _row_length(facts: DuesFacts, month: str, day: date) -> int:
    """How many months in a row up to this one are open."""
    length = 0
    while _is_open(facts, month, day):
        length, month = length + 1, month_after(month, -1)
    return length
