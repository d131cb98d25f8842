"""Dues: whole months, at most six back and six ahead, none twice (R7, domain.md §2.9)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import Story

from guiyan.events.codes import DuesPayer
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion, month_number
from guiyan.registry.domain.dues import DUES, RecordDues
from guiyan.registry.domain.standing import ALWAYS

MEMBER_ID, BRANCH = "019b76da-a800-7000-8000-000000000001", "654002001001"


def pay(months: list[str], when: Occasion, *, by: DuesPayer = DuesPayer.SELF, host: str | None = None) -> RecordDues:
    """A payment."""
    return RecordDues(MEMBER_ID, BRANCH, tuple(months), by, when, host, entitled=host is not None)


@pytest.mark.parametrize(
    ("payment", "type_"),
    [({}, "DuesPaid"), ({"by": DuesPayer.RELATIVE}, "DuesProxyPaid"), ({"host": "440306001001"}, "DuesPaidAtHost")],
)
def test_who_paid_where_is_told_by_the_type(today: Occasion, payment: dict[str, Any], type_: str) -> None:
    """R7: to the branch, by a relative or another member, or at the host."""
    told = Story(DUES, MEMBER_ID)
    told.when(pay(["2026-06", "2026-05"], today, **payment))
    assert told.types() == [type_]
    assert told.events[0].data["months"] == ["2026-05", "2026-06"]
    assert told.state.paid_to(ALWAYS) == "2026-06"
    assert told.events[0].data["paid_to"] == "2026-06"


@pytest.mark.parametrize(
    ("months", "code"),
    [
        (["2025-12"], "dues_too_far_back"),
        (["2026-01"], None),
        (["2027-01"], None),
        (["2027-02"], "dues_too_far_ahead"),
        (["2026-05", "2026-05"], "month_named_twice"),
        ([], "no_months"),
    ],
)
def test_only_months_near_the_payment(today: Occasion, months: list[str], code: Any) -> None:
    """R7: back-payment at most six months, prepayment at most six."""
    told = Story(DUES, MEMBER_ID)
    if code is None:
        assert told.when(pay(months, today))
        return
    with pytest.raises(Refused) as refusal:
        told.when(pay(months, today))
    assert refusal.value.code == code


@given(
    st.lists(
        st.lists(st.sampled_from([f"2026-{month:02d}" for month in range(1, 13)]), min_size=1, max_size=4), max_size=8
    )
)
def test_no_month_is_ever_paid_twice(payments: list[list[str]]) -> None:
    """Whatever is tried in whatever order, each month stands in at most one payment, and all lie in the window."""
    told = Story(DUES, MEMBER_ID)
    for months in payments:
        with suppress(Refused):
            told.when(pay(months, Occasion(date(2026, 7, 1), date(2026, 7, 1))))
    written = [month for event in told.events for month in event.data["months"]]
    assert len(written) == len(set(written)) == len(told.state.months)
    assert all(abs(month_number(month) - month_number("2026-07")) <= 6 for month in written)
