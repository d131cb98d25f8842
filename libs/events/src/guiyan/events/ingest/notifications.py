"""Reports that notifications takes in: attendance (contract.md §4)."""

from typing import Annotated

from guiyan.events import notifications
from guiyan.events.classes import P1
from guiyan.events.ingest.report import MemberReport
from guiyan.events.notifications.study import AttendanceFacts
from guiyan.events.values import OrgCode


class AttendanceRecordedReport(AttendanceFacts, MemberReport, of=notifications.AttendanceRecorded):
    """A member took part in an activity on the business date (R1 Art. 32)."""

    branch: Annotated[OrgCode | None, P1("The branch that held it, when it has a code here.")] = None
