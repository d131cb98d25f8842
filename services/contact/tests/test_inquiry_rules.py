"""The rules of an inquiry, one by one, and in any order (domain.md §2.12, S-23)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from services.contact.tests.stories import MEMBER, PERSON

from guiyan.contact.domain import inquiry as ask
from guiyan.contact.domain.inquiry import INQUIRY, WAITING, Inquiry, decide, evolve
from guiyan.events.codes import InquiryChannel, InquiryEffort, InquiryReopen, InquiryState, InquiryTopic
from guiyan.events.contact import (
    InquiryAnswered,
    InquiryAssigned,
    InquiryClosed,
    InquiryConfirmed,
    InquiryOverdue,
    InquiryReceived,
    InquiryReopened,
    InquiryTransferred,
)
from guiyan.ledger import Refused
from guiyan.ledger.testing.deciders import AGGREGATE_ID, Scenario
from guiyan.ledger.testing.events import event_of

HERE, THERE = "654002001001", "654002002001"
DAY = date(2026, 2, 10)
LAST_BEFORE_THE_FESTIVAL = date(2026, 2, 14)


def received(**changes: Any) -> InquiryReceived:
    """A call about dues."""
    told: dict[str, Any] = {
        "asker_id": MEMBER,
        "channel": InquiryChannel.PHONE,
        "topic": InquiryTopic.DUES,
        "org_code": HERE,
        "due_on": date(2026, 2, 11),
    }
    return InquiryReceived(**(told | changes))


def at(kind: type[ask.Act], on: date = DAY, **more: Any) -> Any:
    """An act of a day."""
    return kind(**{"on": on, "today": max(on, DAY), **more})


def taken() -> Scenario[Any, Any]:
    """An inquiry that was taken on 10 February 2026."""
    return Scenario(INQUIRY).given(received(), occurred_on=DAY)


@pytest.mark.parametrize(
    ("effort", "on", "due_on"),
    [
        (InquiryEffort.SIMPLE, DAY, date(2026, 2, 11)),
        (InquiryEffort.NEEDS_CHECKING, DAY, date(2026, 2, 24)),
        (InquiryEffort.OTHER_BODY, DAY, date(2026, 3, 2)),
        (InquiryEffort.SIMPLE, LAST_BEFORE_THE_FESTIVAL, date(2026, 2, 24)),
    ],
)
def test_limits_are_working_days(effort: InquiryEffort, on: date, due_on: date) -> None:
    """One, five, ten working days; Spring Festival does not count, the Saturdays worked for it do (§2.12, §4.4)."""
    (draft,) = decide(ask.Receive(on=on, today=on, facts=received(effort=effort)), Inquiry())
    assert draft.payload == received(effort=effort, due_on=due_on)


def test_in_one_go_is_told_of_what_was() -> None:
    """The same day, without another body: in one go; a day later, passed on, or said otherwise: not."""
    taken().when(at(ask.Answer)).then(InquiryAnswered(at_first_contact=True))
    taken().when(at(ask.Answer, at_first_contact=False)).then(InquiryAnswered(at_first_contact=False))
    taken().when(at(ask.Answer, DAY + timedelta(1))).then(InquiryAnswered(at_first_contact=False))
    taken().when(at(ask.Answer, DAY + timedelta(1), at_first_contact=True)).then_refused("not_at_first_contact")
    passed = InquiryTransferred(to_org=THERE, due_on=date(2026, 3, 2))
    Scenario(INQUIRY).given(received(), passed, occurred_on=DAY).when(at(ask.Answer)).then(
        InquiryAnswered(at_first_contact=False)
    )


def test_one_body_answers() -> None:
    """Exactly one is named, another one than now; what is outside has no person here."""
    taken().when(at(ask.PassOn)).then_refused("one_body")
    taken().when(at(ask.PassOn, to_org=THERE, to_title="示例市人社局")).then_refused("one_body")
    taken().when(at(ask.PassOn, to_org=HERE)).then_refused("answers_already")
    outside = InquiryTransferred(to_title="示例市人社局", due_on=date(2026, 3, 2))
    taken().when(at(ask.PassOn, to_title="示例市人社局")).then(outside)
    Scenario(INQUIRY).given(received(), outside, occurred_on=DAY).when(at(ask.Assign, person_id=PERSON)).then_refused(
        "inquiry_is_outside"
    )
    taken().when(at(ask.Assign, person_id=PERSON)).then(InquiryAssigned(org_code=HERE, person_id=PERSON))


def test_what_did_not_help_is_open_again() -> None:
    """In the same breath, with a new limit; what helped is confirmed and closed."""

    def answered() -> Scenario[Any, Any]:
        return Scenario(INQUIRY).given(received(), InquiryAnswered(at_first_contact=True), occurred_on=DAY)

    answered().when(at(ask.Confirm, solved=True)).then(InquiryConfirmed(solved=True))
    again = InquiryReopened(reason=InquiryReopen.NOT_SOLVED, due_on=date(2026, 2, 11))
    answered().when(at(ask.Confirm, solved=False)).then(InquiryConfirmed(solved=False), again)
    answered().when(at(ask.Close)).then(InquiryClosed())
    taken().when(at(ask.Close)).then_refused("inquiry_wrong_state")
    taken().when(at(ask.Confirm, solved=True)).then_refused("inquiry_wrong_state")


def test_the_clock_tells_each_limit_once() -> None:
    """Of the limit that runs; an answer in time leaves nothing to tell."""
    late = at(ask.SayOverdue, date(2026, 2, 12), due_on=date(2026, 2, 11))
    told = InquiryOverdue(due_on=date(2026, 2, 11), org_code=HERE)
    taken().when(late).then(told)
    Scenario(INQUIRY).given(received(), told, occurred_on=DAY).when(late).then()
    Scenario(INQUIRY).given(received(), InquiryAnswered(at_first_contact=True), occurred_on=DAY).when(late).then()
    taken().when(at(ask.SayOverdue, date(2026, 2, 12), due_on=date(2026, 2, 10))).then()


def test_dates_come_in_order() -> None:
    """Not ahead of today, not before what was; an inquiry that is not there is not found."""
    tomorrow = DAY + timedelta(1)
    taken().when(ask.Answer(on=tomorrow, today=DAY)).then_refused("date_in_future")
    taken().when(ask.Answer(on=DAY - timedelta(1), today=DAY)).then_refused("date_before_last")
    Scenario(INQUIRY).when(at(ask.Answer)).then_refused("inquiry_not_found")
    taken().when(at(ask.Receive, facts=received())).then_refused("inquiry_exists")


class AnyOrder(RuleBasedStateMachine):
    """Acts in any order: whoever waits has a limit that the clock will tell; nothing is answered twice."""

    @initialize()
    def begin(self) -> None:
        """A call comes in."""
        self.today, self.inquiry = DAY, Inquiry()
        self.told: list[date] = []
        self.do(ask.Receive(on=DAY, today=DAY, facts=received()))

    def do(self, act: ask.Act) -> None:
        """Decide and fold; a refusal changes nothing."""
        try:
            drafts = decide(act, self.inquiry)
        except Refused:
            return
        for draft in drafts:
            event = event_of(draft.payload, AGGREGATE_ID, occurred_on=draft.occurred_on)
            self.inquiry = evolve(self.inquiry, event)
            if isinstance(draft.payload, InquiryOverdue):
                self.told.append(draft.payload.due_on)

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        """And the clock tells what is late."""
        self.today += timedelta(days=days)
        if self.inquiry.state in WAITING and self.today > self.inquiry.due_on:
            self.do(ask.SayOverdue(on=self.today, today=self.today, due_on=self.inquiry.due_on))

    @rule(act=st.sampled_from(("assign", "answer", "here", "outside", "yes", "no", "reopen", "close")))
    def somebody_acts(self, act: str) -> None:
        """Whatever comes."""
        when = {"on": self.today, "today": self.today}
        acts: dict[str, ask.Act] = {
            "assign": ask.Assign(**when, person_id=PERSON),
            "answer": ask.Answer(**when),
            "here": ask.PassOn(**when, to_org=THERE),
            "outside": ask.PassOn(**when, to_title="示例市人社局"),
            "yes": ask.Confirm(**when, solved=True),
            "no": ask.Confirm(**when, solved=False),
            "reopen": ask.Reopen(**when, reason=InquiryReopen.NEW_FACTS),
            "close": ask.Close(**when),
        }
        self.do(acts[act])

    @invariant()
    def waits_with_a_limit_or_is_answered(self) -> None:
        """A limit that has passed was told, and each once."""
        waits = self.inquiry.state in WAITING
        settled = {InquiryState.ANSWERED, InquiryState.CONFIRMED, InquiryState.CLOSED}
        assert waits != (self.inquiry.state in settled)
        assert len(self.told) == len(set(self.told))
        assert self.inquiry.answers_here in {HERE, THERE}


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestAnyOrder = AnyOrder.TestCase
