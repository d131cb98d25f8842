"""A study activity: noted, announced ahead, answered, held, its record closed (S-24 to S-29, domain.md §2.12).

DRAFT → ANNOUNCED → (answered)* → HELD → RECORDED, or CANCELLED before it was held. What was never announced
may be held: the record then says that nobody was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from guiyan.events import Event, Payload
from guiyan.events.codes import ActivityAnswer, ActivityKind, ActivityState, FeedbackAnswer, ShortNotice, StudyTopic
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
from guiyan.ledger import business_date

S = ActivityState
STATES: Final[Mapping[type[Payload], ActivityState]] = {
    StudyActivityDrafted: S.DRAFT,
    StudyActivityAnnounced: S.ANNOUNCED,
    StudyActivityCancelled: S.CANCELLED,
    StudyActivityHeld: S.HELD,
    StudyActivityRecorded: S.RECORDED,
    StudyActivityReopened: S.HELD,
}
"""The state that each event leads to."""
SKILLS: Final = frozenset({StudyTopic.SKILLS, StudyTopic.BUSINESS})
"""The topics of practical use, of which the article finds too few (P-06)."""
TOLD: Final = (StudyReminderSent, StudyAnnouncementDue, StudyRecordOverdue)
"""What the clock says of an activity; nobody decided it, and no order of days is broken by it."""
PLANNED: Final = frozenset(ActivityPlan.model_fields)


@dataclass(frozen=True, slots=True)
class Activity:
    """What the rules need to know; `state` is None before it was noted. `told` is what the clock has said already."""

    state: ActivityState | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, ActivityAnswer] = field(default_factory=dict)
    feedback: Mapping[str, FeedbackAnswer] = field(default_factory=dict)
    announced_on: date | None = None
    held_on: date | None = None
    record_from: date = date.min
    """From which day on the days count within which the record is closed: when it starts, was held or was noted."""
    last_on: date = date.min
    told: frozenset[tuple[str, str]] = frozenset()

    @property
    def branch(self) -> str:
        """The branch that holds it."""
        return str(self.plan.get("branch", ""))

    @property
    def starts_at(self) -> datetime:
        """When it starts."""
        found: datetime = self.plan["starts_at"]
        return found

    @property
    def starts_on(self) -> date:
        """The business date on which it starts."""
        return business_date(self.starts_at)

    @property
    def online(self) -> bool:
        """Whether one can take part online (P-04)."""
        return bool(self.plan.get("online"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act says: its business date, and today's."""

    on: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Act):
    """A branch notes an activity."""

    plan: ActivityPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(Act):
    """The members are told of it."""

    invited: int
    short_notice: ShortNotice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Act):
    """Parts of the plan change; what is absent stays."""

    told: Mapping[str, Any]
    short_notice: ShortNotice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Act):
    """It will not take place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Act):
    """A member says whether to come, or the office writes it down."""

    member_id: str
    answer: ActivityAnswer
    on_behalf: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Act):
    """It took place on `on`; `hours` None: as planned."""

    hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Act):
    """Its record is complete: so many were there, by how they took part."""

    attended: int
    online: int
    at_host: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Act):
    """Something in the record was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(Act):
    """A member who was there says whether it was of use (S-27)."""

    member_id: str
    answer: FeedbackAnswer
    attended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Act):
    """The clock: it is near."""

    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToAnnounce(Act):
    """The clock: a draft has to be announced by a day."""

    starts_at: datetime
    announce_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SayOverdue(Act):
    """The clock: its record should have been closed by `due_on`, counted from `since`."""

    since: date
    due_on: date


def planned(plan: ActivityPlan) -> ActivityPlan:
    """The plan with what follows from its kind: skills are trained on a skill, online study is online."""
    follows: dict[str, Any] = {}
    if plan.kind is ActivityKind.SKILLS_TRAINING and plan.topic is None:
        follows["topic"] = StudyTopic.SKILLS
    if plan.kind is ActivityKind.ONLINE_STUDY:
        follows["online"] = True
    return plan.model_copy(update=follows)


def evolve(activity: Activity, event: Event) -> Activity:  # noqa: PLR0911 - one return an event
    """The activity after an event."""
    payload = event.payload
    if isinstance(payload, TOLD):
        return replace(activity, told=activity.told | {told_key(payload)})
    after = replace(
        activity,
        state=STATES.get(type(payload), activity.state),
        last_on=max(activity.last_on, event.occurredon),
    )
    match payload:
        case StudyActivityDrafted():
            return replace(after, plan=_plan(payload), record_from=business_date(payload.starts_at))
        case StudyActivityAnnounced():
            return replace(after, plan=_plan(payload), announced_on=event.occurredon)
        case StudyActivityChanged():
            plan = {**activity.plan, **changes(payload)}
            return replace(after, plan=plan, record_from=business_date(payload.starts_at))
        case StudyActivityAnswered():
            return replace(after, answers={**activity.answers, payload.member_id: payload.answer})
        case StudyFeedbackGiven():
            return replace(after, feedback={**activity.feedback, payload.member_id: payload.answer})
        case StudyActivityHeld():
            held = {**activity.plan, "hours": payload.hours}
            day = payload.held_on
            return replace(after, plan=held, held_on=day, last_on=day, record_from=record_from(event))
        case _:
            return after


def record_from(event: Event) -> date:
    """From which day on a record is to be closed: the day it was held, or was told to have been."""
    return max(event.occurredon, business_date(event.time))


def told_key(payload: Payload) -> tuple[str, str]:
    """What makes a word of the clock the same word: the kind, and the date it is about."""
    match payload:
        case StudyReminderSent():
            return "remind", payload.starts_at.isoformat()
        case StudyAnnouncementDue():
            return "announce", payload.announce_by.isoformat()
        case StudyRecordOverdue():
            return "overdue", payload.due_on.isoformat()
        case _:
            raise TypeError(f"the clock does not say {payload.type_name()}")


def changes(payload: StudyActivityChanged) -> dict[str, Any]:
    """What of the plan a change tells: time and place always, the rest where it is there."""
    told = payload.model_dump(exclude={"short_notice"})
    return {name: value for name, value in told.items() if value is not None or name == "place"}


def _plan(payload: ActivityPlan) -> dict[str, Any]:
    return payload.model_dump(include=set(PLANNED))
