"""Probation: a year from admission, one extension, each step by people in its order (§2.8; R8 Art. 32, 33)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import Story

from guiyan.events.codes import ProbationClosing, ProbationState, ProbationVote, RecordError
from guiyan.events.registry.probation import ProbationBranchVoted
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion, months_after
from guiyan.registry.domain.probation import (
    PROBATION,
    CollectOpinions,
    DiscussQuarter,
    GiveGroupOpinion,
    GiveReport,
    HandOverRecord,
    PostNotice,
    ReceiveApplication,
    ReviewByCommittee,
    VoteByBranch,
)
from guiyan.registry.domain.probation_calendar import decide_by, plan_of, quarters_due
from guiyan.registry.domain.probation_decisions import AnnulRuling, Cancel, Convert, Extend, Ruling
from guiyan.registry.domain.probation_following import (
    CloseProbation,
    Escalate,
    FollowAnnulment,
    FollowCancellation,
    FollowCorrection,
    FollowRecord,
    Remind,
    ReopenProbation,
    SayApplicationOverdue,
    SayDecisionOverdue,
    SayEnded,
    term_of,
)

MEMBER_ID, ID = "019b76da-a800-7000-8000-000000000001", "019b76da-a800-7000-8000-0000000000d1"
OTHER_ID = "019b76da-a800-7000-8000-0000000000d2"
HOME, NEXT, TOWN, CITY = "654002001001", "654002001002", "654002001000", "654002000000"
JOINED, END = date(2025, 6, 1), date(2026, 6, 1)
NOW: Final = date(2026, 12, 31)


def on(day: date, today: date = NOW) -> Occasion:
    """On a day, told later."""
    return Occasion(day, today)


def ruling(day: date = date(2026, 6, 20), by: str = TOWN) -> Ruling:
    """A decision of the township."""
    return Ruling("示组发〔2026〕9号", by, (TOWN, CITY), on(day))


def voted(vote: str = "CONVERT", day: date = date(2026, 6, 5)) -> VoteByBranch:
    """What the branch meeting resolved."""
    return VoteByBranch(ProbationBranchVoted(member_id=MEMBER_ID, vote=ProbationVote(vote), in_favour=5), on(day))


STEPS: Final = (
    ReceiveApplication(HOME, on(date(2026, 5, 20))),
    GiveGroupOpinion(on(date(2026, 5, 25))),
    CollectOpinions(in_group=True, when=on(date(2026, 5, 28))),
    ReviewByCommittee(on(date(2026, 5, 30))),
)


def begun(joined_on: date = JOINED, told_end: date | None = None) -> Story:
    """Somebody admitted."""
    told = Story(PROBATION, ID)
    told.when(FollowRecord(MEMBER_ID, HOME, joined_on, told_end, joined_on))
    return told


def done(*commands: Any, told: Story | None = None) -> Story:
    """The probation after these commands."""
    told = told or begun()
    for command in commands:
        told.when(command)
    return told


def test_from_admission_to_full_member() -> None:
    """§2.8: application, group, opinions, committee, notice, meeting, decision; R8 Art. 32: seniority from the end."""
    told = done(*STEPS, PostNotice(date(2026, 6, 3), on(date(2026, 5, 31))), voted())
    assert told.state.state == "BRANCH_VOTED"
    (facts,) = told.when(Convert(ruling(), END))
    assert (facts.full_on, told.state.state, told.state.open) == (END, "APPROVED_FULL", False)


@pytest.mark.parametrize("place", range(len(STEPS) + 2))
def test_no_step_is_left_out_and_none_is_done_twice(place: int) -> None:
    """R8 Art. 33: the steps have one order; only the notice may be left out."""
    everything = [*STEPS, voted(), Convert(ruling(), END)]
    told = done(*everything[:place])
    for number, command in enumerate(everything):
        if number != place and not (number == len(STEPS) == place - 1):  # a meeting may resolve anew
            assert told.refused(command).code == "probation_state"


def test_whoever_has_no_group_needs_no_group_s_opinion() -> None:
    """§2.8, R8 Art. 33: the group is asked where there is one."""
    told = done(STEPS[0])
    assert told.refused(STEPS[2]).code == "probation_state"
    told.when(CollectOpinions(in_group=False, when=on(date(2026, 5, 28))))
    assert told.state.state == "OPINIONS_COLLECTED"


@pytest.mark.parametrize(
    ("joined_on", "end"),
    [
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
        (date(2024, 8, 31), date(2025, 8, 31)),
        (date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_probation_lasts_a_calendar_year(joined_on: date, end: date) -> None:
    """R8 Art. 32: a year from the meeting that admitted, also from 29 February and at a month's end."""
    assert begun(joined_on).state.ends_on == end


