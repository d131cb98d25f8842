"""The bodies of requests about study activities: codes and dates; unknown fields are refused, no value is told back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from guiyan.events.codes import (
    ActivityAnswer,
    ActivityKind,
    AttendanceMode,
    FeedbackAnswer,
    LectureForm,
    LetterKind,
    ShortNotice,
    StudyTopic,
)
from guiyan.events.exact import Moment
from guiyan.events.names import OrganisationName
from guiyan.events.notifications.study import ActivityPlan, MaterialDispatched
from guiyan.events.values import Code, Hours, Id, OrgCode
from guiyan.service.asks import Ask, DatedAsk


class Body(DatedAsk):
    """Every act may be told later than it happened."""


class NewActivity(Body):
    """An activity as a branch plans it; nobody is told of it yet."""

    branch: Annotated[OrgCode | None, Field(description="The own organisation if absent")] = None
    kind: ActivityKind
    lecture_form: Annotated[LectureForm | None, Field(description="For lectures alone (S-29)")] = None
    topic: Annotated[StudyTopic | None, Field(description="SKILLS where a skills training names none")] = None
    title: Annotated[OrganisationName, Field(description="Names nobody: it may stand on the public page")]
    starts_at: Moment
    hours: Hours
    online: bool = False
    place: Annotated[OrganisationName | None, Field(description="Nobody's home: it may stand on the public page")] = (
        None
    )
    sweep_id: Annotated[Id | None, Field(description="The sweep window it is tied to (S-28)")] = None
    public: Annotated[bool, Field(description="On the public notice page once it is announced (S-36)")] = False

    def plan(self, own: str) -> ActivityPlan:
        """As it is recorded."""
        told = self.model_dump(exclude={"occurred_on", "branch"})
        return ActivityPlan(branch=self.branch or own, **told)


class ChangeActivity(Body):
    """What changes; what is absent stays."""

    title: OrganisationName | None = None
    starts_at: Moment | None = None
    hours: Hours | None = None
    online: bool | None = None
    place: OrganisationName | None = None
    public: bool | None = None
    short_notice: Annotated[ShortNotice | None, Field(description="Where it is moved nearer than the rule asks")] = None

    def told(self) -> dict[str, Any]:
        """What of the plan changes."""
        return self.model_dump(exclude={"occurred_on", "short_notice"}, exclude_none=True)


class Announcing(Body):
    """When the members were told; later than the rule asks only for a coded reason."""

    short_notice: ShortNotice | None = None


class Answering(Body):
    """Members name nobody: they answer for themselves."""

    member_id: Id | None = None
    answer: ActivityAnswer


class Holding(Body):
    """It took place on `occurred_on`."""

    hours: Annotated[Hours | None, Field(description="As planned if absent")] = None


class Attending(Ask):
    """Who was there, and how; a guest in person is told AT_HOST."""

    member_id: Id
    mode: AttendanceMode = AttendanceMode.IN_PERSON
    hours: Annotated[Hours | None, Field(description="As long as the activity if absent")] = None


class Withdrawing(Body):
    """Whose attendance had been recorded in error."""

    member_id: Id


class Judging(Body):
    """Whether it was of use; members name nobody."""

    member_id: Id | None = None
    answer: FeedbackAnswer


class NewMaterial(Body):
    """What was sent to whom."""

    member_id: Id
    kind: LetterKind = LetterKind.STUDY_MATERIAL
    activity_id: Id | None = None
    by_post: bool = True
    tracking_no: Code | None = None

    def facts(self) -> MaterialDispatched:
        """As it is recorded."""
        return MaterialDispatched(**self.model_dump(exclude={"occurred_on"}))
