"""Reports and home visits: that one was given, never what it said (S-04, S-28, S-42; R3).

One stream a report, one a visit (ANNOUNCED → REPORTED), one a due date that passed without a report.
"""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.contact.domain.happened import require_sane
from guiyan.contact.domain.steps import Step, require_day
from guiyan.events import Event, derived_id
from guiyan.events.codes import ReportForm
from guiyan.events.contact import HomeVisitAnnounced, HomeVisitReported, ReportGiven, ReportOverdue
from guiyan.ledger import Decider, Draft, Refused
from guiyan.ledger.calendar import moment_of


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules need to know: whose it is, and what has happened."""

    member_id: str = ""
    given: bool = False
    overdue: bool = False
    announced_on: date | None = None
    reported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Give(Step):
    """The member gave a report."""

    member_id: str
    form: ReportForm | None
    to_org: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SayOverdue(Step):
    """No report came by its day: member and branch are reminded once."""

    member_id: str
    branch: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(Step):
    """The member is coming home."""

    member_id: str
    from_on: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHome(Step):
    """The member is home and reported to the branch, announced before or not."""

    member_id: str
    branch: str


Command = Give | SayOverdue | Announce | ReportHome


def decide(act: Command, report: Report) -> list[Draft]:
    """A report is given once, overdue said once a due date; a visit is announced once and reported once."""
    require_day(act, report.announced_on or date.min)
    match act:
        case Give():
            if report.member_id:
                raise Refused("report_exists")
            return [Draft(ReportGiven(member_id=act.member_id, form=act.form, to_org=act.to_org), act.on)]
        case SayOverdue():
            if report.member_id:
                return []
            return [Draft(ReportOverdue(member_id=act.member_id, branch=act.branch, due_on=act.due_on), act.on)]
        case Announce():
            return [Draft(_announced(act, report), act.on)]
        case ReportHome():
            return [Draft(_at_home(act, report), act.on)]


def _announced(act: Announce, report: Report) -> HomeVisitAnnounced:
    if report.member_id:
        raise Refused("record_exists", status=409)
    require_sane(act.from_on, "/from_on")
    if act.until is not None and act.until < act.from_on:
        raise Refused("visit_dates", pointer="/until", from_on=act.from_on.isoformat())
    return HomeVisitAnnounced(member_id=act.member_id, from_on=act.from_on, until=act.until)


def _at_home(act: ReportHome, report: Report) -> HomeVisitReported:
    if report.given or report.overdue:
        raise Refused("record_not_found", status=404)
    if report.reported:
        raise Refused("visit_reported")
    return HomeVisitReported(member_id=act.member_id, branch=act.branch)


def evolve(report: Report, event: Event) -> Report:
    """The report or visit after an event."""
    match event.payload:
        case ReportGiven() as facts:
            return replace(report, member_id=facts.member_id, given=True)
        case ReportOverdue() as facts:
            return replace(report, member_id=facts.member_id, overdue=True)
        case HomeVisitAnnounced() as facts:
            return replace(report, member_id=facts.member_id, announced_on=event.occurredon)
        case HomeVisitReported() as facts:
            return replace(report, member_id=facts.member_id, reported=True)
        case _:
            return report


def overdue_id(member_id: str, due_on: date) -> str:
    """The id of what is said when a due date passes: the same however often the clock comes to it."""
    return derived_id(moment_of(due_on), "report_overdue", member_id)


REPORT: Decider[Report, Command] = Decider("contact", "report", Report, evolve, decide)
