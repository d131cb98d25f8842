"""The sample city shows what is studied, sent and asked (S-24 to S-29, S-35, S-36, S-40)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from guiyan.cli.up.study import tell_study
from guiyan.events.codes import DepartureSource, FlowReason, MemberSource, PersonCategory
from guiyan.events.registry import MemberLeft, MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.notifications.app import BLUEPRINT
from guiyan.notifications.campaigning import Campaigning
from guiyan.notifications.settings import NotificationsSettings
from guiyan.service.auth import Role
from guiyan.service.twins import START, World, on_twins

CITY, TOWN = "654002000000", "654002001000"
BRANCHES = [f"65400200100{number}" for number in range(1, 5)]
TODAY = START.date()


async def test_the_sample_shows_study_letters_and_a_campaign() -> None:
    """Activities in every state, one on the public page; letters under way; a campaign, and one who called back."""
    world = World()
    await world.organise({CITY: None, TOWN: CITY, **dict.fromkeys(BRANCHES, TOWN)}, basic=(TOWN,))
    for number in range(40):
        member_id, branch = world.id("member", str(number)), BRANCHES[number % 4]
        entered = MemberRegistered(
            member_id=member_id, branch=branch, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        )
        await world.happen(member_id, entered, pii=MemberText(name="李示例"))
        if number >= 20:
            left = MemberLeft(
                member_id=member_id, branch=branch, reason=FlowReason.MIGRANT_WORK, source=DepartureSource.ANNOUNCED
            )
            await world.happen(world.id("departure", member_id), left, occurred_on=date(2026, 1, 5))
    async with on_twins(BLUEPRINT, NotificationsSettings.model_construct(), world) as town:
        await town.settle()
        town.http.headers.update(town.bearer(Role.CITY_OFFICER, org=CITY))
        (campaigning,) = [one for one in town.composed.jobs if isinstance(one, Campaigning)]

        async def settle() -> None:
            await town.settle()
            await campaigning.look()
            await town.settle()

        await tell_study(town.http, BRANCHES, TOWN, TODAY, settle)
        await town.settle()
        head = await world.ledger.head()
        await tell_study(town.http, BRANCHES, TOWN, TODAY, settle)
        assert await world.ledger.head() == head

        async def counted(path: str, field: str) -> Counter[str]:
            answer = await town.http.get(path, params={"limit": 500})
            assert answer.status_code == 200, answer.text
            return Counter(str(one[field]) for one in answer.json()["items"])

        assert await counted("/v1/activities", "state") == {"RECORDED": 2, "HELD": 1, "ANNOUNCED": 3, "DRAFT": 1}
        assert await counted("/v1/activities", "there") == {"6": 2, "5": 1, "0": 4}, "one by video"
        assert await counted("/v1/materials", "state") == {"RECEIVED": 2, "SENT": 4}
        (only,) = (await town.http.get("/v1/campaigns")).json()["items"]
        assert (only["state"], only["recipients"], only["replied"]) == ("STARTED", 20, 1)
        assert await counted("/v1/intents", "reason") >= Counter({"NO_CONTACT_POINT": 20})
        assert "返乡党员主题党日" in (await town.http.get(f"/public/{CITY}")).text
