"""The sample city shows care: aid cases, leads, ventures, visits home, targets (S-39, S-42 to S-44, S-47)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from guiyan.cli.up.care import tell_care
from guiyan.contact.app import BLUEPRINT
from guiyan.contact.settings import ContactSettings
from guiyan.events.codes import DepartureSource, FlowReason, MemberSource, PersonCategory
from guiyan.events.registry import MemberLeft, MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.service.auth import Role
from guiyan.service.twins import World, on_twins

CITY, TOWN, BRANCH = "654002000000", "654002001000", "654002001001"
TODAY = date(2026, 2, 2)


async def test_the_sample_shows_care() -> None:
    """Some of each, in different states, by ordinary commands; told twice it stays the same."""
    world = World()
    await world.organise({CITY: None, TOWN: CITY, BRANCH: TOWN}, basic=(TOWN,))
    for number in range(25):
        member_id = world.id("member", str(number))
        entered = MemberRegistered(
            member_id=member_id, branch=BRANCH, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        )
        await world.happen(member_id, entered, pii=MemberText(name="李示例"))
        left = MemberLeft(
            member_id=member_id, branch=BRANCH, reason=FlowReason.MIGRANT_WORK, source=DepartureSource.ANNOUNCED
        )
        await world.happen(world.id("departure", member_id), left, occurred_on=date(2026, 1, 5))
    async with on_twins(BLUEPRINT, ContactSettings.model_construct(), world) as town:
        await town.settle()
        town.http.headers.update(town.bearer(Role.CITY_OFFICER, org=CITY))
        count = await tell_care(town.http, TODAY)
        await town.settle()
        head = await world.ledger.head()
        assert await tell_care(town.http, TODAY) == count
        assert await world.ledger.head() == head

        async def counted(path: str, field: str) -> Counter[str]:
            answer = await town.http.get(path, params={"limit": 500})
            return Counter(str(one[field]) for one in answer.json()["items"])

        assert await counted("/v1/aid-cases", "state") == {
            "VISITED": 1, "APPROVED": 1, "ASSESSED": 1, "CLOSED": 1, "RAISED": 1
        }  # fmt: skip
        assert await counted("/v1/leads", "state") == {
            "ADOPTED": 1, "FORWARDED": 1, "NOT_ADOPTED": 1, "SUBMITTED": 1
        }  # fmt: skip
        assert await counted("/v1/ventures", "stage") == {"STARTED": 1, "INTEREST": 1}
        assert await counted("/v1/home-visits", "from_on") == {"2026-02-12": 10}
        assert await counted("/v1/targets", "study_hours") == {"32": 12}
        assert await counted("/v1/care", "kind") == {"VISIT": 1, "RELIEF": 4, "LEAD": 4, "ENTREPRENEURSHIP": 2}
