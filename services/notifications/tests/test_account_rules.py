"""The account of notices against a full count, over any order of what happens to them (S-22, domain.md §6 no. 16)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from guiyan.events import Event, Payload, derived_id
from guiyan.events.codes import (
    ChangeType,
    NoticeChannel,
    NoticeFailure,
    Replanning,
    Settlement,
    Suppression,
    TransferChannel,
)
from guiyan.events.contact.duty import ContactMissed
from guiyan.events.notifications.delivery import DayReconciled
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.events.transfers import LetterReminderSent, TransferRequested
from guiyan.ledger import Refused, business_date
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.ledger.testing.deciders import Scenario
from guiyan.ledger.testing.events import event_of
from guiyan.ledger.testing.projections import project, timers
from guiyan.notifications.domain.notice import (
    NOTICE,
    Arrived,
    Claim,
    Command,
    Deferred,
    Lost,
    Queue,
    Receive,
    Replan,
    Report,
    Returned,
    Settle,
    Suppress,
    Taken,
)
from guiyan.notifications.domain.reconciliation import RECONCILIATION, Reconcile
from guiyan.notifications.projections import Accounts, Notices
from guiyan.notifications.projections.accounts import (
    BATCHES,
    DAYS,
    INTENTS,
    MONTHS,
    NOT_QUEUED,
    PART_OF,
    PARTS,
    RECONCILE,
)
from guiyan.notifications.projections.notices import NOTICES
from guiyan.notifications.reconciling import account

START: Final = datetime(2026, 3, 30, 15, 30, tzinfo=UTC)
"""Half an hour before midnight in Shanghai, two days before a month's end."""
ORGS: Final = ("654002001001", "654002002001")
ON: Final = date(2026, 3, 30)


def _id(*names: object) -> str:
    return derived_id(START, "account", *map(str, names))


@dataclass
class Ledger:
    """What happened, in order; time goes on and never back."""

    events: list[Event] = field(default_factory=list)
    now: datetime = START
    queued: dict[int, str] = field(default_factory=dict)
    causes: dict[int, Event] = field(default_factory=dict)

    def happen(self, payload: Payload, id_: str, on: date | None = None) -> Event:
        """One event, now."""
        version = 1 + sum(one.subject == f"{payload.aggregate}/{id_}" for one in self.events)
        at = on or business_date(self.now)
        self.events.append(event_of(payload, id_, version, occurred_on=at, at=self.now))
        return self.events[-1]

    def cause(self, number: int) -> None:
        """A contact was missed: somebody has to be told."""
        missed = ContactMissed(
            member_id=_id("member", number), branch=ORGS[number % 2], quarter="2026-Q1", departure_id=_id("trip"),
            attempts=0, missed_in_a_row=1,
        )  # fmt: skip
        self.causes.setdefault(number, self.happen(missed, _id("duty", number)))

    def queue(self, number: int, suppressed: Suppression | None = None) -> None:
        """The notice of a cause is queued, late perhaps, once perhaps twice."""
        cause = self.causes.get(number)
        if cause is None:
            return
        intent = NoticeQueued(
            cause_event_id=cause.id, rule="contact_missed_to_contact_person", recipient_id=_id("keeper"),
            org_code=ORGS[number % 2], channel=NoticeChannel.EMAIL, template="contact_missed", template_version=1,
        )  # fmt: skip
        self.queued.setdefault(number, _id("notice", number))
        self.do(number, Queue(intent, business_date(cause.time), suppressed))

    def do(self, number: int, command: Command) -> None:
        """A command on a notice: what its decider makes of it happens."""
        id_ = self.queued.get(number)
        if id_ is None:
            return
        state = NOTICE.initial()
        for one in self.events:
            if one.subject == f"notice/{id_}":
                state = NOTICE.evolve(state, one)
        try:
            drafts = NOTICE.decide(command, state)
        except Refused:
            return
        for draft in drafts:
            self.happen(draft.payload, id_, draft.occurred_on)


LATER: Final = START + timedelta(days=40)
COMMANDS: Final[tuple[Command, ...]] = (
    Claim(NoticeChannel.EMAIL, "smtp", ON),
    Claim(NoticeChannel.SMS, "smpp", ON),
    Report(Taken("r"), ON),
    Report(Deferred("451", LATER), ON),
    Report(Deferred("451"), ON),
    Report(Returned(NoticeFailure.ADDRESS_INVALID), ON),
    Report(Lost(), ON),
    Receive("smtp", Arrived(), ON),
    Receive("smpp", Returned(NoticeFailure.EXPIRED), ON),
    Settle(Settlement.ARRIVED, ON),
    Settle(Settlement.NOT_ARRIVED, ON),
    Settle(Settlement.GIVEN_UP, ON),
    Suppress(Suppression.DO_NOT_CONTACT, ON),
    Replan(Replanning.CHANNEL_REFUSED, NoticeChannel.SMS, LATER, ON),
)
STEP: Final = st.tuples(
    st.integers(0, 4),
    st.sampled_from(["cause", "queue", "gap", *range(len(COMMANDS)), *range(len(COMMANDS)), "hours"]),
)


