"""Transfers from outside (domain.md §2.3): entered from their letter, taken in, and what can go wrong on the way."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from services.transfers.tests.office import Office
from services.transfers.tests.stories import (
    BRANCH,
    DAY,
    MEMBER,
    NEW_BRANCH,
    RECEIVER,
    Story,
    approve,
    event_of,
    hand_over,
    issue,
    receive,
    request,
    send_back,
)

from guiyan.events.codes import CancelReason, ChangeType, HandedOverHow, ReturnReason, TransferChannel, TransferSide
from guiyan.events.transfers import IncomingTransferRecorded, RelationTransferred
from guiyan.ledger import Refused
from guiyan.transfers.commands.request import request as open_transfer
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.decide import TRANSFER
from guiyan.transfers.domain.incoming import OF_OUR_LETTER
from guiyan.transfers.domain.state import DORMANT, OPEN, OUTSIDE, Transfer
from guiyan.transfers.domain.steps import waited_for

WHEN: dict[str, Any] = {"on": DAY, "today": DAY}
TITLE = "示例省示例县委组织部"


def entered(**changes: Any) -> ask.RecordIncoming:
    """A letter of thirty days from another province, shown on the day it was issued, with changes."""
    values: dict[str, Any] = {
        **WHEN,
        "member_id": MEMBER,
        "channel": TransferChannel.PAPER,
        "change_type": ChangeType.IN_OTHER_PROVINCE,
        "from_title": TITLE,
        "letter_year": 2026,
        "letter_sn": "017",
        "issued_on": DAY,
        "expires_on": DAY + timedelta(days=30),
        "from_area_code": "510100",
        "to_committee": RECEIVER,
        "to_branch": None,
        "dues_paid_to": "2026-02",
    }
    return ask.RecordIncoming(**(values | changes))


def assign(on: date = DAY, **changes: Any) -> ask.Assign:
    """The receiving committee puts the member into its branch."""
    return ask.Assign(**({"on": on, "today": on, "to_branch": NEW_BRANCH} | changes))


def late(days: int) -> dict[str, date]:
    """Something that happens, and is told, so many days after the letter's date."""
    return {"on": DAY + timedelta(days=days), "today": DAY + timedelta(days=days)}


def test_from_the_letter_to_the_file() -> None:
    """IN_TRANSIT, RECEIVED, ASSIGNED, COMPLETED, RECEIPT_RETURNED, ARCHIVED; the relation moves once, from outside."""
    story = Story().when(entered(), receive(), assign())
    assert story.types == [
        "IncomingTransferRecorded",
        "TransferReceived",
        "AssignedToBranch",
        "RelationTransferred",
    ]
    moved = story.events[-1].payload
    assert isinstance(moved, RelationTransferred)
    assert (moved.from_branch, moved.to_branch, moved.to_committee) == (None, NEW_BRANCH, RECEIVER)
    story.when(ask.ReturnReceipt(**WHEN), ask.PasteReceipt(**WHEN))
    assert story.state.state == "ARCHIVED"


def test_the_origin_outside_answers_until_the_relation_moves() -> None:
    """R1 Art. 25: until the receiver accepts, the origin; exactly one at each step."""
    story, answers = Story(), []
    for act in (entered(), receive(), assign(), ask.ReturnReceipt(**WHEN)):
        story.when(act)
        answers.append(story.state.responsible_branch)
    assert answers == [OUTSIDE, OUTSIDE, NEW_BRANCH, NEW_BRANCH]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issued_on": DAY + timedelta(days=1)}, "letter_date_impossible"),
        ({"expires_on": DAY - timedelta(days=1)}, "letter_date_impossible"),
        ({"issued_on": DAY - timedelta(days=31), "expires_on": DAY - timedelta(days=1)}, "letter_expired"),
        ({"channel": TransferChannel.INTERNAL}, "incoming_by_letter"),
        ({"change_type": ChangeType.OUT_INSIDE}, "change_type_direction"),
        ({"dues_paid_to": "2027-02"}, "dues_too_far_ahead"),
        ({"dues_paid_to": "1900-01"}, "dues_too_far_back"),
        ({"on": DAY + timedelta(days=1)}, "date_in_future"),
    ],
)
def test_a_letter_that_cannot_be_is_refused(change: dict[str, Any], code: str) -> None:
    """Its days, its validity, its kind, the month of dues: the officer is told what is wrong with it."""
    assert Story().refuses(entered(**change)) == code


def test_a_letter_of_its_last_day_is_in_force() -> None:
    """The last day is a valid one (§2.3)."""
    last = entered(issued_on=DAY - timedelta(days=30), expires_on=DAY)
    assert Story().when(last, receive()).state.state == "RECEIVED_BY_COMMITTEE"


def test_what_was_shown_too_late_goes_back() -> None:
    """Entered in time and not taken in: expired by the clock, then refused, and returned for that reason."""
    story = Story().when(entered(), ask.Expire(**late(31)))
    assert story.refuses(receive(DAY + timedelta(days=31))) == "letter_expired"
    story.when(send_back(DAY + timedelta(days=32), reason=ReturnReason.LETTER_EXPIRED))
    assert (story.state.state, story.state.responsible_branch) == ("RETURNED", OUTSIDE)
    assert Story().when(entered()).refuses(receive(DAY + timedelta(days=31))) == "letter_expired"


