"""The rules of a transfer, act by act (domain.md §2.3)."""

from datetime import date, timedelta

import pytest
from services.transfers.tests.stories import (
    BRANCH,
    DAY,
    NEW_BRANCH,
    Story,
    approve,
    hand_over,
    issue,
    receive,
    request,
    send_back,
)

from guiyan.events.codes import (
    CancelReason,
    HandedOverHow,
    ReturnReason,
    TransferChannel,
    TransferSide,
    TransferState,
)
from guiyan.events.transfers import IntroductionLetterIssued, ReceiptPastedOnStub, RelationTransferred
from guiyan.ledger import Fact
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.parameters import DEFAULTS
from guiyan.transfers.domain.state import OPEN
from guiyan.transfers.projections import rows


def issued() -> Story:
    """A transfer whose letter has been issued."""
    return Story().when(request(), approve(), issue())


def completed() -> Story:
    """A transfer that has moved the relation."""
    return issued().when(receive(to_branch=NEW_BRANCH))


def test_the_thin_path_moves_the_relation_in_one_commit_when_the_branch_is_named() -> None:
    """Request, approve, issue, receive with a branch: the relation moves at RelationTransferred (§2.3)."""
    story = issued()
    before = len(story.events)
    story.when(receive(to_branch=NEW_BRANCH))
    assert story.types[before:] == ["TransferReceived", "AssignedToBranch", "RelationTransferred"]
    assert story.state.state is TransferState.COMPLETED
    assert story.state.responsible_branch == NEW_BRANCH


def test_the_long_path_goes_through_every_state() -> None:
    """Handed over, received without a branch, assigned, receipt returned, archived: each has its state."""
    story = issued()
    states = []
    for act in (
        hand_over(),
        receive(),
        ask.Assign(on=DAY, today=DAY, to_branch=NEW_BRANCH),
        ask.ReturnReceipt(on=DAY, today=DAY),
        ask.PasteReceipt(on=DAY, today=DAY),
    ):
        story.when(act)
        states.append(story.state.state)
    assert states == ["IN_TRANSIT", "RECEIVED_BY_COMMITTEE", "COMPLETED", "RECEIPT_RETURNED", "ARCHIVED"]


def test_the_branch_of_the_request_serves_when_the_receiver_names_none() -> None:
    """The receiving committee may accept into the branch that the member asked for."""
    story = Story().when(request(to_branch=NEW_BRANCH), approve(), issue(), receive())
    assert story.state.to_branch == NEW_BRANCH
    assert story.state.state is TransferState.COMPLETED


def test_the_origin_stays_responsible_until_the_receiver_has_accepted() -> None:
    """Responsibility never has a gap (R1 Art. 25): the origin's branch in every state before COMPLETED."""
    story = Story().when(request())
    for act in (approve(), issue(), hand_over(), receive()):
        assert story.state.responsible_branch == BRANCH
        story.when(act)
    assert story.state.responsible_branch == BRANCH


def test_inside_one_committee_no_letter_is_needed_nor_given() -> None:
    """INTERNAL: the branch agrees and the committee assigns; a letter is refused (§2.3, local practice)."""
    story = Story().when(request(channel=TransferChannel.INTERNAL), approve())
    assert story.refuses(issue()) == "internal_needs_no_letter"
    story.when(receive(to_branch=NEW_BRANCH))
    assert story.state.state is TransferState.COMPLETED
    late = DAY + timedelta(days=60)
    story.when(ask.SayReceiptOverdue(on=late, today=late, due_on=DAY + timedelta(days=31)))
    assert story.types[-1] == "RelationTransferred", "where no letter went, no receipt is late"


def test_a_letter_is_valid_up_to_its_last_day_and_not_a_day_longer() -> None:
    """The receiver accepts inside the validity (R1 Art. 25): 30 days from the day of issue by default."""
    last = DAY + timedelta(days=30)
    assert issued().state.expires_on == last
    assert issued().refuses(receive(last + timedelta(days=1))) == "letter_expired"
    assert issued().when(receive(last)).state.state is TransferState.RECEIVED_BY_COMMITTEE


@pytest.mark.parametrize("days", [0, -1, 91])
def test_validity_has_a_cap(days: int) -> None:
    """letter.valid_days: at least 1, at most 90 (§2.14)."""
    assert Story().when(request(), approve()).refuses(issue(valid_days=days)) == "valid_days_out_of_range"


