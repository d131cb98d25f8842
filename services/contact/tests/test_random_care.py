"""Any history of members who leave, report, come home, and are helped: what the clock says is what happened.

Worked out here from the ledger's events and from what was let happen, not from contact's own rows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.contact.tests.town import ContactTown, a_town

from guiyan.events import Event
from guiyan.ledger.calendar import SPRING_FESTIVALS, add_months

DAYS: Final = st.integers(20, 400) | st.sampled_from([30, 365, 366])
TRIPS: Final = st.lists(
    st.sampled_from(["leave", "leave", "home", "report", "at home"]) | DAYS, min_size=4, max_size=12
)
CASES: Final = st.lists(
    st.sampled_from(["grant", "visit", "visit", "close", "window", "window"]) | st.integers(20, 200),
    min_size=4,
    max_size=12,
)
WINDOW_DAYS: Final = 30


@dataclass
class History:
    """One member's story as it was let happen."""

    town: ContactTown
    member_id: str
    trips: Any = field(default_factory=lambda: count(1))
    trip: str | None = None
    away: list[tuple[date, date]] = field(default_factory=list)
    """From when to when the member was away; an open end is the last day there is."""
    reports: list[date] = field(default_factory=list)
    cases: dict[str, list[date]] = field(default_factory=dict)
    """The days of each case's grant and visits, and of its end."""
    ended: dict[str, date] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The business date."""
        return self.town.world.clock.today()

    async def let(self, what: str | int) -> None:
        """Let one thing happen; what makes no sense now does not."""
        if isinstance(what, int):
            await self.town.town.advance(days=what)
        elif what == "window":
            days = sorted(_occasions(self.today, add_months(self.today, 12)))
            opens = [day - timedelta(days=WINDOW_DAYS - 3) for day in days]
            await self.town.until(next((day for day in opens if day > self.today), self.today))
        elif what in {"grant", "visit", "close"}:
            await self.help(what)
        elif what == "leave" and self.trip is None:
            self.trip = f"trip{next(self.trips)}"
            self.away.append((self.today, date.max))
            await self.town.leave(self.member_id, self.trip)
        elif what == "home" and self.trip is not None:
            self.away[-1] = (self.away[-1][0], self.today)
            await self.town.come_home(self.member_id, self.trip)
            self.trip = None
        elif what in {"report", "at home"}:
            self.reports.append(self.today)
            path = "/v1/reports" if what == "report" else "/v1/home-visits"
            made = await self.town.post(path, {"member_id": self.member_id}, self.town.city)
            assert made.status_code == 201, made.text
        await self.town.town.settle()

    async def help(self, what: str) -> None:
        """A case is granted help, visited, closed; each open one with its own days."""
        path, headers = "/v1/aid-cases", self.town.city
        is_open = [id_ for id_ in self.cases if id_ not in self.ended]
        if what == "grant":
            made = await self.town.post(path, {"member_id": self.member_id, "kind": "RELIEF"}, headers)
            id_ = made.json()["id"]
            for verb, body in (("assess", {"upheld": True}), ("approve", {})):
                assert (await self.town.post(f"{path}/{id_}/{verb}", body, headers)).status_code == 200
            self.cases[id_] = [self.today]
        elif what == "visit" and is_open:
            assert (await self.town.post(f"{path}/{is_open[0]}/visit", {}, headers)).status_code == 200
            self.cases[is_open[0]].append(self.today)
        elif what == "close" and is_open:
            ended = await self.town.post(f"{path}/{is_open[0]}/close", {"outcome": "NOT_NEEDED"}, headers)
            assert ended.status_code == 200, ended.text
            self.ended[is_open[0]] = self.today

    def overdue_is_right(self, said: list[Event]) -> None:
        """Said once a date, of a member away who has not reported for twelve months; and said when it is so."""
        dates = [date.fromisoformat(one.data["due_on"]) for one in said]
        assert len(dates) == len(set(dates)), f"said twice: {dates}"
        for one, due_on in zip(said, dates, strict=True):
            assert any(since < one.occurredon and until >= one.occurredon for since, until in self.away)
            silent_since = add_months(due_on, -12)
            assert due_on < one.occurredon
            assert not [day for day in self.reports if silent_since < day < one.occurredon], (due_on, self.reports)
        if self.trip is not None:
            since = max(self.away[-1][0], *self.reports, date.min)
            passed = [one for one in (add_months(since, 12 * n) for n in range(1, 9)) if one < self.today]
            assert set(passed) <= set(dates), f"silent since {since}, and {dates}"

    def visits_are_right(self, id_: str, said: list[Event]) -> None:
        """Before each Spring Festival and 1 July of the open case, once, unless visited in the month before."""
        granted, visits = self.cases[id_][0], self.cases[id_][1:]
        last = min(self.ended.get(id_, self.today), self.today)
        dates = [date.fromisoformat(one.data["due_on"]) for one in said]
        assert len(dates) == len(set(dates)), f"said twice: {dates}"
        for due_on in _occasions(granted, last):
            opens_on = due_on - timedelta(days=WINDOW_DAYS)
            spoken = next((one.occurredon for one in said if one.data["due_on"] == due_on.isoformat()), None)
            before = [day for day in visits if opens_on <= day < (spoken or date.max)]
            if spoken is not None:
                assert max(opens_on, granted) <= spoken <= due_on
                assert not before, f"{due_on} is said although visited on {before}"
            elif max(opens_on, granted) < last:
                assert [day for day in visits if opens_on <= day <= due_on], f"{due_on} is not said: {visits}"


def _occasions(granted: date, last: date) -> list[date]:
    """The days before which a visit was due while the case was open."""
    every = [day - timedelta(days=1) for day in SPRING_FESTIVALS.values()]
    every += [date(year, 6, 30) for year in range(granted.year, last.year + 1)]
    return [day for day in every if granted <= day and day - timedelta(days=WINDOW_DAYS) <= last]


async def play(happenings: list[str | int]) -> tuple[History, dict[str, dict[str, list[Event]]]]:
    """Let all of it happen to one member; gives the story, and the ledger's events by type and aggregate."""
    said: dict[str, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    async with a_town() as town:
        history = History(town, await town.member())
        await town.town.settle()
        for what in happenings:
            await history.let(what)
        async for commits in town.world.ledger.follow(0, batch=1_000_000):
            for event in (event for commit in commits for event in commit.events):
                said[event.type][event.aggregate_id].append(event)
            break
    return history, said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(happenings=TRIPS)
async def test_who_is_said_to_be_silent_is_silent(happenings: list[str | int]) -> None:
    """Whoever leaves, reports and returns in any order: nothing is said twice, too soon, or not at all (R3)."""
    history, said = await play(happenings)
    history.overdue_is_right([one for events in said["ReportOverdue"].values() for one in events])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(happenings=CASES)
async def test_visits_are_said_to_be_due_when_they_are(happenings: list[str | int]) -> None:
    """Whoever is helped, visited or needs it no more, in any order: likewise (§2.12)."""
    history, said = await play(happenings)
    if history.today.year <= max(SPRING_FESTIVALS):
        for id_ in history.cases:
            history.visits_are_right(id_, said["AidVisitDue"][id_])
