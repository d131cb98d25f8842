"""Reports and home visits: the fact that one was given, never its content (S-04, S-42; R3)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2
from guiyan.events.codes import ReportForm
from guiyan.events.fields import MemberId
from guiyan.events.payload import Facts, Payload
from guiyan.events.values import Count, Id, OrgCode, Year


class ReportEvent(Payload, abstract=True):
    """What all events of a report share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "report"
    member_id: MemberId


class ReportFacts(Facts):
    """In which form a report was given."""

    form: Annotated[ReportForm | None, P1("In which form.")] = None


class ReportGiven(ReportFacts, ReportEvent):
    """The member gave a report on the business date, at least once a year (R3); only that it was given is kept."""

    to_org: Annotated[OrgCode | None, P1("The organisation that received it.")] = None
    received_by: Annotated[Id | None, P1("The person who received it.")] = None


class ReportOverdue(ReportEvent):
    """Twelve months without a report: a reminder for member and branch."""

    branch: Annotated[OrgCode, P1("The branch that holds the relation.")]
    due_on: Annotated[date, P1("It was due by.")]


class HomeVisitAnnounced(ReportEvent):
    """The member is coming home: a chance for activities and a report (S-28)."""

    from_on: Annotated[date, P2("The first day at home.")]
    until: Annotated[date | None, P2("The last day at home.")] = None


class HomeVisitReported(ReportEvent):
    """The member reported to the branch on coming home (S-42)."""

    branch: Annotated[OrgCode, P1("The branch.")]


class TargetEvent(Payload, abstract=True):
    """What all events of a yearly target of organised life share."""

    service: ClassVar[str] = "contact"
    aggregate: ClassVar[str] = "target"
    member_id: MemberId
    year: Annotated[Year, P1("The year.")]


class OrgLifeTargetSet(TargetEvent):
    """The year's target was agreed: meetings, study hours, reports (S-39, R1 Art. 20)."""

    meetings: Annotated[Count, P1("How many meetings.")]
    study_hours: Annotated[Count, P1("How many hours of study.")]
    reports: Annotated[Count, P1("How many reports.")]


class OrgLifeTargetReviewed(TargetEvent):
    """The year's target was looked at with the member: which parts were met, nothing weighed."""

    meetings_met: Annotated[bool, P2("The meetings were attended.")]
    study_met: Annotated[bool, P2("The study hours were reached.")]
    reports_met: Annotated[bool, P2("The reports were given.")]
