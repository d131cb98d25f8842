"""What a township system may report, and the receipt it gets (contract.md §4).

`read_report(body)` validates one event exactly as the door does: a sender can call it before publishing to
`ingest.<org_code>.<Type>`. Personal text stands in clear here; the service that takes the report in seals it.
"""

from guiyan.events.ingest.contact import (
    ContactAttemptedReport,
    ContactCompletedReport,
    ContactPointAddedReport,
    HostOrgContactedReport,
    ReportGivenReport,
)
from guiyan.events.ingest.envelope import BadReport, IngestEvent, read_report
from guiyan.events.ingest.notifications import AttendanceRecordedReport
from guiyan.events.ingest.problems import Problem, problem, problems_of
from guiyan.events.ingest.receipt import Receipt, ReceiptOutcome, ReceivedEvent
from guiyan.events.ingest.registry import (
    DepartureAnnouncedReport,
    DestinationChangedReport,
    DuesPaidReport,
    HostReportedInReport,
    MemberLeftReport,
    MemberRegisteredReport,
    MemberReturnedReport,
)
from guiyan.events.ingest.report import INGEST_TYPES, MemberReport, Report
from guiyan.events.ingest.transfers import (
    ReceiptReturnedReport,
    TransferReceivedReport,
    TransferReference,
    TransferRequestedReport,
)

__all__ = [
    "INGEST_TYPES",
    "AttendanceRecordedReport",
    "BadReport",
    "ContactAttemptedReport",
    "ContactCompletedReport",
    "ContactPointAddedReport",
    "DepartureAnnouncedReport",
    "DestinationChangedReport",
    "DuesPaidReport",
    "HostOrgContactedReport",
    "HostReportedInReport",
    "IngestEvent",
    "MemberLeftReport",
    "MemberRegisteredReport",
    "MemberReport",
    "MemberReturnedReport",
    "Problem",
    "Receipt",
    "ReceiptOutcome",
    "ReceiptReturnedReport",
    "ReceivedEvent",
    "Report",
    "ReportGivenReport",
    "TransferReceivedReport",
    "TransferReference",
    "TransferRequestedReport",
    "problem",
    "problems_of",
    "read_report",
]
