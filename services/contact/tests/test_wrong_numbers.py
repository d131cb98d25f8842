"""A wrong number closes its contact point at once, named or not; the desk asks for a new one (domain.md §2.6, P-10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from services.contact.tests.stories import MEMBER, PERSON
from services.contact.tests.test_agreements import agree, hosted
from services.contact.tests.test_today import add_point, page
from services.contact.tests.town import FAR, HOME, NEXT, WISH, ContactTown

from guiyan.contact.domain.contact_point import CONTACT_POINT, FindWrong
from guiyan.events.codes import ContactPointEnd
from guiyan.events.contact import ContactPointAdded, ContactPointChanged, ContactPointClosed, ContactPointVerified
from guiyan.ledger.testing.deciders import Scenario
from guiyan.service.auth import Role

WHOSE: dict[str, str] = {"point_id": PERSON, "member_id": MEMBER}
DAY, LATER = date(2026, 3, 1), date(2026, 4, 1)


async def tried(town: ContactTown, member_id: str, **said: str) -> Any:
    """An attempt that came to a wrong number, by the door."""
    body = {"channel": "PHONE", "outcome": "WRONG_NUMBER", **said}
    answered = await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", body)
    await town.town.settle()
    return answered


async def named(town: ContactTown, member_id: str) -> list[str]:
    """Which contact points the attempts name."""
    events = (await town.get(f"/v1/duties/{town.duty(member_id)}/history")).json()["events"]
    return [one["data"]["contact_point_id"] for one in events if one["type"] == "ContactAttempted"]


async def in_use(town: ContactTown, member_id: str) -> list[str]:
    """The values in use, masked."""
    await town.town.settle()
    rows = (await town.get("/v1/contact-points", member_id=member_id, open="true")).json()["items"]
    return sorted(one["value"] for one in rows)


def test_what_was_found_wrong_before_the_newest_proof_stands_back() -> None:
    """Told late of a day before the number was proved, or renewed, it closes nothing (§8); closed is closed."""
    found = FindWrong(on=DAY, today=LATER, reason=ContactPointEnd.WRONG_NUMBER)

    def story() -> Scenario[Any, Any]:
        return Scenario(CONTACT_POINT).given(ContactPointAdded(**WHOSE, kind="MOBILE"), occurred_on=LATER)

    story().when(found).then(ContactPointClosed(**WHOSE, reason="WRONG_NUMBER"))
    for since in (ContactPointVerified(**WHOSE, how="TALKED"), ContactPointChanged(**WHOSE)):
        story().given(since, occurred_on=LATER).when(found).then_nothing()
        assert story().given(since, occurred_on=DAY).when(found).drafts
    story().given(ContactPointClosed(**WHOSE, reason="BY_WISH"), occurred_on=LATER).when(found).then_nothing()


@pytest.mark.parametrize(("kind", "channel"), [("MOBILE", "PHONE"), ("MOBILE", "SMS"), ("LANDLINE", "PHONE")])
async def test_the_only_number_in_use_is_the_one_that_was_wrong(town: ContactTown, kind: str, channel: str) -> None:
    """The attempt names it from then on, so that the history says which."""
    member_id = await town.away()
    id_ = await add_point(town, member_id, kind, "13900001111" if kind == "MOBILE" else "0999-8021234")
    done = await tried(town, member_id, channel=channel)
    assert done.status_code == 200
    assert await named(town, member_id) == [id_]
    assert (await town.get(f"/v1/contact-points/{id_}")).json()["end_reason"] == "WRONG_NUMBER"


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": "NO_ANSWER"},
        {"channel": "IN_PERSON"},
        {"channel": "WECHAT_CALL"},
        {"leg": "HOST_ORG"},
        {"channel": "SMS", "occurred_on": "2026-02-09"},
    ],
)
async def test_what_was_not_tried_stays_open(town: ContactTown, said: dict[str, str]) -> None:
    """Another outcome, way or leg, or a day before the number was known: nothing is closed."""
    member_id = await town.away(on=date(2026, 2, 1))
    await add_point(town, member_id, "MOBILE", "13900001111")
    assert (await tried(town, member_id, **said)).status_code in {200, 422}
    assert await in_use(town, member_id) == ["139****1111"]


async def test_of_several_the_wrong_one_must_be_named(town: ContactTown) -> None:
    """At the door and in a report alike; nothing is recorded until it is."""
    member_id = await town.away()
    first = await add_point(town, member_id, "MOBILE", "13900001111")
    await add_point(town, member_id, "LANDLINE", "0999-8021234")
    refused = await tried(town, member_id)
    assert (refused.status_code, refused.json()["code"]) == (422, "contact_point_needed")
    assert refused.json()["errors"][0]["pointer"] == "/contact_point_id"
    report = {"member_id": member_id, "channel": "PHONE", "outcome": "WRONG_NUMBER"}
    result = await town.town.report(HOME, "ContactAttempted", report)
    assert [(one.code, one.pointer) for one in result.problems] == [("contact_point_needed", "/data/contact_point_id")]
    assert (await town.types(member_id)) == ["ContactPlanned"]
    named = await town.town.report(HOME, "ContactAttempted", report | {"contact_point_id": first})
    assert not named.problems
    assert len(await in_use(town, member_id)) == 1
    assert (await town.get(f"/v1/contact-points/{first}")).json()["open"] is False
    assert (await tried(town, member_id, channel="SMS")).status_code == 200


async def test_a_late_report_is_of_the_number_of_its_day(town: ContactTown) -> None:
    """What was in use then and has been replaced since is named; the number of now stays; a proof since stands."""
    member_id = await town.away()
    old = await add_point(town, member_id, "MOBILE", "13900001111")
    await town.until(date(2026, 2, 20))
    await town.post(f"/v1/contact-points/{old}/close", {"reason": "REPLACED"})
    await add_point(town, member_id, "MOBILE", "13900002222")
    report = {"member_id": member_id, "channel": "PHONE", "outcome": "NUMBER_DEAD"}
    late = await town.town.report(HOME, "ContactAttempted", report, occurredon="2026-02-12")
    assert not late.problems
    assert await in_use(town, member_id) == ["139****2222"]
    assert await named(town, member_id) == [old]


async def test_an_attempt_told_twice_is_one(town: ContactTown) -> None:
    """The same key again gives the first answer, whatever was added meanwhile."""
    member_id = await town.away()
    await add_point(town, member_id, "MOBILE", "13900001111")
    path, body = f"/v1/duties/{town.duty(member_id)}/attempt", {"channel": "PHONE", "outcome": "WRONG_NUMBER"}
    key = {"Idempotency-Key": town.world.id("key")}
    first = await town.post(path, body, **key)
    await town.town.settle()
    for value in ("13900002222", "13900003333"):
        await add_point(town, member_id, "MOBILE", value)
    again = await town.post(path, body, **key)
    assert (again.status_code, again.json()["sequence"]) == (200, first.json()["sequence"])
    assert await in_use(town, member_id) == ["139****2222", "139****3333"]


async def test_the_desk_asks_for_a_number_until_there_is_one(town: ContactTown) -> None:
    """On the page and in its list: with the last own telephone it comes, with a new one it goes; a family's is none."""
    member_id, other = await town.away(), await town.away("two")
    for one in (member_id, other):
        await add_point(town, one, "MOBILE", "13900001111" if one == member_id else "13900004444")
    assert (await page(town))["to_find_number"] == {"count": 0, "list": "/v1/members-away?has_phone=false", "first": []}
    await tried(town, member_id)
    family = {"member_id": member_id, "kind": "MOBILE", "value": "13900009999", "source": "FAMILY_BY_WISH", **WISH}
    assert (await town.post("/v1/contact-points", family)).status_code == 201
    await add_point(town, member_id, "EMAIL", "someone@example.org")
    told = await page(town)
    assert told["to_find_number"]["count"] == 1
    assert [one["member_id"] for one in told["to_find_number"]["first"]] == [member_id]
    listed = (await town.get("/v1/members-away", town.keeper, has_phone="false")).json()["items"]
    assert [(one["member_id"], one["has_phone"]) for one in listed] == [(member_id, False)]
    next_door = town.town.bearer(Role.BRANCH_CONTACT, org=NEXT, sub="next")
    assert (await page(town, next_door))["to_find_number"]["count"] == 0
    await add_point(town, member_id, "MOBILE", "13900002222")
    assert (await page(town))["to_find_number"]["count"] == 0
    await tried(town, other)
    assert (await page(town))["to_find_number"]["count"] == 1
    await town.come_home(other)
    assert (await page(town))["to_find_number"]["count"] == 0


