"""Departures: every state and guard of a trip (domain.md §2.1, §2.2)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.registry.tests.story import Story

from guiyan.events.codes import DepartureEnd, DepartureSource, FlowReason, FlowState, HostRefusal
from guiyan.events.registry.departure import (
    DepartureAnnounced,
    DestinationChanged,
    DestinationText,
    EmployerChanged,
    MemberLeft,
)
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import (
    DEPARTURE,
    AnnounceDeparture,
    ChangeDestination,
    ChangeEmployer,
    CloseDeparture,
    ConfirmRecognition,
    Recognise,
    RecordLeaving,
    RecordReturn,
    recognition_due,
)
from guiyan.registry.domain.hosting import (
    AcceptAsHost,
    DeclineAsHost,
    EndHosting,
    FollowHost,
    RemindHost,
    ReportInAtHost,
    answer_due,
)
from guiyan.registry.domain.organisation import Organisation

TRIP, MEMBER_ID = "019b76da-a800-7000-8000-0000000000d1", "019b76da-a800-7000-8000-000000000001"
HOME, HOST, NEXT_HOST = "654002001001", "440306001001", "440306001002"
TODAY = date(2026, 7, 1)
LEFT_ON = date(2026, 1, 10)


def occasion(day: date) -> Occasion:
    """A day before today."""
    return Occasion(day, TODAY)


def announce(on: date = date(2026, 1, 5), planned: date = LEFT_ON, **more: object) -> AnnounceDeparture:
    """An announcement."""
    facts = DepartureAnnounced.model_validate(
        {"member_id": MEMBER_ID, "branch": HOME, "planned_on": planned, "reason": FlowReason.BUSINESS, **more}
    )
    return AnnounceDeparture(facts, None, occasion(on))


def leave(on: date = LEFT_ON, **more: object) -> RecordLeaving:
    """A leaving found in a sweep."""
    told = {"member_id": MEMBER_ID, "branch": HOME, "reason": FlowReason.MIGRANT_WORK, "source": DepartureSource.SWEEP}
    return RecordLeaving(MemberLeft.model_validate({**told, **more}), None, occasion(on))


def come_home(on: date = TODAY) -> RecordReturn:
    """A return."""
    return RecordReturn(occasion(on))


def destination(**more: object) -> ChangeDestination:
    """A new destination told today."""
    return ChangeDestination(DestinationChanged.model_validate({"member_id": MEMBER_ID, **more}), None, occasion(TODAY))


def recognise(since: date = LEFT_ON) -> Recognise:
    """The timer of the sixth month."""
    return Recognise(since, recognition_due(since))


@pytest.fixture
def trip() -> Story:
    """A trip not begun."""
    return Story(DEPARTURE, TRIP)


@pytest.fixture
def away(trip: Story) -> Story:
    """A member away since 10 January 2026."""
    trip.when(leave())
    return trip


def test_announced_then_left(trip: Story) -> None:
    """R3: told before leaving; the leaving keeps the card's facts and may say more."""
    trip.when(announce(occupation_before_code="113"))
    assert trip.state.state == FlowState.REPORTED
    trip.when(leave(dest_area_code="440306", source=DepartureSource.ANNOUNCED))
    assert (trip.state.state, trip.state.away_since) == (FlowState.AWAY, LEFT_ON)
    assert trip.state.facts["occupation_before_code"] == "113"
    assert trip.state.facts["dest_area_code"] == "440306"


def test_found_away_without_an_announcement(away: Story) -> None:
    """S-14: back-registered in a sweep."""
    assert away.types() == ["MemberLeft"]
    assert away.state.state == FlowState.AWAY


def test_a_trip_begins_once(away: Story) -> None:
    """One stream per trip: neither announced nor left again."""
    assert away.refused(announce()).code == "departure_state"
    assert away.refused(leave()).code == "departure_state"


def test_a_plan_lies_ahead_and_a_return_after_the_leaving(trip: Story) -> None:
    """An announcement is made before leaving (R3); nobody means to be back before."""
    assert trip.refused(announce(planned=date(2026, 1, 4))).code == "planned_in_the_past"
    assert trip.refused(announce(expected_return=date(2026, 1, 9))).code == "return_before_leaving"
    assert trip.refused(leave(expected_return=date(2026, 1, 9))).code == "return_before_leaving"


