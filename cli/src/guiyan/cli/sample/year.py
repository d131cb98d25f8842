"""What township systems report of the members away over a year, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from guiyan.cli.sample.calendar import Quarter, Year, office_hour, some_day
from guiyan.cli.sample.identity import mobile_number
from guiyan.cli.sample.names import CITY
from guiyan.cli.sample.people import Member
from guiyan.cli.sample.quarter import Host, tell_quarter
from guiyan.cli.sample.report import Report, Reporter
from guiyan.cli.sample.trips import Trip, flow_range, make_trips, some_destination

_DESTINATION_CHANGES = 0.15
_NEW_CONTACT_POINTS = 0.2
_REPORTS_IN_AT_HOST = 0.25
_REPORTS = 0.4
_ASKS_FOR_TRANSFER = 0.04
_TRANSFER_AFTER_DAYS = 200
_LAST_WEEKS_DAYS = 14
_SWEEP_DAYS = 15
_NEW_NUMBERS_FROM = 50_000_000


def tell_year(seed: int, members: Sequence[Member], found: Sequence[Member], away: int, year: Year) -> list[Report]:
    """Every report of the year, sorted by time and id; the same arguments give the same reports.

    `members` are those of the roster, `found` those the Spring Festival sweep finds and registers (S-14).
    """
    random = Random(f"{seed}:year")  # noqa: S311  a reproducible sample, no secret
    reports: list[Report] = []
    for member, trip in make_trips(random, members, away, year):
        reporter = Reporter(seed, member)
        _tell_trip(random, reporter, member, trip, year)
        reports += reporter.reports
    for member in found:
        reporter = Reporter(seed, member)
        _tell_found(random, reporter, member, year)
        reports += reporter.reports
    return sorted(reports, key=lambda report: (report.time, report.id))


def count_by_type(reports: Sequence[Report]) -> dict[str, int]:
    """How many reports there are of each type, by name."""
    counts: dict[str, int] = {}
    for report in reports:
        counts[report.type] = counts.get(report.type, 0) + 1
    return dict(sorted(counts.items()))


def until(reports: Sequence[Report], year: Year) -> Iterator[Report]:
    """The reports made before the clock's start."""
    return (report for report in reports if report.time < year.clock_start)


def _tell_trip(random: Random, reporter: Reporter, member: Member, trip: Trip, year: Year) -> None:
    _tell_leaving(reporter, trip)
    first = max(trip.reported_at.date(), year.clock_start.date()) + timedelta(days=1)
    last = (trip.returned_on or year.end) - timedelta(days=1)
    transfers = _asks_for_transfer(random, trip, year)
    if transfers:
        last = year.end - timedelta(days=_LAST_WEEKS_DAYS)
    if first < last:
        host = _tell_changes(random, reporter, member, first, last)
        for quarter in filter(None, (_overlap(quarter, first, last) for quarter in year.quarters())):
            tell_quarter(random, reporter, member, quarter, host)
    if transfers:
        _tell_transfer(random, reporter, trip, last + timedelta(days=random.randint(1, _LAST_WEEKS_DAYS)))
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


def _tell_changes(random: Random, reporter: Reporter, member: Member, first: date, last: date) -> Host | None:
    """A new destination, a new number, a report given, a host branch: each for some members."""
    if random.random() < _DESTINATION_CHANGES:
        on, area = some_day(random, first, last), some_destination(random)
        told = {"dest_area_code": area, "dest_certainty": "FIXED", "range": flow_range(area)}
        reporter.add("DestinationChanged", office_hour(random, on), on, **told)
    if random.random() < _NEW_CONTACT_POINTS:
        on, number = some_day(random, first, last), mobile_number(_NEW_NUMBERS_FROM + member.place)
        told = {"kind": "MOBILE", "source": "MEMBER", "value": f"+86{number}"}
        reporter.add("ContactPointAdded", office_hour(random, on), on, **told)
    if random.random() < _REPORTS:
        on = some_day(random, first, last)
        reporter.add("ReportGiven", office_hour(random, on), on, form=random.choice(("PHONE", "ONLINE", "WRITTEN")))
    if random.random() >= _REPORTS_IN_AT_HOST:
        return None
    host = Host(_host_code(random), some_day(random, first, last))
    reporter.add("HostReportedIn", office_hour(random, host.since), host.since, host_branch=host.branch)
    return host


def _asks_for_transfer(random: Random, trip: Trip, year: Year) -> bool:
    settled = trip.certainty == "FIXED" and trip.returned_on is None
    long_away = (year.end - trip.left_on).days > _TRANSFER_AFTER_DAYS
    return settled and long_away and random.random() < _ASKS_FOR_TRANSFER


def _tell_transfer(random: Random, reporter: Reporter, trip: Trip, on: date) -> None:
    inside = trip.range != "CROSS_PROVINCE"
    reporter.add(
        "TransferRequested",
        office_hour(random, on),
        on,
        channel="ONLINE_PROVINCE" if inside else "ONLINE_NATIONAL",
        change_type="OUT_INSIDE" if inside else "OUT_OTHER_PROVINCE",
        to_title=f"{CITY}外示范县委组织部",
        dues_paid_to=f"{on:%Y-%m}",
    )


def _tell_found(random: Random, reporter: Reporter, member: Member, year: Year) -> None:
    first = year.clock_start.date()
    on = some_day(random, first, first + timedelta(days=_SWEEP_DAYS))
    reporter.add(
        "MemberRegistered",
        office_hour(random, on),
        on,
        name=member.name,
        birth_date=member.birth_date.isoformat(),
        mobile=f"+86{member.mobile}",
        sex="1" if member.male else "2",
        branch=member.branch.org_code,
        person_category="FULL" if member.full_on else "PROBATIONARY",
        joined_on=member.joined_on.isoformat(),
        full_on=member.full_on.isoformat() if member.full_on else None,
        source="SWEEP",
    )


def _overlap(quarter: Quarter, first: date, last: date) -> Quarter | None:
    cut = quarter._replace(first=max(quarter.first, first), last=min(quarter.last, last))
    return cut if cut.first < cut.last else None


def _host_code(random: Random) -> str:
    """The code of a made-up host branch in some other county."""
    return f"{some_destination(random)}{random.randint(900, 999)}{random.randint(900, 999)}"
