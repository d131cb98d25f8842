"""The sample city's service points: 1 centre, 26 stations, 124 substations, all staffed (the seed article)."""

from __future__ import annotations

from collections import Counter

from guiyan.cli.sample.city import make_city
from guiyan.cli.up.seed import post_service_points
from guiyan.contact.app import BLUEPRINT
from guiyan.contact.settings import ContactSettings
from guiyan.service.auth import Role
from guiyan.service.twins import World, on_twins


async def test_the_sample_fills_the_list_of_service_points() -> None:
    """S-18 to S-20: three levels, each under its own, nobody missing; sown twice it stays the same (§6 no. 18)."""
    world = World()
    city = make_city(1)
    await world.organise({one.org_code: one.parent for one in city})
    commands = [one.command() for one in city]
    async with on_twins(BLUEPRINT, ContactSettings.model_construct(), world) as town:
        await town.settle()
        town.http.headers.update(town.bearer(Role.CITY_OFFICER, org=city[0].org_code))
        assert await post_service_points(town.http, commands) == 1 + 26 + 124
        head = await world.ledger.head()
        await post_service_points(town.http, commands)
        assert await world.ledger.head() == head
        await town.settle()
        listed = (await town.http.get("/v1/service-points?limit=500")).json()["items"]
        assert Counter(one["level"] for one in listed) == {"CENTRE": 1, "STATION": 26, "SUBSTATION": 124}
        assert not [one for one in listed if one["unstaffed"]]
    assert sum(len(one.inquiry_phones) for one in city) == 28
