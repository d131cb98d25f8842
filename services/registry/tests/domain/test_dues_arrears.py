"""Months that end unpaid: noted, reminded of, told upward, a case at six in a row; people answer (R1 Art. 31(6))."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.registry.tests.domain.test_dues_terms import (
    BRANCH,
    MEMBER_ID,
    TOWN,
    amount,
    cycle,
    exempt,
    pay,
)
from services.registry.tests.story import Story

from guiyan.events.codes import DuesCaseAnswer, DuesCycle, DuesError, DuesMonthState, DuesRateClass
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.dues import DUES, WithdrawPayment
from guiyan.registry.domain.dues_arrears import DecideCase, NoteArrears
from guiyan.registry.domain.dues_months import Amount, Cycle, DuesFacts, arrears, last_over, month_state, next_over
from guiyan.registry.domain.parameters import DEFAULTS
from guiyan.registry.domain.standing import ALWAYS, Membership, Stop

ROW = ["DuesArrearsNoted", "DuesReminded"]


def on(day: str) -> Occasion:
    """On a day, told that day."""
    return Occasion(date.fromisoformat(day), date.fromisoformat(day))


def clock(day: str, membership: Membership = ALWAYS, **rules: Any) -> NoteArrears:
    """The first moment of a day on which something may have become overdue."""
    return NoteArrears(MEMBER_ID, BRANCH, TOWN, date.fromisoformat(day), membership, replace(DEFAULTS, **rules))


def a_farmer() -> Story:
    """Somebody with an amount from January 2026 on and nothing paid."""
    told = Story(DUES, MEMBER_ID)
    told.when(amount(when=on("2026-01-05")))
    return told


def types(drafts: list[Any]) -> list[str]:
    """The types of what was told."""
    return [one.type_name() for one in drafts]


def test_half_a_year_unpaid() -> None:
    """Noted month by month, upward once at three (local), a case at six: no event on the membership, ever."""
    told, months = a_farmer(), ("02", "03", "04", "05", "06", "07", "08")
    got = [types(told.when(clock(f"2026-{month}-01"))) for month in months]
    assert got == [ROW, ROW, [*ROW, "DuesReportedUpward"], ROW, ROW, [*ROW, "SixMonthCaseOpened"], ROW]
    assert [event.data["months_in_arrears"] for event in told.events if event.type == "DuesReminded"] == list(
        range(1, 8)
    )
    assert told.state.case is not None
    assert told.state.case.since == date(2026, 1, 1)


def test_the_same_end_of_a_month_is_noted_once() -> None:
    """A timer that fires twice, or late, repeats nothing."""
    told = a_farmer()
    told.when(clock("2026-03-01"))
    assert told.when(clock("2026-03-01")) == []
    assert told.when(clock("2026-02-01")) == []


@pytest.mark.parametrize(
    ("rules", "got"),
    [
        ({"dues_report_upward": False}, ROW),
        ({"dues_report_upward_after_months": 2}, [*ROW, "DuesReportedUpward"]),
        ({"selfleft_threshold_months": 6}, ROW),
    ],
)
def test_local_rules_are_parameters(rules: dict[str, Any], got: list[str]) -> None:
    """At three months report upward is local practice: a switch and a number (domain.md §2.9)."""
    told = a_farmer()
    assert types(told.when(clock("2026-03-01", **rules))) == got


def test_nobody_whose_dues_are_not_kept_here_has_arrears() -> None:
    """A roster makes no wave of reminders: without an amount or a payment there is nothing to be behind with."""
    told = Story(DUES, MEMBER_ID)
    assert told.when(clock("2026-07-01")) == []
    told.when(pay("2026-06", when=on("2026-06-20")))
    assert told.when(clock("2026-07-01")) == []
    assert types(told.when(clock("2026-08-01"))) == ROW


def test_a_late_report_of_an_earlier_payment_clears_what_was_noted() -> None:
    """The noted events stay; that less is left is told besides, in the same commit."""
    told = a_farmer()
    for month in ("02", "03", "04"):
        told.when(clock(f"2026-{month}-01"))
    got = told.when(pay("2026-01", "2026-02", when=Occasion(date(2026, 3, 30), date(2026, 4, 9))))
    assert (types(got), got[1].months_in_arrears) == (["DuesPaid", "DuesArrearsReduced"], 1)
    got = told.when(exempt("2026-03", when=on("2026-04-10")))
    assert (types(got), got[1].months_in_arrears) == (["DuesExempted", "DuesArrearsReduced"], 0)
    assert told.events[-1].occurredon == date(2026, 4, 10)
    assert types(told.when(clock("2026-05-01"))) == ROW, "a new row begins with one"


def test_a_withdrawn_payment_brings_the_arrears_back_in_one_note() -> None:
    """What was told late makes one note of all, not one a month."""
    told = a_farmer()
    told.when(pay("2026-01", "2026-02", "2026-03", when=on("2026-03-15")))
    told.when(WithdrawPayment(MEMBER_ID, BRANCH, told.events[-1].id, DuesError.WRONG_PERSON, on("2026-04-20")))
    got = told.when(clock("2026-04-01"))
    assert (types(got), got[0].months_in_arrears) == ([*ROW, "DuesReportedUpward"], 3)


def test_quarterly_is_due_at_the_end_of_the_quarter() -> None:
    """R7: with the branch's consent; nothing is overdue inside the quarter, three months are after it."""
    told = a_farmer()
    told.when(cycle("QUARTERLY", "2026-01", on("2026-01-05")))
    assert told.when(clock("2026-03-01")) == []
    got = told.when(clock("2026-04-01"))
    assert (types(got), got[0].months_in_arrears) == ([*ROW, "DuesReportedUpward"], 3)