def test_a_letter_expires_the_day_after_its_last_day() -> None:
    """LetterExpired is the timer of the day after; before it the timer is refused."""
    last = DAY + timedelta(days=30)
    story = issued()
    assert story.refuses(ask.Expire(on=last, today=last)) == "letter_still_valid"
    after = last + timedelta(days=1)
    story.when(ask.Expire(on=after, today=after))
    assert story.state.state is TransferState.EXPIRED
    assert not story.state.is_open


def test_a_received_letter_does_not_expire() -> None:
    """The timer of a letter that arrived in time has nothing to say."""
    after = DAY + timedelta(days=31)
    assert issued().when(receive()).refuses(ask.Expire(on=after, today=after)) == "transfer_wrong_state"


def test_the_dues_month_is_known_and_not_too_far_ahead() -> None:
    """Dues paid-to month: six months ahead at most (dues.prepay_max, local)."""
    assert Story().refuses(request(dues_paid_to="2026-10")) == "dues_too_far_ahead"
    assert Story().when(request(dues_paid_to="2026-09")).state.dues_paid_to == "2026-09"


def test_the_row_answers_for_the_origin_until_the_relation_moves() -> None:
    """The ledger's row after each event, the branch in view or not: R1 Art. 25, as the state tells it."""
    story = Story().when(request(to_branch=NEW_BRANCH), approve(), issue(), hand_over(), receive())
    later = Story().when(request(), approve(), issue(), hand_over(), receive())
    later.when(ask.Assign(on=DAY, today=DAY, to_branch=NEW_BRANCH), ask.ReturnReceipt(on=DAY, today=DAY))
    for events in (story.events, later.events):
        first, *others = (Fact(event, number) for number, event in enumerate(events, 1))
        assert isinstance(first.payload, rows.Begins)
        seen = [rows.begun(first.payload, first, None)]
        for fact in others:
            seen.append(rows.changed(seen[-1], fact, lambda: DEFAULTS))
        told = [(row["state"], row["responsible_branch"]) for row in seen]
        moved = [state for state, branch in told if branch != BRANCH]
        assert {branch for _, branch in told} == {BRANCH, NEW_BRANCH}
        assert set(moved) <= {"COMPLETED", "RECEIPT_RETURNED"}, moved


def test_dues_are_not_paid_to_a_month_long_gone() -> None:
    """Two years back at most (§2.9), at the request and at the letter, by the day of the act."""
    for month in ("1900-01", "2024-02"):
        assert Story().refuses(request(dues_paid_to=month)) == "dues_too_far_back"
        assert Story().when(request(), approve()).refuses(issue(dues_paid_to=month)) == "dues_too_far_back"
    late = request(on=date(2025, 9, 1), dues_paid_to="2023-09")
    assert Story().when(late).state.dues_paid_to == "2023-09"
    assert Story().when(request(dues_paid_to="2024-03")).state.dues_paid_to == "2024-03"


def test_the_letter_says_what_was_agreed() -> None:
    """The letter carries number, validity and dues month (R4)."""
    story = Story().when(request(), approve(), issue(dues_paid_to="2026-03", valid_days=90, letter_sn=7))
    letter = story.events[-1].payload
    assert isinstance(letter, IntroductionLetterIssued)
    assert (letter.letter_year, letter.letter_sn, letter.dues_paid_to) == (2026, 7, "2026-03")
    assert letter.expires_on == DAY + timedelta(days=90)


def test_a_return_needs_a_coded_reason_and_words_only_for_other() -> None:
    """Neither side may refuse without cause (R1 Art. 25)."""
    assert issued().refuses(send_back(reason=ReturnReason.OTHER_WITH_TEXT)) == "reason_text_mismatch"
    assert issued().refuses(send_back(text="x")) == "reason_text_mismatch"
    assert issued().when(send_back()).state.state is TransferState.RETURNED


def test_words_of_a_return_are_personal_text() -> None:
    """The reason in words goes into the sealed part, never beside it."""
    [draft] = issued().decider.decide(send_back(reason=ReturnReason.OTHER_WITH_TEXT, text="原因"), issued().state)
    assert draft.pii is not None
    assert "原因" not in draft.payload.model_dump_json()


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_the_member_may_withdraw_until_the_receiver_accepts(steps: int) -> None:
    """WITHDRAWN from any state before acceptance; afterwards the relation goes its way."""
    acts = [approve(), issue(), hand_over()][:steps]
    story = Story().when(request(), *acts).when(ask.Withdraw(on=DAY, today=DAY))
    assert story.state.state is TransferState.WITHDRAWN
    assert issued().when(receive()).refuses(ask.Withdraw(on=DAY, today=DAY)) == "transfer_wrong_state"


