"""What township systems report to notifications: attendances (contract.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from guiyan.events.codes import ActivityState
from guiyan.events.ingest import AttendanceRecordedReport
from guiyan.events.notifications.study import AttendanceFacts, AttendanceRecorded
from guiyan.ledger import Refused
from guiyan.ledger.blind import BlindIndex
from guiyan.notifications.commands.study import StudyDesk
from guiyan.notifications.domain.activity import Activity
from guiyan.notifications.domain.attendance import ATTENDANCE, Record, attendance_id, taken_part
from guiyan.notifications.projections.learners import LEARNERS
from guiyan.notifications.queries import PostReads
from guiyan.service.ingest_event import IngestEvent, IngestResult
from guiyan.service.ingest_handling import IngestHandler
from guiyan.service.problems import FieldProblem
from guiyan.service.reads import Document

EXPECTED = frozenset({None, ActivityState.DRAFT, ActivityState.ANNOUNCED})
"""What may still be on its way here: that the activity was noted, or held."""


def ingest_handlers(desk: StudyDesk, members: PostReads, index: BlindIndex) -> Mapping[str, IngestHandler]:
    """The handler of each type that notifications answers."""

    async def attendance(event: IngestEvent) -> IngestResult:
        report = cast("AttendanceRecordedReport", event.report)
        id_index = index.of("id_no", report.id_no) if report.id_no else None
        member = await members.find_member(member_id=report.member_id, id_index=id_index)
        if member is None and report.member_id is not None:
            member = await desk.study.get(LEARNERS, report.member_id)
        activity = await desk.find(report.activity_id) if report.activity_id else None
        scope = await desk.directory.scope(event.org)
        held_by = activity.branch if activity else report.branch
        if member is None or not (scope.covers(member.get("branch")) or scope.covers(held_by)):
            pointer = "/data/member_id" if report.member_id else "/data/id_no"
            return IngestResult.later(FieldProblem(pointer, "member_not_found"))
        facts = report.model_dump(include=set(AttendanceFacts.model_fields))
        recorded = AttendanceRecorded(member_id=member["_id"], branch=report.branch, **facts)
        if report.activity_id is None:
            return await _record(desk, event, event.new_id("attendance"), recorded)
        if (activity.state if activity else None) in EXPECTED or activity is None:
            return IngestResult.later(
                FieldProblem("/data/activity_id", "activity_not_held", {"state": _state(activity)})
            )
        return await _at_activity(desk, event, recorded, activity, member)

    return {"AttendanceRecorded": attendance}


async def _at_activity(
    desk: StudyDesk, event: IngestEvent, recorded: AttendanceRecorded, activity: Activity, member: Document
) -> IngestResult:
    """What was reported of an activity that is known here: it agrees with it, or says why not."""
    if recorded.branch not in {None, activity.branch} or recorded.kind != activity.plan["kind"]:
        return IngestResult.rejected(FieldProblem("/data/activity_id", "activity_mismatch"))
    try:
        told = taken_part(recorded, activity, own=member["branch"] == activity.branch)
    except Refused as refusal:
        return IngestResult.rejected(FieldProblem(f"/data{refusal.pointer}", refusal.code, refusal.params))
    return await _record(desk, event, attendance_id(recorded.activity_id or "", recorded.member_id), told)


async def _record(desk: StudyDesk, event: IngestEvent, id_: str, recorded: AttendanceRecorded) -> IngestResult:
    command = Record(recorded, event.occurred_on, desk.clock.today())
    return IngestResult.accepted(await desk.commands.execute(ATTENDANCE, id_, command, event.context()))


def _state(activity: Activity | None) -> str:
    return "-" if activity is None or activity.state is None else str(activity.state)
