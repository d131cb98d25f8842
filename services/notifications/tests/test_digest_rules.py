"""Which messages wait for a digest, when it leaves, and what becomes of its entries, in any order (ADR 0037)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiyan.events import Event, Payload, derived_id
from guiyan.events.codes import NoticeChannel, NoticeFailure, Settlement, Suppression
from guiyan.events.notifications.notice import (
    NoticeBounced,
    NoticeDelivered,
    NoticeEntriesLeftOut,
    NoticeGathered,
    NoticeOutcomeUnknown,
    NoticeQueued,
    NoticeSendStarted,
    NoticeSent,
    NoticeSettled,
    NoticeSuppressed,
    NoticeTextErased,
)
from guiyan.ledger import SHANGHAI, Refused
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.testing.deciders import Scenario
from guiyan.ledger.testing.events import event_of
from guiyan.ledger.testing.projections import project, timers
from guiyan.notifications.domain.digest import Daily, common, last_day, waits
from guiyan.notifications.domain.digest_text import Said, bare, entries_text
from guiyan.notifications.domain.following import FOLLOWED, FROM
from guiyan.notifications.domain.notice import (
    NOTICE,
    Arrived,
    Claim,
    Command,
    Deferred,
    EraseText,
    Follow,
    LeaveOut,
    Lost,
    NoticeState,
    Queue,
    Receive,
    Report,
    Returned,
    Settle,
    Suppress,
    Taken,
)
from guiyan.notifications.domain.rules import OF_CAMPAIGN, RULE_BY_NAME
from guiyan.notifications.domain.timing import Quiet, digest_at, is_office_day
from guiyan.notifications.domain.wording import EN, ZH
from guiyan.notifications.projections import Accounts, Notices
from guiyan.notifications.projections.accounts import DAYS, INTENTS, PARTS
from guiyan.notifications.projections.notices import DIGESTS, GATHER, NOTICES

DAY: Final = date(2026, 3, 10)
TEN: Final = moment_of(DAY, time(10))
MISSED, ESCALATED = RULE_BY_NAME["contact_missed_to_contact_person"], RULE_BY_NAME["contact_escalated_to_secretary"]
DUES: Final = RULE_BY_NAME["dues_to_member"]


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment of 2026 by the clock in Shanghai."""
    return moment_of(date(2026, month, day), time(hour, minute))


@pytest.mark.parametrize(
    ("now", "hour", "office", "member"),
    [
        (at(10, 9), 10, at(10, 10), at(10, 10)),
        (at(10, 10), 10, at(10, 10), at(10, 10)),
        (at(10, 10, 1), 10, at(11, 10), at(11, 10)),
        (at(13, 18), 10, at(16, 10), at(14, 10)),  # a Friday evening
        (at(10, 20), 23, at(11, 9), at(11, 9)),  # at night: in the morning
        (at(14, 11, month=2), 10, at(24, 10, month=2), at(15, 10, month=2)),  # the Spring Festival, 15 to 23 February
    ],
)
def test_a_digest_leaves_at_its_hour(now: datetime, hour: int, office: datetime, member: datetime) -> None:
    """Once a day, to an office on working days; what comes later waits for the next one."""
    assert digest_at(now, Quiet(), hour, working_days_only=True) == office
    assert digest_at(now, Quiet(), hour, working_days_only=False) == member


@given(
    st.integers(0, 6 * 365 * 24 * 60).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=n)),
    st.builds(Quiet, st.integers(0, 23), st.integers(0, 23)),
    st.integers(0, 23),
    st.booleans(),
)
def test_its_moment_is_near_and_stays(now: datetime, quiet: Quiet, hour: int, office: bool) -> None:  # noqa: FBT001 - given by hypothesis
    """Not before now, never at night, soon; asked again then it is that very moment."""
    found = digest_at(now, quiet, hour, working_days_only=office)
    assert now <= found <= now + timedelta(days=15)
    assert digest_at(found, quiet, hour, working_days_only=office) == found
    local = found.astimezone(SHANGHAI)
    assert not quiet.holds(local.hour)
    assert not office or is_office_day(local.date())