def test_what_a_record_tells_of_a_later_end_is_an_extension() -> None:
    """R8 Art. 32: whoever was extended before the entry is not extended again; an earlier end is none."""
    assert term_of(JOINED, date(2026, 12, 1)) == (date(2026, 12, 1), 6)
    assert term_of(JOINED, date(2026, 1, 1)) == (END, 0)
    told = begun(told_end=date(2026, 12, 1))
    assert (told.state.state, told.state.months_extended) == ("EXTENDED", 6)
    apply = ReceiveApplication(HOME, on(date(2026, 11, 1)))
    later = [CollectOpinions(in_group=False, when=on(date(2026, 11, 2))), ReviewByCommittee(on(date(2026, 11, 3)))]
    done(apply, *later, voted("EXTEND", date(2026, 12, 2)), told=told)
    assert told.refused(Extend(ruling(date(2026, 12, 20)), 6)).code == "extended_already"


def test_nobody_applies_long_before_the_end() -> None:
    """§2.8: from sixty days before the end on, the day of the first reminder; late is late, not refused (P-08)."""
    early = begun().refused(ReceiveApplication(HOME, on(END - timedelta(61))))
    assert (early.code, early.params["earliest"], early.pointer) == (
        "application_too_early", "2026-04-02", "/occurred_on",
    )  # fmt: skip
    for day in (END - timedelta(60), END, date(2026, 12, 1)):
        assert done(ReceiveApplication(HOME, on(day))).state.state == "APPLIED"


def test_the_meeting_is_never_before_the_end() -> None:
    """R8 Art. 33: no early conversion; on the last day it may meet, after the notice, and as often as it likes."""
    told = done(*STEPS)
    early = told.refused(voted(day=END - timedelta(1)))
    assert (early.code, early.params["ends_on"]) == ("vote_before_end", "2026-06-01")
    assert done(*STEPS, voted(day=END)).state.vote == "CONVERT"
    posted = done(*STEPS, PostNotice(date(2026, 6, 5), on(date(2026, 6, 1))))
    assert posted.refused(voted(day=date(2026, 6, 5))).code == "notice_runs"
    posted.when(voted("CANCEL", date(2026, 6, 6)))
    posted.when(voted("CONVERT", date(2026, 6, 7)))
    assert posted.state.vote == "CONVERT"
    assert done(*STEPS).refused(PostNotice(date(2026, 5, 30), on(date(2026, 5, 31)))).code == "notice_ends_before"


def test_who_decides_stands_above_and_late_is_not_refused() -> None:
    """R8 Art. 33: the higher committee within three months; later it is late, and a task, but a decision."""
    told = done(*STEPS, voted())
    assert told.refused(Convert(ruling(by=HOME), END)).code == "for_an_organisation_above"
    assert told.refused(Convert(ruling(date(2026, 6, 4)), END)).code == "too_early"
    assert told.refused(Convert(ruling(), date(2026, 7, 1))).code == "probation_changed"
    told.when(Convert(ruling(date(2026, 12, 1)), END))
    assert told.state.full_on == END


@pytest.mark.parametrize("resolved", list(ProbationVote))
def test_nothing_is_decided_against_the_meeting(resolved: ProbationVote) -> None:
    """R8 Art. 33: the branch meeting resolves, above it that is approved; else the meeting votes again."""
    decisions = {
        ProbationVote.CONVERT: Convert(ruling(), END),
        ProbationVote.EXTEND: Extend(ruling(), 6),
        ProbationVote.CANCEL: Cancel(ruling()),
    }
    told = done(*STEPS, voted(resolved))
    for vote, decision in decisions.items():
        if vote != resolved:
            assert told.refused(decision).code == "vote_was_otherwise"
    other = next(one for one in decisions if one != resolved)
    told.when(voted(other, date(2026, 6, 8)))
    assert told.refused(decisions[resolved]).code == "vote_was_otherwise"
    assert told.when(decisions[other])