def test_a_trip_begins_after_the_last_one_ended(trip: Story) -> None:
    """Two trips of one member never overlap."""
    facts = leave().facts
    late = RecordLeaving(facts, None, occasion(LEFT_ON), after=date(2026, 2, 1))
    assert trip.refused(late).code == "too_early"


def test_nothing_is_told_of_the_future_or_before_the_leaving(away: Story) -> None:
    """Back-dating is normal, the future is not; nothing at the destination happened before the leaving."""
    assert away.refused(RecordReturn(Occasion(date(2026, 7, 2), TODAY))).code == "in_the_future"
    assert away.refused(come_home(date(2026, 1, 9))).code == "too_early"


def test_a_mistyped_year_is_refused(trip: Story) -> None:
    """Nothing happened before 1921."""
    assert trip.refused(leave(date(202, 6, 1))).code == "too_early"


@pytest.mark.parametrize("told", [leave(), announce()], ids=["left", "announced"])
def test_nobody_leaves_before_joining(trip: Story, told: RecordLeaving | AnnounceDeparture) -> None:
    """Who was no member yet did not leave as one; on the day of joining one may, and where that day is unknown too."""
    day = told.when.occurred_on
    assert trip.refused(replace(told, joined_on=day + timedelta(days=1))).code == "before_joining"
    trip.when(replace(told, joined_on=day))


def test_six_calendar_months_make_a_mobile_member(away: Story) -> None:
    """R2: the class is derived by the timer at the sixth month, on its due day, once."""
    (event,) = away.when(recognise())
    assert event.away_since == LEFT_ON
    assert away.events[-1].occurredon == date(2026, 7, 10)
    assert away.state.state == FlowState.MOBILE
    assert away.when(recognise()) == []


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (date(2026, 1, 10), date(2026, 7, 10)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2025, 12, 31), date(2026, 6, 30)),
    ],
)
def test_months_are_calendar_months(since: date, due: date) -> None:
    """Months end where they end: 31 August and six months are the last day of February."""
    assert recognition_due(since) == due


def test_a_timer_that_was_overtaken_changes_nothing(away: Story) -> None:
    """No status is changed by a timer whose trip is over or began on another day (guard rails)."""
    assert away.when(recognise(date(2026, 1, 11))) == []
    away.when(come_home())
    assert away.when(recognise()) == []
    assert away.state.state == FlowState.RETURNED


def test_reporting_in_and_being_accepted(away: Story) -> None:
    """R3, Art. 32: the member reports, the host accepts, not before that day; the origin branch stays."""
    assert away.refused(AcceptAsHost(occasion(TODAY))).code == "not_reported_in"
    away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 1))))
    assert away.refused(AcceptAsHost(occasion(date(2026, 2, 28)))).code == "too_early"
    away.when(AcceptAsHost(occasion(date(2026, 3, 5))))
    assert (away.state.state, away.state.host_branch, away.state.branch) == (FlowState.HOSTED, HOST, HOME)


def test_a_hosted_member_is_recognised_too(away: Story) -> None:
    """The statistical class does not depend on being hosted; the state stays HOSTED."""
    away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 1))))
    away.when(AcceptAsHost(occasion(date(2026, 3, 5))))
    away.when(recognise())
    assert (away.state.state, away.state.recognised_on) == (FlowState.HOSTED, date(2026, 7, 10))


def test_declined_with_a_cause_and_tried_again(away: Story) -> None:
    """Art. 25: a refusal is coded; the member may report in again, and is then what the months say."""
    away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 1))))
    away.when(DeclineAsHost(HostRefusal.OUTSIDE_AREA, occasion(date(2026, 3, 2))))
    assert away.state.state == FlowState.HOST_DECLINED
    assert away.refused(AcceptAsHost(occasion(date(2026, 3, 3)))).code == "departure_state"
    away.when(recognise())
    away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 4))))
    assert away.state.state == FlowState.MOBILE