def test_what_is_urgent_or_runs_out_does_not_wait() -> None:
    """An escalation, a campaign's message, and whatever has its last day before or on the digest's, leave alone."""
    now, leaves = at(9, 18), TEN
    assert waits(MISSED, {"missed": "1"}, now, leaves)
    assert not waits(ESCALATED, {}, now, leaves)
    assert not waits(OF_CAMPAIGN, {}, now, leaves)
    for params, waiting in (
        ({"days_left": "0"}, False),
        ({"days_left": "1"}, False),
        ({"days_left": "2"}, True),
        ({"due_on": "2026-03-10"}, False),
        ({"due_on": "2026-03-11"}, True),
        ({"due_on": "2026-03-01"}, True),  # it is over already: hours do not matter
        ({"expires_on": "2026-03-09"}, False),
        ({"starts_on": "2026-03-10", "due_on": "2026-04-01"}, False),
    ):
        assert waits(MISSED, params, now, leaves) is waiting, params
    assert last_day({"due_on": "2026-03-01"}, DAY) is None


def test_who_has_one_message_a_day() -> None:
    """Who said so; else offices as their city decides, members not."""
    for wish in (True, False):
        assert Daily(by_default=not wish).is_for(MISSED, wish) is wish
        assert Daily(by_default=not wish).is_for(DUES, wish) is wish
    assert Daily(by_default=True).is_for(MISSED, None)
    assert not Daily().is_for(MISSED, None)
    assert not Daily(by_default=True).is_for(DUES, None)


def test_of_several_organisations_the_nearest_above_all() -> None:
    """The one whose phone a digest of several branches names."""
    assert common([["city", "town", "a"], ["city", "town", "b"]]) == "town"
    assert common([["city", "town", "a"], ["city", "town"]]) == "town"
    assert common([["city", "x"], ["other"]]) is None
    assert common([["city"], []]) is None
    assert common([]) is None


def test_entries_stand_by_kind_in_their_own_words() -> None:
    """A line for each kind with its number; each entry's subject and text, without the greeting; numbered through."""
    said = [
        Said("contact_missed", "未联系提醒:甲", "您好:\n\n甲。\n\n任务编号:d-1\n"),
        Said("letter_due", "介绍信提醒", "您好:\n\n信。\n"),
        Said("contact_missed", "未联系提醒:乙", "没有称呼。\n"),
    ]
    assert entries_text(said, ZH) == (
        "【联系任务到期未完成】2项\n\n1. 未联系提醒:甲\n   甲。\n   任务编号:d-1\n\n2. 未联系提醒:乙\n   没有称呼。\n\n"
        "【介绍信临近到期】1项\n\n3. 介绍信提醒\n   信。"
    )
    assert entries_text(said[1:2], EN).startswith("[A letter is near its end] 1\n\n1. ")
    assert bare("letter_due", {"transfer": "t-1", "expires_on": "x"}, EN).body == "The transfer's number: t-1"
    assert bare("letter_due", {}, ZH) == Said("letter_due", "介绍信临近到期", "")


ID, OTHER = derived_id(TEN, "digest", "a"), derived_id(TEN, "digest", "b")
E_1, E_2, E_9 = (derived_id(TEN, "entry", str(n)) for n in (1, 2, 9))
INTENT: Final = NoticeQueued(
    cause_event_id=derived_id(TEN, "cause"), rule=MISSED.name, recipient_id=derived_id(TEN, "keeper"),
    channel=NoticeChannel.EMAIL, template="contact_missed", template_version=2, not_before=TEN, for_digest=True,
)  # fmt: skip
DIGEST: Final = INTENT.model_copy(
    update={"rule": "digest", "template": "digest", "for_digest": False, "entries": (E_1, E_2), "not_before": None}
)
GATHERED: Final = NoticeGathered(digest_id=ID)
SENT: Final = NoticeSent(channel=NoticeChannel.EMAIL, provider="smtp", provider_reference="r-1")