@pytest.mark.parametrize(("months", "ok"), [(5, False), (6, True), (12, True), (13, False)])
def test_extended_once_by_half_a_year_to_a_year(months: int, ok: bool) -> None:  # noqa: FBT001 - a row of the table
    """R8 Art. 32: once only, not less than half a year, at most one year, from the last day on."""
    told = done(*STEPS, voted("EXTEND"))
    if not ok:
        assert told.refused(Extend(ruling(), months)).code == "extension_length"
        return
    told.when(Extend(ruling(), months))
    assert (told.state.state, told.state.ends_on) == ("EXTENDED", months_after(END, months))
    assert told.refused(ReceiveApplication(HOME, on(END + timedelta(30)))).code == "application_too_early"


def test_after_an_extension_the_steps_begin_anew() -> None:
    """§2.8: EXTENDED → IN_PROBATION; full membership counts from the extended end (R8 Art. 32)."""
    told = done(*STEPS, voted("EXTEND"), Extend(ruling(), 6))
    end = date(2026, 12, 1)
    again = [
        ReceiveApplication(HOME, on(date(2026, 11, 2))), CollectOpinions(in_group=False, when=on(date(2026, 11, 3))),
        ReviewByCommittee(on(date(2026, 11, 4))),
    ]  # fmt: skip
    done(*again, told=told)
    assert told.refused(voted(day=date(2026, 11, 30))).code == "vote_before_end"
    done(voted(day=end), Convert(ruling(date(2026, 12, 20)), end), told=told)
    assert told.state.full_on == end


def test_quarters_and_half_years_are_told_once_each() -> None:
    """§2.8: the branch discusses each quarter, who is away reports each half-year; none to come, none before."""
    told = done(DiscussQuarter("2025-Q3", on(date(2025, 9, 30))), GiveReport("2025-H2", on(date(2026, 1, 5))))
    assert told.refused(DiscussQuarter("2025-Q3", on(date(2025, 10, 1)))).code == "quarter_discussed"
    assert told.refused(GiveReport("2025-H2", on(date(2026, 2, 1)))).code == "report_given"
    assert told.refused(DiscussQuarter("2025-Q4", on(date(2025, 9, 30)))).code == "period_to_come"
    assert told.refused(GiveReport("2024-H2", on(date(2026, 2, 1)))).code == "period_before_probation"
    assert quarters_due(JOINED, date(2026, 4, 1)) == ["2025-Q3", "2025-Q4", "2026-Q1"]


def test_timers_say_each_thing_once_and_only_while_it_is_so() -> None:
    """P-08: 60, 30, 7 days before, the end, a day after, thirty days after; silent once somebody has applied."""
    told = begun()
    said = [
        Remind(60, END, END - timedelta(60)), Remind(30, END, END - timedelta(30)), SayEnded(END),
        SayApplicationOverdue(END, END + timedelta(1)), Escalate(END, TOWN, END + timedelta(30)),
    ]  # fmt: skip
    for command in said:
        assert len(told.when(command)) == 1
        assert told.when(command) == []
    assert told.state.state == "APPLICATION_DUE"
    applied = done(STEPS[0])
    assert [applied.when(one) for one in said if not isinstance(one, SayEnded)] == [[], [], [], []]
    assert begun().when(Remind(60, END + timedelta(1), END)) == [], "of an end that is no more"


def test_the_limit_of_a_decision_runs_from_the_meeting() -> None:
    """R8 Art. 33: three months; said once, of the last meeting, while there is no decision."""
    told = done(*STEPS, voted(day=date(2026, 11, 30)))
    due = decide_by(date(2026, 11, 30))
    assert due == date(2027, 2, 28)
    late = SayDecisionOverdue(date(2026, 11, 30), due, TOWN, due + timedelta(1))
    assert told.when(SayDecisionOverdue(date(2026, 6, 5), due, TOWN, due)) == []
    assert [one.due_on for one in told.when(late)] == [due]
    assert told.when(late) == []


def test_reminders_that_are_over_are_not_made_up_for() -> None:
    """Back-registration (S-14): who is entered late is overdue at once, and not reminded of the past."""
    assert [days for days, _ in plan_of(END, JOINED).reminders] == [60, 30, 7]
    assert [days for days, _ in plan_of(END, date(2026, 5, 10)).reminders] == [7]
    assert plan_of(END, date(2027, 1, 1)).reminders == ()
    assert plan_of(date(2025, 5, 31), JOINED).last_months_from == date(2025, 2, 28)


