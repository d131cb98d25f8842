"""The rules of a study activity, one by one, and in any order (domain.md §2.12, S-24 to S-29)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from guiyan.events import Payload
from guiyan.events.codes import (
    ActivityAnswer,
    ActivityKind,
    ActivityState,
    AttendanceMode,
    FeedbackAnswer,
    LectureForm,
    LetterKind,
    ShortNotice,
    StudyTopic,
)
from guiyan.events.notifications.study import (
    ActivityPlan,
    AttendanceRecorded,
    AttendanceWithdrawn,
    MaterialCameBack,
    MaterialDispatched,
    MaterialReceived,
    StudyActivityAnnounced,
    StudyActivityAnswered,
    StudyActivityCancelled,
    StudyActivityChanged,
    StudyActivityDrafted,
    StudyActivityHeld,
    StudyActivityRecorded,
    StudyActivityReopened,
    StudyAnnouncementDue,
    StudyFeedbackGiven,
    StudyRecordOverdue,
    StudyReminderSent,
)
from guiyan.ledger import Refused, business_date
from guiyan.ledger.testing.deciders import AGGREGATE_ID, Scenario
from guiyan.ledger.testing.events import event_of
from guiyan.notifications.domain import activity as ask
from guiyan.notifications.domain.activity import Activity, evolve
from guiyan.notifications.domain.activity_rules import ACTIVITY, decide
from guiyan.notifications.domain.attendance import ATTENDANCE, Record, Withdraw, taken_part
from guiyan.notifications.domain.material import MATERIAL, Arrive, ComeBack, Dispatch

HERE: Final = "654002001001"
DAY: Final = date(2026, 3, 10)
STARTS: Final = datetime(2026, 4, 10, 2, tzinfo=UTC)
ONE, TWO = (f"019b76da-a800-7000-8000-00000000000{number}" for number in (2, 3))


def plan(**changes: Any) -> ActivityPlan:
    """A theme day a month ahead."""
    told: dict[str, Any] = {
        "branch": HERE,
        "kind": ActivityKind.THEME_DAY,
        "title": "主题党日",
        "starts_at": STARTS,
        "hours": 2.0,
        "place": "示例村活动室",
    }
    return ActivityPlan(**(told | changes))


def drafted(**changes: Any) -> StudyActivityDrafted:
    """The note of it."""
    return StudyActivityDrafted(**plan(**changes).model_dump())


def announced(**changes: Any) -> StudyActivityAnnounced:
    """The announcement of it to ten members."""
    return StudyActivityAnnounced(**plan(**changes).model_dump(), invited=10)


def at(kind: type[ask.Act], on: date = DAY, **more: Any) -> Any:
    """An act of a day."""
    return kind(**{"on": on, "today": max(on, DAY), **more})


def noted(**changes: Any) -> Scenario[Any, Any]:
    """A draft."""
    return Scenario(ACTIVITY).given(drafted(**changes), occurred_on=DAY)


def told(**changes: Any) -> Scenario[Any, Any]:
    """Announced."""
    return Scenario(ACTIVITY).given(drafted(**changes), announced(**changes), occurred_on=DAY)


def over(*more: Payload) -> Scenario[Any, Any]:
    """Announced and held."""
    day = business_date(STARTS)
    held = StudyActivityHeld(held_on=day, hours=2.0)
    return told().given(held, *more, occurred_on=day)


@pytest.mark.parametrize("year", [1, 2015, 2029, 9999])
def test_a_year_that_nobody_meant_is_refused(year: int) -> None:
    """Ten years back and two ahead; beyond that days could not even be counted."""
    far = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    Scenario(ACTIVITY).when(at(ask.Draft, plan=plan(starts_at=far))).then_refused("activity_out_of_reach")
    noted().when(at(ask.Change, told={"starts_at": far})).then_refused("activity_out_of_reach", first=2016, last=2028)


def test_a_form_of_lecture_is_a_lectures_alone() -> None:
    """S-29: four forms, of lectures; other kinds have none."""
    form = {"lecture_form": LectureForm.CRAFTSMAN}
    Scenario(ACTIVITY).when(at(ask.Draft, plan=plan(**form))).then_refused("lecture_form_only", pointer="/lecture_form")
    lecture = {"kind": ActivityKind.LECTURE, **form}
    Scenario(ACTIVITY).when(at(ask.Draft, plan=plan(**lecture))).then(drafted(**lecture))


def test_skills_are_trained_on_a_skill_and_online_study_is_online() -> None:
    """S-27, P-04: what follows from the kind is filled in; what contradicts it is refused."""
    skills = {"kind": ActivityKind.SKILLS_TRAINING}
    Scenario(ACTIVITY).when(at(ask.Draft, plan=plan(**skills))).then(drafted(**skills, topic=StudyTopic.SKILLS))
    wrong = plan(**skills, topic=StudyTopic.THEORY)
    Scenario(ACTIVITY).when(at(ask.Draft, plan=wrong)).then_refused("topic_of_skills", pointer="/topic")
    online = {"kind": ActivityKind.ONLINE_STUDY}
    Scenario(ACTIVITY).when(at(ask.Draft, plan=plan(**online))).then(drafted(**online, online=True))
    noted(**online, online=True).when(at(ask.Change, told={"online": False})).then_refused("always_online")


@pytest.mark.parametrize(("days", "refused"), [(14, False), (13, True), (0, True)])
def test_fourteen_days_ahead_or_a_coded_reason(days: int, refused: bool) -> None:  # noqa: FBT001 - a table
    """S-25: the fourteenth day before is early enough; later only with a reason, which is told then alone."""
    on = business_date(STARTS) - timedelta(days=days)
    late = noted().when(at(ask.Announce, on, invited=10))
    if refused:
        late.then_refused("notice_too_short", days=days, wanted=14)
    else:
        late.then(announced())
    reason = ShortNotice.HOMECOMING
    said = announced().model_copy(update={"short_notice": reason if refused else None})
    noted().when(at(ask.Announce, on, invited=10, short_notice=reason)).then(said)


@pytest.mark.parametrize(
    "text", ["联系 13900000000", "654002198005010015", "写信到 a@b.example", "１３９００００００００"]
)
@pytest.mark.parametrize("name", ["title", "place"])
def test_what_everybody_may_read_holds_nobodys_number(name: str, text: str) -> None:
    """Refused when it is noted, changed or announced as public (S-36); what is not public may hold an office's."""
    told_of = {"pointer": f"/{name}"}
    public = ask.Draft(on=DAY, today=DAY, plan=plan(public=True, **{name: text}))
    Scenario(ACTIVITY).when(public).then_refused("public_holds_number", **told_of)
    noted(public=True).when(at(ask.Change, told={name: text})).then_refused("public_holds_number", **told_of)
    noted(**{name: text}).when(at(ask.Change, told={"public": True})).then_refused("public_holds_number", **told_of)
    noted(public=True, **{name: text}).when(at(ask.Announce, invited=10)).then_refused("public_holds_number", **told_of)
    noted(**{name: text}).when(at(ask.Announce, invited=10)).then(announced(**{name: text}))


