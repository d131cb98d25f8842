"""Study activities: announced ahead, answered, held, recorded; attendance wherever it was (S-24 to S-29, P-04)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime

from guiyan.events.classes import P0, P1, P2
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
from guiyan.events.fields import MemberId
from guiyan.events.payload import Facts, Payload
from guiyan.events.values import Code, Count, Hours, Id, OrgCode, Title


class ActivityEvent(Payload, abstract=True):
    """What all events of an activity share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "activity"


class ActivityPlan(Facts):
    """What a branch plans: the whole of it, so that whoever reads one event knows the activity."""

    branch: Annotated[OrgCode, P0("The branch that holds it.")]
    kind: Annotated[ActivityKind, P0("What kind.")]
    lecture_form: Annotated[LectureForm | None, P0("For lectures: which form (S-29).")] = None
    title: Annotated[Title, P0("Its title.", "实用技能培训")]
    starts_at: Annotated[AwareDatetime, P0("When it starts.")]
    hours: Annotated[Hours, P0("How many hours it counts for.")]
    online: Annotated[bool, P0("One can take part online (P-04).")] = False
    place: Annotated[Title | None, P0("Where.")] = None
    sweep_id: Annotated[Id | None, P1("The sweep window it is tied to (S-28).")] = None
    topic: Annotated[StudyTopic | None, P0("What it is about (S-27, P-06).")] = None
    public: Annotated[bool, P0("The branch puts it on the public notice page (S-36).")] = False


class StudyActivityDrafted(ActivityPlan, ActivityEvent):
    """A branch noted an activity that nobody has been told of yet; what was never announced may still be held."""


class StudyActivityAnnounced(ActivityPlan, ActivityEvent):
    """A branch announced an activity, at least 14 days ahead (S-25)."""

    invited: Annotated[Count | None, P1("How many members the announcement is for.")] = None
    short_notice: Annotated[ShortNotice | None, P1("Why it was announced later than the rule asks.")] = None


class StudyAnnouncementDue(ActivityEvent):
    """A draft has to be announced within days, or it will be too late for its date (S-25)."""

    branch: Annotated[OrgCode, P0("The branch that holds it.")]
    announce_by: Annotated[date, P1("The last day for it.")]


class StudyActivityChanged(ActivityEvent):
    """Time or place changed; those who answered are told. What is absent of the rest stays as it was."""

    starts_at: Annotated[AwareDatetime, P0("When it starts now.")]
    place: Annotated[Title | None, P0("Where now.")] = None
    title: Annotated[Title | None, P0("Its title now.", "实用技能培训")] = None
    hours: Annotated[Hours | None, P0("How many hours it counts for now.")] = None
    online: Annotated[bool | None, P0("Whether one can take part online now.")] = None
    public: Annotated[bool | None, P0("Whether it is on the public notice page now.")] = None
    short_notice: Annotated[ShortNotice | None, P1("Why it was moved so near.")] = None


class StudyActivityCancelled(ActivityEvent):
    """It will not take place; those who answered are told."""


class StudyActivityAnswered(ActivityEvent):
    """A member answered the announcement."""

    member_id: MemberId
    answer: Annotated[ActivityAnswer, P2("What.")]
    on_behalf: Annotated[bool, P1("The office wrote it down for the member.")] = False


class StudyReminderSent(ActivityEvent):
    """The activity is near: whoever has not declined is reminded (S-25)."""

    branch: Annotated[OrgCode, P0("The branch that holds it.")]
    starts_at: Annotated[AwareDatetime, P0("When it starts.")]
    days_left: Annotated[Count, P0("How many days are left.")]


class StudyActivityHeld(ActivityEvent):
    """It took place."""

    held_on: Annotated[date, P0("When.")]
    hours: Annotated[Hours, P0("How many hours it counted for.")]


class StudyRecordOverdue(ActivityEvent):
    """It should have been held and its record closed by now."""

    branch: Annotated[OrgCode, P0("The branch that holds it.")]
    due_on: Annotated[date, P1("The last day for it.")]


class StudyActivityRecorded(ActivityEvent):
    """Its record is complete: attendance is closed."""

    attended: Annotated[Count, P1("How many took part.")]
    online: Annotated[Count, P1("How many of them online.")]
    at_host: Annotated[Count, P1("How many of them as guests of the branch (R1 Art. 32).")] = 0


class StudyActivityReopened(ActivityEvent):
    """Something in its record was wrong: attendance is open again until it is closed anew."""


class StudyFeedbackGiven(ActivityEvent):
    """A member said whether it was practical (S-27)."""

    member_id: MemberId
    answer: Annotated[FeedbackAnswer, P2("What.")]


class AttendanceEvent(Payload, abstract=True):
    """What all events of an attendance share; a stream of its own, for it may happen where no activity is known."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "attendance"
    member_id: MemberId


class AttendanceFacts(Facts):
    """What a member took part in, and how."""

    activity_id: Annotated[Id | None, P1("The activity, when it is known here.")] = None
    kind: Annotated[ActivityKind, P1("What kind.")]
    mode: Annotated[AttendanceMode, P2("How.")] = AttendanceMode.IN_PERSON
    hours: Annotated[Hours | None, P1("How many hours it counts for.")] = None


class AttendanceRecorded(AttendanceFacts, AttendanceEvent):
    """A member took part on the business date, at home, online or at the host (R1 Art. 32)."""

    branch: Annotated[OrgCode | None, P1("The branch that held it, when it has a code here.")] = None


class AttendanceWithdrawn(AttendanceEvent):
    """An attendance had been recorded in error."""


class MaterialEvent(Payload, abstract=True):
    """What all events of a dispatch of letters or material share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "material"
    member_id: MemberId


class MaterialDispatched(MaterialEvent):
    """A letter or study material was sent to a member or host (S-26, S-40)."""

    kind: Annotated[LetterKind, P1("What.")]
    activity_id: Annotated[Id | None, P1("The activity it belongs to.")] = None
    by_post: Annotated[bool, P1("By post; else as a file.")]
    tracking_no: Annotated[Code | None, P1("The number of the postal item.", "XA00000000042")] = None
    contact_point_id: Annotated[Id | None, P1("The contact point whose address it was sent to.")] = None


class MaterialReceived(MaterialEvent):
    """It arrived."""


class MaterialCameBack(MaterialEvent):
    """It came back undelivered: the address may be wrong (P-10)."""

    contact_point_id: Annotated[Id | None, P1("The contact point whose address it was sent to.")] = None