def test_the_own_branch_is_no_host(away: Story) -> None:
    """The host branch is another one than the origin."""
    assert away.refused(ReportInAtHost(HOME, occasion(TODAY))).code == "host_is_origin"


def test_reporting_in_again_at_the_same_host_is_no_event(away: Story) -> None:
    """A repeat changes nothing."""
    away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 1))))
    assert away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 9)))) == []


def test_what_is_not_told_anew_stays(trip: Story) -> None:
    """R3: the member tells each change; the event says what was told, and the trip what is so by then."""
    trip.when(leave(dest_area_code="440306", dest_certainty="FIXED", dest_unit_kind="PRIVATE"))
    (event,) = trip.when(destination(dest_area_code="310115"))
    assert (event.dest_area_code, event.dest_certainty, event.dest_unit_kind) == ("310115", None, None)
    now = trip.state.facts
    assert (now["dest_area_code"], now["dest_certainty"], now["dest_unit_kind"]) == ("310115", "FIXED", "PRIVATE")
    assert trip.when(destination(dest_area_code="310115")) == []
    told = ChangeDestination(
        DestinationChanged(member_id=MEMBER_ID), DestinationText(dest_unit_name="示例厂"), occasion(TODAY)
    )
    assert len(trip.when(told)) == 1


@pytest.mark.parametrize(
    ("reason", "state"),
    [(DepartureEnd.TRANSFERRED, FlowState.TRANSFERRED), (DepartureEnd.ENTERED_IN_ERROR, FlowState.CLOSED)],
)
def test_a_trip_ends_otherwise(away: Story, reason: DepartureEnd, state: FlowState) -> None:
    """By a transfer the trip is TRANSFERRED, by anything else CLOSED; then nothing more happens to it."""
    away.when(CloseDeparture(reason, occasion(TODAY)))
    assert away.state.state == state
    assert away.refused(come_home()).code == "departure_state"
    assert away.refused(destination(dest_area_code="310115")).code == "departure_state"


def employer(day: date = TODAY, **more: object) -> ChangeEmployer:
    """Another employer."""
    return ChangeEmployer(EmployerChanged.model_validate({"member_id": MEMBER_ID, **more}), None, occasion(day))


def remind(reported_in_on: date) -> RemindHost:
    """The timer of the host's limit."""
    return RemindHost(reported_in_on, answer_due(reported_in_on))


def test_an_employer_changes_and_the_place_stays(away: Story) -> None:
    """R3: told at each change; what is not told anew stays, and nothing new is no event."""
    away.when(destination(dest_area_code="440306", occupation_code="0253"))
    (told,) = away.when(employer(dest_unit_kind="PRIVATE"))
    assert (told.dest_unit_kind, told.occupation_code) == ("PRIVATE", None)
    assert (away.state.facts["dest_area_code"], away.state.facts["occupation_code"]) == ("440306", "0253")
    assert away.when(employer(dest_unit_kind="PRIVATE")) == []


def test_the_branch_confirms_what_the_timer_recognised(away: Story) -> None:
    """§2.2: not before six months are over, once, and the state stays what it is."""
    day = recognition_due(LEFT_ON)
    assert recognition_due(LEFT_ON) > TODAY
    assert away.refused(ConfirmRecognition(occasion(TODAY))).code == "not_recognised"
    away.when(recognise())
    later = ConfirmRecognition(Occasion(day, day))
    assert away.refused(ConfirmRecognition(occasion(TODAY))).code == "too_early"
    assert [type(one).__name__ for one in away.when(later)] == ["MobileMemberConfirmed"]
    assert away.when(later) == []
    assert (away.state.state, away.state.confirmed_on) == (FlowState.MOBILE, day)


