"""The rules of a quarter's duty, act by act (domain.md §2.6)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.contact.tests.stories import (
    BRANCH,
    CLOSES,
    DAY,
    HOST_LEG,
    MEMBER,
    NEW_BRANCH,
    OTHER_TRIP,
    PERSON,
    PLANNED,
    TOWN,
    TRIP,
    attempt,
    complete,
    host,
    plan,
    planned,
)

from guiyan.contact.domain import commands as ask
from guiyan.contact.domain import rules
from guiyan.contact.domain.decide import DUTY
from guiyan.contact.domain.numbering import duty_id
from guiyan.contact.domain.parameters import DEFAULTS
from guiyan.contact.domain.state import COMPLETED, EXEMPTED, MISSED, OPEN, PAUSED, STOPPED
from guiyan.contact.domain.window import window_at
from guiyan.events import is_id
from guiyan.events.codes import ContactChannel, ContactOutcome, ContactState, ContactStop, DuesAnswer, EscalationLevel
from guiyan.events.contact import ContactMissed
from guiyan.ledger.calendar import Quarter
from guiyan.ledger.testing.deciders import Scenario

S = ContactState
STOP = ask.Stop(on=DAY, today=DAY, reason=ContactStop.RETURNED, departure_id=TRIP)
END = ask.End(on=CLOSES, today=CLOSES, missed_before=0)


def test_a_duty_is_planned_once() -> None:
    """Whoever plans a quarter twice writes it once: the second plan changes nothing."""
    planned().when(plan()).then_nothing()


def test_every_state_is_in_exactly_one_part() -> None:
    """Planned = completed + missed + exempted + stopped + paused + open: the six parts hold each state once."""
    assert sorted([*OPEN, *PAUSED, *COMPLETED, *MISSED, *EXEMPTED, *STOPPED]) == sorted(S)


def test_a_second_leaving_in_the_quarter_plans_it_anew() -> None:
    """Stopped because the member came home; who leaves again in the same quarter is to be contacted again."""
    story = planned().when(STOP).when(plan(departure_id=OTHER_TRIP, opens_on=DAY))
    story.then_state(state=S.PLANNED, departure_id=OTHER_TRIP, opens_on=DAY)


def test_a_trip_that_stands_again_has_its_duty_again() -> None:
    """Stopped with a decision that was annulled: planned anew on the same trip, from the day that is told (§2.11)."""
    planned().when(attempt()).when(STOP).when(plan(opens_on=DAY)).then_state(state=S.PLANNED, opens_on=DAY, tries=())
    planned().when(plan()).then_nothing()


def test_a_quarter_with_contact_is_settled_for_a_second_trip_as_well() -> None:
    """Once a quarter: a member reached in it owes nothing more in it, whichever trip it is."""
    planned().when(complete()).when(plan(departure_id=OTHER_TRIP)).then_nothing()


def test_an_attempt_is_a_channel_and_an_outcome() -> None:
    """ContactAttempted: codes only; the duty stays open."""
    planned().when(attempt()).then_state(state=S.ATTEMPTED, is_open=True)


def test_the_member_reached_settles_the_duty() -> None:
    """ContactCompleted: REACHED, and nothing can be missed any more."""
    planned().when(attempt()).when(complete()).then_state(state=S.REACHED)
    planned().when(complete()).when(END).then_refused("duty_not_open")


def test_the_host_alone_is_one_leg() -> None:
    """HostOrgContacted without the member: PARTIAL, still open; with the member: REACHED."""
    planned().when(host()).then_state(state=S.PARTIAL, is_open=True)
    planned().when(host()).when(attempt()).then_state(state=S.PARTIAL)
    planned().when(host()).when(complete()).then_state(state=S.REACHED, host_contacted=True)
    planned().when(complete()).when(host()).then_state(state=S.REACHED, host_contacted=True)


def test_the_host_is_asked_once_a_quarter() -> None:
    """A second answer of the host in one quarter is refused."""
    planned().when(host()).when(host()).then_refused("host_already_contacted")


def test_attempts_at_the_host_do_not_count_for_the_member() -> None:
    """The leg HOST_ORG says nothing about reaching the member."""
    planned().when(attempt(leg=HOST_LEG)).then_state(state=S.PLANNED, tries=())
    planned().when(complete()).when(attempt(leg=HOST_LEG)).then_state(state=S.REACHED)


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2026, 4, 1)])
def test_a_contact_lies_in_its_quarter(on: date) -> None:
    """An act of another quarter belongs to another duty; it may be told late, never ahead."""
    planned().when(attempt(on)).then_refused("outside_quarter", pointer="/occurred_on")
    planned().when(complete(on)).then_refused("outside_quarter")
    planned().when(complete(DAY, today=DAY - timedelta(days=1))).then_refused("date_in_future")
    planned().when(complete(DAY, today=CLOSES)).then_state(state=S.REACHED)


@pytest.mark.parametrize(("dues", "month"), [(DuesAnswer.PAID_TO, None), (DuesAnswer.UNPAID, "2026-01")])
def test_paid_to_comes_with_its_month(dues: DuesAnswer, month: str | None) -> None:
    """PAID_TO(yyyy-mm): the month with that answer and with no other."""
    planned().when(complete(dues=dues, dues_paid_to=month)).then_refused("dues_month_mismatch")
    planned().when(host(dues=dues, dues_paid_to=month)).then_refused("dues_month_mismatch")


def test_dues_are_paid_a_year_ahead_at_most() -> None:
    """A month of the year 9999 is nobody's answer."""
    for month in ("2027-03", "9999-12"):
        paid = {"dues": DuesAnswer.PAID_TO, "dues_paid_to": month}
        planned().when(complete(**paid)).then_refused("dues_month_too_far", pointer="/dues_paid_to")
        planned().when(host(**paid)).then_refused("dues_month_too_far", pointer="/dues_paid_to")
    planned().when(complete(dues=DuesAnswer.PAID_TO, dues_paid_to="2027-02")).then_state(state=S.REACHED)


