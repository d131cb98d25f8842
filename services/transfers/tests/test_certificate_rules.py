"""The rules of activity certificates (domain.md §2.4): who may have one, and what follows what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from services.transfers.tests.certificate_stories import (
    ENDINGS,
    GIVEN,
    LOST,
    CertificateStory,
    absence,
    issued,
    number,
    request,
    when,
)
from services.transfers.tests.stories import BRANCH, DAY, MEMBER, NEW_BRANCH, ORIGIN, TRANSFER_ID

from guiyan.events.codes import (
    CertDispatch,
    CertGround,
    CertState,
    DestCertainty,
    FlowReason,
    MobileMemberKind,
    TransferObstacle,
    VoidReason,
)
from guiyan.events.transfers import CertificateIssued, CertificateRequested
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate_steps import due_on, waited_for
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.domain.parameters import DEFAULTS

S = CertState
FIXED, OPEN = DestCertainty.FIXED, DestCertainty.CHANGING
SHORT, LONG = date(2026, 6, 1), date(2026, 9, 3)
R13 = {"ground": CertGround.TRANSFER_NOT_POSSIBLE, "obstacle": TransferObstacle.NO_ORGANISATION_THERE}


@pytest.mark.parametrize(
    ("trip", "said", "answer"),
    [
        ({"certainty": OPEN, "until": None}, {}, "PLACE_OR_TIME_OPEN"),
        ({"certainty": DestCertainty.UNKNOWN, "until": LONG}, {}, "PLACE_OR_TIME_OPEN"),
        ({"certainty": FIXED, "until": None}, {}, "PLACE_OR_TIME_OPEN"),
        ({"certainty": FIXED, "until": SHORT}, {}, "certificate_proof_letter_fits"),
        ({"certainty": FIXED, "until": SHORT}, {"ground": CertGround.SHORT_ABSENCE}, "SHORT_ABSENCE"),
        ({"certainty": OPEN, "until": None}, {"ground": CertGround.SHORT_ABSENCE}, "certificate_ground_does_not_hold"),
        (
            {"certainty": FIXED, "until": SHORT},
            {"ground": CertGround.PLACE_OR_TIME_OPEN},
            "certificate_ground_does_not_hold",
        ),
        ({"certainty": FIXED, "until": LONG - timedelta(days=1)}, {}, "certificate_proof_letter_fits"),
        ({"certainty": FIXED, "until": LONG}, {}, "certificate_must_transfer"),
        ({"certainty": FIXED, "until": LONG}, {"ground": CertGround.SHORT_ABSENCE}, "certificate_must_transfer"),
        ({"certainty": FIXED, "until": None, "since": date(2025, 9, 10)}, {}, "certificate_must_transfer"),
        ({"certainty": FIXED, "until": None, "since": date(2025, 9, 11)}, {}, "PLACE_OR_TIME_OPEN"),
        ({"certainty": FIXED, "until": LONG}, R13, "TRANSFER_NOT_POSSIBLE"),
        ({"certainty": FIXED, "until": LONG}, {"ground": R13["ground"]}, "certificate_obstacle_mismatch"),
        ({"certainty": OPEN}, {"obstacle": R13["obstacle"]}, "certificate_obstacle_mismatch"),
        ({"reason": FlowReason.STUDY}, {}, "certificate_not_for_this"),
        ({"reason": FlowReason.STUDY, "certainty": FIXED, "until": LONG}, R13, "certificate_not_for_this"),
        ({"kind": MobileMemberKind.ASSIGNED_AWAY}, {}, "certificate_not_for_this"),
    ],
)
def test_who_may_have_one(trip: dict[str, Any], said: dict[str, Any], answer: str) -> None:
    """R5: place or time not fixed; R13 besides, for a coded reason; a fixed place for six months means transfer."""
    act = request(absence=absence(**trip), **said)
    if answer.startswith("certificate"):
        assert CertificateStory().refuses(act) == answer
        return
    asked = CertificateStory().when(act).events[0].payload
    assert isinstance(asked, CertificateRequested)
    assert asked.ground == answer


def test_from_request_to_the_last_day() -> None:
    """Asked, numbered, sealed, issued, posted, host entries, due, checked, handed in: each in its place."""
    after = DAY + timedelta(days=400)
    story = CertificateStory().when(
        *issued(),
        ask.Dispatch(**when(), how=CertDispatch.POST, tracking_no="XA00000000042"),
        ask.AddHostEntry(**when(after), arrived_on=DAY + timedelta(days=4), host_branch=NEW_BRANCH),
        ask.AddActivities(**when(after), activities=5, host_branch=NEW_BRANCH),
        ask.AddDues(**when(after), months=("2026-05", "2026-04"), host_branch=NEW_BRANCH),
        ask.SayCheckDue(**when(date(2027, 3, 10)), due_on=date(2027, 3, 10)),
        ask.Check(**when(after), checked_by=NEW_BRANCH),
        ask.HandIn(**when(after)),
    )
    assert [one.removeprefix("Certificate") for one in story.types] == [
        "Requested", "Numbered", "Sealed", "Issued", "Dispatched", "HostEntryAdded", "ActivityEntryAdded",
        "DuesEntryAdded", "CheckDue", "AnnualCheckDone", "ReturnedForCheck",
    ]  # fmt: skip
    assert story.state.state is S.RETURNED


def test_a_first_check_is_due_twelve_months_after_it_was_issued() -> None:
    """cert.check_every; the next one counts from the day of the last (R4)."""
    story = CertificateStory().when(*issued())
    facts = story.events[-1].payload
    assert isinstance(facts, CertificateIssued)
    assert facts.check_due_on == date(2027, 3, 10)
    early = date(2027, 1, 31)
    assert story.when(ask.Check(**when(early), checked_by=BRANCH)).state.check_due_on == date(2028, 1, 31)


ACTS: dict[str, tuple[Act, set[CertState]]] = {
    "number": (number(), {S.REQUESTED}),
    "seal": (ask.Seal(**when(), sealed_by=ORIGIN), {S.NUMBERED}),
    "issue": (ask.IssueCertificate(**when()), {S.SEALED}),
    "dispatch": (GIVEN, {S.ISSUED}),
    "host": (ask.AddHostEntry(**when(), arrived_on=DAY), {S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED}),
    "activities": (ask.AddActivities(**when(), activities=1), {S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED}),
    "dues": (ask.AddDues(**when(), months=("2026-03",)), {S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED}),
    "check": (ask.Check(**when(), checked_by=BRANCH), {S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED}),
    "hand in": (ask.HandIn(**when()), {S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED}),
    "lost": (LOST, {S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED}),
    "print": (ask.PrintCertificate(**when(), key_id="k"), {S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED}),
    "replace": (ask.ReplaceCertificate(**when(), new_certificate_id=TRANSFER_ID), {S.LOST}),
    "void": (
        ask.VoidCertificate(**when(), reason=VoidReason.WITHDRAWN),
        {S.REQUESTED, S.NUMBERED, S.SEALED, S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED, S.LOST},
    ),
    "retire": (
        ask.Retire(**when(), transfer_id=TRANSFER_ID),
        {S.REQUESTED, S.NUMBERED, S.SEALED, S.ISSUED, S.IN_USE, S.CHECK_DUE, S.CHECKED, S.LOST},
    ),
}


def reached(state: CertState) -> CertificateStory:
    """A certificate in a state."""
    due = ask.SayCheckDue(**when(date(2027, 3, 10)), due_on=date(2027, 3, 10))
    ways: dict[CertState, tuple[Act, ...]] = {
        S.REQUESTED: issued()[:1],
        S.NUMBERED: issued()[:2],
        S.SEALED: issued()[:3],
        S.ISSUED: issued(),
        S.IN_USE: (*issued(), GIVEN),
        S.CHECK_DUE: (*issued(), due),
        S.CHECKED: (*issued(), ask.Check(**when(), checked_by=BRANCH)),
        S.RETURNED: (*issued(), ENDINGS[0]),
        S.LOST: (*issued(), LOST),
        S.REPLACED: (*issued(), LOST, ACTS["replace"][0]),
        S.VOIDED: (*issued(), ENDINGS[1]),
        S.RETIRED: (*issued(), ENDINGS[2]),
    }
    story = CertificateStory().when(*ways[state])
    assert story.state.state is state
    return story


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("state", list(S))
def test_each_act_has_its_states(name: str, state: CertState) -> None:
    """The whole table of domain.md §2.4: an act in any other state is refused, and says which state it needs."""
    act, states = ACTS[name]
    story = reached(state)
    if state in states:
        assert len(story.when(act).events) > 0
    else:
        assert story.refuses(act) == "certificate_wrong_state"


@pytest.mark.parametrize("name", ACTS)
def test_what_was_never_asked_for_is_not_there(name: str) -> None:
    """404 for every act."""
    assert CertificateStory().refuses(ACTS[name][0]) == "certificate_not_found"


@pytest.mark.parametrize("state", list(S))
def test_a_number_of_a_member_is_used_once(state: CertState) -> None:
    """An open certificate stands in the way, a lost one is replaced, an ended one leaves the next number."""
    codes = {S.LOST: "certificate_is_lost"} | dict.fromkeys(
        (S.RETURNED, S.REPLACED, S.VOIDED, S.RETIRED), "certificate_number_used"
    )
    assert reached(state).refuses(request()) == codes.get(state, "certificate_already_open")


def test_late_is_recorded_and_ahead_is_not() -> None:
    """§8: late is normal, never ahead, never before the act before; the clock's own events hold nobody up."""
    story = reached(S.CHECK_DUE)
    today = date(2027, 3, 20)
    assert story.refuses(ask.Check(on=today + timedelta(days=1), today=today, checked_by=BRANCH)) == "date_in_future"
    before = DAY - timedelta(days=1)
    assert story.refuses(ask.Check(on=before, today=today, checked_by=BRANCH)) == "date_out_of_order"
    late = ask.Check(on=date(2027, 3, 1), today=today, checked_by=BRANCH)
    assert story.when(late).state.check_due_on == date(2028, 3, 1), "recorded after the clock said that it was due"


