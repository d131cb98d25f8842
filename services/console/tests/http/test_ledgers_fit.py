"""Every ledger fits the service's own list: nothing is shown or asked that the service does not declare."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from services.console.tests.http.stage import Services

from guiyan.console.ledger import Ledger
from guiyan.console.lists import ListInfo
from guiyan.console.screens import found_in

LEDGERS = [one for one in found_in("guiyan.console.ledgers", "LEDGER") if isinstance(one, Ledger)]


@cache
def doors(service: str) -> dict[str, APIRoute]:
    """The GET doors of a service by their address, as its own modules declare them."""
    package = importlib.import_module(f"guiyan.{service}.doors")
    modules = [
        importlib.import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)
    ]
    declared = [one for module in modules for one in vars(module).values()]
    made = [one.router(object.__new__(one)) for one in declared if isinstance(one, type) and hasattr(one, "router")]
    routers = [one for one in (*declared, *made) if isinstance(one, APIRouter)]
    routes = [one for router in routers for one in router.routes if isinstance(one, APIRoute)]
    return {one.path: one for one in routes if "GET" in one.methods}


def told(service: str, path: str) -> dict[str, Any]:
    """A list as the service's OpenAPI document tells it."""
    route = doors(service)[path]
    answers = {str(status): one for status, one in route.responses.items()}
    return {"parameters": (route.openapi_extra or {})["parameters"], "responses": answers}


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_a_ledger_asks_only_what_there_is(ledger: Ledger) -> None:
    """Columns, filters, the views' questions and orders, and what a row's address is filled with: all declared."""
    info = ListInfo.of(told(ledger.service, ledger.path))
    asked = {*info.parameters, "sort"}
    own = {"due_within", "ends_within", "overdue", "year", "under", "part", "tree_on", "rule"}
    assert [one.name for one in ledger.cols if one.name not in info.columns] == []
    for view in ledger.views:
        assert [name for name, _ in view.asked if name not in asked and name not in own] == [], view.title
        assert [value for name, value in view.asked if name == "sort" and value not in info.sorts] == [], view.title
        for name, value in view.asked:
            known = info.parameters.get(name, {}).get("enum")
            assert known is None or value in known, (view.title, name, value)
    assert [one for one in ledger.filters if one not in asked and f"{one}_from" not in asked and one not in own] == []


@pytest.mark.parametrize("ledger", [one for one in LEDGERS if one.one], ids=lambda one: one.name)
def test_a_record_has_a_door_and_a_history(ledger: Ledger) -> None:
    """Where a row leads, the service tells of one record and of its events."""
    shapes = {path.split("{")[0] + "{}" + path.rpartition("}")[2] for path in doors(ledger.service) if "{" in path}
    head = ledger.one.split("{")[0]
    assert {f"{head}{{}}", f"{head}{{}}/history"} <= shapes


async def test_a_record_is_told_with_its_time_line(officer: httpx.AsyncClient, services: Services) -> None:
    """The ledger's columns, what else is known, each event in plain words, and the print of the letter."""
    services.tell(
        "transfers", "/openapi.json", {"paths": {"/v1/transfers": {"get": told("transfers", "/v1/transfers")}}}
    )
    services.tell("registry", "/v1/organisations", {"items": []})
    row = {"id": "t1", "member_id": "m1", "name": "张*", "state": "IN_TRANSIT", "days_left": -2, "acts": ["print"]}
    event = {
        "type": "TransferRequested", "subject": "transfer/t1", "time": "2026-03-02T02:00:00Z", "data": {},
        "occurredon": "2026-03-01", "actor": "officer-1", "sequence": 7,
    }  # fmt: skip
    services.tell("transfers", "/v1/transfers/t1", row)
    services.tell("transfers", "/v1/transfers/t1/history", {"events": [event]})
    text = (await officer.get("/ledgers/transfers/t1")).text
    assert 'href="/members/m1"' in text
    assert 'href="/acts/print-letter/t1?next=' in text
    assert '<span class="tone tone-late">-2</span>' in text
    assert "2026-03-01" in text


async def test_what_a_service_point_lacks_is_marked(officer: httpx.AsyncClient, services: Services) -> None:
    """A telephone that is not there and a post that nobody holds are marked; what is there is not (S-20)."""
    path = "/v1/service-points"
    services.tell("contact", "/openapi.json", {"paths": {path: {"get": told("contact", path)}}})
    services.tell("registry", "/v1/organisations", {"items": []})
    point = {"service_point_id": "p1", "name": "某站", "level": "STATION", "address": "某路", "in_charge": "张*"}
    found = [point | {"phone": None, "unstaffed": True}, point | {"phone": "0999-1", "unstaffed": False}]
    services.tell("contact", path, {"items": found, "next_cursor": None, "sequence": 1})
    text = (await officer.get("/ledgers/service-points")).text
    assert text.count('<span class="tone tone-late">缺</span>') == 2
    assert 'href="/ledgers/service-points/p1"' in text
