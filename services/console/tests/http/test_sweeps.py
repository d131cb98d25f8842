"""The sweep's pages: progress with every number's own list, what can be done next, findings by one tap."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services
from services.console.tests.http.test_ledgers_fit import told

from guiyan.console.sweeping import BRANCHES, PEOPLE

LISTS = ("/v1/sweeps", "/v1/sweep-townships", "/v1/sweep-sheets", "/v1/sweep-rows", "/v1/members")
TOWN, OTHER, BRANCH = "654002010000", "654002020000", "654002010001"
FIGURES = {"expected": 9, "checked": 4, "found_out": 2, "found_in": 1, "returned": 0, "not_reached": 1}
SWEEP: dict[str, Any] = {
    "id": "s-1", "batch": "2026年第4批", "kind": "AD_HOC", "state": "OPEN", "opens_on": "2026-07-01", "version": 3,
    "acts": ["close", "no-such-verb"], "to_check": [TOWN],
}  # fmt: skip
SHEET: dict[str, Any] = {
    **FIGURES, "id": "h-1", "sweep_id": "s-1", "batch": "2026年第4批", "branch": BRANCH, "township": TOWN,
    "state": "OPEN", "submitted_on": None, "overdue_on": None, "version": 7, "acts": ["check", "submit"],
}  # fmt: skip
PERSON: dict[str, Any] = {
    "id": "h-1:m-1", "member_id": "m-1", "register_id": "m-1", "name": "张*", "away": False, "finding": None,
    "checked_on": None, "listed": True, "checked": False,
}  # fmt: skip
AT = f"/sweeps/s-1/sheets/{BRANCH}"


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    """A list's answer."""
    return {"items": list(items), "next_cursor": None, "sequence": 1}


def town(code: str) -> dict[str, Any]:
    """A township's sums."""
    sums = {"branches": 5, "submitted": 2, "overdue": 1, "checked_on": None, "overdue_on": None}
    return {**FIGURES, **sums, "township": code, "sweep_id": "s-1"}


@pytest.fixture(autouse=True)
def sweep(services: Services) -> None:
    """Registry with one sweep of two townships, one sheet, one person to be checked."""
    services.tell("registry", "/openapi.json", {"paths": {one: {"get": told("registry", one)} for one in LISTS}})
    names = [
        {"org_code": TOWN, "name": "某镇"},
        {"org_code": OTHER, "name": "另一镇"},
        {"org_code": BRANCH, "name": "一支部"},
    ]
    services.tell("registry", "/v1/organisations", {"items": names})
    services.tell("registry", "/v1/sweeps/s-1", SWEEP)
    services.tell("registry", "/v1/sweep-townships", page_of(town(TOWN), town(OTHER)))
    services.tell("registry", "/v1/sweep-sheets", page_of(SHEET))
    services.tell("registry", f"/v1{AT}", SHEET)
    services.tell("registry", "/v1/sweep-rows", page_of(PERSON))
    services.tell("registry", f"/v1{AT}/check", {"id": "h-1", "version": 8, "sequence": 55, "events": []})


async def test_every_number_opens_its_list(officer: httpx.AsyncClient) -> None:
    """People and sheets of a township, of a branch, and the sums of all; nought opens nothing."""
    text = (await officer.get("/sweeps/s-1")).text
    for asked in (
        f"sweep-rows?sweep_id=s-1&amp;township={TOWN}&amp;finding=FOUND_OUT",
        f"sweep-rows?sweep_id=s-1&amp;township={OTHER}&amp;listed=true&amp;checked=true",
        f"sweeps-progress?sweep_id=s-1&amp;township={TOWN}&amp;state=SUBMITTED&amp;state=ACCEPTED",
        "sweep-rows?sweep_id=s-1&amp;finding=NOT_REACHED",
        f"?township={TOWN}",
    ):
        assert f'"{asked}"' in text or f'"/ledgers/{asked}"' in text, asked
    assert "finding=RETURNED" not in text
    assert "data-chart=" in text
    assert "/acts/close-sweep/s-1?next=" in text
    assert "no-such-verb" not in text
    assert "/acts/check-township/" not in text
    assert f"/acts/check-township/s-1~{TOWN}?next=" in (await officer.get(f"/sweeps/s-1?township={TOWN}")).text


def test_the_lists_know_what_they_are_asked() -> None:
    """Each figure's question is one that registry's lists take."""
    for path, asked in (("/v1/sweep-rows", PEOPLE), ("/v1/sweep-sheets", BRANCHES)):
        known = {one["name"]: one["schema"] for one in told("registry", path)["parameters"]}
        assert {"sweep_id", "township", "branch"} <= set(known)
        for name, value in (pair for one in asked.values() for pair in one):
            assert value in known[name].get("enum", [value]), (name, value)


