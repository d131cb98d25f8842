"""Study activities as a projection: the list of domain.md §6 no. 15, who answered and was there, and their timers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, time, timedelta
from typing import Any, ClassVar, Final

from guiyan.events import registry
from guiyan.events.codes import ActivityState, MaterialState
from guiyan.events.notifications import study
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, Timer, business_date
from guiyan.ledger.calendar import moment_of
from guiyan.notifications.domain.activity import PLANNED, SKILLS, STATES, changes, record_from
from guiyan.notifications.domain.study_parameters import StudyParameters
from guiyan.notifications.projections import learners
from guiyan.notifications.projections.learners import ATTENDANCES, LEARNERS
from guiyan.service.rulebook import HANDLES as PARAMETER_HANDLES
from guiyan.service.rulebook import noted, valued

ACTIVITIES: Final = "activities"
PARTICIPANTS: Final = "participants"
MATERIALS: Final = "materials"
SWEEPS: Final = "sweeps"
REMIND, ANNOUNCE, OVERDUE = "study_remind", "study_announce", "study_overdue"
TIMERS: Final = (REMIND, ANNOUNCE, OVERDUE)
S = ActivityState
OF_ACTIVITY: Final = frozenset(
    {
        *(kind.type_name() for kind in STATES),
        "StudyActivityChanged",
        "StudyActivityAnswered",
        "StudyFeedbackGiven",
        "StudyReminderSent",
        "StudyAnnouncementDue",
        "StudyRecordOverdue",
    }
)
OF_ATTENDANCE: Final = frozenset({"AttendanceRecorded", "AttendanceWithdrawn"})
OF_MATERIAL: Final = frozenset({"MaterialDispatched", "MaterialReceived", "MaterialCameBack"})
OF_SWEEP: Final = frozenset({"SweepPlanned", "SweepExtended", "SweepCancelled"})
_ANSWER: Final = {"COMING": "coming", "ONLINE": "coming_online", "NOT_COMING": "declined"}
_MODE: Final = {"IN_PERSON": "in_person", "ONLINE": "online_there", "AT_HOST": "guests"}
_FEEDBACK: Final = {"USEFUL": "useful", "PARTLY": "partly", "NOT_USEFUL": "not_useful"}
COUNTERS: Final = (*_ANSWER.values(), *_MODE.values(), *_FEEDBACK.values(), "sent", "received", "came_back")
_EMPTY: Final[Document] = {
    **dict.fromkeys(
        ("announced_on", "notice_days", "invited", "short_notice", "held_on", "recorded_on", "cancelled_on")
    ),
    **dict.fromkeys(("reminded_on", "overdue_since", "announced_at", "record_from")),
    **dict.fromkeys(COUNTERS, 0),
    "revision": 0,
    "was_public": False,
}
_NOBODY: Final[Document] = dict.fromkeys(("answer", "on_behalf", "mode", "hours", "attended_on", "feedback"))


class Study(Projection):
    """Activities, their participants, learners with their attendances, materials sent, and the windows of sweeps."""

    name: ClassVar[str] = "study"
    version: ClassVar[int] = 4
    handles: ClassVar[frozenset[str]] = (
        OF_ACTIVITY | OF_ATTENDANCE | OF_MATERIAL | OF_SWEEP | learners.HANDLES | PARAMETER_HANDLES
    )
    opens: ClassVar[frozenset[str]] = learners.OPENS
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(ACTIVITIES, ("branch", "starts_on", "_id")),
        Index(ACTIVITIES, ("public", "starts_on", "_id")),
        Index(ACTIVITIES, ("was_public", "-changed_at")),
        Index(PARTICIPANTS, ("activity_id", "_id")),
        Index(PARTICIPANTS, ("member_id", "_id")),
        Index(LEARNERS, ("branch", "_id")),
        Index(LEARNERS, ("host", "_id"), sparse=True),
        Index(ATTENDANCES, ("member_id", "_id")),
        Index(MATERIALS, ("branch", "_id")),
        Index(MATERIALS, ("activity_id", "_id"), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The activity, the member, the attendance or the material that the fact is about."""
        if fact.type in OF_ACTIVITY:
            return (Key(ACTIVITIES, fact.aggregate_id),)
        if fact.type in OF_ATTENDANCE | OF_MATERIAL:
            collection = ATTENDANCES if fact.type in OF_ATTENDANCE else MATERIALS
            return (Key(collection, fact.aggregate_id), Key(LEARNERS, fact.event.data["member_id"]))
        return ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change what the fact is about; a parameter's change moves no timer that is set."""
        if noted(fact, docs):
            return
        if fact.type in OF_ACTIVITY:
            _activity(fact, docs)
        elif fact.type in OF_ATTENDANCE:
            _attendance(fact, docs)
        elif fact.type in OF_MATERIAL:
            _material(fact, docs)
        elif fact.type in OF_SWEEP:
            _sweep(fact, docs)
        else:
            learners.apply(fact, docs)