def test_the_origin_may_cancel_for_a_coded_reason() -> None:
    """CANCELLED ends it; the relation never moved."""
    story = issued().when(ask.Cancel(on=DAY, today=DAY, reason=CancelReason.ENTERED_IN_ERROR))
    assert story.state.state is TransferState.CANCELLED
    assert story.state.responsible_branch == BRANCH


def test_a_receipt_may_come_late_but_is_dated_after_the_receiving() -> None:
    """Late receipts are normal (§8): recorded any time after; its own date lies between receiving and recording."""
    later = DAY + timedelta(days=100)
    early = ask.ReturnReceipt(on=later, today=later, receipt_on=DAY - timedelta(days=1))
    assert completed().refuses(early) == "receipt_date_impossible"
    story = completed().when(ask.ReturnReceipt(on=later, today=later, receipt_on=DAY))
    assert story.state.state is TransferState.RECEIPT_RETURNED


def test_the_stub_is_kept_ten_years_also_from_a_leap_day() -> None:
    """letter.stub_retention: 29 February + 10 years is 28 February."""
    leap = date(2028, 2, 29)
    story = completed().when(ask.ReturnReceipt(on=leap, today=leap), ask.PasteReceipt(on=leap, today=leap))
    stub = story.events[-1].payload
    assert isinstance(stub, ReceiptPastedOnStub)
    assert stub.keep_until == date(2038, 2, 28)


def test_nothing_happens_in_the_future_or_before_what_it_follows() -> None:
    """Acts may be recorded late, never ahead, and never before the act they follow."""
    tomorrow, yesterday = DAY + timedelta(days=1), DAY - timedelta(days=1)
    assert Story().refuses(request(on=tomorrow)) == "date_in_future"
    assert Story().when(request()).refuses(approve(yesterday, today=DAY)) == "date_out_of_order"


def test_a_relation_moves_between_two_branches() -> None:
    """From a branch to the same branch is no transfer, neither asked nor assigned."""
    assert Story().refuses(request(to_branch=BRANCH)) == "same_branch"
    assert issued().refuses(receive(to_branch=BRANCH)) == "same_branch"


def test_a_number_of_transfer_is_used_once() -> None:
    """While it is open a second request is a conflict; once ended, the next number is due."""
    story = Story().when(request())
    assert story.refuses(request()) == "transfer_already_open"
    story.when(ask.Withdraw(on=DAY, today=DAY))
    assert story.refuses(request()) == "transfer_number_used"


def test_every_act_on_nothing_is_not_found() -> None:
    """An act on a transfer that was never requested finds none."""
    for act in (approve(), issue(), receive(), send_back(), hand_over()):
        assert Story().refuses(act) == "transfer_not_found"


def test_the_moment_of_transfer_is_told_with_both_branches() -> None:
    """RelationTransferred names where from, where to and the day: what registry and contact go by."""
    moved = completed().events[-1].payload
    assert isinstance(moved, RelationTransferred)
    assert (moved.from_branch, moved.to_branch, moved.transferred_on) == (BRANCH, NEW_BRANCH, DAY)
    assert TransferState.COMPLETED not in OPEN


def outside() -> Story:
    """A transfer to a receiver that has no system here, with its letter."""
    return Story().when(request(to_committee=None, to_title="示例省示例县委组织部"), approve(), issue())


def reissue(on: date = DAY, **changes: object) -> ask.Reissue:
    """A new letter, certified by the member's branch."""
    values = {"on": on, "today": on, "letter_year": on.year, "letter_sn": 2, "valid_days": 30, "certified_by": BRANCH}
    return ask.Reissue(**(values | changes))  # type: ignore[arg-type] # the test changes some of the values


def test_what_was_returned_goes_on_from_the_branch_under_a_new_letter() -> None:
    """RETURNED → SUBMITTED (退回修改): a title alone is a receiver outside, the letter that was out is void."""
    story = issued().when(send_back())
    story.when(ask.Resubmit(on=DAY, today=DAY, to_title="另一示例党工委"))
    assert story.types[-2:] == ["LetterVoided", "TransferResubmitted"]
    state = story.state
    assert (state.state, state.to_title, state.to_committee) == ("SUBMITTED", "另一示例党工委", None)
    assert story.when(approve(), issue(letter_sn=2)).state.letter_id is not None
    assert story.state.letter is not None
    assert not story.state.letter.void