def test_an_announcement_says_where_and_comes_before() -> None:
    """A place or online; not after it has begun; once."""
    noted(place=None).when(at(ask.Announce, invited=10)).then_refused("place_or_online", pointer="/place")
    noted(place=None, online=True).when(at(ask.Announce, invited=10)).then(announced(place=None, online=True))
    after = business_date(STARTS) + timedelta(days=1)
    noted().when(at(ask.Announce, after, invited=10)).then_refused("activity_is_past")
    told().when(at(ask.Announce, invited=10)).then_refused("activity_wrong_state", state="ANNOUNCED")


def test_what_is_announced_is_moved_nearer_only_as_it_may_be_announced() -> None:
    """To a later day whenever; nearer within the fourteen days only for a reason; a draft moves freely."""
    later, near = STARTS + timedelta(days=30), datetime(2026, 3, 20, 2, tzinfo=UTC)
    place = "示例村活动室"
    told().when(at(ask.Change, told={"starts_at": later})).then(StudyActivityChanged(starts_at=later, place=place))
    told().when(at(ask.Change, told={"starts_at": near})).then_refused("notice_too_short", days=10)
    why = ShortNotice.SPEAKER
    moved = StudyActivityChanged(starts_at=near, place=place, short_notice=why)
    told().when(at(ask.Change, told={"starts_at": near}, short_notice=why)).then(moved)
    noted().when(at(ask.Change, told={"starts_at": near})).then(StudyActivityChanged(starts_at=near, place=place))
    past = datetime(2026, 3, 9, 2, tzinfo=UTC)
    told().when(at(ask.Change, told={"starts_at": past})).then_refused("activity_is_past", pointer="/starts_at")
    told().when(at(ask.Change, told={"starts_at": STARTS, "public": False})).then_nothing()
    over().when(at(ask.Change, business_date(STARTS), told={"hours": 3.0})).then_refused("activity_wrong_state")