def test_the_origin_is_not_its_own_host() -> None:
    """The second leg is an organisation at the destination (S-22)."""
    planned().when(host(host_branch=BRANCH)).then_refused("host_is_origin", pointer="/host_branch")
    planned().when(host(host_branch=NEW_BRANCH)).then_state(host_contacted=True)


def test_the_quarters_end_makes_a_miss() -> None:
    """ContactMissed at the quarter's end, with the attempts made and the misses in a row."""
    end = ask.End(on=CLOSES, today=CLOSES, missed_before=1)
    missed = ContactMissed(
        member_id=MEMBER,
        quarter="2026-Q1",
        branch=BRANCH,
        contact_person_id=PERSON,
        departure_id=TRIP,
        attempts=1,
        missed_in_a_row=2,
    )
    planned().when(attempt()).when(end).then(missed)


@pytest.mark.parametrize(
    "tries",
    [
        [],
        [(1, "PHONE"), (2, "SMS")],
        [(1, "PHONE"), (2, "PHONE"), (3, "PHONE")],
        [(1, "PHONE"), (1, "SMS"), (1, "LETTER")],
    ],
)
def test_too_few_attempts_are_no_early_miss(tries: list[tuple[int, str]]) -> None:
    """≥ 3 attempts on ≥ 2 channels on ≥ 2 days before a contact may be called missed within the quarter."""
    story = planned()
    for day, channel in tries:
        story.when(attempt(date(2026, 2, day), ContactChannel(channel)))
    story.when(ask.Miss(on=DAY, today=DAY, missed_before=0)).then_refused("too_few_attempts")


def test_enough_attempts_allow_an_early_miss() -> None:
    """Three attempts on two channels on two days are enough."""
    story = planned().when(attempt(date(2026, 2, 1))).when(attempt(date(2026, 2, 1)))
    story.when(attempt(date(2026, 2, 2), ContactChannel.SMS))
    story.when(ask.Miss(on=DAY, today=DAY, missed_before=0)).then_state(state=S.MISSED, missed_in_a_row=1)


def test_each_day_reminds_once() -> None:
    """ContactReminderSent on day 45, 75, 85: a repeat writes nothing, a settled duty reminds nobody."""
    remind = ask.Remind(on=date(2026, 2, 14), today=date(2026, 2, 14), day=45)
    story = planned().when(remind)
    assert story.drafts[0].payload.model_dump()["days_left"] == 45
    story.when(remind).then_nothing()
    planned().when(complete()).when(remind).then_refused("duty_not_open")


def test_a_miss_goes_up_once() -> None:
    """1 missed → branch secretary; 2 missed in a row → township officer."""
    up = ask.Escalate(on=CLOSES, today=CLOSES, level=EscalationLevel.BRANCH_SECRETARY, to_org=TOWN, missed_in_a_row=1)
    planned().when(END).when(up).when(up).then_refused("duty_not_missed")
    assert rules.level_of(1, DEFAULTS) is EscalationLevel.BRANCH_SECRETARY
    assert rules.level_of(2, DEFAULTS) is EscalationLevel.TOWNSHIP_OFFICER
    assert rules.level_of(9, DEFAULTS) is EscalationLevel.TOWNSHIP_OFFICER


def test_a_stop_is_for_its_own_trip() -> None:
    """The end of one trip does not stop the duty of another; a transfer stops whichever there is."""
    other = ask.Stop(on=DAY, today=DAY, reason=ContactStop.RETURNED, departure_id=OTHER_TRIP)
    planned().when(other).then_refused("other_departure")
    planned().when(ask.Stop(on=DAY, today=DAY, reason=ContactStop.TRANSFERRED)).then_state(state=S.STOPPED)