def test_who_took_it_in_can_take_that_back_until_the_relation_moves() -> None:
    """Entered wrongly, or the member does not come: cancelled, withdrawn or returned, also when it was received."""
    cancel = ask.Cancel(**WHEN, reason=CancelReason.ENTERED_IN_ERROR)
    for act in (cancel, ask.Withdraw(**WHEN), send_back(reason=ReturnReason.NOT_ARRIVED)):
        assert Story().when(entered(), receive(), act).state.responsible_branch == OUTSIDE
        assert Story().when(entered(), receive(), assign()).refuses(act) == "transfer_wrong_state"
    assert Story().when(request(), approve(), issue(), receive()).refuses(cancel) == "transfer_wrong_state"


@pytest.mark.parametrize(
    "act",
    [
        approve(),
        issue(),
        ask.Reissue(**WHEN, letter_year=2026, letter_sn=1, valid_days=30, certified_by=BRANCH),
        hand_over(),
        ask.ReportLost(**WHEN),
        ask.Print(**WHEN),
        ask.ScanReceipt(**WHEN, letter_year=2026, letter_sn=17),
        ask.RecordOutsideReceipt(**WHEN, received_on=DAY, receipt_on=DAY),
        ask.Resubmit(**WHEN),
        ask.ChangeChannel(**WHEN, channel=TransferChannel.ONLINE_NATIONAL),
    ],
)
def test_nobody_here_does_what_its_origin_has_to_do(act: ask.Act) -> None:
    """The letter is another's: not issued, lost, printed or sent on here, in no state of the transfer."""
    assert isinstance(act, OF_OUR_LETTER)
    returned = Story().when(entered(), send_back())
    expired = Story().when(entered(), ask.Expire(**late(31)))
    for story in (Story().when(entered()), returned, Story().when(entered(), receive())):
        assert story.refuses(act) == "letter_from_outside"
    assert expired.refuses(type(act)(**{**_fields(act), **late(31)})) == "letter_from_outside"


def _fields(act: ask.Act) -> dict[str, Any]:
    return {name: getattr(act, name) for name in type(act).__dataclass_fields__}


def test_in_the_last_months_of_probation_the_officer_tells_both_words() -> None:
    """§2.8: both sides name who converts; the outside's word is told from its paper by our officer."""
    ends = DAY + timedelta(days=60)
    story = Story().when(entered(probationary=True), receive())
    act = assign(probation_ends_on=ends)
    assert story.refuses(act) == "converter_not_agreed"
    story.when(ask.AgreeConverter(**WHEN, side=TransferSide.ORIGIN, converter=TransferSide.RECEIVER))
    assert story.refuses(act) == "converter_not_agreed"
    story.when(ask.AgreeConverter(**WHEN, side=TransferSide.RECEIVER, converter=TransferSide.RECEIVER))
    assert story.when(act).state.state == "COMPLETED"


async def test_the_next_letter_takes_the_place_of_one_that_was_returned() -> None:
    """Set right outside, it comes again: entered anew, and the one that waited ends in the same batch (ADR 0021)."""
    office = Office()
    first = await open_transfer(office.desk, entered(), office.context())
    await office.desk.act(first.id, send_back(), office.context())
    second = await open_transfer(office.desk, entered(letter_sn="018"), office.context())
    found = await office.desk.find(first.id)
    assert found is not None
    assert (found[0].state, second.id != first.id) == ("CANCELLED", True)


async def gone_outside(office: Office, on: date = DAY) -> None:
    """The member's first transfer goes outside; the relation moves on a day."""
    when = {"on": on, "today": on}
    asked = await open_transfer(office.desk, request(to_committee=None, **when), office.context())
    await office.desk.act(asked.id, approve(on), office.context())
    await office.letters.issue(asked.id, issue(on, letter_sn=0), request().from_committee, office.context())
    receipt = ask.RecordOutsideReceipt(**when, received_on=on, receipt_on=on)
    await office.desk.act(asked.id, receipt, office.context())


async def test_out_goes_what_is_here_and_in_comes_what_is_outside() -> None:
    """By the member's own transfers, whatever the projections have come to: never the wrong direction."""
    office = Office()
    await gone_outside(office)
    with pytest.raises(Refused, match="relation_outside"):
        await open_transfer(office.desk, request(), office.context())
    older = entered(issued_on=DAY - timedelta(days=1), expires_on=DAY + timedelta(days=9))
    with pytest.raises(Refused, match="letter_before_leaving"):
        await open_transfer(office.desk, older, office.context())
    back = await open_transfer(office.desk, entered(), office.context())
    await office.desk.act(back.id, receive(to_branch=NEW_BRANCH), office.context())
    with pytest.raises(Refused, match="relation_is_here"):
        await open_transfer(office.desk, entered(letter_sn="019"), office.context())
    assert (await open_transfer(office.desk, request(from_branch=NEW_BRANCH), office.context())).version == 1


