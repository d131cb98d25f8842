"""Data quality (screen 21): a rule leads to its branches, a figure to exactly the list that it counts."""

from __future__ import annotations

from typing import Any

import httpx
from services.console.tests.http.stage import Services
from services.console.tests.http.test_ledgers_fit import told

RULES = "/v1/data-quality/rules"


def tell(services: Services, path: str, *rows: dict[str, Any], **more: dict[str, Any]) -> None:
    """Registry with this list, as it declares it."""
    document = told("registry", path)
    document["parameters"] = [*document["parameters"], *more.values()]
    services.tell("registry", "/openapi.json", {"paths": {path: {"get": document}}})
    services.tell("registry", "/v1/organisations", {"items": []})
    services.tell("registry", path, {"items": list(rows), "next_cursor": None, "sequence": 1})


async def test_a_figure_opens_exactly_its_list(officer: httpx.AsyncClient, services: Services) -> None:
    """The address that registry names, at the ledger that shows that list; the rule leads to its branches."""
    no_host = {"rule": "away_without_host", "count": 3, "branches": 2, "link": "/v1/departures?rule=away_without_host"}
    clean = {"rule": "no_education", "count": 0, "branches": 0, "link": "/v1/members?rule=no_education"}
    elsewhere = {"rule": "stale", "count": 5, "branches": 1, "link": "/v1/nowhere?rule=stale"}
    tell(services, RULES, no_host, clean, elsewhere)
    text = (await officer.get("/ledgers/quality")).text
    assert '<a href="/ledgers/outflow?all=1&amp;rule=away_without_host">3</a>' in text
    assert 'href="/ledgers/quality-branches?rule=away_without_host&amp;sort=-count">外出未纳入流入地</a>' in text
    assert '<td class="number">0</td>' in text, "nothing found is no list to open"
    assert '<td class="number">5</td>' in text, "a list that no ledger shows is not linked to"


async def test_the_list_says_which_gap_it_shows(officer: httpx.AsyncClient, services: Services) -> None:
    """The rule in words among the filters, chosen, and it stays chosen when more is asked."""
    rule = {"name": "rule", "in": "query", "schema": {"x-labels": {"away_uncertain": ["外出去向不详", "Unknown"]}}}
    tell(services, "/v1/departures", rule=rule)
    text = (await officer.get("/ledgers/outflow?all=1&rule=away_uncertain")).text
    assert services.last("/v1/departures").url.params["rule"] == "away_uncertain"
    assert '<option value="away_uncertain" selected>外出去向不详</option>' in text


async def test_the_menu_has_the_first_of_them_alone(officer: httpx.AsyncClient, services: Services) -> None:
    """The others are reached from it; they are pages like any other."""
    tell(services, RULES)
    text = (await officer.get("/ledgers/quality")).text
    menu, main = text.split("<main", 1)
    assert 'href="/ledgers/quality"' in menu
    for name in ("quality-branches", "completeness", "matches"):
        assert f'href="/ledgers/{name}"' not in menu
        assert f'href="/ledgers/{name}"' in main
