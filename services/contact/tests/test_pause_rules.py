"""The rules of a duty whose clock stands still while a transfer is open (domain.md §2.6, ADR 0022)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.contact.tests.stories import (
    BRANCH,
    CLOSES,
    DAY,
    MEMBER,
    NEW_BRANCH,
    OPENS,
    OTHER_TRIP,
    PERSON,
    attempt,
    complete,
    host,
    plan,
    planned,
)

from guiyan.contact.domain import commands as ask
from guiyan.contact.domain.decide import DUTY
from guiyan.events.codes import ContactExemption, ContactPause, ContactState, ContactStop
from guiyan.events.contact import ContactExempted, ContactPaused, ContactPlanned, ContactResumed
from guiyan.ledger.testing.deciders import Scenario

S = ContactState
TRANSFER, NEXT_TRANSFER = "019b76da-a800-7000-8000-0000000000a1", "019b76da-a800-7000-8000-0000000000a2"
QUARTER = {"member_id": MEMBER, "quarter": "2026-Q1"}
PAUSED = ContactPaused(**QUARTER, reason=ContactPause.TRANSFER_OPEN, transfer_id=TRANSFER)


def pause(on: date = DAY, transfer_id: str = TRANSFER) -> ask.Pause:
    """A transfer became open."""
    return ask.Pause(on=on, today=on, transfer_id=transfer_id)


def resume(on: date, transfer_id: str | None = TRANSFER) -> ask.Resume:
    """It waits, or has ended."""
    return ask.Resume(on=on, today=on, transfer_id=transfer_id)


def test_a_transfer_that_opens_pauses_once() -> None:
    """Told again of the same transfer nothing happens; a settled duty stays settled."""
    planned().when(pause()).then(PAUSED).then_state(state=S.PAUSED, paused_by=TRANSFER, paused_on=DAY)
    planned().when(pause()).when(pause(DAY + timedelta(days=9))).then_nothing()
    planned().when(complete()).when(pause()).then_refused("duty_not_open")


def test_the_days_that_were_left_are_left() -> None:
    """Fifty days of pause put the last day off by fifty days, and each pause anew."""
    forty_nine = CLOSES - DAY
    back = date(2026, 4, 1)
    story = planned().when(pause()).when(resume(back))
    story.then(ContactResumed(**QUARTER, closes_on=back + forty_nine)).then_state(state=S.PLANNED, paused_on=None)
    again = story.when(pause(back, NEXT_TRANSFER)).when(resume(back + timedelta(days=3), NEXT_TRANSFER))
    again.then_state(closes_on=back + forty_nine + timedelta(days=3))


@given(before=st.integers(0, 80), stood=st.integers(0, 400))
def test_no_day_is_lost_or_won_by_a_pause(before: int, stood: int) -> None:
    """Whenever it stopped and however long: as many days are left as were."""
    on = OPENS + timedelta(days=1 + before)
    back = on + timedelta(days=stood)
    resumed = planned().when(pause(on)).when(resume(back)).drafts[0].payload
    assert isinstance(resumed, ContactResumed)
    assert resumed.closes_on - back == CLOSES - on


def test_it_goes_on_as_it_was() -> None:
    """What was tried, and that the host answered, is not forgotten."""
    back = DAY + timedelta(days=5)
    planned().when(attempt()).when(pause()).when(resume(back)).then_state(state=S.ATTEMPTED)
    planned().when(host()).when(pause()).when(resume(back)).then_state(state=S.PARTIAL)
    planned().when(pause()).when(attempt()).then_state(state=S.PAUSED)
    planned().when(pause()).when(attempt()).when(resume(back)).then_state(state=S.ATTEMPTED)
    planned().when(pause()).when(host()).when(resume(back)).then_state(state=S.PARTIAL)


def test_another_transfer_that_follows_keeps_it_paused() -> None:
    """Whichever is told first: the end of the one before does not start the clock of the one after."""
    later = DAY + timedelta(days=3)
    story = planned().when(pause()).when(pause(later, NEXT_TRANSFER))
    story.then_state(paused_by=NEXT_TRANSFER, paused_on=DAY).when(resume(later, TRANSFER)).then_nothing()
    story.when(resume(later, None)).then(ContactResumed(**QUARTER, closes_on=CLOSES + timedelta(days=3)))


def test_a_clock_that_runs_is_not_started() -> None:
    """An end of a transfer told twice, or of one that never paused it, says nothing."""
    planned().when(resume(DAY)).then_nothing()
    planned().when(pause()).when(resume(DAY)).when(resume(DAY)).then_nothing()


def test_nothing_is_due_while_it_stands_still() -> None:
    """Neither reminded nor missed, early or at the end."""
    for act in (
        ask.Remind(on=DAY, today=DAY, day=45),
        ask.End(on=CLOSES, today=CLOSES, missed_before=0),
        ask.Miss(on=DAY, today=DAY, missed_before=0),
    ):
        planned().when(pause()).when(act).then_refused("duty_not_open", state=S.PAUSED)


def test_what_was_done_is_recorded_all_the_same() -> None:
    """Reached while a transfer is open is reached, also after the quarter's last day: it has not come yet."""
    planned().when(pause()).when(complete()).then_state(state=S.REACHED)
    planned().when(pause()).when(complete(CLOSES + timedelta(days=5))).then_state(state=S.REACHED)
    planned().when(pause()).when(complete(OPENS - timedelta(days=1))).then_refused("outside_quarter")
    done = planned().when(pause()).when(complete())
    done.when(host(CLOSES + timedelta(days=5))).then_refused("outside_quarter")


