"""Whom a branch hosts when it is merged, split, dissolved, or becomes the guest's own (domain.md §2.2, §2.13)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.registry.tests.city import FAR, FOUNDED_ON, HOME, NEXT, OTHER_TOWN, TOWN, CityOfTests, id_number
from services.registry.tests.commands.test_departures import come_home, foreign_events, leave, transfer
from services.registry.tests.commands.test_desk import desk, settled
from services.registry.tests.commands.test_inflows import arrive

from guiyan.events import new_id
from guiyan.events.codes import OrganisationKind
from guiyan.events.notifications import AttendanceRecorded
from guiyan.events.registry.membership import MembershipEnded
from guiyan.events.registry.organisation import OrganisationCreated, SplitShare
from guiyan.ledger import Refused, Subject
from guiyan.registry.commands import departures, inflows
from guiyan.registry.commands.decisions import Paper, annul_decision, record_decision
from guiyan.registry.commands.organisations import NewOrganisation, create_organisation, dissolve_organisation
from guiyan.registry.commands.reorganisations import merge_organisation, split_organisation
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.service.scope import Scope

LEFT, REPORTED, TAKEN_IN, MERGED = date(2026, 5, 1), date(2026, 5, 10), date(2026, 5, 12), date(2026, 6, 1)


async def guest(city: CityOfTests, branch: str, host: str, *, accepted: bool = True, **more: Any) -> tuple[str, str]:
    """A member of a branch, away and reported in at a host; gives member and trip."""
    member = (await city.register(branch, **more)).id
    trip = (await leave(city, member, LEFT)).id
    await departures.report_in(city.tools, city.asker(), trip, host, REPORTED)
    if accepted:
        await departures.accept_as_host(city.tools, city.asker(), trip, TAKEN_IN)
    return member, trip


async def merge(city: CityOfTests, code: str = HOME, into: str = NEXT, on: date = MERGED) -> None:
    """A merger, and what follows of it."""
    await merge_organisation(city.tools, city.asker(), code, into, document_no=None, occurred_on=on)
    await settled(city)


async def trip_of(city: CityOfTests, trip: str) -> tuple[Any, ...]:
    """State, host, and since when of a trip's document, which is what its decider says."""
    await settled(city)
    shown = (await city.documents("departures"))[trip]
    state, _ = await city.tools.commands.load(DEPARTURE, trip)
    assert (shown["state"], shown["host_branch"]) == (state.state, state.host_branch)
    return shown["state"], shown["host_branch"], shown["reported_in_on"], shown["hosted_since"]


async def record_of(city: CityOfTests, record: str) -> dict[str, Any]:
    """A record of the inflow ledger, when all is done that follows."""
    await settled(city)
    found = await city.tools.inflows.get("inflows", record)
    assert found is not None
    return dict(found)


async def test_guests_go_over_with_the_branch(city: CityOfTests) -> None:
    """Taken in stays taken in, waiting waits for the successor; the member's document and both sides show it."""
    member, taken_in = await guest(city, FAR, HOME)
    _, waiting = await guest(city, FAR, HOME, accepted=False)
    await merge(city)
    day = MERGED.isoformat()
    assert await trip_of(city, taken_in) == ("HOSTED", NEXT, day, day)
    assert await trip_of(city, waiting) == ("AWAY", NEXT, day, None)
    assert (await city.documents("members"))[member]["host_branch"] == NEXT
    assert (await city.documents("departures"))[taken_in]["sides"] == [FAR, NEXT]
    assert not [one for one in (await city.documents("departures")).values() if one["host_branch"] == HOME]


async def test_what_happened_at_the_host_later_is_not_undone(city: CityOfTests) -> None:
    """A merger told late: who was taken in after its day is with the successor from that later day."""
    _, trip = await guest(city, FAR, HOME)
    await merge(city, on=date(2026, 5, 11))
    assert await trip_of(city, trip) == ("HOSTED", NEXT, TAKEN_IN.isoformat(), TAKEN_IN.isoformat())


async def test_an_overdue_answer_is_the_successors_to_give(city: CityOfTests) -> None:
    """The limit that was over does not begin anew, and the task moves to the desk that can do it."""
    _, trip = await guest(city, FAR, HOME, accepted=False)
    await settled(city)
    await city.due_loop.fire_due()
    assert await desk(city, kind="HOST_ANSWER_DUE") == [("HOST_ANSWER_DUE", HOME)]
    await merge(city, on=date(2026, 6, 20))
    assert (await city.documents("departures"))[trip]["host_overdue_on"] == "2026-06-20"
    assert await desk(city, kind="HOST_ANSWER_DUE") == [("HOST_ANSWER_DUE", NEXT)]


@pytest.mark.parametrize("accepted", [True, False])
async def test_at_the_own_branch_nobody_is_a_guest(city: CityOfTests, *, accepted: bool) -> None:
    """The successor's own member at the old branch, and the old branch's at the successor: hosted no more."""
    _, one = await guest(city, NEXT, HOME, accepted=accepted)
    _, two = await guest(city, HOME, NEXT, accepted=accepted)
    await merge(city)
    for trip in (one, two):
        assert await trip_of(city, trip) == ("AWAY", None, None, None)
    with pytest.raises(Refused, match="host_is_origin"):
        await departures.report_in(city.tools, city.asker(), two, NEXT, None)