def answered(told: Story, answer: str, day: str, number: str | None = "示支记〔2026〕7号") -> DecideCase:
    """The branch meeting's answer."""
    return DecideCase(MEMBER_ID, DuesCaseAnswer(answer), number, on(day), ALWAYS)


def with_a_case() -> Story:
    """Six months unpaid."""
    told = a_farmer()
    for month in range(2, 8):
        told.when(clock(f"2026-{month:02d}-01"))
    return told


def test_a_case_is_answered_by_people() -> None:
    """Art. 31(6): first of all, was there a good reason; with the minutes' number; in order of time; once."""
    told = with_a_case()
    assert a_farmer().refused(answered(told, "GOOD_REASON", "2026-07-20")).code == "no_dues_case"
    assert told.refused(answered(told, "GOOD_REASON", "2026-06-30")).code == "too_early"
    assert told.refused(answered(told, "REFERRED", "2026-07-20", None)).code == "case_needs_minutes"
    assert told.refused(answered(told, "PAID_UP", "2026-07-20", None)).code == "case_not_paid_up"
    assert types(told.when(answered(told, "GOOD_REASON", "2026-07-20"))) == ["SixMonthCaseDecided"]
    assert told.refused(answered(told, "GOOD_REASON", "2026-07-21")).code == "no_dues_case"


def test_paid_up_is_paid_up() -> None:
    """The case stays open until somebody answers it, also when all was paid."""
    told = with_a_case()
    told.when(pay("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", when=on("2026-07-10")))
    assert told.state.case is not None
    assert told.when(answered(told, "PAID_UP", "2026-07-12", None))


def test_a_new_case_takes_as_many_new_months() -> None:
    """What an answered case was about does not open the next one."""
    told = with_a_case()
    told.when(answered(told, "GOOD_REASON", "2026-07-20"))
    opened = []
    for day in ("2026-08-01", "2026-12-01", "2027-01-01", "2027-02-01"):
        opened += [day for one in told.when(clock(day)) if one.type_name() == "SixMonthCaseOpened"]
    assert opened == ["2027-01-01"]
    assert told.state.case.since == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("stops", "row"),
    [
        ((), 6),
        ((Stop(date(2026, 6, 10), None),), 0),
        ((Stop(date(2026, 3, 10), date(2026, 4, 20)),), 3),
        ((Stop(date(2026, 3, 10), date(2026, 3, 31)),), 6),
        ((Stop(None, date(2026, 5, 31)),), 2),
    ],
)
def test_the_clock_stands_still_with_the_membership(stops: tuple[Stop, ...], row: int) -> None:
    """Suspended or ended: nothing falls due; reinstated: a new row begins. A month counts by how it ended."""
    found = arrears(a_farmer().state.facts(Membership(None, stops)), date(2026, 7, 1))
    assert found.in_a_row == row