def test_an_entry_is_in_one_digest_and_follows_it() -> None:
    """Gathered once, by the first; sent, delivered, bounced as the digest is, without its reference and number."""
    plain = SENT.model_copy(update={"provider_reference": None})
    bounced = NoticeBounced(reason=NoticeFailure.ADDRESS_INVALID, contact_point_id=derived_id(TEN, "point"))
    for before, digest, told, then in (
        ((), ID, DIGEST, GATHERED),
        ((), ID, SENT, None),
        ((GATHERED,), OTHER, DIGEST, None),
        ((GATHERED,), OTHER, SENT, None),
        ((GATHERED,), ID, SENT, plain),
        ((GATHERED, plain), ID, SENT, None),
        ((GATHERED, plain), ID, NoticeDelivered(provider_reference="r-1"), NoticeDelivered()),
        ((GATHERED, plain), ID, bounced, NoticeBounced(reason=NoticeFailure.ADDRESS_INVALID)),
    ):
        scenario = Scenario(NOTICE).given(INTENT, *before).when(Follow(digest, told, DAY))
        scenario.then(*([] if then is None else [then]))


def test_no_sender_takes_an_entry_and_nobody_settles_it_alone() -> None:
    """It leaves in its digest or not at all; while it waits it can still be called off."""
    for before in ((INTENT,), (INTENT, GATHERED)):
        with pytest.raises(Refused, match="notice_state"):
            NOTICE.decide(Claim(NoticeChannel.EMAIL, "smtp", DAY), _state(*before))
    Scenario(NOTICE).given(INTENT).when(Suppress(Suppression.RECIPIENT_ERASED, DAY)).then(
        NoticeSuppressed(reason=Suppression.RECIPIENT_ERASED)
    )
    with pytest.raises(Refused, match="notice_state"):
        NOTICE.decide(Suppress(Suppression.RECIPIENT_ERASED, DAY), _state(INTENT, GATHERED))
    unknown = _state(INTENT, GATHERED, FACTS["unknown"])
    with pytest.raises(Refused, match="notice_in_digest"):
        NOTICE.decide(Settle(Settlement.NOT_ARRIVED, DAY), unknown)
    again = NOTICE.evolve(unknown, event_of(NoticeSettled(settlement=Settlement.NOT_ARRIVED), ID, 4))
    assert again.state is NoticeState.GATHERED, "its digest is sent again, not the entry"


def test_entries_are_left_out_before_the_digest_is_claimed() -> None:
    """One stays at least: a digest of nothing is suppressed; what has left has left."""
    out = LeaveOut((E_1, E_9), Suppression.NO_LONGER_NEEDED, DAY)
    left = NoticeEntriesLeftOut(entries=(E_1,), reason=Suppression.NO_LONGER_NEEDED)
    Scenario(NOTICE).given(DIGEST).when(out).then(left)
    Scenario(NOTICE).given(DIGEST, left).when(out).then()
    both = LeaveOut((E_1, E_2), Suppression.NO_LONGER_NEEDED, DAY)
    for before in ((DIGEST,), (DIGEST, FACTS["claim"])):
        with pytest.raises(Refused, match="notice_state"):
            NOTICE.decide(both if len(before) == 1 else out, _state(*before))
    entry = Scenario(NOTICE).given(INTENT, GATHERED)
    entry.when(Follow(ID, left, DAY)).then(NoticeSuppressed(reason=Suppression.NO_LONGER_NEEDED))


def test_its_text_goes_with_the_digests() -> None:
    """Erased once; also of one that was called off before it was gathered."""
    erased = NoticeTextErased()
    suppressed = NoticeSuppressed(reason=Suppression.RECIPIENT_ERASED)
    for before in ((INTENT, GATHERED, SENT), (INTENT, suppressed)):
        Scenario(NOTICE).given(*before).when(Follow(ID, erased, DAY)).then(erased)
        Scenario(NOTICE).given(*before, erased).when(Follow(ID, erased, DAY)).then()
    Scenario(NOTICE).given(INTENT, GATHERED).when(Follow(ID, erased, DAY)).then()