def participant_id(activity_id: str, member_id: str) -> str:
    """The document of a member at an activity."""
    return f"{activity_id}:{member_id}"


def _activity(fact: Fact, docs: Docs) -> None:
    id_, payload = fact.aggregate_id, fact.payload
    before = docs.get(ACTIVITIES, id_)
    if before is None and not isinstance(payload, study.StudyActivityDrafted):
        return
    row = {**(before or _EMPTY), **_told(before or _EMPTY, fact), "version": fact.event.streamversion}
    row["state"] = str(STATES.get(type(payload), row.get("state")))
    row["handled_by"] = fact.event.actor
    row["was_public"] = row["was_public"] or (row["public"] and row["announced_on"] is not None)
    docs.put(ACTIVITIES, id_, row)
    match payload:
        case study.StudyActivityAnswered():
            said = {"answer": str(payload.answer), "on_behalf": payload.on_behalf}
            _participant(id_, payload.member_id, said, docs)
        case study.StudyFeedbackGiven():
            _participant(id_, payload.member_id, {"feedback": str(payload.answer)}, docs)
        case study.StudyReminderSent() | study.StudyAnnouncementDue() | study.StudyRecordOverdue():
            pass
        case _:
            _set_timers(id_, row, fact, docs)


def _told(row: Document, fact: Fact) -> Document:  # noqa: C901, PLR0911 - one return an event
    """What an event tells of the activity itself."""
    payload, day = fact.payload, fact.event.occurredon.isoformat()
    match payload:
        case study.StudyActivityDrafted():
            return {**_plan(payload), "changed_at": fact.event.time}
        case study.StudyActivityAnnounced():
            told = _plan(payload)
            days = (date.fromisoformat(told["starts_on"]) - fact.event.occurredon).days
            said = payload.model_dump(mode="json", include={"invited", "short_notice"})
            noted_at = {"announced_on": day, "announced_at": fact.event.time, "changed_at": fact.event.time}
            return {**told, **said, **noted_at, "notice_days": days}
        case study.StudyActivityChanged():
            moved = changes(payload)
            moved["starts_at"] = payload.starts_at.astimezone(UTC)
            told = {**moved, "changed_at": fact.event.time, "revision": row["revision"] + 1}
            if payload.short_notice is not None:
                told["short_notice"] = str(payload.short_notice)
            return {**told, **_days(payload.starts_at)}
        case study.StudyActivityCancelled():
            return {"cancelled_on": day, "changed_at": fact.event.time, "revision": row["revision"] + 1}
        case study.StudyActivityHeld():
            held = {"held_on": payload.held_on.isoformat(), "hours": payload.hours}
            return {**held, "record_from": record_from(fact.event).isoformat(), "changed_at": fact.event.time}
        case study.StudyActivityRecorded():
            return {"recorded_on": day, "overdue_since": None}
        case study.StudyActivityReopened():
            return {"recorded_on": None}
        case study.StudyReminderSent():
            return {"reminded_on": day}
        case study.StudyRecordOverdue():
            return {"overdue_since": payload.due_on.isoformat()}
        case _:
            return {}


def _plan(payload: study.ActivityPlan) -> Document:
    told: Document = payload.model_dump(mode="json", include=set(PLANNED) - {"starts_at"})
    return {
        **told,
        "starts_at": payload.starts_at.astimezone(UTC),
        "skills": payload.topic in SKILLS,
        **_days(payload.starts_at),
    }


def _days(starts_at: Any) -> Document:
    day = business_date(starts_at).isoformat()
    return {"starts_on": day, "record_from": day}


def _participant(activity_id: str, member_id: str, told: Document, docs: Docs) -> None:
    """Change a member's part in an activity, and the activity's numbers with it."""
    id_ = participant_id(activity_id, member_id)
    before = docs.get(PARTICIPANTS, id_) or {**_NOBODY, "activity_id": activity_id, "member_id": member_id}
    after = {**before, **told}
    docs.put(PARTICIPANTS, id_, after)
    row = docs.get(ACTIVITIES, activity_id)
    if row is None:
        return
    counts = {name: row[name] for name in COUNTERS}
    for one, sign in ((before, -1), (after, +1)):
        for field, names in (("answer", _ANSWER), ("mode", _MODE), ("feedback", _FEEDBACK)):
            if one[field] is not None:
                counts[names[one[field]]] += sign
    docs.put(ACTIVITIES, activity_id, {**row, **counts})


