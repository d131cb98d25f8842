"""What is asked of a member: amounts by class, the year they are fixed for, exemptions, cycles (R7, domain.md §2.9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from services.registry.tests.story import TODAY, Story

from guiyan.events.codes import DuesError, DuesPayer, DuesRateClass
from guiyan.events.registry.dues import DuesAmountSet, DuesCycleAgreed, DuesExempted
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.dues import DUES, RecordDues, WithdrawPayment
from guiyan.registry.domain.dues_terms import AgreeCycle, Exempt, SetAmount, WithdrawTerms, bounds_fen
from guiyan.registry.domain.parameters import DEFAULTS
from guiyan.registry.domain.standing import ALWAYS, Membership

MEMBER_ID, BRANCH, TOWN = "019b76da-a800-7000-8000-000000000001", "654002001001", "654002001000"
NOW = Occasion(TODAY, TODAY)
JOINED = Membership(date(2026, 3, 20))


def amount(fen: int = 100, rate: str = "FARMER_FIXED", **more: Any) -> SetAmount:
    """An amount agreed for 2026 from January on, or as told."""
    rules, whose, when = more.pop("rules", DEFAULTS), more.pop("whose", Membership()), more.pop("when", NOW)
    told = {"year": 2026, "from_month": "2026-01", "monthly_amount_fen": fen, "rate_class": rate, **more}
    facts = DuesAmountSet.model_validate({"member_id": MEMBER_ID, "branch": BRANCH, **told})
    return SetAmount(facts, (TOWN,), when, rules, whose)


def exempt(*months: str, by: str = TOWN, left: int = 0, when: Occasion = NOW) -> Exempt:
    """An exemption of these months."""
    facts = DuesExempted(
        member_id=MEMBER_ID, months=months, decision_no="示组〔2026〕8号", decided_by=by, monthly_amount_fen=left
    )
    return Exempt(facts, BRANCH, (TOWN,), when)


def cycle(kind: str, from_month: str, when: Occasion = NOW) -> AgreeCycle:
    """A cycle agreed."""
    told = {"member_id": MEMBER_ID, "branch": BRANCH, "cycle": kind, "from_month": from_month}
    return AgreeCycle(DuesCycleAgreed.model_validate(told), when)


def pay(*months: str, when: Occasion = NOW, **more: Any) -> RecordDues:
    """A payment by the member."""
    return RecordDues(MEMBER_ID, BRANCH, months, DuesPayer.SELF, when, **more)


@pytest.mark.parametrize(
    ("rate", "least", "most"),
    [
        ("WAGE_05", 20, 1500), ("WAGE_10", 3000, 5000), ("WAGE_15", 7500, 15_000), ("WAGE_20", 20_000, None),
        ("PENSION_05", 20, 2500), ("PENSION_10", 5000, None), ("FARMER_FIXED", 20, 100), ("MINIMUM_02", 20, 20),
    ],
)  # fmt: skip
def test_each_class_has_its_bounds(rate: str, least: int, most: int | None) -> None:
    """R7: the rate of the wages it is for, of the whole base; farmers 0.2 to 1 yuan; the least 0.2 yuan."""
    assert Story(DUES, MEMBER_ID).when(amount(least, rate))
    assert Story(DUES, MEMBER_ID).refused(amount(least - 1, rate)).code == "amount_outside_class"
    if most is not None:
        assert Story(DUES, MEMBER_ID).when(amount(most, rate))
        assert Story(DUES, MEMBER_ID).refused(amount(most + 1, rate)).code == "amount_outside_class"


def test_bounds_follow_the_parameters() -> None:
    """Every number a document may change is a parameter (domain.md §2.14)."""
    valid = replace(DEFAULTS, dues_farmer_max_fen=200, dues_minimum_fen=50, dues_wage_05_up_to_yuan=4000)
    assert bounds_fen(DuesRateClass.FARMER_FIXED, valid) == (50, 200)
    assert bounds_fen(DuesRateClass.WAGE_10, valid) == (4000, 5000)


def test_exempt_as_a_class_needs_the_committee_above() -> None:
    """R7: less or none is studied by the branch and approved above it, with a decision's number."""
    assert Story(DUES, MEMBER_ID).refused(amount(0, "EXEMPT")).code == "exemption_needs_decision"
    paper = {"decision_no": "示组〔2026〕8号", "decided_by": BRANCH}
    assert Story(DUES, MEMBER_ID).refused(amount(0, "EXEMPT", **paper)).code == "for_an_organisation_above"
    assert Story(DUES, MEMBER_ID).when(amount(0, "EXEMPT", **{**paper, "decided_by": TOWN}))
    assert Story(DUES, MEMBER_ID).refused(amount(1, "EXEMPT", **paper)).code == "amount_outside_class"


def test_an_amount_is_fixed_for_its_year() -> None:
    """R7 as explained in 2021: normally unchanged in the year; the next year's may be agreed before it begins."""
    told = Story(DUES, MEMBER_ID)
    told.when(amount(50))
    assert told.refused(amount(60)).code == "amount_fixed_for_year"
    assert told.when(amount(60, year=2027, from_month="2027-01"))
    assert told.refused(amount(60, year=2028, from_month="2028-01")).code == "amount_year"
    assert told.refused(amount(60, year=2027, from_month="2026-12")).code == "month_of_another_year"


def test_where_the_switch_allows_it_a_change_holds_from_its_month() -> None:
    """The text of 2008: from the month of change (a switch, default off)."""
    rules = replace(DEFAULTS, dues_change_within_year=True)
    told = Story(DUES, MEMBER_ID)
    told.when(amount(50))
    assert told.refused(amount(60, rules=rules, from_month="2026-06")).code == "change_from_its_month"
    assert told.when(amount(60, rules=rules, from_month="2026-07"))


