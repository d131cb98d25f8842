"""The rules of notices, by given, when, then."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from guiyan.events import Payload
from guiyan.events.codes import NoticeChannel, NoticeFailure, Replanning, Settlement, Suppression
from guiyan.events.notifications.notice import (
    NoticeAcknowledged,
    NoticeAttemptFailed,
    NoticeBounced,
    NoticeDelayed,
    NoticeDelivered,
    NoticeFailed,
    NoticeOutcomeUnknown,
    NoticeQueued,
    NoticeReplanned,
    NoticeSendStarted,
    NoticeSent,
    NoticeSettled,
    NoticeSuppressed,
)
from guiyan.ledger import Refused
from guiyan.ledger.testing.deciders import Scenario
from guiyan.notifications.domain.notice import (
    NOTICE,
    Acknowledge,
    Arrived,
    Claim,
    Command,
    Deferred,
    Late,
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

DAY = date(2026, 4, 1)
LATER = datetime(2026, 4, 1, 9, tzinfo=UTC)
ID = "019c1bdd-1680-7712-bd27-176c707fb458"
INTENT = NoticeQueued(
    cause_event_id=ID,
    rule="contact_missed_to_contact_person",
    recipient_id=ID,
    org_code="654002010004",
    channel=NoticeChannel.EMAIL,
    template="contact_missed",
    template_version=1,
    params={"quarter": "2026-Q1", "duty": ID, "missed": "1"},
)
STARTED = NoticeSendStarted(channel=NoticeChannel.EMAIL, provider="smtp", attempt=1)
SENT = NoticeSent(channel=NoticeChannel.EMAIL, provider="smtp", provider_reference=ID)
FAILED = NoticeAttemptFailed(channel=NoticeChannel.EMAIL, provider="smtp", attempt=1, status="451", retry_at=LATER)
UNKNOWN = NoticeOutcomeUnknown(channel=NoticeChannel.EMAIL, provider="smtp", attempt=1)
CLAIM = Claim(NoticeChannel.EMAIL, "smtp", DAY)


def test_an_intent_is_queued_once() -> None:
    """The same intent a second time is nothing new: one cause, one rule, one recipient, one notice."""
    Scenario(NOTICE).given().when(Queue(INTENT, DAY)).then(INTENT)
    Scenario(NOTICE).given(INTENT).when(Queue(INTENT, DAY)).then()


def test_a_gap_is_queued_and_suppressed_with_its_reason() -> None:
    """Nobody to tell is not silence: the notice is there, and says why it was not sent."""
    gap = Queue(INTENT, DAY, Suppression.NO_CONTACT_POINT)
    Scenario(NOTICE).given().when(gap).then(INTENT, NoticeSuppressed(reason=Suppression.NO_CONTACT_POINT))


def test_only_one_sender_gets_the_claim() -> None:
    """A notice in hand cannot be claimed again: the second sender is refused."""
    Scenario(NOTICE).given(INTENT).when(CLAIM).then(STARTED)
    Scenario(NOTICE).given(INTENT, STARTED).when(CLAIM).then_refused("notice_state")
    Scenario(NOTICE).given(INTENT, STARTED, SENT).when(CLAIM).then_refused("notice_state")


def test_only_what_waits_is_planned_anew() -> None:
    """Another moment, another channel: it waits as before, and may be claimed; in hand or later nothing is planned."""
    replan = Replan(Replanning.CHANNEL_REFUSED, NoticeChannel.SMS, LATER, DAY)
    told = NoticeReplanned(reason=Replanning.CHANNEL_REFUSED, channel=NoticeChannel.SMS, not_before=LATER)
    Scenario(NOTICE).given(INTENT).when(replan).then(told)
    Scenario(NOTICE).given(INTENT, STARTED, FAILED).when(replan).then(told)
    Scenario(NOTICE).given(INTENT, told).when(CLAIM).then(STARTED)
    for history in ((INTENT, STARTED), (INTENT, STARTED, SENT), (INTENT, STARTED, UNKNOWN)):
        Scenario(NOTICE).given(*history).when(replan).then_refused("notice_state")


def test_what_came_of_an_attempt() -> None:
    """Taken is sent; deferred is tried again; used up is failed; returned is bounced; lost is unknown."""
    claimed = (INTENT, STARTED)
    Scenario(NOTICE).given(*claimed).when(Report(Taken(ID), DAY)).then(SENT)
    Scenario(NOTICE).given(*claimed).when(Report(Deferred("451", LATER), DAY)).then(FAILED)
    used_up = NoticeAttemptFailed(channel=NoticeChannel.EMAIL, provider="smtp", attempt=1, status="451")
    failed = NoticeFailed(reason=NoticeFailure.RETRIES_USED_UP)
    Scenario(NOTICE).given(*claimed).when(Report(Deferred("451"), DAY)).then(used_up, failed)
    bounced = NoticeBounced(reason=NoticeFailure.ADDRESS_INVALID, status="550")
    Scenario(NOTICE).given(*claimed).when(Report(Returned(NoticeFailure.ADDRESS_INVALID, "550"), DAY)).then(bounced)
    Scenario(NOTICE).given(*claimed).when(Report(Lost(), DAY)).then(UNKNOWN)


def test_a_result_is_of_the_attempt_in_hand() -> None:
    """Told of an attempt that is over, while the next one is in hand: refused."""
    second = NoticeSendStarted(channel=NoticeChannel.EMAIL, provider="smtp", attempt=2)
    history = (INTENT, STARTED, FAILED, second)
    Scenario(NOTICE).given(*history).when(Report(Deferred("451", LATER), DAY, 1)).then_refused("notice_state")
    Scenario(NOTICE).given(*history).when(Report(Taken(ID), DAY, 2)).then(SENT)


def test_a_certain_failure_may_be_claimed_again_and_counts() -> None:
    """After a failure known not to have been accepted the next attempt is the second."""
    second = NoticeSendStarted(channel=NoticeChannel.EMAIL, provider="smtp", attempt=2)
    Scenario(NOTICE).given(INTENT, STARTED, FAILED).when(CLAIM).then(second)


ARRIVED = Receive("smtp", Arrived(), DAY, "r-1")
CAME_BACK = Receive("smtp", Returned(NoticeFailure.ADDRESS_INVALID, "001"), DAY, "r-1")
DELIVERED = NoticeDelivered(provider_reference="r-1")
BACK = NoticeBounced(reason=NoticeFailure.ADDRESS_INVALID, status="001")


def test_a_receipt_tells_what_became_of_it_and_the_first_word_stands() -> None:
    """Arrived or come back, once; a second receipt, whatever it says, changes nothing."""
    sent = (INTENT, STARTED, SENT)
    Scenario(NOTICE).given(*sent).when(ARRIVED).then(DELIVERED)
    Scenario(NOTICE).given(*sent).when(CAME_BACK).then(BACK)
    for final in (DELIVERED, BACK):
        for receipt in (ARRIVED, CAME_BACK):
            Scenario(NOTICE).given(*sent, final).when(receipt).then()


def test_a_delay_is_told_once_and_decides_nothing() -> None:
    """While it is on its way; each attempt anew; what has its final word, or was never taken, is not late."""
    late = Receive("smtp", Late("4.4.1"), DAY)
    delayed, sent = NoticeDelayed(status="4.4.1"), (INTENT, STARTED, SENT)
    Scenario(NOTICE).given(*sent).when(late).then(delayed)
    Scenario(NOTICE).given(*sent, delayed).when(late).then()
    Scenario(NOTICE).given(*sent, delayed).when(ARRIVED).then(DELIVERED)
    Scenario(NOTICE).given(*sent, delayed).when(CAME_BACK).then(BACK)
    for history in ((INTENT, STARTED), (INTENT, STARTED, FAILED), (*sent, DELIVERED), (*sent, BACK)):
        Scenario(NOTICE).given(*history).when(late).then()
    Scenario(NOTICE).given(*sent).when(Receive("other", Late(), DAY)).then()


def test_a_receipt_may_be_faster_than_the_answer() -> None:
    """It says that the message was taken, too; the answer that follows finds nothing to do."""
    taken = NoticeSent(channel=NoticeChannel.EMAIL, provider="smtp", provider_reference="r-1")
    Scenario(NOTICE).given(INTENT, STARTED).when(ARRIVED).then(taken, DELIVERED)
    Scenario(NOTICE).given(INTENT, STARTED).when(CAME_BACK).then(taken, BACK)
    Scenario(NOTICE).given(INTENT, STARTED, taken, DELIVERED).when(Report(Taken("r-1"), DAY)).then_refused(
        "notice_state"
    )


def test_a_late_receipt_settles_what_nobody_knew() -> None:
    """The provider's own record is as good as a person's word; what came back came back."""
    settled = NoticeSettled(settlement=Settlement.ARRIVED, provider_reference="r-1")
    Scenario(NOTICE).given(INTENT, STARTED, UNKNOWN).when(ARRIVED).then(settled)
    Scenario(NOTICE).given(INTENT, STARTED, UNKNOWN).when(CAME_BACK).then(BACK)


def test_what_arrived_by_an_earlier_attempt_is_not_sent_again() -> None:
    """A provider said no and carried it all the same: it has arrived, whoever has it in hand now."""
    again = NoticeSendStarted(channel=NoticeChannel.EMAIL, provider="other", attempt=2)
    Scenario(NOTICE).given(INTENT, STARTED, FAILED).when(ARRIVED).then(DELIVERED)
    Scenario(NOTICE).given(INTENT, STARTED, FAILED, DELIVERED).when(CLAIM).then_refused("notice_state")
    Scenario(NOTICE).given(INTENT, STARTED, FAILED, again).when(ARRIVED).then(DELIVERED)
    Scenario(NOTICE).given(INTENT, STARTED, FAILED, again).when(CAME_BACK).then()
    Scenario(NOTICE).given(INTENT, STARTED, FAILED).when(CAME_BACK).then()


def test_who_never_had_a_notice_cannot_say_what_became_of_it() -> None:
    """A provider's word counts for what it was handed."""
    other = Receive("other", Arrived(), DAY)
    for history in ((INTENT,), (INTENT, STARTED), (INTENT, STARTED, SENT), (INTENT, STARTED, UNKNOWN)):
        Scenario(NOTICE).given(*history).when(other).then()