def _run(steps: list[tuple[int, Any]]) -> Ledger:
    ledger = Ledger()
    for number, step in steps:
        match step:
            case "cause":
                ledger.cause(number)
            case "queue":
                ledger.queue(number)
            case "gap":
                ledger.queue(number, Suppression.NO_CONTACT_POINT)
            case "hours":
                ledger.now += timedelta(hours=7 * number + 1)
            case _:
                ledger.do(number, COMMANDS[step])
    return ledger


STORIES: Final = st.lists(STEP, min_size=5, max_size=60).map(
    lambda steps: [(number, "cause") for number in range(3)] + [(0, "queue"), (1, "queue")] + steps
)


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_the_account_of_every_day_is_a_full_count(story: list[tuple[int, Any]]) -> None:
    """Whatever happens in whatever order, twice or late: each day's sums are what a count over all notices gives."""
    ledger = _run(story)
    documents = project(Accounts(), ledger.events)
    days = {number: business_date(cause.time).isoformat() for number, cause in ledger.causes.items()}
    expected: Counter[tuple[str, str, str]] = Counter()
    notices = project(Notices(), ledger.events)[NOTICES]
    for number, day in days.items():
        calls = [one for one in ledger.events if one.subject == f"duty/{_id('duty', number)}"]
        org, queued = ORGS[number % 2], notices.get(ledger.queued.get(number, ""))
        for call in calls:
            on = business_date(call.time).isoformat()
            expected[on, org, "due"] += 1
            answered = queued is not None and queued["cause_event_id"] == call.id
            expected[on, org, PART_OF[queued["state"]] if queued and answered else "lost"] += 1
        if queued is not None:
            assert documents[INTENTS][queued["_id"]]["day"] == day
    counted = {
        (row["day"], row["org_code"], name): row[name]
        for row in documents[DAYS].values()
        for name in ("due", *PARTS)
        if row[name]
    }
    assert counted == dict(expected)
    for rows in (documents[DAYS], documents[MONTHS], documents[BATCHES]):
        assert all(row["due"] == sum(row[part] for part in PARTS) for row in rows.values())
        assert sum(row["due"] for row in rows.values()) == len(documents[INTENTS])
    assert all(sum(row["reasons"].values()) == row["suppressed"] for row in documents[DAYS].values())
    assert sum(row["receipts"] for row in documents[DAYS].values()) == sum(
        one["receipt"] for one in documents[INTENTS].values()
    )


@settings(max_examples=50, deadline=None)
@given(STORIES)
def test_a_day_is_told_the_night_after_each_change(story: list[tuple[int, Any]]) -> None:
    """Whichever night it was last told in: after the last change of a day there is a timer, or it was told just so."""
    ledger = _run(story)
    set_ = timers(project(Accounts(), ledger.events))
    changed = {(one["data"]["day"], one["data"]["org_code"]) for one in set_.values()}
    rows = project(Accounts(), ledger.events)[DAYS].values()
    assert changed == {(row["day"], row["org_code"]) for row in rows}
    for row in rows:
        night = date.fromisoformat(row["tonight"])
        due_at = set_[f"{RECONCILE}:{row['_id']}:{row['tonight']}"]["due_at"]
        assert business_date(due_at) == night + timedelta(days=1)


def test_a_call_without_a_notice_is_the_difference() -> None:
    """A lost intent shows as one due and none sent; the notice that comes days later takes its place on that day."""
    ledger = Ledger()
    ledger.cause(0)
    (row,) = project(Accounts(), ledger.events)[DAYS].values()
    assert (row["due"], row["lost"], row["pending"]) == (1, 1, 0)
    (call,) = project(Accounts(), ledger.events)[INTENTS].values()
    assert (call["state"], call["rule"], call["org_code"]) == (
        NOT_QUEUED, "contact_missed_to_contact_person", ORGS[0],
    )  # fmt: skip
    ledger.now += timedelta(days=3)
    ledger.queue(0)
    documents = project(Accounts(), ledger.events)
    (row,) = documents[DAYS].values()
    assert (row["day"], row["due"], row["lost"], row["pending"]) == ("2026-03-30", 1, 0, 1)
    assert list(documents[INTENTS]) == [_id("notice", 0)]


