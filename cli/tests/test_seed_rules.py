"""The sample city's rule library: more than ten local rules, as the seed article tells (S-01 to S-06)."""

from __future__ import annotations

from datetime import UTC, datetime

from guiyan.cli.sample.city import CITY_CODE
from guiyan.cli.sample.rules import RULES
from guiyan.cli.up.seed import post_rules
from guiyan.registry.app import BLUEPRINT
from guiyan.registry.settings import RegistrySettings
from guiyan.service.auth import Role
from guiyan.service.twins import World, on_twins


async def test_the_sample_fills_the_rule_library() -> None:
    """S-01: more than ten rules, each in force under its own number; sown twice it stays the same."""
    world = World()
    commands = [rule.command() for rule in RULES]
    async with on_twins(BLUEPRINT, RegistrySettings.model_construct(), world) as town:
        town.http.headers.update(town.bearer(Role.CITY_OFFICER, org=CITY_CODE))
        assert await post_rules(town.http, commands) == len(RULES) > 10
        head = await world.ledger.head()
        await post_rules(town.http, commands)
        assert await world.ledger.head() == head
        await town.settle()
        listed = (await town.http.get("/v1/policy-documents?limit=500&state=IN_FORCE")).json()["items"]
    assert {one["document_no"] for one in listed} == {rule.document_no for rule in RULES}
    assert all(rule.dated_on < datetime.now(UTC).date() for rule in RULES)
