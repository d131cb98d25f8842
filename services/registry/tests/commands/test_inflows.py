"""Inflow records: unpaired allowed, paired with the outflow when known, and ended together (§2.2, S-14, S-38)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.registry.tests.city import CITY, FAR, HOME, NEXT, TOWN, CityOfTests, id_number
from services.registry.tests.commands.test_departures import come_home, leave, transfer
from services.registry.tests.office import Office

from guiyan.events.codes import HostRefusal, OrganisationKind
from guiyan.events.registry.inflow import InflowText
from guiyan.events.registry.organisation import OrganisationCreated
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands import departures, inflows
from guiyan.registry.commands.inflows import NewInflow
from guiyan.registry.commands.organisations import NewOrganisation, create_organisation
from guiyan.service.scope import Scope

ARRIVED = date(2026, 6, 5)
KNOWN = id_number(77)


async def arrive(city: CityOfTests, host: str = FAR, id_no: str | None = None, on: date = ARRIVED) -> Outcome:
    """Enter somebody from elsewhere."""
    text = InflowText(name="王示例", id_no=id_no, mobile="+8613900001234", origin_title="示例省示例县党委")
    return await inflows.register_inflow(city.tools, city.asker(), NewInflow(text, {"host_branch": host}, on))


async def shown(city: CityOfTests, inflow: str) -> dict[str, Any]:
    """The record's document."""
    await city.settle()
    await city.settle()
    found = await city.tools.inflows.get("inflows", inflow)
    assert found is not None
    return found


async def test_an_origin_unknown_here_is_asked(city: CityOfTests) -> None:
    """S-14: a record without a pair is allowed; numbers stand masked, and nothing personal in clear in the ledger."""
    inflow = (await arrive(city, id_no=KNOWN)).id
    await inflows.ask_origin(city.tools, city.asker(), inflow, None, date(2026, 6, 10))
    record = await shown(city, inflow)
    assert (record["departure_id"], record["member_id"], record["origin_asked_on"]) == (None, None, "2026-06-10")
    assert (record["mobile"], record["open"]) == ("139****1234", True)
    assert all("王示例".encode() not in message.body for message in city.ledger.log.messages)


async def test_who_is_in_the_register_is_paired_at_once(city: CityOfTests) -> None:
    """By ID number: the trip is reported in at the host, and both end with the return."""
    member = (await city.register(HOME, id_no=KNOWN)).id
    trip = (await leave(city, member)).id
    inflow = (await arrive(city, id_no=KNOWN)).id
    record = await shown(city, inflow)
    assert (record["departure_id"], record["member_id"], record["person_id"]) == (trip, member, member)
    away = (await city.documents("departures"))[trip]
    assert (away["host_branch"], away["reported_in_on"]) == (FAR, ARRIVED.isoformat())
    await come_home(city, trip)
    record = await shown(city, inflow)
    assert (record["open"], record["ended_on"], record["relation_followed"]) == (False, "2026-06-10", False)


async def test_the_relation_may_follow(city: CityOfTests) -> None:
    """The transfer that ends the trip ends the record, and says so."""
    member = (await city.register(HOME, id_no=KNOWN)).id
    await leave(city, member)
    inflow = (await arrive(city, id_no=KNOWN)).id
    await city.settle()
    await transfer(city, member, FAR)
    record = await shown(city, inflow)
    assert (record["open"], record["relation_followed"]) == (False, True)


async def test_a_pair_is_found_later(city: CityOfTests) -> None:
    """The outflow may become known after the inflow; a record has one pair, of another branch and under way."""
    inflow = (await arrive(city)).id
    one, two, here = [(await city.register(branch)).id for branch in (HOME, HOME, FAR)]
    trip, other, own = [(await leave(city, member)).id for member in (one, two, here)]
    with pytest.raises(Refused, match="host_is_origin"):
        await inflows.pair_inflow(city.tools, city.asker(), inflow, own, None)
    for _ in range(2):
        await inflows.pair_inflow(city.tools, city.asker(), inflow, trip, None)
    with pytest.raises(Refused, match="inflow_paired"):
        await inflows.pair_inflow(city.tools, city.asker(), inflow, other, None)
    with pytest.raises(Refused, match="inflow_paired"):
        await inflows.ask_origin(city.tools, city.asker(), inflow, None, None)
    assert (await shown(city, inflow))["departure_id"] == trip