def test_a_bounce_names_the_contact_point_that_was_used() -> None:
    """Of the attempt in hand, from the claim; so that a dead number is closed."""
    claim = Claim(NoticeChannel.SMS, "smpp", DAY, ID)
    started = NoticeSendStarted(channel=NoticeChannel.SMS, provider="smpp", attempt=1, contact_point_id=ID)
    Scenario(NOTICE).given(INTENT).when(claim).then(started)
    back = NoticeBounced(reason=NoticeFailure.ADDRESS_INVALID, status="001", contact_point_id=ID)
    for command in (Report(Returned(NoticeFailure.ADDRESS_INVALID, "001"), DAY), CAME_BACK):
        sent = (INTENT, started)
        if isinstance(command, Receive):
            command = Receive("smpp", command.told, DAY, "r-1")  # noqa: PLW2901 - the same from that provider
            sent = (*sent, NoticeSent(channel=NoticeChannel.SMS, provider="smpp", provider_reference="r-1"))
        Scenario(NOTICE).given(*sent).when(command).then(back)


def test_an_unknown_outcome_is_never_sent_again_by_itself() -> None:
    """UNKNOWN can only be settled by a person; NOT_ARRIVED queues it again."""
    Scenario(NOTICE).given(INTENT, STARTED, UNKNOWN).when(CLAIM).then_refused("notice_state")
    settled = NoticeSettled(settlement=Settlement.NOT_ARRIVED)
    Scenario(NOTICE).given(INTENT, STARTED, UNKNOWN).when(Settle(Settlement.NOT_ARRIVED, DAY)).then(settled)
    second = NoticeSendStarted(channel=NoticeChannel.EMAIL, provider="smtp", attempt=2)
    Scenario(NOTICE).given(INTENT, STARTED, UNKNOWN, settled).when(CLAIM).then(second)


