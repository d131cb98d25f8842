"""Sweeps over HTTP: planned, checked, handed in, given back, checked above, closed (§2.12, S-14, S-30, S-31)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_a_version_guards,
    check_answer,
    check_problem,
)

SECRETARY = {"role": "BRANCH_SECRETARY", "org": HOME, "sub": "secretary"}
TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}
ELSEWHERE = {"role": "TOWNSHIP_OFFICER", "org": OTHER_TOWN, "sub": "other"}
LEAVING = {"reason": "MIGRANT_WORK", "dest_area_code": "650102", "dest_certainty": "FIXED"}
COUNTERS = ("expected", "checked", "found_out", "found_in", "returned", "not_reached")


async def until(office: Office, day: date) -> None:
    """The clock goes on to the morning of a day, and what is due by then is done."""
    office.city.clock.set(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))
    await office.city.due_loop.fire_due()
    await office.city.settle()


async def opened(office: Office, root: str = CITY, **who: str) -> str:
    """A sweep in between that begins today and is open; gives its address."""
    body = {"root_org": root, "opens_on": "2026-07-01", "closes_on": "2026-07-10"}
    made = check_answer(await office.post("/v1/sweeps", body, **who), "SweepPlanned", made=True)
    await office.city.settle()
    await office.city.due_loop.fire_due()
    await office.city.settle()
    return f"/v1/sweeps/{made['id']}"


async def sheet(office: Office, sweep: str, branch: str) -> dict[str, Any]:
    """A branch's sheet as it is shown."""
    await office.city.settle()
    return dict((await office.get(f"{sweep}/sheets/{branch}")).json())


async def found(office: Office, sweep: str, branch: str, finding: str, **more: Any) -> None:
    """Check somebody."""
    done = await office.post(f"{sweep}/sheets/{branch}/check", {"finding": finding, **more})
    check_answer(done, "SweepMemberChecked")


async def test_a_sweep_from_plan_to_report(office: Office) -> None:
    """Found once, recorded in both places; a township's sums are its branches', the city's its townships' (S-14)."""
    stays, left, back, silent = [await office.member(HOME, n) for n in (1, 2, 3, 4)]
    await office.member(FAR, 5)
    await office.away(back)
    await office.city.settle()
    sweep = await opened(office)
    assert (await sheet(office, sweep, HOME))["expected"] == 4
    check_problem(await office.post(f"{sweep}/sheets/{HOME}/submit", {}, **SECRETARY), 409, "sheet_incomplete")
    await found(office, sweep, HOME, "UNCHANGED", member_id=stays)
    await found(office, sweep, HOME, "FOUND_OUT", member_id=left, leaving=LEAVING, occurred_on="2026-03-01")
    await found(office, sweep, HOME, "RETURNED", member_id=back, occurred_on="2026-06-20")
    await found(office, sweep, HOME, "NOT_REACHED", member_id=silent)
    guest = {"name": "来示例", "id_no": id_number(77), "origin_area_code": "110101"}
    await found(office, sweep, HOME, "FOUND_IN", inflow=guest, occurred_on="2026-05-01")
    shown = await sheet(office, sweep, HOME)
    assert [shown[name] for name in COUNTERS] == [4, 4, 1, 1, 1, 1]
    (trip,) = (await office.get(f"/v1/departures?member_id={left}")).json()["items"]
    assert (trip["away_since"], trip["source"], trip["state"]) == ("2026-03-01", "SWEEP", "AWAY")
    (ended,) = (await office.get(f"/v1/departures?member_id={back}")).json()["items"]
    assert (ended["state"], ended["ended_on"]) == ("RETURNED", "2026-06-20")
    (came,) = (await office.get(f"/v1/inflows?host_branch={HOME}")).json()["items"]
    assert came["registered_on"] == "2026-05-01"
    submitted = await office.post(f"{sweep}/sheets/{HOME}/submit", {}, **SECRETARY)
    check_answer(submitted, "SweepBranchSubmitted")
    check_problem(
        await office.post(f"{sweep}/sheets/{HOME}/check", {"finding": "CHANGED", "member_id": stays}),
        409,
        "sheet_state",
    )
    check_problem(await office.post(f"{sweep}/townships/{TOWN}/check", {}, **TOWNSHIP), 422, "sheet_missing")
    checked = await office.post(f"{sweep}/townships/{TOWN}/check", {"missing": [NEXT]}, **TOWNSHIP)
    check_answer(checked, "SweepTownshipChecked")
    check_problem(await office.post(f"{sweep}/sheets/{HOME}/return", {}, **TOWNSHIP), 409, "sheet_state")
    check_problem(await office.post(f"{sweep}/close", {}), 409, "sweep_state")
    check_answer(await office.post(f"{sweep}/townships/{OTHER_TOWN}/check", {"missing": [FAR]}), "SweepTownshipChecked")
    check_answer(await office.post(f"{sweep}/close", {}), "SweepCityClosed")
    check_answer(await office.post(f"{sweep}/report", {}), "SweepReported")
    await office.city.settle()
    whole = (await office.get(sweep)).json()
    towns = (await office.get(f"{sweep}/townships")).json()["items"]
    rows = (await office.get(f"{sweep}/sheets")).json()["items"]
    for name in COUNTERS:
        assert whole[name] == sum(one[name] for one in towns) == sum(one[name] for one in rows)
    assert [whole[name] for name in COUNTERS] == [5, 4, 1, 1, 1, 1]
    closing = [
        one for one in (await office.get(f"{sweep}/history")).json()["events"] if one["type"] == "SweepCityClosed"
    ]
    assert [closing[0]["data"][name] for name in COUNTERS] == [5, 4, 1, 1, 1, 1]
    assert whole["state"] == "REPORTED"