async def test_another_member_s_trip_is_no_pair(city: CityOfTests) -> None:
    """Who is known by ID number is paired with the own trip only, and only while it goes on."""
    member, other = (await city.register(HOME, id_no=KNOWN)).id, (await city.register(NEXT)).id
    inflow = (await arrive(city, id_no=KNOWN)).id
    with pytest.raises(Refused, match="other_member"):
        await inflows.pair_inflow(city.tools, city.asker(), inflow, (await leave(city, other)).id, None)
    trip = (await leave(city, member)).id
    await come_home(city, trip)
    with pytest.raises(Refused, match="departure_state"):
        await inflows.pair_inflow(city.tools, city.asker(), inflow, trip, None)


async def test_one_person_is_one_row(city: CityOfTests) -> None:
    """§6 nos. 3, 20: by ID number; again with the same host refused, with another one it ends the first."""
    first = (await arrive(city, FAR, KNOWN)).id
    with pytest.raises(Refused, match="inflow_open"):
        await arrive(city, FAR, KNOWN, date(2026, 6, 20))
    with pytest.raises(Refused, match="too_early"):
        await arrive(city, HOME, KNOWN, date(2026, 6, 4))
    second = (await arrive(city, HOME, KNOWN, date(2026, 6, 20))).id
    before, now = await shown(city, first), await shown(city, second)
    assert (before["open"], before["ended_on"], now["open"]) == (False, "2026-06-20", True)
    other = (await arrive(city, FAR, id_number(78))).id
    assert (await shown(city, other))["open"]
    await inflows.end_inflow(city.tools, city.asker(), second, relation_followed=False, occurred_on=None)
    again = (await arrive(city, FAR, KNOWN, date(2026, 7, 1))).id
    assert again not in {first, second}
    assert (await shown(city, again))["open"]


async def test_a_repeat_of_the_same_entry_is_told_again(city: CityOfTests) -> None:
    """ADR 0011: whoever enters twice with one key enters once, also when it took somebody over from another host."""
    await arrive(city, FAR, KNOWN)
    asker = city.asker()
    new = NewInflow(InflowText(name="王示例", id_no=KNOWN), {"host_branch": HOME}, date(2026, 6, 20))
    done = [await inflows.register_inflow(city.tools, asker, new) for _ in range(2)]
    assert (done[0].id, done[0].sequence) == (done[1].id, done[1].sequence)


async def test_other_numbers_are_no_pair(city: CityOfTests) -> None:
    """§2.2: a record and a trip whose ID numbers are both known and differ are two people's."""
    member = (await city.register(HOME, id_no=id_number(79))).id
    trip = (await leave(city, member, dest_certainty="FIXED")).id
    inflow = (await arrive(city, FAR, KNOWN)).id
    with pytest.raises(Refused, match="other_member"):
        await inflows.pair_inflow(city.tools, city.asker(), inflow, trip, None)


async def test_a_group_is_one_of_the_hosts(city: CityOfTests) -> None:
    """§6 no. 3 编入小组: an organisation that is there, a group, and of this branch."""
    group = "654002002011"
    facts = OrganisationCreated(
        name="示例小组", short_name="小组", kind=OrganisationKind.GROUP, parent=FAR, area_code="654002"
    )
    await create_organisation(city.tools, city.asker(), NewOrganisation(group, facts))
    inflow = (await arrive(city, FAR)).id
    for wrong in ("999999999999", FAR, HOME):
        with pytest.raises(Refused):
            await inflows.assign_group(city.tools, city.asker(), inflow, wrong, None)
    await inflows.assign_group(city.tools, city.asker(), inflow, group, None)
    assert (await shown(city, inflow))["group"] == group