def _state(*payloads: Payload) -> Any:
    state = NOTICE.initial()
    for number, one in enumerate(payloads, 1):
        state = NOTICE.evolve(state, event_of(one, ID, number))
    return state


FACTS: Final[dict[str, Payload]] = {
    "claim": NoticeSendStarted(channel=NoticeChannel.EMAIL, provider="smtp", attempt=1),
    "unknown": NoticeOutcomeUnknown(channel=NoticeChannel.EMAIL, provider="smtp", attempt=1),
}


# -- any order --------------------------------------------------------------------------------------------------------
ENTRIES: Final = tuple(derived_id(TEN, "entry", str(n)) for n in range(5))
BOTH: Final = (ID, OTHER)
LATER: Final = TEN + timedelta(hours=1)
COMMANDS: Final[dict[str, Callable[[], Command]]] = {
    "claim": lambda: Claim(NoticeChannel.SMS, "smpp", DAY),
    "taken": lambda: Report(Taken("r"), DAY),
    "again": lambda: Report(Deferred("451", LATER), DAY),
    "failed": lambda: Report(Deferred("451"), DAY),
    "returned": lambda: Report(Returned(NoticeFailure.ADDRESS_INVALID), DAY),
    "lost": lambda: Report(Lost(), DAY),
    "arrived": lambda: Receive("smpp", Arrived(), DAY, "r"),
    "bounced": lambda: Receive("smpp", Returned(NoticeFailure.EXPIRED), DAY),
    "settled": lambda: Settle(Settlement.ARRIVED, DAY),
    "not_arrived": lambda: Settle(Settlement.NOT_ARRIVED, DAY),
    "given_up": lambda: Settle(Settlement.GIVEN_UP, DAY),
    "suppress": lambda: Suppress(Suppression.DO_NOT_CONTACT, DAY),
    "erase": lambda: EraseText(DAY),
}


@dataclass
class Book:
    """A ledger with entries and two digests that both want them; the policy follows behind, sometimes twice."""

    events: list[Event] = field(default_factory=list)
    followed: int = 0

    def state(self, id_: str) -> Any:
        """A notice as its events have it."""
        state = NOTICE.initial()
        for one in self.events:
            if one.subject == f"notice/{id_}":
                state = NOTICE.evolve(state, one)
        return state

    def do(self, id_: str, command: Command) -> None:
        """A command, with whatever it comes to."""
        try:
            drafts = NOTICE.decide(command, self.state(id_))
        except Refused:
            return
        for draft in drafts:
            version = 1 + sum(one.subject == f"notice/{id_}" for one in self.events)
            self.events.append(event_of(draft.payload, id_, version, occurred_on=DAY, at=TEN))

    def queue(self, number: int) -> None:
        """An intent that waits for a digest."""
        cause = derived_id(TEN, "cause", str(number))
        intent = INTENT.model_copy(update={"cause_event_id": cause, "org_code": "654002001001"})
        self.do(ENTRIES[number], Queue(intent, DAY))

    def gather(self, number: int) -> None:
        """Whoever gathers saw what stood in the ledger some time ago: everything, or everything without digests."""
        waiting = [one for one in ENTRIES if self.state(one).state is NoticeState.HELD]
        if waiting:
            intent = DIGEST.model_copy(update={"entries": tuple(waiting)})
            self.do(BOTH[number], Queue(intent, DAY))

    def leave_out(self, number: int) -> None:
        """One matter of a digest is over."""
        digest = self.state(BOTH[number])
        if digest.entries:
            first = min(digest.entries)
            self.do(BOTH[number], LeaveOut((first,), Suppression.NO_LONGER_NEEDED, DAY))

    def play(self, step: str, number: int) -> None:
        """One step of a story."""
        match step:
            case "queue":
                self.queue(number)
            case "gather":
                self.gather(number % 2)
            case "leave_out":
                self.leave_out(number % 2)
            case "off":
                self.do(ENTRIES[number], Suppress(Suppression.RECIPIENT_ERASED, DAY))
            case "follow":
                self.follow(again=number)
            case _:
                self.do(BOTH[number % 2], COMMANDS[step]())

    def follow(self, again: int = 0) -> None:
        """The policy goes on, or begins some events back as after a crash."""
        self.followed = max(0, self.followed - again)
        while self.followed < len(self.events):
            event = self.events[self.followed]
            self.followed += 1
            id_ = event.subject.partition("/")[2]
            if id_ in BOTH and event.type in FOLLOWED:
                told = event.payload
                mine = project(Notices(), self.events)[NOTICES][id_]["entries"]
                entries = told.entries if isinstance(told, NoticeQueued | NoticeEntriesLeftOut) else mine
                for one in entries:
                    self.do(one, Follow(id_, told, DAY))