@pytest.mark.parametrize(
    ("end", "stands"),
    [
        (come_home(date(2026, 7, 9)), False),
        (come_home(date(2026, 7, 10)), True),
        (CloseDeparture(DepartureEnd.TRANSFERRED, occasion(date(2026, 7, 9))), False),
        (CloseDeparture(DepartureEnd.MEMBERSHIP_ENDED, occasion(date(2026, 7, 20))), True),
        (CloseDeparture(DepartureEnd.ENTERED_IN_ERROR, occasion(date(2026, 7, 20))), False),
    ],
)
def test_an_end_told_late_takes_the_recognition_back(away: Story, end: Any, *, stands: bool) -> None:
    """§2.1, R2: six consecutive months or none; whose trip ended before, or never was, has been no mobile member."""
    away.when(recognise())
    away.when(ConfirmRecognition(Occasion(date(2026, 7, 15), date(2026, 7, 20))))
    late = replace(end, when=Occasion(end.when.occurred_on, date(2026, 7, 20)))
    away.when(late)
    days = (away.state.recognised_on, away.state.confirmed_on)
    assert days == ((date(2026, 7, 10), date(2026, 7, 15)) if stands else (None, None))


def test_hosting_ends_and_the_trip_goes_on(away: Story) -> None:
    """§2.2: only of a member who is hosted, not before that; the next host may be any."""
    assert away.refused(EndHosting(occasion(TODAY))).code == "departure_state"
    away.when(ReportInAtHost(HOST, occasion(date(2026, 2, 1))))
    away.when(AcceptAsHost(occasion(date(2026, 2, 5))))
    assert away.refused(EndHosting(occasion(date(2026, 2, 4)))).code == "too_early"
    away.when(EndHosting(occasion(date(2026, 3, 1))))
    assert (away.state.state, away.state.host_branch, away.state.hosted_since) == (FlowState.AWAY, None, None)
    assert away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 2))))


def follow(to: str | None = NEXT_HOST, formal: str = HOME, day: date = date(2026, 3, 20)) -> FollowHost:
    """The host was merged into another."""
    return FollowHost(HOST, to, formal, occasion(day))


def test_a_successor_takes_the_hosts_place(away: Story) -> None:
    """§2.13: whoever was taken in stays so, whoever waits waits on; only where that host has the member, and once."""
    assert away.when(follow()) == []
    away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 1))))
    assert [one.type_name() for one in away.when(follow())] == ["HostReportedIn"]
    assert (away.state.state, away.state.host_branch) == (FlowState.AWAY, NEXT_HOST)
    assert away.when(follow()) == []
    away.when(AcceptAsHost(occasion(date(2026, 3, 25))))
    back = FollowHost(NEXT_HOST, HOST, HOME, occasion(date(2026, 3, 1)))
    assert [one.type_name() for one in away.when(back)] == ["HostReportedIn", "HostAccepted"]
    known = (away.state.state, away.state.host_branch, away.state.hosted_since)
    assert known == (FlowState.HOSTED, HOST, date(2026, 3, 25)), "never before the member was taken in"


def test_an_overdue_answer_stays_overdue(away: Story) -> None:
    """A merger gives no further thirty days."""
    away.when(ReportInAtHost(HOST, occasion(date(2026, 2, 1))))
    away.when(remind(date(2026, 2, 1)))
    assert [one.type_name() for one in away.when(follow())] == ["HostReportedIn", "HostAnswerOverdue"]
    assert away.state.host_overdue_on == date(2026, 3, 20)
    assert away.when(remind(away.state.reported_in_on)) == []


@pytest.mark.parametrize(("to", "formal"), [(HOME, HOME), (None, HOME), (NEXT_HOST, NEXT_HOST), (HOST, HOST)])
@pytest.mark.parametrize("accepted", [True, False])
def test_the_own_branch_and_none_are_no_host(away: Story, to: str | None, formal: str, *, accepted: bool) -> None:
    """§2.2: the host is another branch; the trip goes on without one."""
    away.when(ReportInAtHost(HOST, occasion(date(2026, 3, 1))))
    if accepted:
        away.when(AcceptAsHost(occasion(date(2026, 3, 5))))
    assert [one.type_name() for one in away.when(follow(to, formal))] == ["HostEnded"]
    assert (away.state.state, away.state.host_branch) == (FlowState.AWAY, None)


