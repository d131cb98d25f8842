"""What organisations are called: looked up once for a while, by each scope what it may see."""

from __future__ import annotations

import httpx
from services.console.tests.http.stage import Services, token

from guiyan.console.books import Books
from guiyan.console.client import Api, Clients
from guiyan.console.settings import ConsoleSettings

CODE = "654002020004"
BRANCH = {"org_code": CODE, "short_name": "葡萄村党支部", "name": "-"}


async def test_what_lies_outside_one_scope_is_told_to_another(services: Services, settings: ConsoleSettings) -> None:
    """A township does not ask for the same again and again; the city, which sees it, is not told the bare code."""
    books, clients = Books(), Clients(settings, httpx.MockTransport(services))
    township = Api(clients, token(), "zh-CN", "c-1")
    city = Api(clients, token("CITY_OFFICER", org="654002000000"), "zh-CN", "c-2")
    services.tell("registry", "/v1/organisations", {"items": []})
    for _ in range(2):
        await books.learn(township, {CODE})
    assert (len(services.asked), books.organisation(CODE)) == (1, CODE)
    services.tell("registry", "/v1/organisations", {"items": [BRANCH]})
    for _ in range(2):
        await books.learn(city, {CODE})
    assert (len(services.asked), books.organisation(CODE)) == (2, "葡萄村党支部")
    await clients.close()
