"""Sweeps over HTTP: planned, checked, handed in, given back, checked above, closed (§2.12, S-14, S-30, S-31)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.registry.tests.city import CITY, FAR, HOME, NEXT, OTHER_TOWN, TOWN, id_number
from services.registry.tests.office import Office

from guiyan.service.conformance import check_answer, check_problem

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
