"""What is reported of one member away in one quarter: attempts, answers, the host's answer, dues, attendance."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from guiyan.cli.sample.calendar import Quarter, office_hour, some_day
from guiyan.cli.sample.people import Member
from guiyan.cli.sample.report import Reporter
from guiyan.cli.sample.trips import pick

CHANNELS = (("PHONE", 60), ("WECHAT_CALL", 20), ("VIDEO", 10), ("SMS", 10))
FAILURES = (("NO_ANSWER", 60), ("NUMBER_DEAD", 15), ("WRONG_NUMBER", 10), ("CALL_BACK", 15))
WORK = (("EMPLOYED", 55), ("SELF_EMPLOYED", 20), ("SEEKING", 10), ("STUDY", 8), ("UNSAID", 7))
ORG_LIFE = (("ATTENDS_HOST", 35), ("ATTENDS_ONLINE", 40), ("NONE", 15), ("UNSAID", 10))

DILIGENCE = (0.6, 0.75, 0.85, 0.95)
"""How many of its duties a branch fulfils: some branches are busier or slower than others, and the demo shows it."""

_TRIED_IN_VAIN = 0.5
_HOST_ANSWERS = 0.8
_DUES_PAID = 0.7
_ATTENDS = 0.5
_WISHES = 0.08


class Host(NamedTuple):
    """The branch at the destination and the day the member reported to it."""

    branch: str
    since: date


def tell_quarter(random: Random, reporter: Reporter, member: Member, quarter: Quarter, host: Host | None) -> None:
    """Adds the reports of this quarter, all on days within it."""
    _tell_contact(random, reporter, member, quarter)
    if host and host.since < quarter.last:
        _tell_host(random, reporter, quarter, host)
    if random.random() < _DUES_PAID:
        on = some_day(random, quarter.first, quarter.last)
        months = [month for month in quarter.months if month <= f"{on:%Y-%m}"]
        reporter.add("DuesPaid", office_hour(random, on), on, months=months)
    if random.random() < _ATTENDS:
        on = some_day(random, quarter.first, quarter.last)
        reporter.add("AttendanceRecorded", office_hour(random, on), on, kind="ONLINE_STUDY", mode="ONLINE", hours=2)


def _tell_contact(random: Random, reporter: Reporter, member: Member, quarter: Quarter) -> None:
    on = some_day(random, quarter.first, quarter.last)
    at = office_hour(random, on)
    if random.random() >= DILIGENCE[int(member.branch.org_code) % len(DILIGENCE)]:
        if random.random() < _TRIED_IN_VAIN:
            outcome = pick(random, FAILURES)
            reporter.add("ContactAttempted", at, on, quarter=quarter.name, channel="PHONE", outcome=outcome)
        return
    channel = pick(random, CHANNELS)
    reporter.add("ContactAttempted", at, on, quarter=quarter.name, channel=channel, outcome="REACHED")
    reporter.add(
        "ContactCompleted",
        at + timedelta(minutes=12),
        on,
        quarter=quarter.name,
        channel=channel,
        work=pick(random, WORK),
        org_life=pick(random, ORG_LIFE),
        dues="PAID_TO",
        dues_paid_to=quarter.months[0],
        wishes=["INQUIRY"] if random.random() < _WISHES else None,
    )


def _tell_host(random: Random, reporter: Reporter, quarter: Quarter, host: Host) -> None:
    on = some_day(random, max(quarter.first, host.since + timedelta(days=1)), quarter.last)
    if random.random() < _HOST_ANSWERS:
        reporter.add(
            "HostOrgContacted",
            office_hour(random, on),
            on,
            quarter=quarter.name,
            host_branch=host.branch,
            channel="PHONE",
            attendance="ATTENDS_HOST",
            dues="UNSAID",
        )
