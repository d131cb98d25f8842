"""A trip that was closed by a decision in the wrong record goes on as it was (domain.md §2.11, §2.2)."""

from __future__ import annotations

from typing import Any

import pytest
from services.registry.tests.domain.test_departure import (
    HOME,
    HOST,
    LEFT_ON,
    MEMBER_ID,
    TRIP,
    announce,
    come_home,
    leave,
    occasion,
    recognise,
)
from services.registry.tests.story import TODAY, Story

from guiyan.events.codes import DepartureEnd, FlowState
from guiyan.events.registry.departure import DepartureClosed
from guiyan.registry.domain.departure import DEPARTURE, CloseDeparture, ReopenDeparture
from guiyan.registry.domain.hosting import AcceptAsHost, ReportInAtHost

DECISION, OTHER = "019b76da-a800-7000-8000-0000000000f1", "019b76da-a800-7000-8000-0000000000f2"
END = DepartureClosed(member_id=MEMBER_ID, branch=HOME, reason=DepartureEnd.MEMBERSHIP_ENDED)


@pytest.mark.parametrize(
    "told",
    [
        [announce()],
        [leave()],
        [leave(), recognise()],
        [leave(), ReportInAtHost(HOST, occasion(TODAY))],
        [leave(), ReportInAtHost(HOST, occasion(TODAY)), AcceptAsHost(occasion(TODAY))],
    ],
)
def test_in_the_state_in_which_it_was_closed(told: list[Any]) -> None:
    """Announced, away, recognised later or hosted: as if it had not been closed, on the day on which it had been."""
    trip = Story(DEPARTURE, TRIP)
    for command in told:
        trip.when(command)
    before = trip.state
    trip.given(END, cause=DECISION)
    assert trip.state.state == FlowState.CLOSED
    (reopened,) = trip.when(ReopenDeparture(DECISION))
    assert (reopened.away_since, reopened.annulled_id) == (before.away_since, DECISION)
    assert trip.events[-1].occurredon == TODAY
    assert trip.state == before
    assert trip.when(ReopenDeparture(DECISION)) == [], "once"


def test_only_what_that_decision_closed() -> None:
    """A trip that ended otherwise, or by another decision, stays ended; so does one that never was."""
    other = Story(DEPARTURE, TRIP)
    other.when(leave())
    other.given(END, cause=DECISION)
    assert other.when(ReopenDeparture(OTHER)) == []
    for end in (come_home(), CloseDeparture(DepartureEnd.ENTERED_IN_ERROR, occasion(TODAY))):
        trip = Story(DEPARTURE, TRIP)
        trip.when(leave())
        trip.when(end)
        assert trip.when(ReopenDeparture(DECISION)) == []
    assert Story(DEPARTURE, TRIP).when(ReopenDeparture(DECISION)) == []


def test_a_reopened_trip_goes_on_to_its_end() -> None:
    """The member comes home from it like from any other."""
    trip = Story(DEPARTURE, TRIP)
    trip.when(leave())
    trip.given(END, cause=DECISION)
    trip.when(ReopenDeparture(DECISION))
    trip.when(come_home())
    assert (trip.state.state, trip.state.away_since) == (FlowState.RETURNED, LEFT_ON)
