"""What township systems report of the members away over a year, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from guiyan.cli.sample.calendar import Quarter, Year, office_hour, some_day
from guiyan.cli.sample.identity import mobile_number
from guiyan.cli.sample.people import Member
from guiyan.cli.sample.report import Report, Reporter
from guiyan.cli.sample.trips import Trip, flow_range, make_trips, pick, some_destination

CHANNELS = (("PHONE", 60), ("WECHAT_CALL", 20), ("VIDEO", 10), ("SMS", 10))
FAILURES = (("NO_ANSWER", 60), ("NUMBER_DEAD", 15), ("WRONG_NUMBER", 10), ("CALL_BACK", 15))
WORK = (("EMPLOYED", 55), ("SELF_EMPLOYED", 20), ("SEEKING", 10), ("STUDY", 8), ("UNSAID", 7))
ORG_LIFE = (("ATTENDS_HOST", 35), ("ATTENDS_ONLINE", 40), ("NONE", 15), ("UNSAID", 10))

_DILIGENCE = (0.6, 0.75, 0.85, 0.95)
"""How many of its duties a branch fulfils: some branches are busier or slower than others, and the demo shows it."""
_DESTINATION_CHANGES = 0.15
_NEW_CONTACT_POINTS = 0.2
_REPORTS_IN_AT_HOST = 0.25
_DUES_PAID = 0.7
_REPORTS = 0.4
_WISHES = 0.08
_NEW_NUMBERS_FROM = 50_000_000


def tell_year(seed: int, members: Sequence[Member], away: int, year: Year) -> list[Report]:
    """Every report of the year, sorted by time and id; the same arguments give the same reports."""
    random = Random(f"{seed}:year")  # noqa: S311  a reproducible sample, no secret
    reports: list[Report] = []
    for member, trip in make_trips(random, members, away, year):
        reporter = Reporter(seed, member)
        _tell_trip(random, reporter, member, trip, year)
        reports += reporter.reports
    return sorted(reports, key=lambda report: (report.time, report.id))


def _tell_trip(random: Random, reporter: Reporter, member: Member, trip: Trip, year: Year) -> None:
    _tell_leaving(reporter, trip)
    first = max(trip.reported_at.date(), year.clock_start.date()) + timedelta(days=1)
    last = (trip.returned_on or year.end) - timedelta(days=1)
    if first < last:
        _tell_changes(random, reporter, member, first, last)
        for quarter in year.quarters():
            _tell_quarter(random, reporter, member, _overlap(quarter, first, last))
    if trip.returned_on:
        at = office_hour(random, trip.returned_on)
        handed_in = trip.credential == "ACTIVITY_CERT" or None
        reporter.add("MemberReturned", at, trip.returned_on, certificate_handed_in=handed_in)


def _tell_leaving(reporter: Reporter, trip: Trip) -> None:
    told = {
        "reason": trip.reason,
        "member_kind": trip.member_kind,
        "range": trip.range,
        "dest_area_code": trip.dest_area_code,
        "dest_certainty": trip.certainty,
        "credential": trip.credential,
    }
    if trip.announced_at:
        announced_on = trip.announced_at.date()
        reporter.add("DepartureAnnounced", trip.announced_at, announced_on, planned_on=trip.left_on.isoformat(), **told)
    reporter.add("MemberLeft", trip.reported_at, trip.left_on, source=trip.source, **told)


def _tell_changes(random: Random, reporter: Reporter, member: Member, first: date, last: date) -> None:
    if random.random() < _DESTINATION_CHANGES:
        on, area = some_day(random, first, last), some_destination(random)
        reporter.add("DestinationChanged", office_hour(random, on), on, dest_area_code=area, dest_certainty="FIXED",
                     range=flow_range(area))  # fmt: skip
    if random.random() < _NEW_CONTACT_POINTS:
        on = some_day(random, first, last)
        reporter.add("ContactPointAdded", office_hour(random, on), on, kind="MOBILE", source="MEMBER",
                     value="+86" + mobile_number(_NEW_NUMBERS_FROM + member.place))  # fmt: skip
    if random.random() < _REPORTS_IN_AT_HOST:
        on = some_day(random, first, last)
        reporter.add("HostReportedIn", office_hour(random, on), on, host_branch=_host(random))
    if random.random() < _REPORTS:
        on = some_day(random, first, last)
        reporter.add("ReportGiven", office_hour(random, on), on)


def _tell_quarter(random: Random, reporter: Reporter, member: Member, quarter: Quarter | None) -> None:
    if quarter is None:
        return
    on = some_day(random, quarter.first, quarter.last)
    if random.random() < _DILIGENCE[int(member.branch.org_code) % len(_DILIGENCE)]:
        channel, at = pick(random, CHANNELS), office_hour(random, on)
        reporter.add("ContactAttempted", at, on, quarter=quarter.name, channel=channel, outcome="REACHED")
        paid_to = quarter.months[0]
        reporter.add("ContactCompleted", at + timedelta(minutes=12), on, quarter=quarter.name,
                     channel=channel, work=pick(random, WORK), org_life=pick(random, ORG_LIFE), dues="PAID_TO",
                     dues_paid_to=paid_to, wishes=["INQUIRY"] if random.random() < _WISHES else None)  # fmt: skip
    elif random.random() < 0.5:  # noqa: PLR2004  the other half is not even tried
        outcome = pick(random, FAILURES)
        reporter.add(
            "ContactAttempted", office_hour(random, on), on, quarter=quarter.name, channel="PHONE", outcome=outcome
        )
    if random.random() < _DUES_PAID:
        paid_on = some_day(random, quarter.first, quarter.last)
        months = [month for month in quarter.months if month <= f"{paid_on:%Y-%m}"]
        reporter.add("DuesPaid", office_hour(random, paid_on), paid_on, months=months)


def _overlap(quarter: Quarter, first: date, last: date) -> Quarter | None:
    cut = quarter._replace(first=max(quarter.first, first), last=min(quarter.last, last))
    return cut if cut.first < cut.last else None


def _host(random: Random) -> str:
    """The code of a made-up host branch in some other county."""
    return f"{some_destination(random)}{random.randint(900, 999)}{random.randint(900, 999)}"


def count_by_type(reports: Sequence[Report]) -> dict[str, int]:
    """How many reports there are of each type, by name."""
    counts: dict[str, int] = {}
    for report in reports:
        counts[report.type] = counts.get(report.type, 0) + 1
    return dict(sorted(counts.items()))


def until(reports: Sequence[Report], year: Year) -> Iterator[Report]:
    """The reports made before the clock's start."""
    return (report for report in reports if report.time < year.clock_start)
