"""Which acts a caller can do next with an activity (see guiyan.service.possible)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.events.codes import ActivityAnswer, AttendanceMode, FeedbackAnswer
from guiyan.events.notifications.study import AttendanceRecorded
from guiyan.ledger import Refused
from guiyan.notifications.commands.study import StudyDesk
from guiyan.notifications.domain import activity as ask
from guiyan.notifications.domain.activity import Activity
from guiyan.notifications.domain.attendance import taken_part
from guiyan.service.possible import SOMEBODY, takes

TOO_EARLY: Final = frozenset({"held_before_start"})
"""A refusal that names the day, of which none that has come would do."""


def possible(desk: StudyDesk, activity: Activity) -> list[str]:
    """The verbs of `/v1/activities/{id}/<verb>`, for who keeps the branch's activities: what brings it on first."""
    when = desk.when(None)
    trials: Mapping[str, ask.Act] = {
        "announce": ask.Announce(**when, invited=0),
        "answer": ask.Answer(**when, member_id=SOMEBODY, answer=ActivityAnswer.NOT_COMING, on_behalf=True),
        "hold": ask.Hold(**when),
        "record": ask.Close(**when, attended=0, online=0, at_host=0),
        "feedback": ask.Judge(**when, member_id=SOMEBODY, answer=FeedbackAnswer.USEFUL, attended=True),
        "change": ask.Change(**when, told={"title": "-"}),
        "cancel": ask.Cancel(**when),
        "reopen": ask.Reopen(**when),
    }
    verbs = [verb for verb, act in trials.items() if takes(desk.decider.decide, act, activity, TOO_EARLY)]
    return ["attend", "withdraw-attendance", *verbs] if _may_attend(activity) else verbs


def _may_attend(activity: Activity) -> bool:
    somebody = AttendanceRecorded(
        member_id=SOMEBODY, activity_id=SOMEBODY, kind=activity.plan["kind"], mode=AttendanceMode.IN_PERSON
    )
    try:
        taken_part(somebody, activity, own=True)
    except Refused:
        return False
    return True
