"""Service points over HTTP: the list of §6 no. 18 with its gaps, scopes, the past, the contract of every door."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qsl

from services.contact.tests.town import CITY, FAR, HOME, NEXT, OTHER, TOWN, ContactTown

from guiyan.events.registry import DekDestroyed
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.auth import Role
from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_a_version_guards, check_answer

CENTRE = {"level": "CENTRE", "name": "示例市党员服务中心", "org_code": CITY, "area_code": "654002"}
NAMED = {"name": "周示例", "phone": "13900001234", "in_charge": True}


async def opened(town: ContactTown, headers: Any = None, **more: Any) -> str:
    """Open a service point; gives its id."""
    made = await town.post("/v1/service-points", CENTRE | more, headers or town.city)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_three_levels_and_their_gaps(town: ContactTown) -> None:
    """Centre, station, substation; whoever serves is shown masked, where nobody does is marked (S-18 to S-20)."""
    centre = await opened(town, staff=[NAMED])
    station = await opened(town, level="STATION", name="示例街道服务站", org_code=TOWN, parent_id=centre, staff=[NAMED])
    below = {"level": "SUBSTATION", "name": "示例社区分站", "org_code": HOME, "parent_id": station}
    made = await town.post("/v1/service-points", CENTRE | below, town.officer)
    after = {"after_sequence": made.json()["sequence"]}
    listed = (await town.get("/v1/service-points", sort="-level", **after)).json()["items"]
    assert [(one["level"], one["parent_name"], one["in_charge"], one["staff_count"]) for one in listed] == [
        ("SUBSTATION", "示例街道服务站", "", 0),
        ("STATION", "示例市党员服务中心", "周*", 1),
        ("CENTRE", None, "周*", 1),
    ]
    gaps = (await town.get("/v1/service-points", unstaffed="true")).json()["items"]
    assert [one["service_point_id"] for one in gaps] == [made.json()["id"]]
    one = (await town.get(f"/v1/service-points/{centre}")).json()
    assert [(each["name"], each["phone"]) for each in one["staff"]] == [("周*", "139****1234")]


async def test_the_list_is_a_sheet(town: ContactTown) -> None:
    """Table 18 as CSV and XLSX, in Chinese as an office prints it."""
    await opened(town, staff=[NAMED])
    await town.town.settle()
    sheet = await town.get("/v1/service-points", {**town.city, "Accept": "text/csv", "Accept-Language": "zh-CN"})
    assert "级别" in sheet.text
    assert "缺岗" in sheet.text
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (await town.get("/v1/service-points", {**town.city, "Accept": book})).content[:2] == b"PK"


async def test_the_last_to_leave_leaves_a_gap(town: ContactTown) -> None:
    """An event that says so, and the list marks it; the past still has the person."""
    centre = await opened(town, staff=[NAMED])
    await town.town.settle()
    path = f"/v1/service-points/{centre}"
    person = (await town.get(path)).json()["staff"][0]["person_id"]
    before = town.world.clock.now().isoformat()
    await town.town.advance(days=1)
    done = await town.post(f"{path}/release", {"person_id": person}, town.city)
    check_answer(done, "ServicePointStaffLeft")
    now = (await town.get(path, after_sequence=done.json()["sequence"])).json()
    assert (now["unstaffed"], now["staff"]) == (True, [])
    then = (await town.get(path, known_at=before)).json()
    assert (then["unstaffed"], len(then["staff"])) == (False, 1)


async def test_a_forgotten_person_is_shown_no_more(town: ContactTown) -> None:
    """The key is destroyed: name and phone are gone from the list, the point stays (domain.md §5.3)."""
    centre = await opened(town, staff=[NAMED])
    await town.town.settle()
    person = (await town.get(f"/v1/service-points/{centre}")).json()["staff"][0]["person_id"]
    await town.world.happen(person, DekDestroyed(person_id=person, key_ids=("dk-1",)))
    await town.town.settle()
    shown = (await town.get(f"/v1/service-points/{centre}")).json()
    assert (shown["in_charge"], shown["staff"][0]["name"], shown["staff_count"]) == ("", None, 1)


async def test_each_organises_its_own(town: ContactTown) -> None:
    """Outside the scope 404 or told at the field; a branch's contact person 403; members see what is open."""
    centre = await opened(town)
    await town.town.settle()
    outside = await town.post("/v1/service-points", CENTRE | {"org_code": OTHER}, town.officer)
    assert (outside.status_code, outside.json()["errors"][0]["pointer"]) == (422, "/org_code")
    above = {"level": "STATION", "org_code": TOWN, "parent_id": centre}
    assert (await town.post("/v1/service-points", CENTRE | above, town.officer)).json()["errors"][0][
        "pointer"
    ] == "/parent_id"
    assert (await town.post(f"/v1/service-points/{centre}/close", {}, town.officer)).status_code == 404
    assert (await town.post("/v1/service-points", CENTRE, town.keeper)).status_code == 403
    member = town.town.bearer(Role.MEMBER, org=HOME, sub="somebody")
    assert len((await town.get("/v1/service-points", member)).json()["items"]) == 1


