"""Retained relations: asked for, kept within the limit of the kind, reminded, ended (§2.10; R1 Art. 24, 34; R6)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import Story

from guiyan.events.codes import RetentionEnd, RetentionKind, RetentionState
from guiyan.events.registry.retention import RetentionRequested, RetentionText
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion, months_after
from guiyan.registry.domain.retention import (
    RETENTION,
    EndRetention,
    ExtendRetention,
    FollowEnd,
    RemindRetention,
    ReopenRetention,
    RequestRetention,
    RetainRelation,
    SayRetentionOverdue,
)
from guiyan.registry.domain.retention_calendar import limit_months, reminders_of

MEMBER_ID, ID = "019b76da-a800-7000-8000-000000000001", "019b76da-a800-7000-8000-0000000000f1"
PERSON = "019b76da-a800-7000-8000-0000000000f2"
DECISION = "019b76da-a800-7000-8000-0000000000f3"
SCHOOL, BRANCH = "654002003000", "654002003001"
NO: Final = "示〔2026〕1号"
FROM, UNTIL = date(2024, 7, 1), date(2026, 7, 1)
DAY: Final = date(2024, 7, 10)


def on(day: date = DAY) -> Occasion:
    """On a day, told much later."""
    return Occasion(day, date(2032, 1, 1))


def asked(kind: str = "GRADUATE_UNPLACED", from_on: date = FROM, **more: Any) -> RequestRetention:
    """The member asks."""
    text = more.pop("text", RetentionText(country="示例国"))
    facts = {"member_id": MEMBER_ID, "kind": kind, "holding_org": SCHOOL, "from_on": from_on, "relay_person_id": PERSON}
    return RequestRetention(RetentionRequested.model_validate({**facts, **more}), text, on())


def kept(until: date | None = None, person: str | None = PERSON) -> RetainRelation:
    """The holder keeps it."""
    return RetainRelation(BRANCH, person, until, None, on())


def after(*commands: Any) -> Story:
    """The retention after these commands."""
    told = Story(RETENTION, ID)
    for command in commands:
        told.when(command, DECISION)
    return told


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        ("GRADUATE_UNPLACED", date(2026, 7, 1)),
        ("GRADUATE_EMPLOYED", date(2025, 1, 1)),
        ("STUDY_ABROAD", date(2029, 7, 1)),
        ("SETTLED_ABROAD_PRIVATE", date(2025, 1, 1)),
        ("DEMOBILISED_WAITING", date(2025, 7, 1)),
    ],
)
def test_each_kind_has_its_own_limit(kind: str, until: date) -> None:
    """R1 Art. 34: graduates normally two years; Art. 24: abroad five; the others by parameter (§2.10)."""
    assert after(asked(kind), kept()).state.retain_until == until
    told = after(asked(kind))
    late = told.refused(kept(date(until.year, until.month, 2)))
    assert (late.code, late.pointer, late.params["latest"]) == ("retention_length", "/retain_until", until.isoformat())


def test_two_years_from_29_february() -> None:
    """R1 Art. 34: calendar months, the last day of a shorter month."""
    assert after(asked(from_on=date(2024, 2, 29)), kept()).state.retain_until == date(2026, 2, 28)


def test_who_goes_abroad_tells_where_and_whom_to_ask() -> None:
    """R6: place, and a contact person at home for who studies abroad; at the holder a named contact person."""
    told = Story(RETENTION, ID)
    assert told.refused(asked("STUDY_ABROAD", text=None)).pointer == "/country"
    assert told.refused(asked("STUDY_ABROAD", relay_person_id=None)).pointer == "/relay_person_id"
    told.when(asked(text=None, relay_person_id=None))
    assert told.refused(kept(person=None)).code == "contact_person_missing"


def test_reminded_at_12_18_21_23_and_24_months() -> None:
    """§2.10: of two years; of another end the same distances before it as well; the past is not made up for."""
    assert reminders_of(FROM, UNTIL, FROM) == [
        (12, date(2025, 7, 1)), (18, date(2026, 1, 1)), (21, date(2026, 4, 1)), (23, date(2026, 6, 1)),
        (24, date(2026, 7, 1)),
    ]  # fmt: skip
    assert [months for months, _ in reminders_of(FROM, date(2029, 7, 1), FROM)] == [
        12, 18, 21, 23, 24, 48, 54, 57, 59, 60,
    ]  # fmt: skip
    assert [months for months, _ in reminders_of(FROM, date(2025, 1, 1), FROM)] == [3, 5, 6]
    assert [months for months, _ in reminders_of(FROM, date(2027, 1, 1), date(2026, 7, 2))] == [27, 29, 30]
    assert reminders_of(date(2023, 8, 31), date(2025, 8, 31), FROM)[-4:-2] == [
        (18, date(2025, 2, 28)), (21, date(2025, 5, 31)),
    ]  # fmt: skip


def test_timers_say_each_thing_once_of_the_present_end() -> None:
    """§2.10: reminded, overdue; an extension makes another end, and what was said of the old one is no more."""
    told = after(asked(), kept())
    assert len(told.when(RemindRetention(12, UNTIL, date(2025, 7, 1)))) == 1
    assert told.when(RemindRetention(12, UNTIL, date(2025, 7, 1))) == []
    assert told.state.state == "REMINDED"
    assert told.when(SayRetentionOverdue(UNTIL, date(2026, 7, 2)))[0].due_on == UNTIL
    assert told.when(SayRetentionOverdue(UNTIL, date(2026, 7, 2))) == []
    longer = date(2027, 7, 1)
    assert told.refused(ExtendRetention(longer, NO, on(date(2025, 12, 31)))).code == "retention_extended_early"
    told.when(ExtendRetention(longer, NO, on(date(2026, 7, 20))))
    assert (told.state.state, told.state.retain_until) == ("EXTENDED", longer)
    assert told.when(SayRetentionOverdue(UNTIL, date(2026, 7, 2))) == []
    assert told.when(RemindRetention(18, UNTIL, date(2026, 7, 20))) == [], "a reminder of the old end"
    assert len(told.when(RemindRetention(18, longer, date(2026, 7, 20)))) == 1
    again = ExtendRetention(date(2028, 7, 1), NO, on(date(2026, 12, 31)))
    assert told.refused(again).code == "retention_extended_early", "not without end on one day"
    assert told.refused(ExtendRetention(longer, NO, on(date(2027, 1, 1)))).code == "retention_length"
    assert told.refused(ExtendRetention(date(2029, 7, 2), NO, on(date(2027, 1, 1)))).code == "retention_length"


def test_it_ends_once_and_goes_on_when_that_was_an_error() -> None:
    """§2.10, §2.11: a transfer, a suspension or an end of the membership; only what ended it opens it again."""
    told = after(asked(), kept(), FollowEnd(RetentionEnd.SUSPENDED, date(2025, 1, 1)))
    assert told.when(FollowEnd(RetentionEnd.TRANSFERRED_OUT, date(2025, 1, 2))) == []
    assert told.when(ReopenRetention(PERSON, date(2025, 1, 1))) == []
    assert told.when(ReopenRetention(DECISION, date(2025, 1, 1)))[0].holding_org == SCHOOL
    assert (told.state.state, told.state.retain_until) == ("RETAINED", UNTIL)
    only_asked = after(asked(), FollowEnd(RetentionEnd.MEMBERSHIP_ENDED, date(2025, 1, 1)))
    assert only_asked.when(ReopenRetention(DECISION, date(2025, 1, 1)))[0].holding_org is None
    assert after(asked(), EndRetention(RetentionEnd.NOT_GRANTED, on())).state.state == "NOT_GRANTED"
    assert after(asked()).refused(EndRetention(RetentionEnd.RETURNED, on())).code == "retention_state"
    assert after(asked(), kept()).refused(EndRetention(RetentionEnd.NOT_GRANTED, on())).code == "retention_state"


COMMANDS: Final = (
    asked(), kept(), ExtendRetention(months_after(UNTIL, 12), NO, on(date(2026, 8, 1))),
    EndRetention(RetentionEnd.RETURNED, on()),
    EndRetention(RetentionEnd.NOT_GRANTED, on()), FollowEnd(RetentionEnd.TRANSFERRED_OUT, date(2026, 8, 2)),
    FollowEnd(RetentionEnd.SUSPENDED, date(2026, 8, 2)), ReopenRetention(DECISION, date(2026, 8, 2)),
    RemindRetention(12, UNTIL, DAY), RemindRetention(18, UNTIL, DAY), SayRetentionOverdue(UNTIL, DAY),
)  # fmt: skip


@given(st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_in_no_order_is_a_rule_broken(commands: list[Any]) -> None:
    """§2.10: what follows never refuses; kept is never longer than decided; an end is an end until it is annulled."""
    told = Story(RETENTION, ID)
    for command in commands:
        before = told.state
        try:
            written = told.when(command, DECISION)
        except Refused:
            assert not isinstance(command, FollowEnd | ReopenRetention | RemindRetention | SayRetentionOverdue)
            continue
        now = told.state
        assert now.state is None or isinstance(now.state, RetentionState)
        if before.state is not None and not before.open and written:
            assert isinstance(command, ReopenRetention)
        if now.retain_until is not None:
            extensions = sum(one.type == "RetentionExtended" for one in told.events)
            months = limit_months(RetentionKind.GRADUATE_UNPLACED) * (1 + extensions)
            assert now.retain_until <= months_after(FROM, months)