def test_post_has_a_number_and_nothing_else_has() -> None:
    """S-16: what is posted can be traced."""
    story = reached(S.ISSUED)
    for how, no in ((CertDispatch.POST, None), (CertDispatch.IN_PERSON, "XA00000000042")):
        assert story.refuses(ask.Dispatch(**when(), how=how, tracking_no=no)) == "certificate_tracking_number"


def test_an_arrival_is_between_the_issue_and_the_day_it_is_written_in() -> None:
    """Nobody arrives with a paper that was not yet issued, nor tomorrow."""
    story = reached(S.IN_USE)
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert story.refuses(ask.AddHostEntry(**when(), arrived_on=day)) == "certificate_arrival_impossible"


def test_dues_written_in_are_not_further_ahead_than_may_be_paid() -> None:
    """dues.prepay_max holds for what the host writes in as well (§2.9)."""
    story = reached(S.IN_USE)
    assert story.refuses(ask.AddDues(**when(), months=("2026-10",))) == "dues_too_far_ahead"
    assert story.when(ask.AddDues(**when(), months=("2026-09",))).types[-1] == "CertificateDuesEntryAdded"


def test_dues_written_in_could_still_be_paid_when_it_was_issued() -> None:
    """dues.backpay_max before the month of issue (§2.9); written in when the member leaves, so not by today."""
    story = reached(S.IN_USE)
    assert story.refuses(ask.AddDues(**when(), months=("2026-03", "2025-08"))) == "certificate_dues_too_early"
    late = ask.AddDues(**when(date(2027, 3, 1)), months=("2025-09", "2026-03"))
    assert story.when(late).types[-1] == "CertificateDuesEntryAdded"


