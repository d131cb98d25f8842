"""Where members have gone: counts by province or county with exactly their lists, of the own part of the tree."""

from __future__ import annotations

import httpx
from services.console.tests.http.stage import Services

PATH = "/v1/summary/distribution"


def told(services: Services) -> None:
    """Two provinces, and some who did not tell."""
    rows = [
        {"value": None, "name": "未报", "count": 5, "list": "/v1/departures?open=true&dest_known=false&under=1"},
        {
            "value": "310000",
            "name": "上海市",
            "count": 2,
            "list": "/v1/departures?open=true&dest_province=310000&under=1",
        },
        {
            "value": "440000",
            "name": "广东省",
            "count": 3,
            "list": "/v1/departures?open=true&dest_province=440000&under=1",
        },
    ]
    services.tell("registry", PATH, {"under": "1", "by": "province", "rows": rows, "total": 10, "sequence": 3})
    services.tell("registry", "/v1/organisations", {"items": [{"org_code": "12", "name": "葡萄乡党委"}]})


async def test_each_destination_opens_its_list(officer: httpx.AsyncClient, services: Services) -> None:
    """The greatest first, the untold last; number, share, and the ledger of just those."""
    told(services)
    text = (await officer.get("/boards/flow")).text
    assert dict(services.last(PATH).url.params) == {"by": "province"}
    assert text.index('scope="row">广东省') < text.index('scope="row">上海市') < text.index('scope="row">未报')
    assert 'href="/ledgers/outflow?all=1&amp;open=true&amp;dest_province=440000&amp;under=1">3</a>' in text
    assert "30.0%" in text
    assert "葡萄乡党委" in text


async def test_a_part_of_the_tree_by_county(officer: httpx.AsyncClient, services: Services) -> None:
    """What is chosen is asked of the service, stays in every address, and nothing else is."""
    told(services)
    text = (await officer.get("/boards/flow?by=county&under=12&street=1")).text
    assert dict(services.last(PATH).url.params) == {"by": "county", "under": "12"}
    assert "/boards/flow?by=reason&amp;under=12" in text
    assert "/boards/flow/file.xlsx?by=county&amp;under=12" in text
    assert (await officer.get("/boards/flow?by=street")).status_code == 200
    assert dict(services.last(PATH).url.params) == {"by": "province"}


async def test_registry_away_is_said(officer: httpx.AsyncClient, services: Services) -> None:
    """In the page, with the way to try again."""
    services.away.add("registry")
    assert "没有应答" in (await officer.get("/boards/flow")).text
