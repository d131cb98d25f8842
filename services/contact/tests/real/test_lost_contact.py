"""Lost contact on real servers: silence is found by the clock, a restart opens no second case, people do the rest."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
from services.contact.tests.real.test_service import Environment, environment, opened, registry
from services.contact.tests.town import HOME

from guiyan.events.codes import DepartureSource, FlowReason, MemberSource, PersonCategory, SearchMeans
from guiyan.events.registry import MemberLeft, MemberRegistered, MembershipSuspended
from guiyan.ledger import business_date
from guiyan.service.testing import until
from guiyan.service.twins import World

__all__ = ["environment", "registry"]
SILENT_DAYS = 220


async def found(http: httpx.AsyncClient, member_id: str, state: str) -> str:
    """Wait until the member's one case stands in this state; gives its id."""
    ids: list[str] = []

    async def stands() -> bool:
        nonlocal ids
        rows = (await http.get("/v1/lost-contacts", params={"member_id": member_id})).json()["items"]
        ids = [one["id"] for one in rows if one["state"] == state]
        return len(rows) == 1 and bool(ids)

    await until(stands, seconds=60)
    return ids[0]


async def test_a_silent_member_is_watched_once_and_searched(environment: Environment, registry: World) -> None:
    """Seven months without a sign: watched by the clock, confirmed by people, suspended by registry; one case."""
    member_id = registry.id("member", "silent")
    facts = {"branch": HOME, "person_category": PersonCategory.FULL, "source": MemberSource.DEVELOPED}
    await registry.happen(member_id, MemberRegistered(member_id=member_id, **facts))
    left = MemberLeft(
        member_id=member_id, branch=HOME, reason=FlowReason.MIGRANT_WORK, source=DepartureSource.FAMILY_TOLD
    )
    today = business_date(datetime.now(UTC))
    await registry.happen(registry.id("departure", member_id), left, occurred_on=today - timedelta(days=SILENT_DAYS))
    async with opened(environment) as http:
        case_id = await found(http, member_id, "WATCH")
    async with opened(environment) as http:
        assert await found(http, member_id, "WATCH") == case_id
        at_once = [http.post("/v1/lost-contacts", json={"member_id": member_id}) for _ in range(8)]
        assert {one.status_code for one in await asyncio.gather(*at_once)} == {409}
        path = f"/v1/lost-contacts/{case_id}"
        assert (await http.post(f"{path}/start-search", json={})).status_code == 200
        for means in SearchMeans:
            result = "NOTHING" if means is SearchMeans.FORMER_BRANCH else "NOT_APPLICABLE"
            done = await http.post(f"{path}/search-step", json={"means": means, "result": result})
            assert done.status_code == 200, done.text
        assert (await http.post(f"{path}/open", json={"cause": "OTHER"})).status_code == 200
        confirmed = await http.post(f"{path}/confirm", json={})
        assert confirmed.status_code == 200, confirmed.text
        paper = {"decision_no": "示例〔2026〕1号", "decided_on": today, "decided_by": HOME, "branch": HOME}
        suspended = MembershipSuspended(member_id=member_id, ground="LOST_CONTACT", **paper)
        await registry.happen(member_id, suspended)
        assert await found(http, member_id, "SUSPENDED") == case_id