def test_an_answer_is_the_newest_and_by_the_day() -> None:
    """The same again says nothing; online only where one can; nobody answers what is past, called off or a draft."""
    coming = StudyActivityAnswered(member_id=ONE, answer=ActivityAnswer.COMING)
    answer = at(ask.Answer, member_id=ONE, answer=ActivityAnswer.COMING)
    told().when(answer).then(coming).when(answer).then_nothing()
    declined = at(ask.Answer, member_id=ONE, answer=ActivityAnswer.NOT_COMING, on_behalf=True)
    told().given(coming).when(declined).then(
        StudyActivityAnswered(member_id=ONE, answer=ActivityAnswer.NOT_COMING, on_behalf=True)
    )
    online = at(ask.Answer, member_id=ONE, answer=ActivityAnswer.ONLINE)
    told().when(online).then_refused("not_online", pointer="/answer")
    told(online=True).when(online).then(StudyActivityAnswered(member_id=ONE, answer=ActivityAnswer.ONLINE))
    late = at(ask.Answer, business_date(STARTS) + timedelta(days=1), member_id=ONE, answer=ActivityAnswer.COMING)
    told().when(late).then_refused("activity_is_past")
    noted().when(answer).then_refused("activity_wrong_state")
    told().when(at(ask.Cancel)).then(StudyActivityCancelled()).when(answer).then_refused("activity_wrong_state")


def test_held_on_its_day_and_without_announcement_whenever() -> None:
    """What was announced not before the day; a draft also on a day before it was noted; hours as planned or told."""
    early = business_date(STARTS) - timedelta(days=1)
    told().when(at(ask.Hold, early)).then_refused("held_before_start", pointer="/occurred_on")
    day = business_date(STARTS)
    told().when(at(ask.Hold, day, hours=1.5)).then(StudyActivityHeld(held_on=day, hours=1.5))
    before = DAY - timedelta(days=5)
    noted().when(at(ask.Hold, before)).then(StudyActivityHeld(held_on=before, hours=2.0))
    told().when(ask.Hold(on=day, today=DAY)).then_refused("in_the_future")
    over().when(at(ask.Hold, day)).then_refused("activity_wrong_state")


def test_a_record_is_closed_and_opened_again() -> None:
    """HELD → RECORDED → HELD; nothing is closed that was not held."""
    day = business_date(STARTS)
    close = at(ask.Close, day, attended=5, online=1, at_host=1)
    closed = StudyActivityRecorded(attended=5, online=1, at_host=1)
    over().when(close).then(closed).when(at(ask.Reopen, day)).then(StudyActivityReopened()).when(close).then(closed)
    told().when(close).then_refused("activity_wrong_state")
    over().when(at(ask.Reopen, day)).then_refused("activity_wrong_state")
    over().when(at(ask.Close, DAY, attended=0, online=0, at_host=0)).then_refused("date_before_last")