def test_what_is_told_twice_is_one_entry() -> None:
    """The same arrival, the check of the same day: nothing new; another day, host or contact person is."""
    story = reached(S.IN_USE)
    here = ask.AddHostEntry(**when(), arrived_on=DAY, host_branch=NEW_BRANCH)
    check = ask.Check(**when(), checked_by=BRANCH)
    story.when(here, here, check, check)
    assert story.types.count("CertificateHostEntryAdded") == story.types.count("CertificateAnnualCheckDone") == 1
    contact = ask.AddHostEntry(**when(), arrived_on=DAY, host_branch=NEW_BRANCH, host_contact_id=MEMBER)
    again = ask.AddHostEntry(**when(date(2026, 3, 11)), arrived_on=date(2026, 3, 11), host_branch=NEW_BRANCH)
    story.when(contact, contact, here, again, again, ask.Check(**when(date(2026, 3, 11)), checked_by=BRANCH))
    assert story.types.count("CertificateHostEntryAdded") == 3
    assert story.types.count("CertificateAnnualCheckDone") == 2


def test_void_as_lost_is_only_what_was_reported_lost() -> None:
    """LOST → VOIDED, when nobody asks for another one."""
    act = ask.VoidCertificate(**when(), reason=VoidReason.LOST)
    assert reached(S.IN_USE).refuses(act) == "certificate_not_lost"
    assert reached(S.LOST).when(act).state.state is S.VOIDED