def test_a_side_without_a_system_here_calls_for_nothing_and_one_that_must_be_told_does() -> None:
    """The receiver of a letter is outside: the origin's rule alone calls; the transfer's sides come from its events."""
    ledger, transfer = Ledger(), _id("transfer")
    asked = TransferRequested(
        member_id=_id("member"), from_branch=ORGS[0], from_committee="654002001000", channel=TransferChannel.PAPER,
        change_type=ChangeType.OUT_INSIDE, to_title="示例县委组织部", dues_paid_to="2026-03",
    )  # fmt: skip
    near = LetterReminderSent(member_id=_id("member"), day_offset=-3, expires_on=ON)
    ledger.happen(near, transfer)
    assert INTENTS not in project(Accounts(), ledger.events)
    ledger.events.clear()
    ledger.happen(asked, transfer)
    cause = ledger.happen(near, transfer)
    called = project(Accounts(), ledger.events)[INTENTS]
    assert {one["rule"]: one["org_code"] for one in called.values()} == {"letter_due_to_origin": ORGS[0]}
    ledger.events[0] = event_of(asked.model_copy(update={"to_committee": "654002002000"}), transfer, at=START)
    called = project(Accounts(), ledger.events)[INTENTS]
    assert {one["rule"] for one in called.values()} == {"letter_due_to_origin", "letter_due_to_receiver"}
    both = NoticeQueued(
        cause_event_id=cause.id, rule="letter_due_to_origin", also=("letter_due_to_receiver",), org_code=ORGS[0],
        recipient_id=_id("keeper"), channel=NoticeChannel.EMAIL, template="letter_due", template_version=1,
    )  # fmt: skip
    ledger.happen(both, _id("notice"))
    documents = project(Accounts(), ledger.events)
    assert list(documents[INTENTS]) == [_id("notice")]
    assert sum(row["lost"] for row in documents[DAYS].values()) == 0


def test_a_notice_of_nobody_stands_with_the_system() -> None:
    """Without an organisation it is still counted: nothing falls out of the sum."""
    ledger = Ledger()
    intent = NoticeQueued(
        cause_event_id=_id("campaign"), rule="campaign", recipient_id=_id("keeper"), channel=NoticeChannel.SMS,
        template="duty_due", template_version=2, campaign_id=_id("campaign"),
    )  # fmt: skip
    ledger.happen(intent, _id("notice"), ON)
    documents = project(Accounts(), ledger.events)
    assert [row["org_code"] for row in documents[DAYS].values()] == [SYSTEM_ORG]
    assert [row["batch"] for row in documents[BATCHES].values()] == [_id("campaign")]


FIGURES: Final[dict[str, Any]] = {
    "day": ON, "org_code": ORGS[0], "due": 3, "delivered": 1, "sent": 0, "suppressed": 1, "pending": 1, "failed": 0,
    "unknown": 0,
}  # fmt: skip


def test_a_day_is_told_once_and_again_when_it_changed() -> None:
    """The same figures are told once; a receipt that came later makes a new account of the same day."""
    first = DayReconciled(**FIGURES)
    later = DayReconciled(**{**FIGURES, "delivered": 2, "pending": 0})
    Scenario(RECONCILIATION).given().when(Reconcile(first, ON)).then(first)
    Scenario(RECONCILIATION).given(first).when(Reconcile(first, ON)).then()
    Scenario(RECONCILIATION).given(first).when(Reconcile(later, ON)).then(later)
    Scenario(RECONCILIATION).given(first, later).when(Reconcile(first, ON)).then(first)
    nothing = DayReconciled(**{**FIGURES, "due": 0, "delivered": 0, "suppressed": 0, "pending": 0})
    Scenario(RECONCILIATION).given().when(Reconcile(nothing, ON)).then()


def test_what_came_back_is_told_as_failed() -> None:
    """The event knows one word for both; the row keeps them apart."""
    ledger = Ledger()
    ledger.cause(0)
    ledger.queue(0)
    for command in (COMMANDS[0], COMMANDS[2], Receive("smtp", Returned(NoticeFailure.EXPIRED), ON)):
        ledger.do(0, command)
    (row,) = project(Accounts(), ledger.events)[DAYS].values()
    assert (row["bounced"], row["receipts"]) == (1, 1)
    told = account(row)
    assert (told.due, told.failed, told.lost) == (1, 1, 0)
    ledger.happen(told, _id("day"), ON + timedelta(days=1))
    documents = project(Accounts(), ledger.events)
    assert timers(documents) == {}
    assert [one["reconciled_on"] for one in documents[DAYS].values()] == ["2026-03-31"]