def test_whoever_was_there_says_whether_it_was_of_use() -> None:
    """S-27: by code, by those who were there, once it was held; the same again says nothing."""
    day = business_date(STARTS)
    useful = at(ask.Judge, day, member_id=ONE, answer=FeedbackAnswer.USEFUL, attended=True)
    said = StudyFeedbackGiven(member_id=ONE, answer=FeedbackAnswer.USEFUL)
    over().when(useful).then(said).when(useful).then_nothing()
    absent = at(ask.Judge, day, member_id=TWO, answer=FeedbackAnswer.USEFUL, attended=False)
    over().when(absent).then_refused("feedback_of_those_there")
    told().when(useful).then_refused("activity_wrong_state")


def test_the_clock_says_everything_once_and_only_what_holds() -> None:
    """A reminder of the time that stands, an announcement that is missing, a record that is late."""
    three_before = business_date(STARTS) - timedelta(days=3)
    remind = at(ask.Remind, three_before, starts_at=STARTS)
    said = StudyReminderSent(branch=HERE, starts_at=STARTS, days_left=3)
    told().when(remind).then(said).when(remind).then_nothing()
    noted().when(remind).then_nothing()
    moved = StudyActivityChanged(starts_at=STARTS + timedelta(days=30), place=None)
    told().given(moved).when(remind).then_nothing()
    by = business_date(STARTS) - timedelta(days=14)
    missing = at(ask.AskToAnnounce, by, starts_at=STARTS, announce_by=by)
    noted().when(missing).then(StudyAnnouncementDue(branch=HERE, announce_by=by)).when(missing).then_nothing()
    told().when(missing).then_nothing()
    noted().given(moved).when(missing).then_nothing()
    due_on = business_date(STARTS) + timedelta(days=7)
    late = at(ask.SayOverdue, due_on + timedelta(days=1), since=business_date(STARTS), due_on=due_on)
    overdue = StudyRecordOverdue(branch=HERE, due_on=due_on)
    told().when(late).then(overdue).when(late).then_nothing()
    over(StudyActivityRecorded(attended=0, online=0)).when(late).then_nothing()
    told().given(moved).when(late).then_nothing()


def test_what_is_not_there_and_what_is_to_come() -> None:
    """Unknown is 404; the same is noted once; nothing happens tomorrow or before what happened last."""
    Scenario(ACTIVITY).when(at(ask.Cancel)).then_refused("activity_unknown")
    noted().when(at(ask.Draft, plan=plan())).then_refused("activity_exists")
    noted().when(ask.Cancel(on=DAY + timedelta(days=1), today=DAY)).then_refused("in_the_future")
    noted().when(at(ask.Cancel, DAY - timedelta(days=1))).then_refused("date_before_last")


def attendance(**changes: Any) -> AttendanceRecorded:
    """Somebody was there."""
    facts: dict[str, Any] = {"member_id": ONE, "activity_id": AGGREGATE_ID, "kind": ActivityKind.THEME_DAY}
    return AttendanceRecorded(**(facts | changes))


def test_an_attendance_says_what_its_activity_tells() -> None:
    """Hours, kind and branch are the activity's; who belongs elsewhere is a guest; a closed record takes nothing."""
    held: Activity = over().state
    there = taken_part(attendance(), held, own=True)
    assert (there.branch, there.mode, there.hours) == (HERE, AttendanceMode.IN_PERSON, 2.0)
    assert taken_part(attendance(hours=1.0), held, own=True).hours == 1.0
    assert taken_part(attendance(), held, own=False).mode is AttendanceMode.AT_HOST
    for wrong, own, code in (
        (attendance(mode=AttendanceMode.AT_HOST), True, "not_a_guest"),
        (attendance(mode=AttendanceMode.ONLINE), True, "not_online"),
    ):
        with pytest.raises(Refused, match=code):
            taken_part(wrong, held, own=own)
    with pytest.raises(Refused, match="activity_not_held"):
        taken_part(attendance(), told().state, own=True)
    with pytest.raises(Refused, match="attendance_closed"):
        taken_part(attendance(), over(StudyActivityRecorded(attended=0, online=0)).state, own=True)