@pytest.mark.parametrize("outside", [True, False])
async def test_of_both_directions_at_one_instant_one_is_open(outside: bool) -> None:  # noqa: FBT001 - parametrized
    """One open transfer a member, in or out, whatever races and however far anybody's reading has come (§8)."""
    office = Office()
    other = Office(office.log)
    if outside:
        await gone_outside(office)
    acts = [request(), entered()] * 30
    answers = await asyncio.gather(
        *(open_transfer(one.desk, act, one.context()) for one in (office, other) for act in acts),
        return_exceptions=True,
    )
    done = [answer for answer in answers if not isinstance(answer, BaseException)]
    codes = {answer.code for answer in answers if isinstance(answer, Refused)}
    assert len(done) == 1
    assert len(answers) - 1 == sum(isinstance(answer, Refused) for answer in answers)
    if outside:
        assert done[0].events[0].type == "IncomingTransferRecorded"
        assert codes == {"transfer_already_open", "relation_outside"}
    else:
        assert codes == {"transfer_already_open"}


class AnyIncoming(RuleBasedStateMachine):
    """One transfer from outside; acts of anybody in any order, dates forwards and back; refusals change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []
        self.today = DAY
        self.moved = 0

    @property
    def state(self) -> Transfer:
        """The state now."""
        return TRANSFER.fold(self.events)

    @initialize(named=st.booleans(), probationary=st.booleans())
    def begins(self, named: bool, probationary: bool) -> None:  # noqa: FBT001 - drawn
        """It begins with its letter."""
        self.do(entered(to_branch=NEW_BRANCH if named else None, probationary=probationary))

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        """Days go by; the letter's timer fires when it is due."""
        self.today += timedelta(days=days)
        expires_on = self.state.expires_on
        if expires_on is not None and self.today > expires_on:
            on = expires_on + timedelta(days=1)
            self.do(ask.Expire(on=on, today=on))

    @rule(back=st.integers(-1, 10), pick=st.integers(0, 14), branch=st.booleans())
    def somebody_acts(self, back: int, pick: int, branch: bool) -> None:  # noqa: FBT001 - drawn
        """Anybody does anything, now, earlier or (refused) tomorrow."""
        when: dict[str, Any] = {"on": self.today - timedelta(days=back), "today": self.today}
        ends = self.today + timedelta(days=50) if branch else None
        act: ask.Act = [
            ask.Receive(**when, to_branch=NEW_BRANCH if branch else None, probation_ends_on=ends),
            ask.Assign(**when, to_branch=NEW_BRANCH, probation_ends_on=ends),
            ask.AgreeConverter(**when, side=TransferSide.ORIGIN, converter=TransferSide.RECEIVER),
            ask.AgreeConverter(**when, side=TransferSide.RECEIVER, converter=TransferSide.RECEIVER),
            ask.Return(**when, reason=ReturnReason.IDENTITY_MISMATCH),
            ask.Return(**when, reason=ReturnReason.DUPLICATE, side=TransferSide.ORIGIN),
            ask.Withdraw(**when),
            ask.Cancel(**when, reason=CancelReason.NOT_REPORTED_IN_TIME),
            ask.Supersede(**when),
            ask.ReturnReceipt(**when),
            ask.PasteReceipt(**when),
            ask.ReportLost(**when),
            ask.Resubmit(**when),
            ask.HandOver(**when, how=HandedOverHow.CONFIDENTIAL_POST),
            ask.RecordOutsideReceipt(**when, received_on=self.today, receipt_on=self.today),
        ][pick]
        self.do(act)

    def do(self, act: ask.Act) -> None:
        """Decide; what follows happens."""
        try:
            drafts = TRANSFER.decide(act, self.state)
        except Refused:
            return
        for draft in drafts:
            self.events.append(event_of(draft, TRANSFER, "incoming", len(self.events) + 1))
            self.moved += draft.payload.type_name() == "RelationTransferred"

    @invariant()
    def exactly_one_is_responsible(self) -> None:
        """Outside until the relation has moved, then the branch: never nobody, and it moves once."""
        assert self.moved <= 1
        if self.events:
            assert self.state.responsible_branch == (NEW_BRANCH if self.moved else OUTSIDE)
            assert isinstance(self.events[0].payload, IncomingTransferRecorded)

    @invariant()
    def it_waits_for_somebody_or_is_over(self) -> None:
        """Every state has a step with a limit, the receipt's month, or is an end; only an open one can move it."""
        state = self.state
        if state.state is None:
            return
        over = {"WITHDRAWN", "CANCELLED", "ARCHIVED", "COMPLETED"}
        step = waited_for(state.state, state.channel, incoming=True)
        assert step is not None or state.state.value in over
        assert step is None or step.by == "to_committee"
        assert (state.state in OPEN | DORMANT) is (state.state.value not in {*over, "RECEIPT_RETURNED"})


TestAnyIncoming = AnyIncoming.TestCase