async def test_every_figure_opens_its_rows_with_masked_names(office: Office) -> None:
    """§6 no. 14: click → list; in JSON, CSV and XLSX, people from elsewhere too."""
    one, two = await office.member(HOME, 1), await office.member(HOME, 2)
    await office.city.settle()
    sweep = await opened(office)
    await found(office, sweep, HOME, "NOT_REACHED", member_id=one)
    await found(office, sweep, HOME, "FOUND_IN", inflow={"name": "来示例"})
    await office.city.settle()
    for query, people in (
        ("listed=true", {one, two}),
        ("checked=true&listed=true", {one}),
        ("checked=false", {two}),
        ("finding=NOT_REACHED", {one}),
        (f"under={TOWN}&member_id={one}", {one}),
        (f"under={OTHER_TOWN}", set()),
    ):
        rows = (await office.get(f"{sweep}/rows?branch={HOME}&{query}")).json()["items"]
        assert {row["member_id"] for row in rows} == people, query
    names = (await office.get(f"{sweep}/rows")).json()["items"]
    assert {row["name"] for row in names} == {"李*", "来*"}
    assert {row["away"] for row in names} == {False}
    assert {row["name"] for row in names if row["register_id"] == row["member_id"]} == {"李*"}
    assert [row["name"] for row in names if row["register_id"] is None] == ["来*"]
    await office.away(two)
    await office.city.settle()
    assert {row["member_id"] for row in (await office.get(f"{sweep}/rows")).json()["items"] if row["away"]} == {two}
    paper = (await office.get(f"{sweep}/sheets?under={TOWN}", accept="text/csv")).text
    heading, *lines = paper.splitlines()
    for column in ("批次", "窗口", "乡镇/街道", "支部", "应查", "已查", "新发现流出", "新发现流入", "返回", "未联系上"):
        assert column in heading
    assert {"上报时间", "审核"} <= set(heading.split(","))
    assert [line for line in lines if HOME in line and TOWN in line and "填报中" in line]
    assert not [line for line in lines if FAR in line]
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for name in ("sheets", "rows", "townships"):
        book = await office.get(f"{sweep}/{name}", accept=sheet_type)
        assert (book.status_code, book.content[:2]) == (200, b"PK")