# -- properties --------------------------------------------------------------------------------------------------------

MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
TABLE = [f"{year}-{month:02d}" for year in (2025, 2026, 2027) for month in range(1, 13)]
DAYS = st.dates(date(2025, 1, 1), date(2027, 3, 1))


@st.composite
def facts(draw: Callable[[Any], Any]) -> DuesFacts:
    """Any account at all: payments, exemptions, classes, cycles, a joining day, times without membership."""
    paid = draw(st.frozensets(st.sampled_from(MONTHS), max_size=14))
    at_host = frozenset(month for month in paid if draw(st.booleans()))
    rates = st.sampled_from([DuesRateClass.FARMER_FIXED, DuesRateClass.EXEMPT])
    amounts = tuple(
        Amount(str(n), int(month[:4]), draw(rates), 100, month)
        for n, month in enumerate(draw(st.lists(st.sampled_from(MONTHS), max_size=3)))
    )
    cycles = tuple(
        Cycle(str(n), draw(st.sampled_from(DuesCycle)), month)
        for n, month in enumerate(draw(st.lists(st.sampled_from(MONTHS[::3]), max_size=2)))
    )
    since, length = draw(DAYS), draw(st.integers(0, 300))
    stops = (Stop(since, draw(st.sampled_from([None, since + timedelta(length)]))),) if draw(st.booleans()) else ()
    membership = Membership(draw(st.none() | DAYS), stops)
    exempted = draw(st.frozensets(st.sampled_from(MONTHS), max_size=6)) - paid
    return DuesFacts(paid, at_host, exempted, amounts, cycles, membership)