def test_it_is_handed_over_and_stopped_while_paused() -> None:
    """Branch and contact person are followed; the move, or the way home, settles it."""
    over = ask.Reassign(on=DAY, today=DAY, branch=NEW_BRANCH, contact_person_id=PERSON)
    planned().when(pause()).when(over).then_state(state=S.PAUSED, branch=NEW_BRANCH)
    stop = ask.Stop(on=DAY, today=DAY, reason=ContactStop.TRANSFERRED, transfer_id=TRANSFER)
    planned().when(pause()).when(stop).then_state(state=S.STOPPED)
    planned().when(pause()).when(stop).when(resume(DAY)).then_refused("duty_not_open")


def test_planned_meanwhile_it_begins_paused() -> None:
    """Planned and paused in one commit: there is no moment at which it is due."""
    story = Scenario(DUTY).when(plan(open_transfer=TRANSFER))
    first, second = (draft.payload for draft in story.drafts)
    assert isinstance(first, ContactPlanned)
    assert second == PAUSED
    story.then_state(state=S.PAUSED, paused_on=OPENS)


def test_a_quarter_that_lay_within_the_pause_needed_no_contact() -> None:
    """Exempted, once it is over; to its last day it goes on, with all its days."""
    exempted = ContactExempted(**QUARTER, branch=BRANCH, reason=ContactExemption.TRANSFER_OPEN)
    story = Scenario(DUTY).when(plan(open_transfer=TRANSFER))
    story.when(resume(CLOSES + timedelta(days=1))).then(exempted).then_state(state=S.EXEMPTED)
    story = Scenario(DUTY).when(plan(open_transfer=TRANSFER))
    story.when(resume(CLOSES)).then(ContactResumed(**QUARTER, closes_on=CLOSES + (CLOSES - OPENS)))


@pytest.mark.parametrize("state", [S.EXEMPTED])
def test_an_exempted_quarter_is_settled(state: ContactState) -> None:
    """For a second trip as well."""
    story = Scenario(DUTY).when(plan(open_transfer=TRANSFER)).when(resume(CLOSES + timedelta(days=1)))
    story.then_state(state=state)
    story.when(plan(departure_id=OTHER_TRIP)).then_nothing()
    story.when(pause()).then_refused("duty_not_open")