async def test_a_number_says_whose_sweep_it_is(office: Office) -> None:
    """S-13: each organisation counts its own, so every list and printed sheet tells it beside; it is like no month."""
    await office.member(HOME, 1)
    await office.city.settle()
    sweeps = [await opened(office, root) for root in (CITY, TOWN, HOME)]
    rows = (await office.get("/v1/sweeps", role="BRANCH_CONTACT", org=HOME)).json()["items"]
    shown = [(one["batch"], one["root_org"]) for one in rows]
    assert len(set(shown)) == len(rows) >= 3
    assert {one[1] for one in shown if one[0] == "2026年第4批"} == {CITY, TOWN, HOME}
    for sweep in sweeps:
        for part in ("sheets", "rows", "townships"):
            printed = await office.get(f"{sweep}/{part}", accept="text/csv")
            (first, *_) = csv.DictReader(io.StringIO(printed.text.removeprefix("\ufeff")))
            whose = (await office.get(sweep)).json()["root_org"]
            assert (first["批次"], first["组织单位"]) == ("2026年第4批", whose), part


async def test_who_sees_what_of_a_sweep(office: Office) -> None:
    """A branch sees its own sheet of the city's sweep, not the city's sums nor the next branch; elsewhere it is 404."""
    await office.member(NEXT, 1)
    await office.city.settle()
    sweep = await opened(office)
    mine = (await office.get(f"{sweep}/sheets", **SECRETARY)).json()["items"]
    assert [row["branch"] for row in mine] == [HOME]
    assert (await office.get(f"{sweep}/townships", **SECRETARY)).json()["items"] == []
    assert (await office.get(f"{sweep}/rows", **SECRETARY)).json()["items"] == []
    assert "expected" not in (await office.get(sweep, **SECRETARY)).json()
    assert (await office.get(sweep)).json()["expected"] == 1
    check_problem(await office.get(f"{sweep}/history", **SECRETARY), 404, "not_found")
    check_problem(await office.get(f"{sweep}/sheets/{NEXT}", **SECRETARY), 404, "not_found")
    check_problem(await office.get(f"{sweep}/sheets/{HOME}", **ELSEWHERE), 404, "not_found")
    check_problem(await office.post(f"{sweep}/sheets/{HOME}/submit", {}, **ELSEWHERE), 404, "not_found")
    check_problem(await office.post(f"{sweep}/townships/{TOWN}/check", {}, **ELSEWHERE), 404, "not_found")
    towns = (await office.get(f"{sweep}/townships", **ELSEWHERE)).json()["items"]
    assert [row["township"] for row in towns] == [OTHER_TOWN]
    check_problem(await office.post(f"{sweep}/close", {}, **TOWNSHIP), 404, "not_found")
    check_problem(await office.post(f"{sweep}/townships/{TOWN}/check", {}, **SECRETARY), 403, "forbidden")
    check_problem(await office.post(f"{sweep}/sheets/{HOME}/return", {}, **SECRETARY), 403, "forbidden")
    station = {"role": "STATION_STAFF", "org": HOME, "sub": "station"}
    check_problem(await office.post(f"{sweep}/sheets/{HOME}/submit", {}, **station), 403, "forbidden")
    own = await opened(office, HOME, **SECRETARY)
    check_problem(await office.get(own, role="BRANCH_SECRETARY", org=NEXT), 404, "not_found")


async def test_a_branch_finds_its_sheets_without_knowing_the_sweep(office: Office) -> None:
    """Over all sweeps, in the own scope: the sheet by its own id, as a task names it, and its people."""
    member, other = await office.member(HOME, 1), await office.member(NEXT, 2)
    await office.city.settle()
    first, second = await opened(office), await opened(office, TOWN)
    mine = (await office.get("/v1/sweep-sheets", **SECRETARY)).json()["items"]
    assert {row["branch"] for row in mine} == {HOME}
    assert {row["sweep_id"] for row in mine} == {first.rpartition("/")[2], second.rpartition("/")[2]}
    (of_first,) = [row for row in mine if first.endswith(row["sweep_id"])]
    by_id = await office.get(f"/v1/sweep-sheets/{of_first['id']}", **SECRETARY)
    assert by_id.json().items() <= (await sheet(office, first, HOME)).items()
    of_branch = f"/v1/sweep-rows?sweep_id={of_first['sweep_id']}&branch={HOME}"
    rows = (await office.get(of_branch, **SECRETARY)).json()["items"]
    assert [(row["member_id"], row["sweep_id"]) for row in rows] == [(member, of_first["sweep_id"])]
    whole = (await office.get(f"/v1/sweep-rows?sweep_id={of_first['sweep_id']}")).json()["items"]
    assert {row["member_id"] for row in whole} == {member, other}
    assert (await office.get(f"/v1/sweep-sheets/{of_first['id']}/history", **SECRETARY)).json()["events"]
    for path in (f"/v1/sweep-sheets/{of_first['id']}", f"/v1/sweep-sheets/{of_first['id']}/history"):
        check_problem(await office.get(path, **ELSEWHERE), 404, "not_found")
    assert (await office.get("/v1/sweep-rows", **ELSEWHERE)).json()["items"] == []
    towns = (await office.get(f"/v1/sweep-townships?sweep_id={of_first['sweep_id']}", **TOWNSHIP)).json()["items"]
    assert [row["township"] for row in towns] == [TOWN]
    assert (await office.get("/v1/sweep-townships", **SECRETARY)).json()["items"] == []