async def test_the_doors_of_service_points_keep_the_contract(town: ContactTown) -> None:
    """A key is one request, a version guards, a point with others under it is not closed."""
    doors = Doors(town.town.app, town.town.http, town.city)
    ledger = cast("MemoryLedger", town.world.ledger)
    other = ("/v1/service-points", CENTRE | {"name": "另一"})
    await check_a_key_is_one_request(doors, "/v1/service-points", CENTRE, other, ledger=ledger)
    centre = await opened(town)
    await opened(town, level="STATION", org_code=TOWN, parent_id=centre)
    path = f"/v1/service-points/{centre}"
    await check_a_version_guards(doors, f"{path}/staff", NAMED, 1)
    refused = await town.post(f"{path}/close", {}, town.city)
    assert refused.json()["code"] == "service_points_below"
    done = await town.post(f"{path}/change", {"phone": "0999-8020000"}, town.city)
    check_answer(done, "ServicePointChanged")
    history = (await town.get(f"{path}/history")).json()["events"]
    assert [one["type"] for one in history] == ["ServicePointOpened", "ServicePointStaffed", "ServicePointChanged"]
    assert history[1]["data"]["pii"] == {"sealed": True}


async def test_how_many_members_each_point_has(town: ContactTown) -> None:
    """负责党员数: those away of the organisation and all below it; at each level the figure is the list it names."""
    keeper = await town.keeper_of(HOME)
    people = [await town.member(f"m{number}", branch) for number, branch in enumerate((HOME, HOME, NEXT, FAR, FAR))]
    for member, branch in zip(people[:4], (HOME, HOME, NEXT, FAR), strict=True):
        await town.leave(member, branch=branch)
    centre = await opened(town)
    station = await opened(town, level="STATION", org_code=TOWN, parent_id=centre)
    substation = await opened(town, level="SUBSTATION", org_code=HOME, parent_id=station)
    await town.town.settle()
    head = await town.world.ledger.head()

    async def numbers() -> list[int]:
        listed = (await town.get("/v1/service-points", after_sequence=head)).json()["items"]
        told = {one["service_point_id"]: one for one in listed}
        for one in listed:
            path, _, asked = one["members_away_list"].partition("?")
            rows = (await town.get(path, **dict(parse_qsl(asked)))).json()["items"]
            assert one["members_away"] == len(rows), one
        return [told[one]["members_away"] for one in (centre, station, substation)]

    assert await numbers() == [4, 3, 2]
    (row, _) = (await town.get("/v1/members-away", under=HOME)).json()["items"]
    assert (row["name"], row["branch"], row["contact_person_id"]) == ("李*", HOME, keeper)
    await town.come_home(people[0])
    await town.town.settle()
    assert await numbers() == [3, 2, 1]
    assert (await town.get(f"/v1/service-points/{centre}")).json()["members_away"] == 3
    member = town.town.bearer(Role.MEMBER, org=HOME, sub=people[1])
    assert {one["members_away"] for one in (await town.get("/v1/service-points", member)).json()["items"]} == {None}
    assert [one["member_id"] for one in (await town.get("/v1/members-away", member)).json()["items"]] == [people[1]]
    assert [one["branch"] for one in (await town.get("/v1/members-away", town.keeper)).json()["items"]] == [HOME]