STEP: Final = st.tuples(
    st.sampled_from(["queue", "gather", "leave_out", "off", "follow", *COMMANDS]), st.integers(0, 4)
)
STORY: Final = st.lists(STEP, min_size=4, max_size=40).map(
    lambda steps: [("queue", 0), ("queue", 1), ("queue", 2), ("gather", 0), *steps]
)


@settings(max_examples=200, deadline=None)
@given(STORY)
def test_whatever_happens_an_entry_is_told_in_one_digest_and_stands_as_that_one(story: list[tuple[str, int]]) -> None:
    """Gathered by two at once, killed, settled, left out: each entry in one digest, none forgotten, the sum holds."""
    book = Book()
    for step, number in story:
        book.play(step, number)
    book.follow()
    documents = project(Notices(), book.events)
    rows, accounts = documents[NOTICES], project(Accounts(), book.events)
    told_by = Counter(one for digest in documents.get(DIGESTS, {}).values() for one in digest["entries"])
    assert set(told_by.values()) <= {1}
    for id_ in (one for one in ENTRIES if one in rows):
        assert rows[id_]["state"] == book.state(id_).state == accounts[INTENTS][id_]["state"]
        _stands(book, id_, rows, timers(documents))
    for row in accounts.get(DAYS, {}).values():
        assert row["due"] == sum(row[part] for part in PARTS) == len([one for one in ENTRIES if one in rows])
        assert row["lost"] == 0


def _stands(book: Book, id_: str, rows: dict[str, Any], set_: dict[str, Any]) -> None:
    """It waits for the next digest, or stands as its own one, or was left out of it."""
    entry, row = book.state(id_), rows[id_]
    if entry.state is NoticeState.HELD:
        assert row["digest_id"] is None, "the next look gathers it"
        assert f"{GATHER}:{row['recipient_id']}:{TEN.isoformat()}" in set_
    elif entry.digest_id is not None:
        assert row["digest_id"] == entry.digest_id
        digest = book.state(entry.digest_id)
        on_its_way = digest.state in {NoticeState.QUEUED, NoticeState.SENDING}
        left_out = id_ in rows[entry.digest_id]["left_out"]
        expected = NoticeState.SUPPRESSED if left_out else NoticeState.GATHERED if on_its_way else digest.state
        assert (entry.state, entry.text_erased) == (expected, digest.text_erased)


def test_every_end_of_a_digest_is_followed() -> None:
    """Whatever a digest's own events lead it to, its entries have an event for."""
    ends = {
        "NoticeSent",
        "NoticeDelivered",
        "NoticeBounced",
        "NoticeFailed",
        "NoticeOutcomeUnknown",
        "NoticeSuppressed",
    }
    assert ends | {"NoticeSettled", "NoticeTextErased", "NoticeAcknowledged"} <= FOLLOWED
    assert all(states for states in FROM.values())