async def test_the_hosts_wrong_number_is_none_of_ours(town: ContactTown) -> None:
    """The host keeps contact by agreement at numbers of its own: one that it does not name closes none here."""
    member_id = await hosted(town)
    await add_point(town, member_id, "MOBILE", "13900001111")
    await add_point(town, member_id, "LANDLINE", "0999-8021234")
    await agree(town, member_id)
    headers = town.town.bearer(Role.BRANCH_SECRETARY, org=FAR, sub="host")
    body = {"channel": "PHONE", "outcome": "WRONG_NUMBER"}
    done = await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", body, headers)
    assert done.status_code == 200, done.text
    assert len(await in_use(town, member_id)) == 2
    rows = (await town.get("/v1/members-away", headers)).json()["items"]
    assert [(one["member_id"], one["has_phone"]) for one in rows] == [(member_id, None)]


async def test_nothing_ends_before_it_begins(town: ContactTown) -> None:
    """Told of a day before the number was known: closed on its first day; of another member nothing is."""
    for how in ("door", "report"):
        member, other = [await town.away(f"{how}{number}", on=date(2026, 1, 5)) for number in (1, 2)]
        point = await add_point(town, member, "MOBILE", "13900001234")
        theirs = await add_point(town, other, "MOBILE", "13900001235")
        said = {"channel": "PHONE", "outcome": "WRONG_NUMBER"}
        if how == "door":
            refused = await tried(town, member, contact_point_id=theirs)
            assert refused.json()["code"] == "contact_point_not_found"
            assert (await tried(town, member, contact_point_id=point, occurred_on="2026-02-01")).status_code == 200
        else:
            report = {"member_id": member, **said}
            rejected = await town.town.report(HOME, "ContactAttempted", {**report, "contact_point_id": theirs})
            assert (rejected.kind, rejected.problems[0].code) == ("rejected", "contact_point_not_found")
            told = {**report, "contact_point_id": point}
            done = await town.town.report(HOME, "ContactAttempted", told, occurredon="2026-02-01")
            assert done.kind == "accepted"
        await town.town.settle()
        (row,) = (await town.get("/v1/contact-points", member_id=member)).json()["items"]
        assert (row["open"], row["valid_from"], row["valid_to"]) == (False, "2026-02-10", "2026-02-10")
        assert await in_use(town, other) == ["139****1235"]
