"""Study activities on real servers: noted, announced, held, counted; the page of all; a restart repeats nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.notifications.tests.real.at_work import Environment, done, opened, read
from services.notifications.tests.study_town import PLAN
from services.notifications.tests.town import CITY, HOME

from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import MemberRegistered
from guiyan.service.testing import until
from guiyan.service.twins import World

MEMBERS = 12


async def test_an_activity_from_the_note_to_the_page_of_all(environment: Environment, registry: World) -> None:
    """Twelve members, one activity held and counted, one announced to everybody; the same after a restart."""
    members = [registry.id("member", str(number)) for number in range(MEMBERS)]
    for id_ in members:
        told = {"branch": HOME, "person_category": PersonCategory.FULL, "source": MemberSource.DEVELOPED}
        await registry.happen(id_, MemberRegistered(member_id=id_, **told))
    soon = (datetime.now(UTC) + timedelta(days=20)).isoformat(timespec="seconds")
    plan = PLAN | {"branch": HOME, "starts_at": soon}
    async with opened(environment) as http:

        async def known() -> bool:
            return len((await read(http, "study-hours"))["items"]) == MEMBERS

        await until(known, seconds=60)
        held = (await done(http, "activities", plan))["id"]
        await done(http, f"activities/{held}/hold", {"hours": 1.5})
        for id_ in members[:5]:
            await done(http, f"activities/{held}/attend", {"member_id": id_})
        last = await done(http, f"activities/{held}/record")
        row = await read(http, f"activities/{held}", after_sequence=last["sequence"])
        assert (row["there"], row["state"], row["invited"]) == (5, "RECORDED", None)
        behind = await read(http, "study-hours", behind="true")
        assert sum(one["hours"] for one in behind["items"]) == 7.5
        assert (await read(http, "activities/figures"))["total"]["figures"]["held"]["value"] == 1
        shown = (await done(http, "activities", plan | {"public": True, "title": "公开活动"}))["id"]
        last = await done(http, f"activities/{shown}/announce")
        assert (await read(http, f"activities/{shown}", after_sequence=last["sequence"]))["invited"] == MEMBERS

        async def told() -> bool:
            found = (await read(http, "notices"))["items"]
            return [(one["template"], one["state"]) for one in found] == [("study_announced", "SUPPRESSED")]

        await until(told, seconds=60)
        page = await http.get(f"/public/{CITY}")
        assert "公开活动" in page.text
        assert shown in (await http.get("/public/calendar.ics")).text
    head = await registry.ledger.head()
    async with opened(environment) as http:
        again = await http.get(f"/public/{CITY}", headers={"If-None-Match": page.headers["etag"]})
        assert again.status_code == 304, again.text
        assert (await read(http, f"activities/{held}"))["there"] == 5
    assert await registry.ledger.head() == head
