"""Reports that registry takes in: members, departures, hosts, dues (contract.md §4)."""

from datetime import date
from typing import Annotated, Literal

from guiyan.events import registry
from guiyan.events.classes import P1, P2, P3
from guiyan.events.codes import DepartureSource, MembershipStatus, MemberSource
from guiyan.events.fields import HostBranch
from guiyan.events.ingest.report import MemberReport, Report
from guiyan.events.names import PersonName
from guiyan.events.registry.departure import DestinationFacts, DestinationText, LeavingFacts
from guiyan.events.registry.dues import PaymentFacts
from guiyan.events.registry.member import MemberCore, MemberText
from guiyan.events.values import IdNo


class MemberRegisteredReport(MemberCore, MemberText, Report, of=registry.MemberRegistered):
    """A member was entered by the township; a membership that does not stand normal needs a decision, not a report."""

    name: Annotated[PersonName, P3("The name.", "李示例")]
    former_name: Annotated[PersonName | None, P3("An earlier name.")] = None
    id_no: Annotated[IdNo, P3("The ID number, GB 11643.")]
    source: Annotated[MemberSource, P1("How the record came into being.")] = MemberSource.DEVELOPED
    membership_status: Annotated[Literal[MembershipStatus.NORMAL], P3("NORMAL only.")] = MembershipStatus.NORMAL


class DepartureAnnouncedReport(LeavingFacts, DestinationText, MemberReport, of=registry.DepartureAnnounced):
    """A member told the township that he or she is about to leave (R3)."""

    planned_on: Annotated[date, P2("The day the member means to leave.")]


class MemberLeftReport(LeavingFacts, DestinationText, MemberReport, of=registry.MemberLeft):
    """A member left on the business date (S-09, S-14)."""

    source: Annotated[DepartureSource, P1("How the township learned of it.")] = DepartureSource.ANNOUNCED


class DestinationChangedReport(DestinationFacts, DestinationText, MemberReport, of=registry.DestinationChanged):
    """A member told a new destination; what is absent stays as it was (R3)."""


class HostReportedInReport(MemberReport, of=registry.HostReportedIn):
    """A member reported to a branch at the destination (R3)."""

    host_branch: HostBranch


class MemberReturnedReport(MemberReport, of=registry.MemberReturned):
    """A member came home on the business date (R3)."""

    certificate_handed_in: Annotated[bool | None, P1("The activity certificate was handed in.")] = None


class DuesPaidReport(PaymentFacts, MemberReport, of=registry.DuesPaid):
    """Dues were paid to the formal branch (R7)."""
