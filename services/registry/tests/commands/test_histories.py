"""Random histories of a small city: what the doors show is what the deciders say, and the invariants of §8 hold."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.registry.tests.city import FAR, HOME, NEXT, PARENTS, CityOfTests, a_city, id_number
from services.registry.tests.commands.test_departures import transfer

from guiyan.ledger import LedgerError, OutcomeUnknown, Refused
from guiyan.ledger.faults import Fault, SeededFaults
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.registry.commands import departures, trips
from guiyan.registry.commands.departures import Told
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.member import MEMBER
from guiyan.service.problems import Problem

BRANCHES = (HOME, NEXT, FAR)
FIRST = date(2026, 1, 1)
RATES = {
    Fault.LOSE: 0.08, Fault.DROP_ACK: 0.08, Fault.LATE: 0.05, Fault.DUPLICATE: 0.05, Fault.AWAY: 0.05,
    Fault.STALE_READ: 0.1,
}  # fmt: skip
STEPS = st.tuples(
    st.sampled_from(["register", "announce", "leave", "report_in", "accept", "return", "close", "transfer"]),
    st.integers(0, 3),
    st.sampled_from(BRANCHES),
    st.integers(0, 180),
)


async def act(city: CityOfTests, step: tuple[str, int, str, int], people: dict[int, str]) -> None:
    """One step of a history; a refusal is a normal answer."""
    what, number, branch, day = step
    on = FIRST + timedelta(days=day)
    if what == "register":
        people[number] = (await city.register(branch, id_no=id_number(number))).id
        return
    member = people[number]
    told = Told({"reason": "BUSINESS", "source": "SWEEP"}, None, on)
    if what == "leave":
        await departures.record_leaving(city.tools, city.asker(), member, told)
    elif what == "announce":
        plan = Told({"reason": "BUSINESS", "planned_on": on + timedelta(days=5)}, None, on)
        await departures.announce_departure(city.tools, city.asker(), member, plan)
    elif what == "transfer":
        await transfer(city, member, branch, on)
    else:
        await act_on_trip(city, what, member, branch, on)


async def act_on_trip(city: CityOfTests, what: str, member: str, branch: str, on: date) -> None:
    """One step on the member's open trip."""
    asker = city.asker()
    trip = await trips.get_trip(city.tools, asker, member, on)
    if what == "report_in":
        await departures.report_in(city.tools, asker, trip, branch, on)
    elif what == "accept":
        await departures.accept_as_host(city.tools, asker, trip, on)
    elif what == "return":
        await departures.record_return(city.tools, asker, trip, certificate_handed_in=None, occurred_on=on)
    else:
        await departures.close_departure(city.tools, asker, trip, on)


async def check(city: CityOfTests) -> None:
    """Documents and deciders agree; one open trip a member; the sums of both ledger levels are equal."""
    for _ in range(3):  # what follows from what follows
        await city.settle()
    members, away = await city.documents("members"), await city.documents("departures")
    for id_, shown in members.items():
        state, _ = await city.tools.commands.load(MEMBER, id_)
        assert (shown["branch"], shown["version"] > 0) == (state.branch, True)
        assert shown["responsible"] == state.branch
    for id_, shown in away.items():
        trip, history = await city.tools.commands.load(DEPARTURE, id_)
        assert (shown["state"], shown["open"]) == (trip.state, trip.open)
        assert (shown["host_branch"], shown["recognised_on"]) == (trip.host_branch, iso(trip.recognised_on))
        assert shown["version"] == history.events[-1].streamversion
        assert not shown["open"] or shown["host_branch"] != members[shown["member_id"]]["branch"]
    open_trips = Counter(one["member_id"] for one in away.values() if one["open"])
    assert set(open_trips.values()) <= {1}
    shown_away = {id_ for id_, one in members.items() if one["departure_id"]}
    assert shown_away == set(open_trips)
    by_branch = Counter(one["branch"] for one in members.values())
    by_township = Counter(PARENTS[branch] for branch in by_branch.elements())
    assert sum(by_township.values()) == sum(by_branch.values()) == len(members)


def iso(day: date | None) -> str | None:
    """A day as a document holds it."""
    return day.isoformat() if day else None


async def tell(steps: list[tuple[str, int, str, int]]) -> None:
    """A whole history, with the clock running past every timer at its end."""
    async with a_city() as city:
        people: dict[int, str] = {}
        for step in steps:
            with suppress(Refused, KeyError):
                await act(city, step, people)
        city.clock.set(datetime(2027, 3, 1, tzinfo=UTC))
        await city.settle()
        await city.due_loop.fire_due()
        await check(city)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_what_is_shown_is_what_happened(steps: list[tuple[str, int, str, int]]) -> None:
    """Whatever a year brings, in whatever order it is told."""
    asyncio.run(tell(steps))


@pytest.mark.parametrize("seed", range(8))
async def test_faults_of_the_ledger_make_nobody_twice(seed: int) -> None:
    """Lost acknowledgements, writes that arrive late or twice, stale reads: retried by the same command, one effect."""
    log = MemoryLedger()
    async with a_city(log) as city:
        faulty = MemoryLedger(log.log, faults=SeededFaults(seed, RATES))
        object.__setattr__(city.tools.commands, "_ledger", faulty)
        members = [await insist(city, number) for number in range(12)]
        trips = [await insist_leaving(city, member) for member in members[:6]]
        city.tools.commands._ledger = log
        await check(city)
        assert len(set(members)) == len(await city.documents("members")) == 12
        assert len(set(trips)) == len(await city.documents("departures")) == 6


async def insist(city: CityOfTests, number: int) -> str:
    """Enter a member, repeating the same command while the ledger fails."""
    asker = city.asker()
    while True:
        with suppress(LedgerError, OutcomeUnknown, Problem):
            return (await city.register(id_no=id_number(number), asker=asker)).id


async def insist_leaving(city: CityOfTests, member: str) -> str:
    """Record a leaving, repeating the same command while the ledger fails."""
    asker: Any = city.asker()
    told = Told({"reason": "BUSINESS", "source": "SWEEP"}, None, date(2026, 6, 1))
    while True:
        with suppress(LedgerError, OutcomeUnknown, Problem):
            return (await departures.record_leaving(city.tools, asker, member, told)).id