async def test_nothing_happens_to_a_record_after_its_end_or_before_its_beginning(city: CityOfTests) -> None:
    """Dates in their order, one end."""
    inflow = (await arrive(city)).id
    with pytest.raises(Refused, match="too_early"):
        await inflows.assign_group(city.tools, city.asker(), inflow, NEXT, date(2026, 6, 4))
    await inflows.end_inflow(city.tools, city.asker(), inflow, relation_followed=False, occurred_on=date(2026, 6, 9))
    with pytest.raises(Refused, match="inflow_ended"):
        await inflows.assign_group(city.tools, city.asker(), inflow, NEXT, None)


async def test_only_a_branch_of_the_own_scope_takes_somebody_in(city: CityOfTests) -> None:
    """A committee is no host, and another township's branch is not the asker's to speak for."""
    with pytest.raises(Refused, match="no_host_branch"):
        await arrive(city, TOWN)
    asker = city.asker(scope=Scope(TOWN, frozenset({TOWN, HOME, NEXT})))
    new = NewInflow(InflowText(name="王示例"), {"host_branch": FAR})
    with pytest.raises(Refused, match="outside_scope"):
        await inflows.register_inflow(city.tools, asker, new)


async def test_a_record_over_http(office: Office) -> None:
    """Every act has its address; the ledger shows the own scope, masked."""
    body = {"name": "王示例", "host_branch": FAR, "reason": "MIGRANT_WORK", "occurred_on": "2026-06-05"}
    made = await office.post("/v1/inflows", body)
    assert made.status_code == 201, made.text
    where, group = made.headers["Location"], "654002002011"
    entry = {"org_code": group, "name": "示例小组", "short_name": "小组", "kind": "GROUP", "parent": FAR}
    assert (await office.post("/v1/organisations", {**entry, "area_code": "654002"})).status_code == 201
    for act, told in (("ask-origin", {}), ("assign-group", {"group": group}), ("end", {"relation_followed": True})):
        done = await office.post(f"{where}/{act}", told)
        assert done.status_code == 200, done.text
    sequence = done.json()["sequence"]
    record = (await office.get(f"{where}?after_sequence={sequence}")).json()
    assert (record["name"], record["group"], record["relation_followed"], record["open"]) == ("王*", group, True, False)
    assert len((await office.get(f"{where}/history")).json()["events"]) == 4
    assert [one["id"] for one in (await office.get("/v1/inflows?open=false", org=CITY)).json()["items"]] == [
        record["id"]
    ]
    assert (await office.get(where, role="TOWNSHIP_OFFICER", org=TOWN)).status_code == 404
    past = (await office.get(f"{where}?as_of=2026-06-05")).json()
    assert (past["open"], past["group"], set(past)) == (True, None, set(record))
    assert (await office.get(f"{where}?as_of=2026-06-04")).status_code == 404
    late = await office.post(f"{where}/pair", {"departure_id": record["id"]})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/departure_id")


async def test_a_pair_found_after_a_refusal_is_reported_in(city: CityOfTests) -> None:
    """§8: the record was entered while another host had not answered; reported in on the day that host refused."""
    member = (await city.register(HOME)).id
    trip = (await leave(city, member)).id
    inflow = (await arrive(city)).id
    await departures.report_in(city.tools, city.asker(), trip, NEXT, ARRIVED)
    await departures.decline_as_host(city.tools, city.asker(), trip, HostRefusal.NOT_ARRIVED, date(2026, 6, 8))
    await inflows.pair_inflow(city.tools, city.asker(), inflow, trip, None)
    await shown(city, inflow)
    away = (await city.documents("departures"))[trip]
    assert (away["host_branch"], away["reported_in_on"]) == (FAR, "2026-06-08")


async def test_a_pair_found_late_takes_no_newer_hosts_place(city: CityOfTests) -> None:
    """§8: the member reported in elsewhere since; what the older record says does not stand before it."""
    member = (await city.register(HOME)).id
    trip = (await leave(city, member)).id
    inflow = (await arrive(city)).id
    await departures.report_in(city.tools, city.asker(), trip, NEXT, date(2026, 6, 8))
    await inflows.pair_inflow(city.tools, city.asker(), inflow, trip, None)
    await shown(city, inflow)
    away = (await city.documents("departures"))[trip]
    assert (away["host_branch"], away["reported_in_on"]) == (NEXT, "2026-06-08")