def test_only_what_arrived_can_be_acknowledged_once() -> None:
    """An acknowledgement needs a sent notice; the second changes nothing."""
    Scenario(NOTICE).given(INTENT).when(Acknowledge(DAY)).then_refused("notice_state")
    Scenario(NOTICE).given(INTENT, STARTED, SENT).when(Acknowledge(DAY)).then(NoticeAcknowledged())
    Scenario(NOTICE).given(INTENT, STARTED, SENT, NoticeAcknowledged()).when(Acknowledge(DAY)).then()


def test_nothing_can_be_done_with_a_notice_that_was_never_queued() -> None:
    """Every act on an unknown notice is refused as unknown."""
    for command in (CLAIM, ARRIVED, CAME_BACK, Report(Lost(), DAY), Settle(Settlement.ARRIVED, DAY), Acknowledge(DAY)):
        Scenario(NOTICE).given().when(command).then_refused("notice_unknown")


COMMANDS = st.sampled_from(
    [
        Queue(INTENT, DAY),
        CLAIM,
        Report(Taken(ID), DAY),
        Report(Deferred("451", LATER), DAY),
        Report(Lost(), DAY),
        Report(Returned(NoticeFailure.ADDRESS_INVALID), DAY),
        ARRIVED,
        CAME_BACK,
        Receive("smtp", Late(), DAY),
        Receive("other", Arrived(), DAY),
        Settle(Settlement.NOT_ARRIVED, DAY),
        Acknowledge(DAY),
        Suppress(Suppression.NO_LONGER_NEEDED, DAY),
        Replan(Replanning.OUT_OF_HOURS, NoticeChannel.EMAIL, LATER, DAY),
    ]
)


@given(st.lists(COMMANDS, max_size=25))
def test_every_hand_over_has_its_own_claim(commands: list[Command]) -> None:
    """In any order of commands: answers never outnumber claims, nothing is claimed after it was sent or arrived."""
    claims, results, sent = 0, 0, False
    history: list[Payload] = []
    for command in commands:
        try:
            drafts = NOTICE.decide(command, Scenario(NOTICE).given(*history).state)
        except Refused:
            continue
        for draft in drafts:
            claims += isinstance(draft.payload, NoticeSendStarted)
            assert not (sent and isinstance(draft.payload, NoticeSendStarted))
            results += isinstance(command, Report) and isinstance(
                draft.payload, NoticeSent | NoticeOutcomeUnknown | NoticeBounced | NoticeAttemptFailed
            )
            sent = sent or isinstance(draft.payload, NoticeSent | NoticeDelivered)
            history.append(draft.payload)
    assert results <= claims <= results + 1