def test_dues_begin_with_the_month_of_the_admitting_meeting() -> None:
    """R7: probationary members pay from the day of the meeting that admitted them."""
    assert Story(DUES, MEMBER_ID).refused(amount(from_month="2026-02", whose=JOINED)).code == "dues_before_joining"
    assert Story(DUES, MEMBER_ID).when(amount(from_month="2026-03", whose=JOINED))


def test_a_wrong_amount_is_withdrawn_and_set_again() -> None:
    """An error of entry has a way back that keeps the history; it counts from the wrong entry's own day."""
    told = Story(DUES, MEMBER_ID)
    told.when(amount(50, when=Occasion(date(2026, 1, 5), TODAY)))
    wrong = WithdrawTerms(MEMBER_ID, BRANCH, told.events[0].id, DuesError.WRONG_AMOUNT, NOW)
    told.when(wrong)
    assert told.events[-1].occurredon == date(2026, 1, 5)
    assert told.state.amounts == ()
    assert told.refused(wrong).code == "dues_entry_unknown"
    assert told.when(amount(60))


def test_an_exemption_is_approved_above_and_never_for_a_paid_month() -> None:
    """R7: branch studies, the next committee above approves; what was paid is withdrawn first."""
    told = Story(DUES, MEMBER_ID)
    assert told.refused(exempt("2026-07", by=BRANCH)).code == "for_an_organisation_above"
    told.when(pay("2026-06"))
    assert told.refused(exempt("2026-06", "2026-07")).code == "month_already_paid"
    assert told.when(exempt("2026-07", "2026-08"))
    assert told.refused(exempt("2026-08")).code == "month_exempted"
    assert told.refused(pay("2026-07")).code == "month_exempted"


@pytest.mark.parametrize(
    ("month", "code"),
    [("2025-12", "dues_too_far_back"), ("2026-01", None), ("2027-07", None), ("2027-08", "exempt_too_far_ahead")],
)
def test_an_exemption_has_limits_in_time(month: str, code: str | None) -> None:
    """As far back as can be paid afterwards, a year ahead: then the branch looks at it again."""
    told = Story(DUES, MEMBER_ID)
    if code is None:
        assert told.when(exempt(month))
    else:
        assert told.refused(exempt(month)).code == code


def test_less_is_less_and_still_paid() -> None:
    """R7: less as well as none may be agreed; a reduced month is paid like any other."""
    told = Story(DUES, MEMBER_ID)
    told.when(amount(80))
    assert told.refused(exempt("2026-08", left=80)).code == "no_reduction"
    told.when(exempt("2026-08", left=40))
    assert told.when(pay("2026-08"))


@pytest.mark.parametrize(
    ("kind", "from_month", "allowed"),
    [
        ("QUARTERLY", "2026-07", True), ("QUARTERLY", "2026-08", False), ("QUARTERLY", "2026-04", False),
        ("QUARTERLY", "2027-07", True), ("QUARTERLY", "2027-10", False), ("MONTHLY", "2026-08", True),
    ],
)  # fmt: skip
def test_a_cycle_begins_in_the_quarter_at_hand(kind: str, from_month: str, allowed: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """R7: quarterly by the branch's consent; what is overdue is not made to vanish by it."""
    told = Story(DUES, MEMBER_ID)
    if allowed:
        assert told.when(cycle(kind, from_month))
    else:
        assert told.refused(cycle(kind, from_month)).code == "cycle_from"


YEAR = [f"2026-{month:02d}" for month in range(1, 13)]
JANUARY = Occasion(date(2026, 1, 10), TODAY)


def test_the_whole_year_at_once_only_where_a_local_rule_allows_it() -> None:
    """Finding 5: the seed's dues once a year against today's months; a switch, default off, told plainly."""
    assert Story(DUES, MEMBER_ID).refused(pay(*YEAR, when=JANUARY)).code == "dues_year_not_at_once"
    rules = replace(DEFAULTS, dues_annual_prepay_allowed=True)
    assert Story(DUES, MEMBER_ID).when(pay(*YEAR, when=JANUARY, parameters=rules))
    beyond = pay("2027-02", when=NOW, parameters=rules)
    assert Story(DUES, MEMBER_ID).refused(beyond).code == "dues_too_far_ahead", "the year at hand, no other"


def test_at_a_host_only_by_right() -> None:
    """R7: to the host with an accepted hosting or a certificate, else to the formal branch."""
    assert Story(DUES, MEMBER_ID).refused(pay("2026-07", host_branch="440306001001")).code == "not_hosted_there"


def test_a_payment_recorded_on_the_wrong_person_is_taken_out() -> None:
    """The months are open again, both events stay; it counts from the payment's own day, like an annulled decision."""
    told = Story(DUES, MEMBER_ID)
    told.when(pay("2026-05", when=Occasion(date(2026, 5, 3), TODAY)))
    told.when(pay("2026-06"))
    payment = told.events[1].id
    (withdrawn,) = told.when(WithdrawPayment(MEMBER_ID, BRANCH, payment, DuesError.WRONG_PERSON, NOW))
    assert (withdrawn.months, withdrawn.paid_to, told.state.paid_to(ALWAYS)) == (("2026-06",), "2026-05", "2026-05")
    again = WithdrawPayment(MEMBER_ID, BRANCH, payment, DuesError.WRONG_PERSON, NOW)
    assert told.refused(again).code == "dues_entry_unknown"
    assert told.when(pay("2026-06")), "and may be paid"
    early = WithdrawPayment(
        MEMBER_ID, BRANCH, told.events[-1].id, DuesError.WRONG_MONTHS, Occasion(date(2026, 6, 1), TODAY)
    )
    assert told.refused(early).code == "too_early"