def test_the_clock_says_each_thing_once() -> None:
    """Check due once a due day, return once a coming home, a step once; and nothing of what is over."""
    first, second = date(2027, 3, 10), date(2028, 3, 10)
    due = ask.SayCheckDue(**when(first), due_on=first)
    home = ask.SayReturnOverdue(**when(), due_on=DAY)
    story = reached(S.IN_USE).when(due, due, home, home)
    assert (story.types.count("CertificateCheckDue"), story.types.count("CertificateReturnOverdue")) == (1, 1)
    story.when(ask.Check(**when(first), checked_by=BRANCH), due, ask.SayCheckDue(**when(second), due_on=second))
    assert story.types.count("CertificateCheckDue") == 2
    again = ask.SayReturnOverdue(**when(), due_on=DAY + timedelta(days=90))
    assert story.when(again, ask.HandIn(**when(second)), again, due).types.count("CertificateReturnOverdue") == 2


@pytest.mark.parametrize("state", list(S))
def test_a_step_that_is_late_is_said_once_of_what_waits(state: CertState) -> None:
    """Before it is handed out, and after it was lost, somebody acts within ten working days (cert.step_within)."""
    story = reached(state)
    since = story.state.since or DAY
    step = waited_for(state)
    said = ask.SayCertificateStepOverdue(
        **when(), step=step.name if step else "SEALING", since=since, due_on=due_on(since, DEFAULTS), working_days=10
    )
    other = ask.SayCertificateStepOverdue(**when(), step="SEALING", since=date(2025, 1, 1), due_on=DAY, working_days=10)
    assert story.when(said, said, other).types.count("CertificateStepOverdue") == (1 if step else 0)
    waits = state in {S.REQUESTED, S.NUMBERED, S.SEALED, S.LOST}
    assert (step is not None) is waits


def test_a_transfer_ends_it_on_its_own_day() -> None:
    """The relation moved before the last entry was recorded: it is retired as of that day (S-16)."""
    story = reached(S.IN_USE).when(ask.Check(**when(DAY + timedelta(days=9)), checked_by=BRANCH))
    moved = ask.Retire(on=DAY + timedelta(days=2), today=DAY + timedelta(days=9), transfer_id=TRANSFER_ID)
    assert story.when(moved).events[-1].occurredon == DAY + timedelta(days=2)