def test_who_reports_in_is_asked_for_the_branch_of_now(away: Story) -> None:
    """The relation may have gone to another branch since the trip began, and a host that has ended hosts nobody."""
    own = ReportInAtHost(HOST, occasion(TODAY), formal_branch=HOST)
    assert away.refused(own).code == "host_is_origin"
    gone = Organisation(code=HOST, created_on=date(2020, 1, 1), dissolved_on=date(2026, 6, 1))
    assert away.refused(ReportInAtHost(HOST, occasion(TODAY), host=gone)).code == "organisation_dissolved"
    assert away.when(ReportInAtHost(HOST, occasion(TODAY), host=Organisation()))


def test_a_host_that_does_not_answer_is_reminded_once(away: Story) -> None:
    """§2.2: thirty days; on the day after the last of them, with that day as the business date."""
    reported = date(2026, 2, 1)
    away.when(ReportInAtHost(HOST, occasion(reported)))
    (told,) = away.when(remind(reported))
    assert (told.host_branch, told.after_days, away.events[-1].occurredon) == (HOST, 31, date(2026, 3, 4))
    assert away.when(remind(reported)) == []
    assert away.when(AcceptAsHost(occasion(date(2026, 3, 5))))


@pytest.mark.parametrize("answer", [AcceptAsHost, lambda when: DeclineAsHost(HostRefusal.NOT_ARRIVED, when)])
def test_a_reminder_that_was_overtaken_says_nothing(away: Story, answer: Any) -> None:
    """Answered, or reported in somewhere else since: the old timer has nothing to say."""
    reported = date(2026, 2, 1)
    away.when(ReportInAtHost(HOST, occasion(reported)))
    assert away.when(remind(date(2026, 1, 20))) == []
    away.when(answer(occasion(date(2026, 2, 5))))
    assert away.when(remind(reported)) == []


@pytest.mark.parametrize("command", [come_home(), destination(), AcceptAsHost(occasion(TODAY))])
def test_nothing_happens_on_a_trip_that_is_not(trip: Story, command: Any) -> None:
    """404: no departure under this id."""
    assert trip.refused(command).code == "departure_unknown"


DAYS = st.dates(date(2026, 1, 1), date(2026, 7, 3))
COMMANDS = st.one_of(
    st.builds(announce, DAYS, DAYS),
    st.builds(leave, DAYS),
    st.builds(come_home, DAYS),
    st.builds(recognise, DAYS),
    st.builds(lambda day: ReportInAtHost(HOST, occasion(day)), DAYS),
    st.builds(lambda day: AcceptAsHost(occasion(day)), DAYS),
    st.builds(lambda day: DeclineAsHost(HostRefusal.NOT_ARRIVED, occasion(day)), DAYS),
    st.builds(lambda day: EndHosting(occasion(day)), DAYS),
    st.builds(remind, DAYS),
    st.builds(lambda day: ConfirmRecognition(occasion(day)), DAYS),
    st.builds(lambda day, kind: employer(day, dest_unit_kind=kind), DAYS, st.sampled_from(["PRIVATE", "GOV"])),
    st.builds(lambda day: CloseDeparture(DepartureEnd.TRANSFERRED, occasion(day)), DAYS),
    st.builds(lambda area: destination(dest_area_code=area), st.sampled_from(["440306", "310115"])),
)


@settings(max_examples=200)
@given(st.lists(COMMANDS, max_size=12))
def test_any_order_of_commands_keeps_the_trip_sound(commands: list[Any]) -> None:
    """Whatever is tried: one beginning, at most one end and nothing after it, at most one recognition, no future."""
    trip = Story(DEPARTURE, TRIP)
    for command in commands:
        with suppress(Refused):
            trip.when(command)
    types = trip.types()
    ends = [n for n, type_ in enumerate(types) if type_ in {"MemberReturned", "DepartureClosed"}]
    assert types.count("MemberLeft") <= 1
    assert types.count("DepartureAnnounced") <= (types[:1] == ["DepartureAnnounced"])
    assert types.count("MobileMemberRecognised") <= 1
    assert ends in ([], [len(types) - 1])
    by_timer = {"MobileMemberRecognised", "HostAnswerOverdue"}
    assert all(event.occurredon <= TODAY or event.type in by_timer for event in trip.events)
    if "MemberLeft" in types:
        later = trip.events[types.index("MemberLeft") :]
        assert all(event.occurredon >= later[0].occurredon for event in later)