async def test_a_sweep_tells_what_can_be_done_next(office: Office) -> None:
    """To each their own: the branch checks and hands in, the township gives back or checks, the owner closes."""
    member = await office.member(HOME, 1)
    await office.city.settle()
    sweep = await opened(office)
    at = f"{sweep}/sheets/{HOME}"

    async def acts(path: str, **who: str) -> list[str]:
        await office.city.settle()
        return list((await office.get(path, **who)).json()["acts"])

    assert (await acts(at, **SECRETARY), await acts(at, role="AUDITOR")) == (["check"], [])
    await found(office, sweep, HOME, "UNCHANGED", member_id=member)
    assert await acts(at, role="STATION_STAFF", org=HOME, sub="s") == ["check"]
    assert await acts(at, **SECRETARY) == ["check", "submit"]
    check_answer(await office.post(f"{at}/submit", {}, **SECRETARY), "SweepBranchSubmitted")
    assert (await acts(at, **SECRETARY), await acts(at, **TOWNSHIP)) == ([], ["return"])
    assert (await acts(sweep), await acts(sweep, **TOWNSHIP)) == (["extend"], [])
    for who, towns in ((TOWNSHIP, [TOWN]), (ELSEWHERE, [OTHER_TOWN]), (SECRETARY, []), ({}, [TOWN, OTHER_TOWN])):
        assert (await office.get(sweep, **who)).json()["to_check"] == sorted(towns)
    for town, missing in ((TOWN, NEXT), (OTHER_TOWN, FAR)):
        done = await office.post(f"{sweep}/townships/{town}/check", {"missing": [missing]})
        check_answer(done, "SweepTownshipChecked")
    told = (await office.get(sweep)).json()
    assert (told["acts"], told["to_check"], await acts(at, **TOWNSHIP)) == (["close"], [], [])
    check_answer(await office.post(f"{sweep}/close", {}), "SweepCityClosed")
    assert await acts(sweep) == ["report"]
    (planned,) = (await office.get("/v1/sweeps?kind=NATIONAL_DAY")).json()["items"]
    assert await acts(f"/v1/sweeps/{planned['id']}") == ["extend", "cancel"]


async def test_before_it_opens_nothing_is_checked(office: Office) -> None:
    """A planned sweep can be looked at and cancelled; its sheets come with its first day."""
    (planned,) = (await office.get("/v1/sweeps")).json()["items"]
    assert (planned["kind"], planned["window"], planned["state"]) == (
        "NATIONAL_DAY",
        "2026-09-28/2026-10-10",
        "PLANNED",
    )
    sweep = f"/v1/sweeps/{planned['id']}"
    assert (await office.get(f"{sweep}/sheets")).json()["items"] == []
    check_problem(await office.post(f"{sweep}/sheets/{HOME}/submit", {}), 409, "sweep_state")
    check_problem(await office.post(f"{sweep}/cancel", {}, **TOWNSHIP), 404, "not_found")
    check_answer(await office.post(f"{sweep}/cancel", {"document_no": "示1号"}), "SweepCancelled")
    await until(office, date(2026, 9, 28))
    assert (await office.get(sweep)).json()["state"] == "CANCELLED"
    assert (await office.get(f"{sweep}/sheets")).json()["items"] == []


