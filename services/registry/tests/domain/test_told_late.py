"""What is told late about a trip stands before nothing that is newer (domain.md §8: late receipts are normal here)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.domain.test_departure import (
    HOME,
    HOST,
    LEFT_ON,
    MEMBER_ID,
    NEXT_HOST,
    TODAY,
    TRIP,
    come_home,
    employer,
    leave,
    occasion,
    recognise,
)
from services.registry.tests.story import Story

from guiyan.events.codes import DepartureEnd, HostRefusal
from guiyan.events.registry.departure import DepartureClosed, DestinationChanged
from guiyan.ledger import Fact
from guiyan.ledger.past import fold
from guiyan.registry.domain.departure import DEPARTURE, ChangeDestination, ReopenDeparture
from guiyan.registry.domain.hosting import (
    AcceptAsHost,
    DeclineAsHost,
    EndHosting,
    RemindHost,
    ReportInAtHost,
    answer_due,
)
from guiyan.registry.projections import Register
from guiyan.registry.projections.departures import DEPARTURES

DECISION = "019b76da-a800-7000-8000-0000000000f1"
APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
CODES = ("range", "dest_area_code", "dest_certainty", "dest_unit_kind", "occupation_code")
LEFT: dict[str, Any] = {"dest_area_code": "650102", "dest_certainty": "FIXED", "dest_unit_kind": "GOV"}
TELLINGS = st.tuples(
    st.dates(LEFT_ON, TODAY),
    st.fixed_dictionaries(
        {},
        optional={
            "dest_area_code": st.sampled_from(["440305", "110101", "310115"]),
            "dest_certainty": st.sampled_from(["FIXED", "CHANGING", "UNKNOWN"]),
            "dest_unit_kind": st.sampled_from(["PRIVATE", "GOV"]),
            "occupation_code": st.sampled_from(["0253", "113"]),
        },
    ),
)


def at_place(on: date, **codes: object) -> ChangeDestination:
    """A destination told for a day."""
    facts = DestinationChanged.model_validate({"member_id": MEMBER_ID, **codes})
    return ChangeDestination(facts, None, occasion(on))


@pytest.fixture
def away() -> Story:
    """A member away since 10 January 2026."""
    trip = Story(DEPARTURE, TRIP)
    trip.when(leave(**LEFT))
    return trip


def document(trip: Story, until: date | None = None) -> dict[str, Any]:
    """The trip's document, as of a business date when one is given."""
    facts = [Fact(event, n) for n, event in enumerate(trip.events, 1) if until is None or event.occurredon <= until]
    found = fold(Register(), facts).find(DEPARTURES, TRIP)
    assert found is not None
    return found


def test_an_older_destination_stays_in_the_history(away: Story) -> None:
    """Told in May, then of April: today's is May's; each day answers what was so on it."""
    away.when(at_place(MAY, dest_area_code="110101", dest_certainty="FIXED"))
    assert len(away.when(at_place(APRIL, dest_area_code="440305", dest_certainty="CHANGING"))) == 1
    assert away.state.facts["dest_area_code"] == "110101"
    told = [document(away, day)["dest_area_code"] for day in (date(2026, 3, 1), date(2026, 4, 15), MAY, TODAY)]
    assert told == ["650102", "440305", "110101", "110101"]
    assert (document(away)["dest_certainty"], document(away)["dest_province"]) == ("FIXED", "110000")


def test_an_older_employer_and_the_later_of_one_day(away: Story) -> None:
    """The newest by business date; of one day the later recorded."""
    away.when(employer(MAY, dest_unit_kind="PRIVATE"))
    away.when(employer(APRIL, dest_unit_kind="GOV", occupation_code="0253"))
    now = document(away)
    assert (now["dest_unit_kind"], now["occupation_code"]) == ("PRIVATE", "0253")
    away.when(employer(MAY, dest_unit_kind="GOV"))
    assert document(away)["dest_unit_kind"] == "GOV"


@given(st.lists(TELLINGS, max_size=6), st.dates(LEFT_ON, TODAY))
def test_any_order_of_recording_gives_what_the_days_give(told: list[tuple[date, dict[str, str]]], day: date) -> None:
    """§8: sorted by business date, then by recording; decider, document, and the document of any day alike."""
    trip = Story(DEPARTURE, TRIP)
    trip.when(leave(**LEFT))
    for on, codes in told:
        trip.when(at_place(on, **codes))
    for until in (TODAY, day):
        expected: dict[str, Any] = dict.fromkeys(CODES) | LEFT
        for on, codes in sorted(told, key=lambda one: one[0]):
            expected |= codes if on <= until else {}
        shown = document(trip, until)
        assert {name: shown[name] for name in CODES} == expected
        if until == TODAY:
            assert {name: trip.state.facts.get(name) for name in CODES} == expected


