"""Who of the made-up members is away when, why and where: the trips of one year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from guiyan.cli.sample.calendar import Year, office_hour, some_day
from guiyan.cli.sample.people import Member

REASONS = (
    *(("MIGRANT_WORK", 45), ("BUSINESS", 20), ("JOB_CHANGE", 10), ("STUDY", 8), ("GRADUATE_JOB_SEEKING", 7)),
    *(("FAMILY", 6), ("RETIRED_ELSEWHERE", 4)),
)
KINDS = {
    "STUDY": "GRADUATE",
    "GRADUATE_JOB_SEEKING": "GRADUATE",
    "MIGRANT_WORK": "RURAL_LABOUR",
    "JOB_CHANGE": "ASSIGNED_AWAY",
}
CERTAINTIES = (("FIXED", 60), ("CHANGING", 30), ("UNKNOWN", 10))
DESTINATIONS = (
    *("650102", "650103", "650104", "659001", "654003", "654021", "110105", "310115", "330106", "330109"),
    *("320506", "440106", "440305", "500103", "510104", "610113", "620102", "350203", "370202", "410105"),
)
"""Counties of GB/T 2260, as a destination is told: county level at most."""
HOME_PROVINCE, HOME_PREFECTURE = "65", "6540"
SWEEP_FOUND = 10
"""Members found away and registered afterwards in the seed article's sweeps (S-14)."""
LATER_SHARE = 0.15
RETURN_SHARE = 0.25

_LEAST_STAY_DAYS = 45


class Trip(NamedTuple):
    """One departure: when the member left, when that was reported, and when the member came home, if in the year."""

    left_on: date
    reported_at: datetime
    source: str
    announced_at: datetime | None
    reason: str
    member_kind: str
    dest_area_code: str | None
    certainty: str
    credential: str
    returned_on: date | None

    @property
    def range(self) -> str | None:
        """How far, by the area code."""
        return flow_range(self.dest_area_code)


def flow_range(area_code: str | None) -> str | None:
    """FlowRange of a destination seen from the city; None where the destination is not known."""
    if area_code is None:
        return None
    if not area_code.startswith(HOME_PROVINCE):
        return "CROSS_PROVINCE"
    return "WITHIN_PREFECTURE" if area_code.startswith(HOME_PREFECTURE) else "WITHIN_PROVINCE"


def make_trips(random: Random, members: Sequence[Member], away: int, year: Year) -> Iterator[tuple[Member, Trip]]:
    """`away` members who have left by the clock's start, and some 15 % more who leave later in the year."""
    # Younger members leave more often: the older half stays at home unless there are not enough others.
    able = sorted(members, key=lambda member: (member.birth_date.year < year.start.year - 60, random.random()))
    later = min(len(members) - away, round(away * LATER_SHARE))
    swept = min(SWEEP_FOUND, away // 10)
    for place, member in enumerate(able[: away + later]):
        if place < swept:
            left_on = some_day(random, year.start - timedelta(days=90), year.start - timedelta(days=10))
            yield member, _trip(random, year, left_on, "SWEEP")
        elif place < away:
            last = year.clock_start.date() - timedelta(days=4)
            yield member, _trip(random, year, some_day(random, year.start, last), _source(random))
        else:
            first = year.clock_start.date() + timedelta(days=10)
            left_on = some_day(random, first, year.end - timedelta(days=_LEAST_STAY_DAYS))
            yield member, _trip(random, year, left_on, "ANNOUNCED")


def some_destination(random: Random) -> str:
    """A county, the nearer ones more often."""
    return random.choice(DESTINATIONS[: random.choice((6, 10, len(DESTINATIONS)))])


def pick(random: Random, shares: Sequence[tuple[str, int]]) -> str:
    """One of the words by their shares."""
    return random.choices([word for word, _ in shares], [share for _, share in shares])[0]


def _trip(random: Random, year: Year, left_on: date, source: str) -> Trip:
    reason, certainty = pick(random, REASONS), pick(random, CERTAINTIES)
    known = max(left_on, year.start + timedelta(days=3)) + timedelta(days=random.randint(0, 2))
    announced_on = left_on - timedelta(days=random.randint(3, 8))
    return Trip(
        left_on=left_on,
        reported_at=office_hour(random, known),
        source=source,
        announced_at=office_hour(random, announced_on) if source == "ANNOUNCED" and announced_on > year.start else None,
        reason=reason,
        member_kind=KINDS.get(reason, "OTHER"),
        dest_area_code=None if certainty == "UNKNOWN" else some_destination(random),
        certainty=certainty,
        credential=random.choice(("ACTIVITY_CERT", "PROOF_LETTER", "NONE")),
        returned_on=_return(random, year, left_on),
    )


def _source(random: Random) -> str:
    return random.choice(("ANNOUNCED", "ANNOUNCED", "ANNOUNCED", "FAMILY_TOLD", "SWEEP"))


def _return(random: Random, year: Year, left_on: date) -> date | None:
    earliest = max(left_on + timedelta(days=_LEAST_STAY_DAYS), year.clock_start.date() + timedelta(days=7))
    last = year.end - timedelta(days=1)
    if earliest >= last or random.random() >= RETURN_SHARE:
        return None
    return some_day(random, earliest, last)