def test_the_origin_returns_what_it_does_not_issue() -> None:
    """Either side returns with a cause (R1 Art. 25): the origin before the letter, the receiver after it."""
    story = Story().when(request()).when(send_back(side=TransferSide.ORIGIN))
    assert (story.state.state, story.state.is_open) == (TransferState.RETURNED, False)
    assert issued().refuses(send_back(side=TransferSide.ORIGIN)) == "transfer_wrong_state"


@pytest.mark.parametrize("channel", [TransferChannel.ONLINE_PROVINCE, TransferChannel.ONLINE_NATIONAL])
def test_an_online_transfer_that_fails_goes_on_by_paper(channel: TransferChannel) -> None:
    """§2.3: the branch has agreed already; to the same channel, or into the committee, nothing changes."""
    story = Story().when(request(channel=channel), approve(), issue())
    assert story.refuses(ask.ChangeChannel(on=DAY, today=DAY, channel=channel)) == "no_other_channel"
    assert story.refuses(ask.ChangeChannel(on=DAY, today=DAY, channel=TransferChannel.INTERNAL)) == "no_other_channel"
    story.when(ask.ChangeChannel(on=DAY, today=DAY, channel=TransferChannel.PAPER))
    assert (story.state.state, story.state.channel) == (TransferState.BRANCH_APPROVED, TransferChannel.PAPER)
    early = Story().when(request(channel=channel), ask.ChangeChannel(on=DAY, today=DAY, channel=TransferChannel.PAPER))
    assert early.state.state is TransferState.SUBMITTED, "the branch has not agreed yet"


def test_only_a_paper_letter_is_carried_or_lost() -> None:
    """§2.3: online nothing is carried; on paper nothing travels online."""
    online = Story().when(request(channel=TransferChannel.ONLINE_PROVINCE), approve(), issue())
    assert online.refuses(hand_over()) == "handed_over_otherwise"
    assert online.refuses(ask.ReportLost(on=DAY, today=DAY)) == "no_paper_letter"
    online.when(ask.HandOver(on=DAY, today=DAY, how=HandedOverHow.ONLINE))
    by_wire = ask.HandOver(on=DAY, today=DAY, how=HandedOverHow.ONLINE)
    assert issued().refuses(by_wire) == "handed_over_otherwise"


def test_a_lost_letter_may_still_arrive_until_it_is_void() -> None:
    """Check first, then void (§2.3): what the receiver had all along it may accept; a void letter nobody."""
    lost = issued().when(hand_over(), ask.ReportLost(on=DAY, today=DAY))
    assert lost.state.is_open
    assert lost.when(receive(to_branch=NEW_BRANCH)).state.state is TransferState.COMPLETED
    again = issued().when(ask.ReportLost(on=DAY, today=DAY)).when(reissue())
    assert again.types[-2:] == ["LetterVoided", "LetterReissued"]
    assert again.state.state is TransferState.REISSUED
    assert again.when(receive(to_branch=NEW_BRANCH)).state.responsible_branch == NEW_BRANCH


def test_graduates_are_issued_a_new_letter_within_six_months() -> None:
    """R6: of the transfer-out on the old letter; everybody else whenever the branch certifies why."""
    last = DAY + timedelta(days=31)
    expired = issued().when(ask.Expire(on=last, today=last))
    late = date(2026, 9, 11)
    assert expired.refuses(reissue(late, graduate=True)) == "reissue_too_late"
    assert expired.refuses(reissue(late, certified_by=NEW_BRANCH)) == "certified_by_the_branch"
    assert expired.when(reissue(date(2026, 9, 10), graduate=True)).state.state is TransferState.REISSUED


def test_who_ends_a_transfer_takes_its_letter_out_of_force() -> None:
    """Nobody may use the letter of a transfer that was withdrawn or cancelled; a void one is not printed."""
    story = issued().when(ask.Print(on=DAY, today=DAY), ask.Print(on=DAY, today=DAY))
    assert story.state.letter is not None
    assert story.state.letter.prints == 2
    story.when(ask.Withdraw(on=DAY, today=DAY))
    assert story.types[-2:] == ["LetterVoided", "TransferWithdrawn"]
    assert story.refuses(ask.Print(on=DAY, today=DAY)) == "letter_void"
    assert Story().when(request(), ask.Withdraw(on=DAY, today=DAY)).types == ["TransferRequested", "TransferWithdrawn"]


