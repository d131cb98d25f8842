"""In and out at one instant, on a real JetStream: one open transfer a member, never the wrong direction (§2.3, §8)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
from services.transfers.tests.real.test_service import (
    Environment,
    caught_up,
    environment,
    member,
    opened,
    registry,
    request,
)
from services.transfers.tests.town import OTHER

from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import MemberRegistered
from guiyan.ledger import business_date
from guiyan.service.twins import World

__all__ = ["environment", "registry"]


async def expected(world: World, name: str) -> str:
    """Somebody who is expected from outside; gives the id."""
    member_id = world.id("member", name)
    facts = MemberRegistered(
        member_id=member_id,
        branch=OTHER,
        person_category=PersonCategory.FULL,
        source=MemberSource.TRANSFER_IN,
        incoming=True,
    )
    await world.happen(member_id, facts)
    return member_id


async def enter(http: httpx.AsyncClient, member_id: str) -> httpx.Response:
    """Enter a letter from outside."""
    today = datetime.now(UTC).date()
    body = {
        "member_id": member_id, "from_title": "示例省示例县委组织部", "letter_year": today.year, "letter_sn": "017",
        "issued_on": today.replace(day=1).isoformat(), "valid_days": 60, "from_area_code": "510100",
        "to_committee": OTHER, "dues_paid_to": f"{today:%Y-%m}",
    }  # fmt: skip
    return await http.post("/v1/transfers/incoming", json=body)


async def test_in_and_out_at_one_instant(environment: Environment, registry: World) -> None:
    """Whose relation is outside comes in once; whose is here goes out once; every other answer says why not."""
    outside, here = await expected(registry, "outside"), await member(registry, "here")
    async with opened(environment) as http:
        await caught_up(http, registry)
        for who, wins in ((outside, "IncomingTransferRecorded"), (here, "TransferRequested")):
            asked = [ask(http, who) for ask in (enter, request) for _ in range(60)]
            answers = await asyncio.gather(*asked)
            done = [one.json() for one in answers if one.status_code == 201]
            assert [one["events"][0]["type"] for one in done] == [wins]
            codes = {one.json()["code"] for one in answers if one.status_code != 201}
            assert codes <= {"transfer_already_open", "relation_outside", "relation_is_here"}
            assert {one.status_code for one in answers} == {201, 409}


async def test_who_has_gone_a_moment_ago_comes_back_only_by_a_letter(environment: Environment, registry: World) -> None:
    """The receipt from outside and requests race: the relation is in one place, whichever is first."""
    who = await member(registry, "goes")
    async with opened(environment) as http:
        await caught_up(http, registry)
        month = f"{datetime.now(UTC):%Y-%m}"
        made = await http.post("/v1/transfers", json={"member_id": who, "to_title": "示例省", "dues_paid_to": month})
        id_ = made.json()["id"]
        for verb in ("approve", "issue", "hand-over"):
            assert (await http.post(f"/v1/transfers/{id_}/{verb}")).status_code == 200
        day = business_date(datetime.now(UTC)).isoformat()
        receipt = http.post(f"/v1/transfers/{id_}/record-receipt", json={"received_on": day, "receipt_on": day})
        before, after = ([request(http, who) for _ in range(20)] for _ in range(2))
        answers = await asyncio.gather(*before, receipt, *after)
        assert [one.status_code for one in answers].count(201) == 0
        assert answers[20].status_code == 200, answers[20].text
        codes = {one.json()["code"] for one in answers if one.status_code == 409}
        assert codes <= {"transfer_already_open", "relation_outside"}
