"""An attendance: a member took part in an activity, at home, online or at the host (R1 Art. 32).

A stream of its own, for much of it happens where no activity is known here. Of an activity that is known, a member has
one: whoever reports it again, a township system or the branch's own sheet, says nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from guiyan.events import Event, derived_id
from guiyan.events.codes import ActivityState, AttendanceMode
from guiyan.events.notifications.study import AttendanceRecorded, AttendanceWithdrawn
from guiyan.ledger import Decider, Draft, Refused
from guiyan.notifications.domain.activity import Activity

_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Attendance:
    """What was recorded last; None before, and after it was withdrawn."""

    recorded: AttendanceRecorded | None = None
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Somebody says that a member took part on a business date."""

    facts: AttendanceRecorded
    on: date
    today: date


@dataclass(frozen=True, slots=True)
class Withdraw:
    """It had been recorded in error."""

    on: date
    today: date


def attendance_id(activity_id: str, member_id: str) -> str:
    """The one attendance of a member at an activity that is known here."""
    return derived_id(_NO_TIME, "attendance", activity_id, member_id)


def taken_part(report: AttendanceRecorded, activity: Activity, *, own: bool) -> AttendanceRecorded:
    """An attendance at an activity known here, with what the activity tells of it; raises Refused where it cannot be.

    It was held and its record is not closed; whoever belongs to another branch is there as a guest.
    """
    if activity.state is ActivityState.RECORDED:
        raise Refused("attendance_closed", pointer="/activity_id")
    if activity.state is not ActivityState.HELD:
        raise Refused("activity_not_held", pointer="/activity_id", state=activity.state or "-")
    if report.mode is AttendanceMode.ONLINE and not activity.online:
        raise Refused("not_online", pointer="/mode")
    if own and report.mode is AttendanceMode.AT_HOST:
        raise Refused("not_a_guest", pointer="/mode")
    guest = not own and report.mode is AttendanceMode.IN_PERSON
    told = {
        "branch": activity.branch,
        "kind": activity.plan["kind"],
        "mode": AttendanceMode.AT_HOST if guest else report.mode,
        "hours": activity.plan["hours"] if report.hours is None else report.hours,
    }
    return report.model_copy(update=told)


def decide(command: Record | Withdraw, attendance: Attendance) -> Sequence[Draft]:
    """Record it once; what lies in the future has not happened, what is not there cannot be withdrawn."""
    if command.on > command.today:
        raise Refused("in_the_future", pointer="/occurred_on")
    if isinstance(command, Record):
        return [] if attendance.recorded is not None else [Draft(command.facts, command.on)]
    if attendance.recorded is None:
        raise Refused("attendance_unknown", status=404)
    return [Draft(AttendanceWithdrawn(member_id=attendance.recorded.member_id), command.on)]


def evolve(attendance: Attendance, event: Event) -> Attendance:
    """After an event."""
    match event.payload:
        case AttendanceRecorded() as facts:
            return Attendance(facts, facts.member_id)
        case AttendanceWithdrawn():
            return Attendance(None, attendance.member_id)
        case _:
            return attendance


ATTENDANCE: Final = Decider("notifications", "attendance", Attendance, evolve, decide)