async def test_the_records_of_the_inflow_ledger_go_over(city: CityOfTests) -> None:
    """With their pair and what was done at the old branch; of whom the relation has come to, they end."""
    member, own = id_number(71), id_number(72)
    member_id = (await city.register(FAR, id_no=member)).id
    trip = (await leave(city, member_id, LEFT)).id
    own_id = (await city.register(NEXT, id_no=own)).id
    await leave(city, own_id, LEFT)
    stranger, paired, home = [(await arrive(city, HOME, no, REPORTED)).id for no in (None, member, own)]
    studied = AttendanceRecorded(member_id=member_id, kind="LECTURE", branch=HOME)
    await foreign_events(
        city, Subject("notifications", "attendance", new_id(city.clock.now())), [studied], date(2026, 5, 20)
    )
    await inflows.ask_origin(city.tools, city.asker(), stranger, None, date(2026, 5, 20))
    assert await desk(city, kind="INFLOW_UNPAIRED") == [("INFLOW_UNPAIRED", HOME)]
    await merge(city)
    for record in (stranger, paired):
        shown = await record_of(city, record)
        assert (shown["host_branch"], shown["open"]) == (NEXT, True)
    assert (await record_of(city, paired))["attended"] == 1
    assert (await trip_of(city, trip))[1] == NEXT
    ended = await record_of(city, home)
    assert (ended["open"], ended["relation_followed"], ended["ended_on"]) == (False, True, MERGED.isoformat())
    assert await desk(city, kind="INFLOW_UNPAIRED") == [("INFLOW_UNPAIRED", NEXT)]
    await come_home(city, trip)
    assert (await record_of(city, paired))["open"] is False


async def test_a_record_ends_when_the_relation_comes_to_its_branch(city: CityOfTests) -> None:
    """By merger at the host, and by a transfer also where it had no pair."""
    known = id_number(73)
    (member, trip) = await guest(city, HOME, NEXT, id_no=known)
    paired = (await arrive(city, NEXT, known)).id
    await settled(city)
    await merge(city, on=date(2026, 6, 10))
    assert (await record_of(city, paired))["relation_followed"] is True
    await come_home(city, trip, date(2026, 6, 11))
    unpaired = (await arrive(city, FAR, known, date(2026, 6, 12))).id
    await transfer(city, member, FAR, date(2026, 6, 20))
    assert (await record_of(city, unpaired))["relation_followed"] is True


async def test_a_split_takes_each_guest_where_it_names(city: CityOfTests) -> None:
    """By name, else to the first; the successor's secretary may then act on the old branch's open trips."""
    named, at_far = await guest(city, NEXT, HOME)
    _, first = await guest(city, NEXT, HOME)
    member, own = await guest(city, HOME, "440306001001", accepted=False)
    new = "654002001003"
    facts = OrganisationCreated(
        name="示例", short_name="示例", kind=OrganisationKind.BRANCH, parent=TOWN, area_code="654002"
    )
    await create_organisation(city.tools, city.asker(), NewOrganisation(new, facts, occurred_on=FOUNDED_ON))
    shares = (SplitShare(org_code=new), SplitShare(org_code=FAR, members=(named, member)))
    await split_organisation(city.tools, city.asker(), HOME, shares, document_no=None, occurred_on=MERGED)
    assert (await trip_of(city, at_far))[:2] == ("HOSTED", FAR)
    assert (await trip_of(city, first))[:2] == ("HOSTED", new)
    secretary = city.asker(scope=Scope(FAR, frozenset({FAR})))
    await departures.record_return(city.tools, secretary, own, certificate_handed_in=None, occurred_on=None)
    assert (await trip_of(city, own))[0] == "RETURNED"


async def test_a_branch_with_guests_is_not_dissolved(city: CityOfTests) -> None:
    """Somebody decides where they go; a guest with trip and record is one, and nobody reports in after the end."""
    known = id_number(74)
    _, trip = await guest(city, NEXT, FAR, id_no=known)
    record = (await arrive(city, FAR, known)).id
    stranger = (await arrive(city, FAR)).id
    await settled(city)
    with pytest.raises(Refused) as left:
        await dissolve_organisation(city.tools, city.asker(), FAR, None, None)
    assert (left.value.code, left.value.params) == ("guests_left", {"count": 2})
    await departures.end_hosting(city.tools, city.asker(), trip, None)
    for one in (record, stranger):
        await inflows.end_inflow(city.tools, city.asker(), one, relation_followed=False, occurred_on=None)
    await dissolve_organisation(city.tools, city.asker(), FAR, None, None)
    with pytest.raises(Refused, match="organisation_dissolved"):
        await departures.report_in(city.tools, city.asker(), trip, FAR, None)


async def test_a_trip_that_goes_on_is_with_what_took_its_hosts_place(city: CityOfTests) -> None:
    """Closed by a decision that is annulled after the host was merged: it goes on at the successor."""
    member, trip = await guest(city, FAR, HOME)
    paper = Paper("示1号", date(2026, 6, 10), OTHER_TOWN)
    ended = await record_decision(city.tools, city.asker(), member, paper, MembershipEnded, how="DECEASED")
    await settled(city)
    await merge(city)
    assert (await trip_of(city, trip))[0] == "CLOSED"
    wrong, event_id = Paper("示2号", date(2026, 6, 20), OTHER_TOWN), ended.events[0].id
    await annul_decision(city.tools, city.asker(), member, wrong, annulled_id=event_id, error="WRONG_PERSON")
    assert (await trip_of(city, trip))[:2] == ("HOSTED", NEXT)