def test_an_attendance_is_recorded_once_and_withdrawn_once() -> None:
    """Said again it says nothing; withdrawn it may be recorded anew; nothing of tomorrow."""
    record, gone = Record(attendance(), DAY, DAY), AttendanceWithdrawn(member_id=ONE)
    Scenario(ATTENDANCE).when(record).then(attendance()).when(record).then_nothing()
    story = Scenario(ATTENDANCE).given(attendance()).when(Withdraw(DAY, DAY)).then(gone)
    story.when(Withdraw(DAY, DAY)).then_refused("attendance_unknown")
    Scenario(ATTENDANCE).given(attendance(), gone).when(record).then(attendance())
    Scenario(ATTENDANCE).when(Record(attendance(), DAY + timedelta(days=1), DAY)).then_refused("in_the_future")
    Scenario(ATTENDANCE).when(Withdraw(DAY, DAY)).then_refused("attendance_unknown")


def test_material_arrives_or_comes_back() -> None:
    """S-26: sent once, then one of the two; the number of an item is the post's."""
    sent = MaterialDispatched(member_id=ONE, kind=LetterKind.STUDY_MATERIAL, by_post=True, tracking_no="XA1")
    Scenario(MATERIAL).when(Dispatch(sent, DAY, DAY)).then(sent)
    there = Scenario(MATERIAL).given(sent)
    there.when(Arrive(DAY, DAY)).then(MaterialReceived(member_id=ONE)).when(ComeBack(DAY, DAY)).then_refused(
        "material_wrong_state"
    )
    Scenario(MATERIAL).given(sent).when(ComeBack(DAY, DAY)).then(MaterialCameBack(member_id=ONE))
    Scenario(MATERIAL).given(sent).when(Arrive(DAY - timedelta(days=365), DAY)).then_refused("date_before_last")
    Scenario(MATERIAL).given(sent).when(Dispatch(sent, DAY, DAY)).then_refused("material_exists")
    by_hand = sent.model_copy(update={"by_post": False})
    Scenario(MATERIAL).when(Dispatch(by_hand, DAY, DAY)).then_refused("tracking_by_post_only")
    Scenario(MATERIAL).when(Arrive(DAY, DAY)).then_refused("material_unknown")