def test_a_decision_in_error_is_taken_back_newest_first() -> None:
    """§2.11: it counts from its own day; what stood before it stands again, quarters told meanwhile stay."""
    told = done(*STEPS, voted("EXTEND"), Extend(ruling(), 6), DiscussQuarter("2026-Q3", on(date(2026, 9, 30))))
    extension = told.events[-2].id
    assert told.refused(AnnulRuling(ruling(), OTHER_ID, RecordError.WRONG_DECISION)).code == "not_the_last_decision"
    wrong = AnnulRuling(ruling(by=HOME), extension, RecordError.WRONG_DECISION)
    assert told.refused(wrong).code == "for_an_organisation_above"
    told.when(AnnulRuling(ruling(date(2026, 10, 1)), extension, RecordError.WRONG_DECISION))
    assert told.events[-1].occurredon == date(2026, 6, 20)
    now = told.state
    assert (now.state, now.ends_on, now.months_extended, now.quarters) == ("BRANCH_VOTED", END, 0, {"2026-Q3"})
    told.when(voted("CANCEL", date(2026, 10, 2)))
    told.when(Cancel(ruling(date(2026, 10, 3))))
    told.when(AnnulRuling(ruling(date(2026, 10, 4)), told.events[-1].id, RecordError.WRONG_PERSON))
    told.when(voted("EXTEND", date(2026, 10, 5)))
    told.when(Extend(ruling(date(2026, 10, 6)), 12))
    assert told.state.ends_on == date(2027, 6, 1)


def test_it_follows_what_is_decided_on_the_membership() -> None:
    """§2.11: cancelled by the same paper, closed by another end, and on again when that was an error."""
    cancelled = done(STEPS[0], FollowCancellation("示1号", TOWN, date(2026, 5, 25)))
    assert (cancelled.state.state, cancelled.events[-1].payload.decision_no) == ("CANCELLED", "示1号")
    assert cancelled.when(FollowCancellation("示1号", TOWN, date(2026, 5, 25))) == []
    back = FollowAnnulment(frozenset({"cause"}), RecordError.WRONG_PERSON, "示2号", TOWN, date(2026, 5, 25))
    other = FollowAnnulment(frozenset({"another"}), RecordError.WRONG_PERSON, "示2号", TOWN, date(2026, 5, 25))
    assert cancelled.when(other) == []
    cancelled.when(back)
    assert cancelled.state.state == "APPLIED"
    ended = done(STEPS[0], CloseProbation(ProbationClosing.MEMBERSHIP_ENDED, date(2026, 5, 25)))
    assert ended.when(ReopenProbation(ProbationClosing.TRANSFERRED_OUT, None, date(2026, 5, 26))) == []
    assert ended.when(ReopenProbation(ProbationClosing.MEMBERSHIP_ENDED, "another", date(2026, 5, 26))) == []
    ended.when(ReopenProbation(ProbationClosing.MEMBERSHIP_ENDED, "cause", date(2026, 5, 25)))
    assert ended.state.state == "APPLIED"


def test_corrected_dates_move_the_end_and_keep_an_extension() -> None:
    """§3.6: the record's day of admission set right; a meeting held before the right end converts nobody."""
    told = begun()
    told.when(Remind(60, END, END - timedelta(60)))
    told.when(FollowRecord(MEMBER_ID, HOME, date(2025, 9, 1), None, date(2026, 5, 1)))
    assert (told.state.state, told.state.ends_on, told.state.reminded) == (
        "IN_PROBATION", date(2026, 9, 1), frozenset(),
    )  # fmt: skip
    assert told.when(FollowRecord(MEMBER_ID, HOME, date(2025, 9, 1), None, date(2026, 5, 2))) == []
    extended = done(*STEPS, voted("EXTEND"), Extend(ruling(), 6))
    extended.when(FollowRecord(MEMBER_ID, HOME, date(2025, 5, 1), None, date(2026, 7, 1)))
    assert (extended.state.ends_on, extended.state.months_extended) == (date(2026, 11, 1), 6)
    met = done(*STEPS, voted())
    met.when(FollowRecord(MEMBER_ID, HOME, date(2025, 7, 1), None, date(2026, 6, 10)))
    assert met.refused(Convert(ruling(date(2026, 7, 10)), date(2026, 7, 1))).code == "vote_before_end"
    done(voted(day=date(2026, 7, 2)), Convert(ruling(date(2026, 7, 10)), date(2026, 7, 1)), told=met)
    closed = done(*STEPS, voted(), Convert(ruling(), END))
    assert closed.when(FollowRecord(MEMBER_ID, HOME, date(2025, 5, 1), None, date(2026, 7, 1))) == []