async def test_the_facts_go_with_the_finding(office: Office) -> None:
    """Nothing is half told: FOUND_OUT with its leaving, FOUND_IN with its inflow alone, the rest with neither."""
    member = await office.member(HOME)
    await office.city.settle()
    sweep = await opened(office)
    guest = {"name": "来示例"}
    for body in (
        {"finding": "FOUND_OUT", "member_id": member},
        {"finding": "FOUND_OUT", "leaving": LEAVING},
        {"finding": "FOUND_IN", "member_id": member, "inflow": guest},
        {"finding": "FOUND_IN"},
        {"finding": "UNCHANGED", "member_id": member, "leaving": LEAVING},
        {"finding": "UNCHANGED"},
    ):
        check_problem(await office.post(f"{sweep}/sheets/{HOME}/check", body), 422, "facts_missing")
    stranger = {"finding": "UNCHANGED", "member_id": "019b76da-a800-7000-8000-000000000009"}
    check_problem(await office.post(f"{sweep}/sheets/{HOME}/check", stranger), 404, "not_found")
    area = {"finding": "FOUND_OUT", "member_id": member, "leaving": {**LEAVING, "dest_area_code": "990001"}}
    told = (await office.post(f"{sweep}/sheets/{HOME}/check", area)).json()
    assert [one["code"] for one in told["warnings"]] == ["area_unknown"]


async def test_a_key_is_one_finding_and_a_version_guards(office: Office) -> None:
    """A repeat answers as the first time, another request under its key is told; a stale version too."""
    one, two = await office.member(HOME, 1), await office.member(HOME, 2)
    await office.city.settle()
    sweep = await opened(office)
    path = f"{sweep}/sheets/{HOME}/check"
    doors = Doors(office.app, office.http, office.headers())
    body = {"finding": "FOUND_OUT", "member_id": one, "leaving": LEAVING}
    other = (path, {**body, "leaving": {**LEAVING, "reason": "BUSINESS"}})
    await check_a_key_is_one_request(doors, path, body, other, ledger=office.city.ledger)
    version = (await sheet(office, sweep, HOME))["version"]
    await check_a_version_guards(doors, path, {"finding": "CHANGED", "member_id": two}, version)


async def test_who_is_late_is_listed(office: Office) -> None:
    """§2.12: branch, township and city, each on its own day; nobody's state is moved by it, and late is not never."""
    sweep = await opened(office)
    await until(office, date(2026, 7, 14))
    assert (await sheet(office, sweep, HOME))["overdue_on"] == "2026-07-13"
    await until(office, date(2026, 7, 26))
    (town, _) = (await office.get(f"{sweep}/townships")).json()["items"]
    whole = (await office.get(sweep)).json()
    assert (town["overdue_on"], whole["overdue_on"], whole["state"]) == ("2026-07-17", "2026-07-25", "OPEN")
    assert (whole["overdue"], whole["townships_overdue"]) == (3, 2)
    check_answer(await office.post(f"{sweep}/sheets/{HOME}/submit", {}, **SECRETARY), "SweepBranchSubmitted")
    assert (await sheet(office, sweep, HOME))["state"] == "SUBMITTED"
    assert (await office.get(sweep)).json()["overdue"] == 2
    late = f"{sweep}/sheets?overdue=true&state=OPEN&state=RETURNED&state=LEFT_OUT"
    assert len((await office.get(late)).json()["items"]) == 2


async def test_days_are_moved_by_a_document_alone(office: Office) -> None:
    """Extended, everybody has more time: who would have been late is not told on the old day."""
    sweep = await opened(office)
    longer = {"closes_on": "2026-07-20", "document_no": "示组发〔2026〕9号"}
    check_problem(await office.post(f"{sweep}/extend", {"closes_on": "2026-07-20"}), 422, "invalid")
    check_problem(await office.post(f"{sweep}/extend", {**longer, "closes_on": "2026-07-09"}), 422, "sweep_not_longer")
    check_answer(await office.post(f"{sweep}/extend", longer), "SweepExtended")
    await until(office, date(2026, 7, 20))
    shown = (await office.get(sweep)).json()
    assert (shown["branch_due_on"], shown["document_no"], shown["overdue"]) == ("2026-07-23", longer["document_no"], 0)
    await until(office, date(2026, 7, 24))
    assert (await office.get(sweep)).json()["overdue"] == 3