def brute(known: DuesFacts, day: date) -> dict[str, str]:
    """The months of three years told again in plain steps, sharing nothing with the rules but the facts."""
    states: dict[str, str] = {}
    kept = [*known.paid, *(one.from_month for one in known.amounts)]
    row = 0
    for month in TABLE:
        year, number = int(month[:4]), int(month[5:])
        begin = date(year, number, 1)
        end = (date(year + number // 12, number % 12 + 1, 1)) - timedelta(1)
        rate, quarterly = None, False
        for wanted in TABLE[: TABLE.index(month) + 1]:
            for one in known.amounts:
                rate = one.rate_class if one.from_month == wanted else rate
            for two in known.cycles:
                quarterly = two.cycle == "QUARTERLY" if two.from_month == wanted else quarterly
        pay_by = end
        while quarterly and pay_by.month not in {3, 6, 9, 12}:
            nxt = pay_by + timedelta(1)
            pay_by = (nxt.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
        joined = known.membership.joined_on
        seen = min(end, day)
        member = all(not ((s.since is None or s.since <= seen) and (s.until is None or seen < s.until))
                     for s in known.membership.stops)  # fmt: skip
        asked = bool(kept) and month >= min(kept) and not (joined and end < joined) and member
        if month in known.paid:
            state = "PAID_AT_HOST" if month in known.paid_at_host else "PAID"
        elif month in known.exempt or rate == "EXEMPT":
            state = "EXEMPT"
        elif not asked or begin > day:
            state = "NOT_DUE"
        else:
            state = "DUE" if pay_by >= day else "ARREARS"
        row = row + 1 if state == "ARREARS" else 0
        states[month] = f"ARREARS_{min(row, 6)}" if row else state
    return states


@pytest.mark.parametrize(
    ("cycle", "last"), [(DuesCycle.MONTHLY, date(2026, 7, 31)), (DuesCycle.QUARTERLY, date(2026, 9, 30))]
)
def test_a_month_is_due_on_its_last_day_and_unpaid_on_the_next(cycle: DuesCycle, last: date) -> None:
    """R7: the last day of the month, or of the quarter agreed, is still in time."""
    amount, agreed = Amount("a", 2026, DuesRateClass.FARMER_FIXED, 100, "2026-07"), Cycle("c", cycle, "2026-07")
    known = DuesFacts(amounts=(amount,), cycles=(agreed,))
    row = {DuesCycle.MONTHLY: 1, DuesCycle.QUARTERLY: 3}[cycle]
    assert (str(month_state(known, "2026-07", last)), arrears(known, last).in_a_row) == ("DUE", 0)
    after = last + timedelta(days=1)
    assert (str(month_state(known, "2026-07", after)), arrears(known, after).in_a_row) == ("ARREARS_1", row)


@settings(max_examples=200, deadline=None)
@given(facts(), DAYS)
def test_every_month_has_the_state_that_plain_counting_gives(known: DuesFacts, day: date) -> None:
    """One state a month on every day, whatever was paid, exempted, agreed or stopped (domain.md §2.9)."""
    assert {month: str(month_state(known, month, day)) for month in TABLE} == brute(known, day)


@settings(max_examples=120, deadline=None)
@given(facts(), DAYS)
def test_arrears_are_the_months_that_stand_so(known: DuesFacts, day: date) -> None:
    """In a row up to the last month that is over, and in all; paid_to is where the first gap ends it (§2.3)."""
    states, found = brute(known, day), arrears(known, day)
    over = [month for month in TABLE if month <= found.through]
    assert found.unpaid == sum(states[month].startswith("ARREARS") for month in over)
    row = 0
    for month in over:
        row = row + 1 if states[month].startswith("ARREARS") else 0
    assert found.in_a_row == row
    assert known.paid_to == paid_without_gap(brute(known, date(2099, 1, 1)))


def paid_without_gap(states: dict[str, str]) -> str | None:
    """The last month paid before the first that stands unpaid when all time to pay is over."""
    last = None
    for month in TABLE:
        if states[month].startswith("ARREARS"):
            break
        last = month if states[month].startswith("PAID") else last
    return last


@settings(max_examples=120, deadline=None)
@given(facts(), DAYS)
def test_the_next_timer_is_the_first_day_on_which_more_is_unpaid(known: DuesFacts, day: date) -> None:
    """One timer a member: never late, never for nothing; none while nothing is going to fall due."""
    through = last_over(known, day)
    due = next_over(known, through)
    days = [day + timedelta(n) for n in range(200)]
    before = {month for month in TABLE if brute(known, day)[month].startswith("ARREARS")}
    more = next(
        (
            one
            for one in days
            if one.day == 1
            and {month for month, state in brute(known, one).items() if state.startswith("ARREARS")} - before
        ),
        None,
    )
    if more is not None:
        assert due == more
    else:
        assert due is None or due > days[-1]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "exempt", "withdraw", "clock"]),
        st.integers(0, 11),
        st.integers(1, 4),
        st.integers(0, 9),
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_whatever_happens_in_whatever_order_the_account_is_what_is_left(steps: list[tuple[str, int, int, int]]) -> None:
    """Payments, exemptions and withdrawals in any order: paid_to and arrears are those of what stands at the end."""
    told, paid, exempted, today = a_farmer(), dict[str, tuple[str, ...]](), set[str](), date(2026, 1, 6)
    for what, first, count, which in steps:
        months = tuple(f"2026-{month:02d}" for month in range(first + 1, min(first + 1 + count, 13)))
        when = Occasion(today, today)
        with suppress(Refused):
            if what == "pay":
                told.when(pay(*months, when=when))
                paid[next(one.id for one in reversed(told.events) if one.type == "DuesPaid")] = months
            elif what == "exempt":
                told.when(exempt(*months, when=when))
                exempted |= set(months)
            elif what == "withdraw" and paid:
                wrong = list(paid)[which % len(paid)]
                told.when(WithdrawPayment(MEMBER_ID, BRANCH, wrong, DuesError.ENTERED_TWICE, when))
                del paid[wrong]
            else:
                today = (today.replace(day=28) + timedelta(5)).replace(day=1)
                told.when(clock(today.isoformat()))
    left = {month for months in paid.values() for month in months}
    row, over = (
        0,
        [f"{y}-{m:02d}" for y in (2026, 2027, 2028) for m in range(1, 13) if date(y, m, 28) < today.replace(day=1)],
    )
    for month in over:
        row = 0 if month in left | exempted else row + 1
    year = [f"2026-{month:02d}" for month in range(1, 13)]
    gap = next((month for month in year if month not in left | exempted), "2027-01")
    assert told.state.paid_to(ALWAYS) == max((month for month in left if month < gap), default=None)
    assert arrears(told.state.facts(ALWAYS), today).in_a_row == row
    assert DuesMonthState.ARREARS_6 not in {month_state(told.state.facts(ALWAYS), month, today) for month in left}
