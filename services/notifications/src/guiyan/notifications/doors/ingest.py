"""What township systems report to notifications: attendances (contract.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from guiyan.events.ingest import AttendanceRecordedReport
from guiyan.events.notifications.study import AttendanceFacts, AttendanceRecorded
from guiyan.ledger import Clock, Commands
from guiyan.ledger.blind import BlindIndex
from guiyan.notifications.domain.attendance import ATTENDANCE, Record
from guiyan.notifications.queries import PostReads
from guiyan.service.directory import Directory
from guiyan.service.ingest_event import IngestEvent, IngestResult
from guiyan.service.ingest_handling import IngestHandler
from guiyan.service.problems import FieldProblem


def ingest_handlers(
    commands: Commands, clock: Clock, members: PostReads, index: BlindIndex, directory: Directory
) -> Mapping[str, IngestHandler]:
    """The handler of each type that notifications answers."""

    async def attendance(event: IngestEvent) -> IngestResult:
        report = cast("AttendanceRecordedReport", event.report)
        id_index = index.of("id_no", report.id_no) if report.id_no else None
        member = await members.find_member(member_id=report.member_id, id_index=id_index)
        scope = await directory.scope(event.org)
        if member is None or not (scope.covers(member.get("branch")) or scope.covers(report.branch)):
            pointer = "/data/member_id" if report.member_id else "/data/id_no"
            return IngestResult.later(FieldProblem(pointer, "member_not_found"))
        facts = report.model_dump(include=set(AttendanceFacts.model_fields))
        recorded = AttendanceRecorded(member_id=member["_id"], branch=report.branch, **facts)
        command = Record(recorded, event.occurred_on, clock.today())
        return IngestResult.accepted(
            await commands.execute(ATTENDANCE, event.new_id("attendance"), command, event.context())
        )

    return {"AttendanceRecorded": attendance}
