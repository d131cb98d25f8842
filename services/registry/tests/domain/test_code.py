"""Codes with dates of validity (domain.md §4.1): listed, set right, retired, listed anew."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import TODAY, Story

from guiyan.events.registry.policy import CodeListed
from guiyan.ledger import Refused
from guiyan.ledger.testing.projections import project
from guiyan.registry.areas import is_valid
from guiyan.registry.domain.code import CODE, ListCode, RetireCode, code_id
from guiyan.registry.projections.codes import CODES, CodeTables

ID = code_id("area", "659012")


def listing(from_on: date, label: str = "白杨市") -> ListCode:
    """The county that is younger than the published table."""
    return ListCode(CodeListed(table="area", code="659012", label_zh=label, from_on=from_on), TODAY)


def test_a_code_is_listed_once_and_its_label_set_right() -> None:
    """The same again is no event, another label is one, another first day is refused while it is valid."""
    told = Story(CODE, ID)
    told.when(listing(date(2023, 1, 1)))
    assert told.when(listing(date(2023, 1, 1))) == []
    assert len(told.when(listing(date(2023, 1, 1), "白杨"))) == 1
    assert told.refused(listing(date(2024, 1, 1))).status == 409


def test_a_code_is_retired_and_may_come_back() -> None:
    """Not before it began; anew only after its end; what is not listed cannot end."""
    told = Story(CODE, ID)
    assert told.refused(RetireCode(TODAY, TODAY)).status == 404
    told.when(listing(date(2023, 1, 1)))
    assert told.refused(RetireCode(date(2022, 12, 31), TODAY)).pointer == "/until"
    told.when(RetireCode(date(2024, 12, 31), TODAY))
    assert told.when(RetireCode(date(2024, 12, 31), TODAY)) == []
    assert told.refused(listing(date(2024, 12, 31))).pointer == "/from_on"
    assert told.when(listing(date(2026, 1, 1)))


DAYS = st.integers(0, 40)


@given(st.lists(st.tuples(st.booleans(), DAYS), max_size=8), DAYS)
def test_a_code_is_valid_in_the_spans_it_was_told_for(acts: list[tuple[bool, int]], day: int) -> None:
    """The document says of every day what the accepted acts, looked at one by one, say of it."""
    told, start, spans = Story(CODE, ID), date(2026, 1, 1), list[list[int | None]]()
    for lists, number in acts:
        on = start + timedelta(number)
        try:
            made = told.when(listing(on) if lists else RetireCode(on, TODAY))
        except Refused:
            continue
        if made and lists:
            spans.append([number, None])
        elif made:
            spans[-1][1] = number
    found = project(CodeTables(), told.facts()).get(CODES, {}).get(ID)
    valid = any(first <= day and (last is None or day <= last) for first, last in spans)  # type: ignore[operator] # days, or None for the last
    assert (found is not None and is_valid(found, start + timedelta(day))) == valid