async def test_a_finding_is_one_tap(officer: httpx.AsyncClient, services: Services) -> None:
    """Under the form's key; the list comes back as of that finding, whether scripts run or not."""
    text = (await officer.get(AT)).text
    for shown in (
        "张*",
        "无变化",
        "未联系上",
        "/acts/sweep-found-out/",
        "/acts/submit-sheet/",
        "/acts/sweep-found-in/",
    ):
        assert shown in text, shown
    body = {"finding": "UNCHANGED", "member_id": "m-1", "_key": "k-1", "shown": "left"}
    plain = await officer.post(AT, data=body, headers=OWN_PAGE)
    sent = services.last(f"/v1{AT}/check")
    assert (json.loads(sent.content), sent.headers["idempotency-key"]) == (
        {"finding": "UNCHANGED", "member_id": "m-1"},
        "k-1",
    )
    assert (plain.status_code, plain.headers["location"]) == (303, f"{AT}?shown=left&after=55")
    part = await officer.post(AT, data=body, headers={**OWN_PAGE, "HX-Request": "true", "HX-Target": "sweep"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert services.last(f"/v1{AT}").url.params["after_sequence"] == "55"


async def test_what_keeps_a_finding_out_is_told_above_the_list(officer: httpx.AsyncClient, services: Services) -> None:
    """Refused by registry, or registry is away: nothing is hidden, the list stays."""
    body = {"finding": "UNCHANGED", "member_id": "m-1", "_key": "k-1", "shown": "left"}
    services.tell("registry", f"/v1{AT}/check", {"code": "sheet_state", "detail": "排查表已上报。"}, 409)
    text = (await officer.post(AT, data=body, headers=OWN_PAGE)).text
    assert "排查表已上报。" in text
    assert "张*" in text


async def test_a_finding_with_facts_is_a_form_that_leads_back(officer: httpx.AsyncClient, services: Services) -> None:
    """The leaving's facts stand in their part; a fault in them is told at its field."""
    services.tell("registry", "/v1/members/m-1", {"id": "m-1", "name": "张*"})
    at = f"/acts/sweep-found-out/s-1~{BRANCH}"
    assert "张*" in (await officer.get(f"{at}?member_id=m-1")).text
    filled = {"member_id": "m-1", "occurred_on": "2026-03-01", "reason": "STUDY", "_key": "k", "_version": ""}
    done = await officer.post(at, data=filled, headers=OWN_PAGE)
    assert json.loads(services.last(f"/v1{AT}/check").content) == {
        "finding": "FOUND_OUT",
        "member_id": "m-1",
        "occurred_on": "2026-03-01",
        "leaving": {"reason": "STUDY"},
    }
    assert done.headers["location"].startswith(f"{AT}?done=")
    fault = {"code": "invalid", "detail": "", "errors": [{"pointer": "/leaving/reason", "detail": "请选择原因。"}]}
    services.tell("registry", f"/v1{AT}/check", fault, 422)
    assert (
        '<p class="wrong" id="e-reason">请选择原因。</p>'
        in (await officer.post(at, data=filled, headers=OWN_PAGE)).text
    )


async def test_a_township_names_the_branches_that_are_missing(officer: httpx.AsyncClient, services: Services) -> None:
    """They are there to be ticked, in words."""
    at = f"/acts/check-township/s-1~{TOWN}"
    text = (await officer.get(at)).text
    assert f'name="missing" aria-describedby="h-missing" value="{BRANCH}"' in text
    assert "一支部" in text
    path = f"/v1/sweeps/s-1/townships/{TOWN}/check"
    services.tell("registry", path, {"id": "s-1", "version": 4, "sequence": 9, "events": []})
    await officer.post(at, data={"missing": [BRANCH], "_key": "k"}, headers=OWN_PAGE)
    assert json.loads(services.last(path).content) == {"missing": [BRANCH]}


@pytest.mark.parametrize("name", ["submit-sheet", "check-township", "sweep-found-out"])
async def test_an_address_that_names_no_sheet_is_not_there(officer: httpx.AsyncClient, name: str) -> None:
    """A sweep alone where a sheet or a township of it is meant: no page, and no fault of ours."""
    assert (await officer.get(f"/acts/{name}/s-1")).status_code == 404
    assert (await officer.get(f"/acts/{name}/s-1/version")).status_code == 404
    assert (await officer.post(f"/acts/{name}/s-1", data={"_key": "k"}, headers=OWN_PAGE)).status_code == 404


async def test_ticked_branches_are_kept_while_registry_is_away(officer: httpx.AsyncClient, services: Services) -> None:
    """They cannot be named then, but they stay ticked."""
    services.away.add("registry")
    answer = await officer.post(f"/acts/check-township/s-1~{TOWN}", data={"missing": [BRANCH]}, headers=OWN_PAGE)
    assert answer.status_code == 503
    assert f'name="missing" aria-describedby="h-missing" value="{BRANCH}" checked' in answer.text


async def test_a_task_leads_to_its_sheet(officer: httpx.AsyncClient, services: Services) -> None:
    """The desk knows the sheet alone."""
    services.tell("registry", "/v1/sweep-sheets/h-1", SHEET)
    assert (await officer.get("/sweep-sheets/h-1")).headers["location"] == AT