def test_what_is_over_follows_the_record_and_nothing_else_does() -> None:
    """§3.6: a correction after the decision moves dates only; an open probation, and none, are no business of it."""
    right = FollowCorrection(date(2025, 5, 1), None, END, date(2026, 7, 1))
    converted = done(*STEPS, voted(), Convert(ruling(), END))
    (facts,) = converted.when(right)
    assert (facts.joined_on, facts.ends_on, facts.full_on) == (date(2025, 5, 1), date(2026, 5, 1), END)
    assert (converted.state.state, converted.state.joined_on) == ("APPROVED_FULL", date(2025, 5, 1))
    assert converted.when(right) == []
    converted.when(FollowCorrection(date(2025, 5, 1), None, date(2026, 5, 1), date(2026, 7, 1)))
    assert converted.state.full_on == date(2026, 5, 1)
    cancelled = done(*STEPS, voted("CANCEL"), Cancel(ruling()))
    assert cancelled.when(right)[0].full_on is None
    assert cancelled.state.state == "CANCELLED"
    assert begun().when(right) == []
    assert Story(PROBATION, ID).when(right) == []


def test_the_record_of_training_goes_to_who_has_the_member() -> None:
    """§2.8: the origin hands it over, once, to the receiver; where the relation left the city, to whom it names."""
    told = begun()
    when = on(date(2026, 1, 5))
    assert told.refused(HandOverRecord(HOME, (NEXT, TOWN, CITY), when)).code == "record_is_there"
    assert told.refused(HandOverRecord(OTHER_ID[:12], (NEXT, TOWN, CITY), when)).code == "not_the_receiver"
    told.when(HandOverRecord(NEXT, (NEXT, TOWN, CITY), when))
    assert told.state.record_at == NEXT
    assert told.when(HandOverRecord("440306001001", None, when))[0].to_org == "440306001001"


COMMANDS: Final = (
    *STEPS, PostNotice(date(2026, 6, 3), on(date(2026, 5, 31))), voted(), voted("EXTEND"),
    voted("CANCEL", date(2026, 12, 5)), Convert(ruling(), END), Convert(ruling(date(2026, 12, 20)), date(2026, 12, 1)),
    Extend(ruling(), 6), Extend(ruling(), 12),
    Cancel(ruling()), ReceiveApplication(HOME, on(date(2026, 11, 20))),
    CollectOpinions(in_group=False, when=on(date(2026, 11, 21))), ReviewByCommittee(on(date(2026, 11, 22))),
    FollowRecord(MEMBER_ID, HOME, date(2025, 5, 1), None, date(2026, 5, 1)),
    FollowRecord(MEMBER_ID, HOME, JOINED, None, date(2026, 5, 1)),
    FollowCorrection(date(2025, 5, 1), None, END, date(2026, 6, 25)),
    FollowCancellation("示1号", TOWN, date(2026, 6, 25)),
    CloseProbation(ProbationClosing.MEMBERSHIP_ENDED, date(2026, 6, 25)),
    ReopenProbation(ProbationClosing.MEMBERSHIP_ENDED, "cause", date(2026, 6, 25)),
    FollowAnnulment(frozenset({"cause"}), RecordError.WRONG_PERSON, "示2号", TOWN, date(2026, 6, 25)),
    Remind(60, END, END), SayEnded(END), SayApplicationOverdue(END, END), Escalate(END, TOWN, END),
    HandOverRecord(NEXT, (NEXT, TOWN), on(date(2026, 6, 25))), DiscussQuarter("2026-Q1", on(date(2026, 6, 1))),
)  # fmt: skip
FOLLOWING: Final = COMMANDS[COMMANDS.index(FollowCancellation("示1号", TOWN, date(2026, 6, 25))) :][:8]


@given(st.lists(st.sampled_from(COMMANDS), max_size=40))
def test_in_no_order_is_a_rule_broken(commands: list[Any]) -> None:
    """R8 Art. 32, 33: nobody full but by a meeting on or after the end; one extension; what follows never refuses."""
    told = begun()
    for command in commands:
        try:
            told.when(command)
        except Refused:
            assert command not in FOLLOWING
        now = told.state
        assert isinstance(now.state, ProbationState)
        assert now.months_extended in {0, 6, 12}
        assert now.open == (now.state not in {"APPROVED_FULL", "CANCELLED", "CLOSED"})
        if now.state == "APPROVED_FULL":
            assert now.vote == "CONVERT"
            assert now.voted_on >= now.ends_on == now.full_on
        standing = [one.payload for one in told.events if one.id in {kept.event_id for kept in now.decided}]
        assert sum(one.type_name() == "ProbationExtended" for one in standing) <= 1