def _attendance(fact: Fact, docs: Docs) -> None:
    payload = fact.payload
    if isinstance(payload, study.AttendanceRecorded):
        learners.attended(payload, fact, docs)
        if payload.activity_id is not None:
            there = {
                "mode": str(payload.mode),
                "hours": payload.hours,
                "attended_on": fact.event.occurredon.isoformat(),
            }
            _participant(payload.activity_id, payload.member_id, there, docs)
    elif isinstance(payload, study.AttendanceWithdrawn):
        kept = learners.withdrawn(payload, fact, docs)
        if kept is not None and kept["activity_id"] is not None:
            gone = dict.fromkeys(("mode", "hours", "attended_on"))
            _participant(kept["activity_id"], payload.member_id, gone, docs)


def _material(fact: Fact, docs: Docs) -> None:
    id_, payload, day = fact.aggregate_id, fact.payload, fact.event.occurredon.isoformat()
    before = docs.get(MATERIALS, id_)
    if isinstance(payload, study.MaterialDispatched):
        branch = (docs.get(LEARNERS, payload.member_id) or {}).get("branch")
        told = payload.model_dump(mode="json")
        ends = dict.fromkeys(("received_on", "came_back_on"))
        after: Document = {**told, **ends, "branch": branch, "sent_on": day, "state": str(MaterialState.SENT)}
    elif before is None:
        return
    else:
        came = isinstance(payload, study.MaterialReceived)
        state = MaterialState.RECEIVED if came else MaterialState.CAME_BACK
        after = {**before, "state": str(state), ("received_on" if came else "came_back_on"): day}
    docs.put(MATERIALS, id_, {**after, "version": fact.event.streamversion, "handled_by": fact.event.actor})
    row = docs.get(ACTIVITIES, after["activity_id"]) if after["activity_id"] else None
    if row is not None:
        name = {"SENT": "sent", "RECEIVED": "received", "CAME_BACK": "came_back"}[after["state"]]
        docs.put(ACTIVITIES, after["activity_id"], {**row, name: row[name] + 1})


def _sweep(fact: Fact, docs: Docs) -> None:
    """The windows at which members come home: an activity may be tied to one (S-28)."""
    match fact.payload:
        case registry.SweepPlanned() as planned:
            told = planned.model_dump(mode="json", include={"kind", "year", "opens_on", "closes_on", "root_org"})
            docs.put(SWEEPS, fact.aggregate_id, told)
        case registry.SweepExtended() as moved if (known := docs.get(SWEEPS, fact.aggregate_id)) is not None:
            docs.put(SWEEPS, fact.aggregate_id, {**known, "closes_on": moved.closes_on.isoformat()})
        case registry.SweepCancelled():
            docs.delete(SWEEPS, fact.aggregate_id)


def _set_timers(id_: str, row: Document, fact: Fact, docs: Docs) -> None:
    """What the clock has to say of the activity from here on; a reminder whose hour has passed is not made up for."""
    valid = StudyParameters.of(valued(docs, fact.event.occurredon))
    wanted: dict[str, Timer] = {}
    starts_on, state = date.fromisoformat(row["starts_on"]), row["state"]
    told = {"activity_id": id_, "starts_at": row["starts_at"].isoformat()}
    hour = time(valid.reminder_hour)
    if state == S.ANNOUNCED:
        at = moment_of(starts_on - timedelta(days=valid.remind_days), hour)
        wanted[REMIND] = Timer("", at, REMIND, told)
    if state == S.DRAFT:
        by = starts_on - timedelta(days=valid.notice_days)
        at = moment_of(by - timedelta(days=valid.remind_days), hour)
        wanted[ANNOUNCE] = Timer("", at, ANNOUNCE, {**told, "announce_by": by.isoformat()})
    wanted = {kind: timer for kind, timer in wanted.items() if timer.due_at > fact.event.time}
    if state in {S.ANNOUNCED, S.HELD} and (row["overdue_since"] is None or state == S.ANNOUNCED):
        due_on = date.fromisoformat(row["record_from"]) + timedelta(days=valid.record_days)
        said = {"activity_id": id_, "since": row["record_from"], "due_on": due_on.isoformat()}
        wanted[OVERDUE] = Timer("", moment_of(due_on + timedelta(days=1)), OVERDUE, said)
    for kind in TIMERS:
        name = f"activity:{id_}:{kind}"
        if kind in wanted:
            docs.schedule(Timer(name, wanted[kind].due_at, kind, wanted[kind].data))
        else:
            docs.cancel(name)
