"""What may happen to a study activity, act by act (S-24 to S-29, domain.md §2.12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from guiyan.events.codes import ActivityAnswer, ActivityKind, ActivityState, ShortNotice, StudyTopic
from guiyan.events.notifications.study import (
    ActivityPlan,
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
from guiyan.ledger import Decider, Draft, Refused, business_date
from guiyan.notifications.domain import activity as ask
from guiyan.notifications.domain.activity import SKILLS, Activity, evolve
from guiyan.notifications.domain.checks import holds_a_number
from guiyan.notifications.domain.study_parameters import DEFAULTS, ParametersOn, StudyParameters, by_default

S = ActivityState
BEFORE: Final = frozenset({S.DRAFT, S.ANNOUNCED})
"""States of what has not been held yet."""
YEARS_BACK, YEARS_AHEAD = 10, 2
TOOK_PLACE: Final = frozenset({S.HELD, S.RECORDED})


def draft(act: ask.Draft, activity: Activity, _: StudyParameters) -> list[Draft]:
    """– → DRAFT. A lecture's form is a lecture's alone (S-29); skills are trained on a skill."""
    if activity.state is not None:
        raise Refused("activity_exists", status=409)
    plan = ask.planned(act.plan)
    _in_reach(plan.starts_at, act.today)
    _names_nobody(plan.model_dump())
    if plan.lecture_form is not None and plan.kind is not ActivityKind.LECTURE:
        raise Refused("lecture_form_only", pointer="/lecture_form")
    if plan.kind is ActivityKind.SKILLS_TRAINING and plan.topic not in SKILLS:
        wanted = ", ".join(one for one in StudyTopic if one in SKILLS)
        raise Refused("topic_of_skills", pointer="/topic", wanted=wanted)
    return [Draft(StudyActivityDrafted(**plan.model_dump()), act.on)]


def announce(act: ask.Announce, activity: Activity, parameters: StudyParameters) -> list[Draft]:
    """DRAFT → ANNOUNCED, so many days ahead, or for a coded reason later (S-25); it says where to go."""
    _in_state(activity, {S.DRAFT})
    if activity.starts_on < act.today:
        raise Refused("activity_is_past", pointer="/occurred_on", starts_on=activity.starts_on.isoformat())
    if activity.plan.get("place") is None and not activity.online:
        raise Refused("place_or_online", pointer="/place")
    reason = _reason(act.on, activity.starts_on, act.short_notice, parameters)
    plan = ActivityPlan(**activity.plan).model_dump()
    _names_nobody(plan)
    return [Draft(StudyActivityAnnounced(**plan, invited=act.invited, short_notice=reason), act.on)]


def change(act: ask.Change, activity: Activity, parameters: StudyParameters) -> list[Draft]:
    """DRAFT or ANNOUNCED: what is told already may be moved, nearer only as an announcement may be so near."""
    _in_state(activity, BEFORE)
    _in_reach(act.told.get("starts_at"), act.today)
    after = {**activity.plan, **act.told}
    if after == activity.plan:
        return []
    _names_nobody(after)
    if activity.plan["kind"] is ActivityKind.ONLINE_STUDY and not after["online"]:
        raise Refused("always_online", pointer="/online")
    reason = None
    if activity.state is S.ANNOUNCED:
        if after["place"] is None and not after["online"]:
            raise Refused("place_or_online", pointer="/place")
        reason = _moved(act, activity, business_date(after["starts_at"]), parameters)
    told = {name: after[name] for name in ("starts_at", "place")} | dict(act.told)
    return [Draft(StudyActivityChanged(**told, short_notice=reason), act.on)]


def _names_nobody(plan: Mapping[str, Any]) -> None:
    """What everybody may read holds no phone, ID number or mail address of anybody (S-36)."""
    for name in ("title", "place") if plan["public"] else ():
        if plan.get(name) and holds_a_number(plan[name]):
            raise Refused("public_holds_number", pointer=f"/{name}")


def _moved(act: ask.Change, activity: Activity, starts_on: date, parameters: StudyParameters) -> ShortNotice | None:
    """Why it is moved so near; to a later day it may be moved whenever."""
    if starts_on < act.today:
        raise Refused("activity_is_past", pointer="/starts_at", starts_on=starts_on.isoformat())
    if starts_on >= activity.starts_on:
        return None
    return _reason(act.on, starts_on, act.short_notice, parameters)


def _reason(on: date, starts_on: date, reason: ShortNotice | None, parameters: StudyParameters) -> ShortNotice | None:
    """The reason, where the notice is shorter than the rule asks; raises Refused where there is none (S-25)."""
    days = (starts_on - on).days
    if days >= parameters.notice_days:
        return None
    if reason is None:
        raise Refused("notice_too_short", pointer="/short_notice", days=days, wanted=parameters.notice_days)
    return reason


def cancel(act: ask.Cancel, activity: Activity, _: StudyParameters) -> list[Draft]:
    """DRAFT or ANNOUNCED → CANCELLED."""
    _in_state(activity, BEFORE)
    return [Draft(StudyActivityCancelled(), act.on)]


def answer(act: ask.Answer, activity: Activity, _: StudyParameters) -> list[Draft]:
    """While it is announced, by the day it starts; the newest answer holds, the same again says nothing."""
    _in_state(activity, {S.ANNOUNCED})
    if act.on > activity.starts_on:
        raise Refused("activity_is_past", pointer="/occurred_on", starts_on=activity.starts_on.isoformat())
    if act.answer is ActivityAnswer.ONLINE and not activity.online:
        raise Refused("not_online", pointer="/answer")
    if activity.answers.get(act.member_id) is act.answer:
        return []
    said = StudyActivityAnswered(member_id=act.member_id, answer=act.answer, on_behalf=act.on_behalf)
    return [Draft(said, act.on)]


def hold(act: ask.Hold, activity: Activity, _: StudyParameters) -> list[Draft]:
    """DRAFT or ANNOUNCED → HELD; what was announced not before the day it was announced for."""
    _in_state(activity, BEFORE)
    if activity.state is S.ANNOUNCED and act.on < activity.starts_on:
        raise Refused("held_before_start", pointer="/occurred_on", starts_on=activity.starts_on.isoformat())
    hours = activity.plan["hours"] if act.hours is None else act.hours
    return [Draft(StudyActivityHeld(held_on=act.on, hours=hours), act.on)]


def close(act: ask.Close, activity: Activity, _: StudyParameters) -> list[Draft]:
    """HELD → RECORDED: attendance is closed."""
    _in_state(activity, {S.HELD})
    counts = StudyActivityRecorded(attended=act.attended, online=act.online, at_host=act.at_host)
    return [Draft(counts, act.on)]


def reopen(act: ask.Reopen, activity: Activity, _: StudyParameters) -> list[Draft]:
    """RECORDED → HELD: attendance is open again."""
    _in_state(activity, {S.RECORDED})
    return [Draft(StudyActivityReopened(), act.on)]


def judge(act: ask.Judge, activity: Activity, _: StudyParameters) -> list[Draft]:
    """Whoever was there says once it has been held whether it was of use (S-27); the newest word holds."""
    _in_state(activity, TOOK_PLACE)
    if not act.attended:
        raise Refused("feedback_of_those_there", pointer="/member_id")
    if activity.feedback.get(act.member_id) is act.answer:
        return []
    return [Draft(StudyFeedbackGiven(member_id=act.member_id, answer=act.answer), act.on)]


def remind(act: ask.Remind, activity: Activity, _: StudyParameters) -> list[Draft]:
    """The clock: once for each time it was to start at, as long as it is to take place."""
    if activity.state is not S.ANNOUNCED or activity.starts_at != act.starts_at:
        return []
    days = max((activity.starts_on - act.on).days, 0)
    said = StudyReminderSent(branch=activity.branch, starts_at=act.starts_at, days_left=days)
    return _once(said, act.on, activity)


def ask_to_announce(act: ask.AskToAnnounce, activity: Activity, _: StudyParameters) -> list[Draft]:
    """The clock: once for each date of a draft that is still one."""
    if activity.state is not S.DRAFT or activity.starts_at != act.starts_at:
        return []
    return _once(StudyAnnouncementDue(branch=activity.branch, announce_by=act.announce_by), act.on, activity)


def say_overdue(act: ask.SayOverdue, activity: Activity, _: StudyParameters) -> list[Draft]:
    """The clock: announced and neither held nor called off, or held and its record not closed."""
    if activity.state not in {S.ANNOUNCED, S.HELD} or activity.record_from != act.since:
        return []
    return _once(StudyRecordOverdue(branch=activity.branch, due_on=act.due_on), act.on, activity)


def _once(
    said: StudyReminderSent | StudyAnnouncementDue | StudyRecordOverdue, on: date, activity: Activity
) -> list[Draft]:
    return [] if ask.told_key(said) in activity.told else [Draft(said, on)]


def _in_reach(starts_at: datetime | None, today: date) -> None:
    """A year that somebody may have meant: what is noted lies at most ten years back or two ahead."""
    if starts_at is not None and not today.year - YEARS_BACK <= starts_at.year <= today.year + YEARS_AHEAD:
        first, last = today.year - YEARS_BACK, today.year + YEARS_AHEAD
        raise Refused("activity_out_of_reach", pointer="/starts_at", first=first, last=last)


def _in_state(activity: Activity, states: frozenset[ActivityState] | set[ActivityState]) -> None:
    if activity.state not in states:
        expected = ", ".join(sorted(states))
        raise Refused("activity_wrong_state", state=activity.state or "-", expected=expected)


ANSWERS: Final[Mapping[type[ask.Act], Callable[[Any, Activity, StudyParameters], list[Draft]]]] = {
    ask.Draft: draft,
    ask.Announce: announce,
    ask.Change: change,
    ask.Cancel: cancel,
    ask.Answer: answer,
    ask.Hold: hold,
    ask.Close: close,
    ask.Reopen: reopen,
    ask.Judge: judge,
    ask.Remind: remind,
    ask.AskToAnnounce: ask_to_announce,
    ask.SayOverdue: say_overdue,
}
CLOCK: Final = (ask.Remind, ask.AskToAnnounce, ask.SayOverdue)


def decide(act: ask.Act, activity: Activity, parameters: StudyParameters = DEFAULTS) -> list[Draft]:
    """The events of an act on one activity, or Refused: impossible dates are told first."""
    if act.on > act.today:
        raise Refused("in_the_future", pointer="/occurred_on")
    if activity.state is None and not isinstance(act, ask.Draft):
        raise Refused("activity_unknown", status=404)
    if act.on < activity.last_on and not isinstance(act, CLOCK) and not _never_announced(act, activity):
        raise Refused("date_before_last", pointer="/occurred_on", earliest=activity.last_on.isoformat())
    return ANSWERS[type(act)](act, activity, parameters)


def _never_announced(act: ask.Act, activity: Activity) -> bool:
    """What took place without an announcement is often noted afterwards: its day lies before that of the note."""
    return isinstance(act, ask.Hold) and activity.state is S.DRAFT


def activity_decider(parameters_on: ParametersOn = by_default) -> Decider[Activity, ask.Act]:
    """The decider of activities; each act is decided by the parameters valid on its business date (§2.14)."""
    return Decider("notifications", "activity", Activity, evolve, partial(_decide_by, parameters_on))


def _decide_by(parameters_on: ParametersOn, act: ask.Act, activity: Activity) -> list[Draft]:
    return decide(act, activity, parameters_on(act.on))


ACTIVITY: Final = activity_decider()
