"""The ledger's page: filtered, ordered, paged and exported by the service; one page for all ledgers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import Services, listing

PATH = "/v1/departures"
COLUMNS: dict[str, Any] = {
    "name": {"title": "Name", "x-title-zh": "姓名", "x-masked": True},
    "branch": {"title": "Branch", "x-title-zh": "所在支部", "x-book": "organisation"},
    "away_since": {"title": "Away since", "x-title-zh": "外出日期"},
    "state": {
        "title": "State",
        "x-title-zh": "状态",
        "x-labels": {"AWAY": ["外出", "Away"], "RETURNED": ["已返回", "Returned"]},
    },
}
PARAMETERS: list[dict[str, Any]] = [
    {"name": "sort", "schema": {"enum": ["away_since", "-away_since"]}},
    {"name": "open", "schema": {"type": "boolean"}},
    {"name": "state", "schema": {"type": "string", "enum": ["AWAY", "RETURNED"]}},
    {"name": "away_since", "schema": {"type": "string", "format": "date"}},
    {"name": "away_since_from", "schema": {"type": "string", "format": "date"}},
    {"name": "away_since_to", "schema": {"type": "string", "format": "date"}},
]
ROW = {"member_id": "m-1", "name": "张*", "branch": "654002010004", "away_since": "2026-01-11", "state": "AWAY"}


@pytest.fixture(autouse=True)
def outflow(services: Services) -> None:
    """Registry with one trip."""
    services.tell("registry", "/openapi.json", {"paths": {PATH: listing("流出党员台账", COLUMNS, PARAMETERS)}})
    services.tell("registry", PATH, {"items": [ROW], "next_cursor": "c2", "sequence": 9})
    branch = {"org_code": "654002010004", "short_name": "葡萄村党支部", "name": "-"}
    services.tell("registry", "/v1/organisations", {"items": [branch]})


async def test_rows_are_told_in_words(officer: httpx.AsyncClient) -> None:
    """Codes by the service's own words, organisations by their names, each row leads to its record."""
    text = (await officer.get("/ledgers/outflow")).text
    for told in ("姓名", "所在支部", "葡萄村党支部", ">外出<", 'href="/members/m-1"', "张*"):
        assert told in text, told
    assert "身份证号" not in text.split("<main", 1)[1]  # a column that the service does not have is left out


async def test_english_is_told_in_english(officer: httpx.AsyncClient, services: Services) -> None:
    """Headings, codes and the page's own words."""
    officer.cookies.set("guiyan-language", "en")
    text = (await officer.get("/ledgers/outflow")).text
    for told in ('<html lang="en">', "Outflow ledger", "Branch", ">Away<", "Sign out"):
        assert told in text, told
    assert services.asked[-1].headers["accept-language"] == "en"


async def test_the_service_is_asked_what_the_page_is(officer: httpx.AsyncClient, services: Services) -> None:
    """The first view where nothing is asked; else the address, without what the list does not know; the own token."""
    await officer.get("/ledgers/outflow")
    assert dict(services.last(PATH).url.params) == {"open": "true", "sort": "-away_since", "limit": "50"}
    await officer.get(
        "/ledgers/outflow?state=AWAY&away_since_from=2026-01-01&evil=1&limit=200&trail=a.b&sort=away_since"
    )
    asked = dict(services.last(PATH).url.params)
    assert asked == {
        "state": "AWAY", "away_since_from": "2026-01-01", "limit": "200", "cursor": "b", "sort": "away_since",
    }  # fmt: skip
    assert services.last(PATH).headers["authorization"].startswith("Bearer e30.")


async def test_pages_go_on_and_back(officer: httpx.AsyncClient) -> None:
    """By the service's cursors, which the address carries; filters and order stay."""
    text = (await officer.get("/ledgers/outflow?state=AWAY&trail=c1")).text
    assert 'rel="next" href="/ledgers/outflow?state=AWAY&amp;trail=c1.c2"' in text
    assert 'rel="prev" href="/ledgers/outflow?state=AWAY"' in text
    assert ">51<" in text  # the first row's number


async def test_a_head_orders_by_its_column(officer: httpx.AsyncClient) -> None:
    """Up, then down; only where the service can."""
    text = (await officer.get("/ledgers/outflow?all=1&sort=away_since")).text
    assert 'aria-sort="ascending"' in text
    assert "sort=-away_since" in text
    assert "sort=branch" not in text


async def test_htmx_gets_the_list_alone(officer: httpx.AsyncClient) -> None:
    """And the same address is a whole page for everybody else."""
    part = (await officer.get("/ledgers/outflow", headers={"HX-Request": "true", "HX-Target": "list"})).text
    assert "<html" not in part
    assert "张*" in part


async def test_a_page_that_has_the_rows_is_told_so(officer: httpx.AsyncClient, services: Services) -> None:
    """304 while nothing changed, for which nothing but the rows is asked; the rows when something did."""
    first = await officer.get("/ledgers/outflow")
    mark = {"If-None-Match": first.headers["etag"]}
    services.asked.clear()
    assert (await officer.get("/ledgers/outflow", headers=mark)).status_code == 304
    assert [one.url.path for one in services.asked] == [PATH]
    services.tell("registry", PATH, {"items": [{**ROW, "state": "RETURNED"}], "next_cursor": None, "sequence": 10})
    assert (await officer.get("/ledgers/outflow", headers=mark)).status_code == 200


async def test_the_file_is_the_services_own(officer: httpx.AsyncClient, services: Services) -> None:
    """With the filters and the order on screen, all pages of it."""
    services.tell("registry", PATH, b"PK")
    answer = await officer.get("/ledgers/outflow/file.xlsx?state=AWAY&sort=away_since&trail=c1")
    assert answer.content == b"PK"
    assert answer.headers["content-disposition"] == 'attachment; filename="outflow.xlsx"'
    asked = services.last(PATH)
    assert dict(asked.url.params) == {"state": "AWAY", "sort": "away_since"}
    assert "spreadsheetml" in asked.headers["accept"]


async def test_a_service_that_is_away_is_told_on_the_page(officer: httpx.AsyncClient, services: Services) -> None:
    """The frame, the navigation and a way to try again stay."""
    services.away.add("registry")
    answer = await officer.get("/ledgers/outflow")
    assert answer.status_code == 200
    assert "没有应答" in answer.text
    assert "主菜单" in answer.text


async def test_what_is_in_a_row_is_never_markup(officer: httpx.AsyncClient, services: Services) -> None:
    """Whatever a service tells is text."""
    services.tell("registry", PATH, {"items": [{**ROW, "name": "<script>"}], "next_cursor": None, "sequence": 9})
    text = (await officer.get("/ledgers/outflow")).text
    assert "&lt;script&gt;" in text


async def test_a_problem_is_told_in_the_services_words(officer: httpx.AsyncClient, services: Services) -> None:
    """With its status, and what to do next."""
    services.tell("registry", PATH, {"code": "forbidden", "detail": "您没有权限查看。"}, 403)
    answer = await officer.get("/ledgers/outflow")
    assert answer.status_code == 403
    assert "您没有权限查看。" in answer.text