def test_nobody_reports_in_before_the_host_of_now(away: Story) -> None:
    """§2.2, §8: refused on a day before the last act with a host; the host of now stays."""
    away.when(ReportInAtHost(HOST, occasion(MAY)))
    refused = away.refused(ReportInAtHost(NEXT_HOST, occasion(APRIL)))
    assert (refused.code, refused.params["earliest"]) == ("too_early", "2026-05-01")
    assert away.state.host_branch == HOST
    away.when(ReportInAtHost(NEXT_HOST, occasion(MAY)))
    away.when(AcceptAsHost(occasion(MAY)))
    away.when(EndHosting(occasion(JUNE)))
    assert away.refused(ReportInAtHost(HOST, occasion(MAY))).code == "too_early"
    away.when(ReportInAtHost(HOST, occasion(JUNE)))
    away.when(DeclineAsHost(HostRefusal.OUTSIDE_AREA, occasion(date(2026, 6, 9))))
    assert away.refused(ReportInAtHost(NEXT_HOST, occasion(date(2026, 6, 8)))).code == "too_early"


@pytest.mark.parametrize(
    ("home_on", "hosting", "area"),
    [
        (date(2026, 4, 15), (None, None, None), "650102"),
        (MAY, (HOST, MAY, None), "650102"),
        (date(2026, 5, 20), (HOST, MAY, date(2026, 5, 20)), "650102"),
        (TODAY, (HOST, MAY, date(2026, 5, 20)), "440305"),
    ],
)
def test_what_is_dated_after_the_return_shows_no_more(
    away: Story, home_on: date, hosting: tuple[str | None, date | None, date | None], area: str
) -> None:
    """§8: a return told late; nobody was with a host, or elsewhere, after coming home."""
    away.when(ReportInAtHost(HOST, occasion(MAY)))
    away.when(AcceptAsHost(occasion(date(2026, 5, 20))))
    away.when(at_place(JUNE, dest_area_code="440305"))
    away.when(come_home(home_on))
    state, shown = away.state, document(away)
    assert (state.host_branch, state.reported_in_on, state.hosted_since) == hosting
    texts = [None if one is None else str(one) for one in hosting]
    assert [shown[name] for name in ("host_branch", "reported_in_on", "hosted_since")] == texts
    assert (state.facts["dest_area_code"], shown["dest_area_code"]) == (area, area)
    assert shown["sides"] == [HOME] + [HOST] * (hosting[0] is not None)


def test_an_overdue_answer_after_the_return_was_none() -> None:
    """§2.2: the clock reminded a host of somebody who was home by then."""
    away = Story(DEPARTURE, TRIP)
    away.when(leave())
    away.when(ReportInAtHost(HOST, occasion(MAY)))
    away.when(RemindHost(MAY, answer_due(MAY)))
    away.when(come_home(date(2026, 5, 10)))
    assert (away.state.host_overdue_on, document(away)["host_overdue_on"]) == (None, None)
    assert (away.state.host_branch, document(away)["host_branch"]) == (HOST, HOST)


def test_a_reopened_trip_has_back_what_its_end_took(away: Story) -> None:
    """§2.11: an end dated before what was known, and found wrong, leaves nothing behind, here or in other services."""
    away.when(recognise())
    away.when(ReportInAtHost(HOST, occasion(MAY)))
    away.when(AcceptAsHost(occasion(date(2026, 5, 20))))
    away.when(at_place(JUNE, dest_area_code="440305"))
    before, shown = away.state, document(away)
    end = DepartureClosed(member_id=MEMBER_ID, branch=HOME, reason=DepartureEnd.MEMBERSHIP_ENDED)
    away.given(end, APRIL, cause=DECISION)
    assert (away.state.recognised_on, away.state.host_branch) == (None, None)
    (again,) = away.when(ReopenDeparture(DECISION))
    assert (again.host_branch, again.dest_area_code) == (HOST, "440305")
    assert away.state == before
    back = document(away)
    assert {name: back[name] for name in CODES} == {name: shown[name] for name in CODES}
    hosts = ("host_branch", "reported_in_on", "hosted_since", "recognised_on", "state")
    assert [back[name] for name in hosts] == [shown[name] for name in hosts]