def test_an_open_duty_follows_branch_and_contact_person() -> None:
    """A handover or a reorganisation takes the duty along; the same again writes nothing."""
    over = ask.Reassign(on=DAY, today=DAY, branch=NEW_BRANCH, contact_person_id=None)
    planned().when(over).then_state(branch=NEW_BRANCH, contact_person_id=None)
    planned().when(over).when(over).then_nothing()


def test_only_a_missed_duty_is_closed_by_a_person() -> None:
    """ESCALATED → CLOSED; an open duty cannot be closed away."""
    close = ask.Close(on=CLOSES, today=CLOSES)
    planned().when(close).then_refused("duty_not_missed")
    planned().when(END).when(close).then_state(state=S.CLOSED)


def test_nothing_can_be_done_with_a_duty_that_is_not_there() -> None:
    """Every act but the plan needs a planned duty."""
    for act in (attempt(), complete(), host(), END, STOP):
        Scenario(DUTY).when(act).then_refused("duty_not_found")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_the_days_of_reminding_lie_in_the_quarter(day: date) -> None:
    """Day 45, 75, 85 of any quarter, counted from its first day; each once and in order; none after the last."""
    quarter, window, days = Quarter.of(day), window_at(day, 3), []
    after = quarter.first_day - timedelta(days=1)
    while (found := window.next_reminder(DEFAULTS.reminder_days, after)) is not None:
        days.append(found)
        on = window.reminder(found)
        assert on == quarter.day(found)
        after = on
    assert days == [45, 75, 85]
    assert window.next_reminder(DEFAULTS.reminder_days, quarter.day(85)) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_duty_has_one_id(day: date) -> None:
    """Member and quarter give one id, on every machine; another quarter another."""
    quarter = Quarter.of(day)
    assert duty_id(MEMBER, quarter) == duty_id(MEMBER, Quarter.of(quarter.last_day))
    assert duty_id(MEMBER, quarter) != duty_id(MEMBER, quarter.next())
    assert is_id(duty_id(MEMBER, quarter))


def test_no_words_anywhere_on_a_contact() -> None:
    """A contact is recorded as a fact with coded answers: no act of a duty has a free text (guard rails)."""
    words = {"note", "text", "content", "remark", "comment", "mood", "opinion"}
    for act in (ask.Attempt, ask.Complete, ask.ContactHost, ask.Miss, ask.Stop):
        assert not words & set(act.__dataclass_fields__)
    assert not words & set(type(PLANNED).model_fields)


def test_who_was_reached_was_not_tried_in_vain() -> None:
    """Three calls that reached the member are no early miss; three in vain beside them are."""
    story = planned()
    reached = ContactOutcome.REACHED
    for day, channel in ((10, ContactChannel.PHONE), (11, ContactChannel.SMS), (12, ContactChannel.LETTER)):
        story.when(attempt(date(2026, 2, day), channel, outcome=reached))
    miss = ask.Miss(on=date(2026, 2, 13), today=date(2026, 2, 13), missed_before=0)
    story.when(miss).then_refused("too_few_attempts")
    for day, channel in ((13, ContactChannel.PHONE), (14, ContactChannel.SMS), (14, ContactChannel.PHONE)):
        story.when(attempt(date(2026, 2, day), channel))
    story.when(ask.Miss(on=date(2026, 2, 14), today=date(2026, 2, 14), missed_before=0)).then_state(
        state=ContactState.MISSED
    )


def test_a_miss_lies_after_its_attempts() -> None:
    """Nobody gives up on a day before the attempts that the miss rests on."""
    story = planned()
    for day, channel in ((10, ContactChannel.PHONE), (11, ContactChannel.SMS), (12, ContactChannel.LETTER)):
        story.when(attempt(date(2026, 2, day), channel))
    early = ask.Miss(on=date(2026, 2, 11), today=date(2026, 2, 20), missed_before=0)
    story.when(early).then_refused("date_before_last", pointer="/occurred_on")
    story.when(ask.Miss(on=date(2026, 2, 12), today=date(2026, 2, 20), missed_before=0)).then_state(state=S.MISSED)


def test_who_calls_back_after_an_early_miss_was_reached() -> None:
    """Called missed on 12 February, the member answers in March: that is told, and stands."""
    story = planned()
    for day, channel in ((10, ContactChannel.PHONE), (11, ContactChannel.SMS), (12, ContactChannel.LETTER)):
        story.when(attempt(date(2026, 2, day), channel))
    story.when(ask.Miss(on=date(2026, 2, 12), today=date(2026, 2, 12), missed_before=0)).then_state(state=S.MISSED)
    story.when(complete(date(2026, 3, 20))).then_state(state=S.REACHED)