def test_a_receiver_outside_is_told_by_its_receipt() -> None:
    """Received inside the validity, moved on that day, the receipt between that and today (§2.3)."""
    later = DAY + timedelta(days=60)
    receipt = {"on": later, "today": later, "receipt_on": DAY + timedelta(days=20)}
    expired = outside().when(ask.Expire(on=DAY + timedelta(days=31), today=later))
    wrong = ask.RecordOutsideReceipt(**receipt, received_on=DAY + timedelta(days=31))
    assert expired.refuses(wrong) == "received_outside_validity"
    early = ask.RecordOutsideReceipt(**receipt, received_on=DAY + timedelta(days=21))
    assert expired.refuses(early) == "receipt_date_impossible"
    expired.when(ask.RecordOutsideReceipt(**receipt, received_on=DAY + timedelta(days=15)))
    assert (expired.state.state, expired.state.responsible_branch) == (TransferState.RECEIPT_RETURNED, "OUTSIDE")
    moved = expired.events[-2].payload
    assert isinstance(moved, RelationTransferred)
    assert (moved.to_branch, moved.transferred_on) == (None, DAY + timedelta(days=15))
    here = ask.RecordOutsideReceipt(**receipt, received_on=DAY)
    assert issued().refuses(here) == "receiver_is_here"


def test_in_the_last_months_of_probation_both_sides_say_who_converts() -> None:
    """§2.8: a move within three months of the end waits for one answer of both; an earlier one does not."""
    ends = date(2026, 6, 10)
    story = Story().when(request(probationary=True), approve(), issue())
    assert Story().when(request()).refuses(agree(TransferSide.ORIGIN)) == "not_probationary"
    there = receive(to_branch=NEW_BRANCH, probation_ends_on=ends)
    assert story.refuses(there) == "converter_not_agreed"
    story.when(agree(TransferSide.ORIGIN), agree(TransferSide.RECEIVER, TransferSide.ORIGIN))
    assert story.refuses(there) == "converter_not_agreed", "each names another"
    story.when(agree(TransferSide.RECEIVER))
    assert story.when(there).state.state is TransferState.COMPLETED
    early = Story().when(request(probationary=True), approve(), issue())
    long = receive(to_branch=NEW_BRANCH, probation_ends_on=ends + timedelta(days=1))
    assert early.when(long).state.state is TransferState.COMPLETED


def agree(side: TransferSide, converter: TransferSide = TransferSide.RECEIVER) -> ask.AgreeConverter:
    """One side says who converts."""
    return ask.AgreeConverter(on=DAY, today=DAY, side=side, converter=converter)


def test_each_reminder_is_told_once_of_the_letter_that_is_out() -> None:
    """−10, −3, 0 while it waits, +7 while nobody has decided; of an older letter, or twice, nothing (§2.3)."""
    story = issued()
    last = DAY + timedelta(days=30)

    def remind(offset: int, expires_on: date = last) -> int:
        before, on = len(story.events), expires_on + timedelta(days=offset)
        story.when(ask.Remind(on=on, today=on, day_offset=offset, expires_on=expires_on))
        return len(story.events) - before

    assert [remind(-10), remind(-10), remind(-3), remind(0), remind(7)] == [1, 0, 1, 1, 0]
    assert remind(-3, last + timedelta(days=1)) == 0, "of another letter"
    story.when(ask.Expire(on=last + timedelta(days=1), today=last + timedelta(days=1)))
    assert [remind(7), remind(7)] == [1, 0]


def test_a_step_is_late_once_and_only_while_it_is_waited_for() -> None:
    """§2.3: said of the step that the transfer waits for since that day; a later state is not told of it."""
    story = Story().when(request())
    late = ask.SayStepOverdue(
        on=DAY + timedelta(8), today=DAY + timedelta(8), step="BRANCH_APPROVAL", since=DAY, due_on=DAY + timedelta(7),
        working_days=5,
    )  # fmt: skip
    story.when(late, late)
    assert story.types == ["TransferRequested", "TransferStepOverdue"]
    assert story.when(approve(DAY + timedelta(9)), late).types[-1] == "TransferApprovedByBranch"


def test_one_that_waits_gives_way_to_another_request() -> None:
    """Superseded only while it is returned or expired: an open one is never ended by a request (§2.3)."""
    assert issued().refuses(ask.Supersede(on=DAY, today=DAY)) == "transfer_already_open"
    story = issued().when(send_back(), ask.Supersede(on=DAY, today=DAY))
    assert story.state.state is TransferState.CANCELLED
    assert story.types[-2:] == ["LetterVoided", "TransferCancelled"]
