"""Leads, ventures, reports, home visits and targets over HTTP: rights, reminders, the past, the contract."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest
from services.contact.tests.town import FAR, HOME, OTHER, TOWN, ContactTown

from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.auth import Role
from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_a_version_guards,
    check_answer,
    check_problem,
)


async def made(town: ContactTown, path: str, type_: str, body: Any, headers: Any = None) -> str:
    """Something is recorded; gives its id."""
    return str(check_answer(await town.post(path, body, headers or town.officer), type_, made=True)["id"])


async def act(town: ContactTown, path: str, type_: str, body: Any = None, headers: Any = None) -> None:
    """Something is done with it, as one event."""
    check_answer(await town.post(path, body or {}, headers or town.officer), type_)


async def shown(town: ContactTown, path: str, headers: Any = None, **query: Any) -> dict[str, Any]:
    """One record after everything has been applied."""
    await town.town.settle()
    found = await town.get(path, headers, **query)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def items(town: ContactTown, path: str, headers: Any = None, **query: Any) -> list[dict[str, Any]]:
    """A list after everything has been applied."""
    return list((await shown(town, path, headers, **query))["items"])


async def overdue(town: ContactTown, member_id: str) -> list[str]:
    """The due dates that passed without a report."""
    return [
        one["due_on"] for one in await items(town, "/v1/reports", member_id=member_id, sort="due_on") if one["due_on"]
    ]


async def test_a_lead_from_the_member_to_whoever_takes_it_up(town: ContactTown) -> None:
    """S-43: given by the member, seen by the branch and by whom it is for; each side acts."""
    member_id = await town.member()
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    id_ = await made(
        town, "/v1/leads", "LeadSubmitted", {"member_id": member_id, "kind": "INVESTMENT", "to_org": OTHER}, own
    )
    receiver = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="receiver")
    third = town.town.bearer(Role.BRANCH_SECRETARY, org="654002001002", sub="third")
    assert [one["id"] for one in await items(town, "/v1/leads", receiver)] == [id_]
    assert await items(town, "/v1/leads", third) == []
    check_problem(await town.post(f"/v1/leads/{id_}/assess", {"assessment": "USEFUL"}, third), 404, "not_found")
    await act(town, f"/v1/leads/{id_}/assess", "LeadAssessed", {"assessment": "USEFUL"}, receiver)
    await act(town, f"/v1/leads/{id_}/forward", "LeadForwarded", {"to_org": FAR}, receiver)
    taker = town.town.bearer(Role.BRANCH_SECRETARY, org=FAR, sub="taker")
    assert [one["id"] for one in await items(town, "/v1/leads", taker)] == [id_]
    assert await items(town, "/v1/leads", third) == []
    check_problem(await town.post(f"/v1/leads/{id_}/adopt", {}, third), 404, "not_found")
    await act(town, f"/v1/leads/{id_}/adopt", "LeadAdopted", {}, taker)
    lead = await shown(town, f"/v1/leads/{id_}", own)
    told = ("name", "branch", "to_org", "kind", "assessment", "forwarded_to", "state", "open")
    assert [lead[name] for name in told] == ["李*", HOME, OTHER, "INVESTMENT", "USEFUL", FAR, "ADOPTED", False]
    nowhere = {"member_id": member_id, "kind": "INVESTMENT", "to_org": "999999999999"}
    refused = await town.post("/v1/leads", nowhere, own)
    assert check_problem(refused, 422, "organisation_outside")["errors"][0]["pointer"] == "/to_org"


async def test_a_venture_from_interest_to_the_end(town: ContactTown) -> None:
    """S-44: stages and support, each named; the past shows the stage of its day."""
    member_id = await town.member()
    id_ = await made(town, "/v1/ventures", "EntrepreneurshipInterestRecorded", {"member_id": member_id})
    path = f"/v1/ventures/{id_}"
    await town.until(date(2026, 3, 1))
    await act(town, f"{path}/reach", "EntrepreneurshipStageReached", {"stage": "PLAN"}, town.keeper)
    await act(town, f"{path}/support", "EntrepreneurshipSupportGiven", {"support": "TRAINING"})
    await act(town, f"{path}/support", "EntrepreneurshipSupportGiven", {"support": "SITE"})
    await act(town, f"{path}/reach", "EntrepreneurshipStageReached", {"stage": "STARTED"})
    await act(town, f"{path}/end", "EntrepreneurshipEnded")
    now = await shown(town, path)
    assert (now["stage"], now["supports"], now["open"]) == ("STARTED", ["TRAINING", "SITE"], False)
    then = await shown(town, path, as_of="2026-02-20")
    assert (then["stage"], then["supports"], then["open"]) == ("INTEREST", [], True)
    history = (await town.get(f"{path}/history")).json()["events"]
    assert history[-1]["data"]["started"] is True


async def test_a_report_over_http_is_a_fact(town: ContactTown) -> None:
    """S-04: that one was given, when, in which form, to whom; a field for its content is refused."""
    member_id = await town.member()
    id_ = await made(town, "/v1/reports", "ReportGiven", {"member_id": member_id, "form": "PHONE"}, town.keeper)
    row = await shown(town, f"/v1/reports/{id_}", town.keeper)
    assert (row["given_on"], row["form"], row["to_org"], row["overdue"]) == ("2026-02-10", "PHONE", HOME, False)
    said = await town.post("/v1/reports", {"member_id": member_id, "content": "秘密-示例"}, town.keeper)
    assert said.status_code == 422
    assert "秘密" not in said.text
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    check_problem(await town.post("/v1/reports", {"member_id": member_id}, own), 403, "forbidden")
    assert len(await items(town, "/v1/reports", own)) == 1


async def test_no_report_for_twelve_months_is_told_once_a_due_date(town: ContactTown) -> None:
    """R3: a year after leaving, then a year later again; never twice for one day, never for who is at home."""
    member_id = await town.away()
    await town.until(date(2027, 2, 10))
    assert await overdue(town, member_id) == []
    await town.until(date(2027, 2, 11))
    assert await overdue(town, member_id) == ["2027-02-10"]
    (row,) = await items(town, "/v1/reports", overdue="true")
    assert (row["member_id"], row["to_org"]) == (member_id, HOME)
    await town.until(date(2028, 2, 20))
    assert await overdue(town, member_id) == ["2027-02-10", "2028-02-10"]
    await town.come_home(member_id)
    await town.until(date(2030, 1, 1))
    assert len(await overdue(town, member_id)) == 2


async def test_a_report_starts_the_year_anew(town: ContactTown) -> None:
    """Given by phone or at home, it counts; what was overdue is settled, an older one told late settles nothing."""
    member_id = await town.away()
    body = {"member_id": member_id, "occurred_on": "2026-08-01"}
    await town.until(date(2026, 8, 1))
    await made(town, "/v1/reports", "ReportGiven", body)
    await town.until(date(2027, 8, 1))
    assert await overdue(town, member_id) == []
    await town.until(date(2027, 8, 3))
    assert await overdue(town, member_id) == ["2027-08-01"]
    await made(town, "/v1/reports", "ReportGiven", {"member_id": member_id, "occurred_on": "2026-07-01"})
    assert len(await items(town, "/v1/reports", overdue="true")) == 1
    await made(town, "/v1/home-visits", "HomeVisitReported", {"member_id": member_id})
    assert await items(town, "/v1/reports", overdue="true") == []
    await town.until(date(2028, 8, 3))
    assert await overdue(town, member_id) == ["2027-08-01"]
    await town.until(date(2028, 8, 4))
    assert await overdue(town, member_id) == ["2027-08-01", "2028-08-03"]


async def test_who_comes_home_is_expected_and_reports(town: ContactTown) -> None:
    """S-28, S-42: announced by the member, seen by the branch with its days, reported there once."""
    member_id = await town.away()
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    coming = {"member_id": member_id, "from_on": "2026-02-14", "until": "2026-02-28"}
    id_ = await made(town, "/v1/home-visits", "HomeVisitAnnounced", coming, own)
    expected = await items(town, "/v1/home-visits", town.keeper, from_on_to="2026-02-20", reported="false")
    assert [(one["id"], one["until"]) for one in expected] == [(id_, "2026-02-28")]
    alone = await town.post("/v1/home-visits", {"member_id": member_id}, own)
    assert check_problem(alone, 422, "invalid")["errors"][0]["pointer"] == "/member_id"
    check_problem(await town.post(f"/v1/home-visits/{id_}/report", {}, own), 403, "forbidden")
    await town.until(date(2026, 2, 15))
    await act(town, f"/v1/home-visits/{id_}/report", "HomeVisitReported", headers=town.keeper)
    row = await shown(town, f"/v1/home-visits/{id_}")
    assert (row["from_on"], row["reported_on"], row["reported_to"]) == ("2026-02-14", "2026-02-15", HOME)
    again = await town.post(f"/v1/home-visits/{id_}/report", {}, town.keeper)
    check_problem(again, 409, "visit_reported")


async def test_a_target_is_agreed_and_looked_at_after_the_year(town: ContactTown) -> None:
    """S-39: hours by the rule unless others are agreed, one target a year, part by part, by the secretary or above."""
    member_id = await town.member()
    body = {"member_id": member_id, "year": 2026, "meetings": 4}
    id_ = await made(town, "/v1/targets", "OrgLifeTargetSet", body, town.keeper)
    row = await shown(town, f"/v1/targets/{id_}")
    assert (row["meetings"], row["study_hours"], row["reports"], row["open"]) == (4, 32, 1, True)
    anew = await town.post("/v1/targets", body | {"study_hours": 40}, town.keeper)
    assert anew.json()["id"] == id_
    met = {"meetings_met": True, "study_met": True, "reports_met": False}
    check_problem(await town.post(f"/v1/targets/{id_}/review", met, town.keeper), 403, "forbidden")
    early = await town.post(f"/v1/targets/{id_}/review", met, town.officer)
    assert check_problem(early, 422, "target_year_runs")["errors"][0]["pointer"] == "/occurred_on"
    await town.until(date(2027, 1, 4))
    await act(town, f"/v1/targets/{id_}/review", "OrgLifeTargetReviewed", met)
    row = await shown(town, f"/v1/targets/{id_}")
    assert (row["study_hours"], row["meetings_met"], row["reports_met"], row["open"]) == (40, True, False, False)
    assert [one["id"] for one in await items(town, "/v1/targets", year=2026, open="false")] == [id_]


DOORS = {
    "/v1/leads": ({"kind": "PROSPERITY", "to_org": TOWN}, {"kind": "INVESTMENT"}, "assess", {"assessment": "KNOWN"}),
    "/v1/ventures": ({}, {"occurred_on": "2026-02-09"}, "reach", {"stage": "PLAN"}),
    "/v1/home-visits": ({"from_on": "2026-03-01"}, {"from_on": "2026-03-02"}, "report", {}),
    "/v1/reports": ({"form": "ORAL"}, {"form": "WRITTEN"}, "", {}),
    "/v1/targets": ({"year": 2026, "meetings": 4}, {"meetings": 5}, "", {}),
}


@pytest.mark.parametrize("path", DOORS)
async def test_every_door_keeps_the_contract(town: ContactTown, path: str) -> None:
    """A key is one request, a version guards; outside the scope 404 or told at the field; CSV and XLSX."""
    body, change, verb, said = DOORS[path]
    member_id = await town.member()
    body = {**body, "member_id": member_id}
    doors, ledger = Doors(town.town.app, town.town.http, town.officer), cast("MemoryLedger", town.world.ledger)
    await check_a_key_is_one_request(doors, path, body, (path, {**body, **change}), ledger=ledger)
    await town.town.settle()
    row = (await town.get(path)).json()["items"][0]
    if verb:
        await check_a_version_guards(doors, f"{path}/{row['id']}/{verb}", said, 1)
    elsewhere = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="elsewhere")
    assert await items(town, path, elsewhere) == []
    for more in ("", "/history"):
        check_problem(await town.get(f"{path}/{row['id']}{more}", elsewhere), 404, "not_found")
    asked = await town.post(path, body, elsewhere)
    assert check_problem(asked, 422, "invalid")["errors"][0]["pointer"] == "/member_id"
    sheet = await town.get(path, {**town.city, "Accept": "text/csv", "Accept-Language": "zh-CN"})
    assert "李*" in sheet.text
    assert row["name"] == "李*"