class AnyOrder(RuleBasedStateMachine):
    """Acts in any order on any day, told by a model of its own: state, who answered what, what the clock has said."""

    @initialize(ahead=st.integers(0, 40), online=st.booleans())
    def begin(self, ahead: int, online: bool) -> None:  # noqa: FBT001 - drawn
        """An activity is noted."""
        self.today, self.activity = DAY, Activity()
        self.events: list[Payload] = []
        self.days: list[date] = []
        starts_at = STARTS.replace(year=2026, month=3, day=10) + timedelta(days=ahead)
        self.do(ask.Draft(on=DAY, today=DAY, plan=plan(starts_at=starts_at, online=online)))

    def do(self, act: ask.Act) -> None:
        """Decide and fold; a refusal changes nothing."""
        try:
            drafts = decide(act, self.activity)
        except Refused:
            return
        for draft in drafts:
            event = event_of(draft.payload, AGGREGATE_ID, occurred_on=draft.occurred_on)
            self.activity = evolve(self.activity, event)
            self.events.append(draft.payload)
            self.days.append(draft.occurred_on)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.today += timedelta(days=days)

    @rule(back=st.integers(0, 20), reason=st.none() | st.sampled_from(ShortNotice))
    def announce(self, back: int, reason: ShortNotice | None) -> None:
        """Announced, perhaps told late."""
        on = self.today - timedelta(days=back)
        self.do(ask.Announce(on=on, today=self.today, invited=3, short_notice=reason))

    @rule(ahead=st.integers(-5, 40), reason=st.none() | st.sampled_from(ShortNotice))
    def move(self, ahead: int, reason: ShortNotice | None) -> None:
        """Moved to a day."""
        starts_at = datetime.combine(self.today + timedelta(days=ahead), STARTS.timetz())
        self.do(ask.Change(on=self.today, today=self.today, told={"starts_at": starts_at}, short_notice=reason))

    @rule(who=st.sampled_from([ONE, TWO]), answer=st.sampled_from(ActivityAnswer))
    def answer(self, who: str, answer: ActivityAnswer) -> None:
        """A member answers."""
        self.do(ask.Answer(on=self.today, today=self.today, member_id=who, answer=answer))

    @rule(act=st.sampled_from([ask.Cancel, ask.Hold, ask.Reopen]), back=st.integers(0, 5))
    def act(self, act: type[ask.Act], back: int) -> None:
        """One of the acts that say nothing more."""
        self.do(act(on=self.today - timedelta(days=back), today=self.today))

    @rule()
    def close(self) -> None:
        """The record is closed."""
        self.do(ask.Close(on=self.today, today=self.today, attended=2, online=0, at_host=0))

    @rule()
    def clock(self) -> None:
        """The clock says all it could."""
        if self.activity.state is None:
            return
        when = {"on": self.today, "today": self.today}
        starts_at, since = self.activity.starts_at, self.activity.record_from
        self.do(ask.Remind(**when, starts_at=starts_at))
        self.do(ask.AskToAnnounce(**when, starts_at=starts_at, announce_by=self.activity.starts_on))
        self.do(ask.SayOverdue(**when, since=since, due_on=since))

    @invariant()
    def the_story_is_in_order(self) -> None:
        """Announced and held once at most; answered only when announced; nothing after it was called off."""
        kinds = [type(one) for one in self.events]
        assert kinds.count(StudyActivityAnnounced) <= 1
        assert kinds.count(StudyActivityHeld) <= 1
        assert kinds.count(StudyActivityRecorded) - kinds.count(StudyActivityReopened) in {0, 1}
        if StudyActivityCancelled in kinds:
            assert kinds[-1] is StudyActivityCancelled
            assert StudyActivityHeld not in kinds
        if StudyActivityAnswered in kinds:
            assert kinds.index(StudyActivityAnnounced) < kinds.index(StudyActivityAnswered)

    @invariant()
    def whoever_was_told_had_fourteen_days_or_a_reason(self) -> None:
        """S-25, of the announcement and of every move to an earlier day."""
        before: date | None = None
        for one, on in zip(self.events, self.days, strict=True):
            if isinstance(one, StudyActivityAnnounced | StudyActivityChanged):
                starts_on = business_date(one.starts_at)
                if isinstance(one, StudyActivityAnnounced) or (before is not None and starts_on < before):
                    assert (starts_on - on).days >= 14 or one.short_notice is not None
                if isinstance(one, StudyActivityAnnounced) or before is not None:
                    before = starts_on

    @invariant()
    def the_clock_repeats_nothing(self) -> None:
        """One reminder a time, one word a limit."""
        said = [ask.told_key(one) for one in self.events if isinstance(one, ask.TOLD)]
        assert len(said) == len(set(said))

    @invariant()
    def the_state_is_that_of_the_last_step(self) -> None:
        """What is folded is what happened."""
        steps = [ask.STATES[type(one)] for one in self.events if type(one) in ask.STATES]
        assert self.activity.state == (steps[-1] if steps else None)
        assert (self.activity.state is ActivityState.RECORDED) <= (self.activity.held_on is not None)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
