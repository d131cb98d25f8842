"""A contact person named for one member (S-11, §2.6): who may be, for how many, and how long; duties follow."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from services.contact.tests.town import FAR, HOME, TOWN, ContactTown

from guiyan.events.registry import BranchAssigned, ContactPersonReleased, MembershipEnded
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.service.auth import Role


async def name(town: ContactTown, member: str, person: str, headers: Any = None) -> Any:
    """Name a person for a member."""
    await town.town.settle()
    body = {"person_id": person}
    return await town.post(f"/v1/members-away/{member}/assign-contact-person", body, headers or town.officer)


async def keeper(town: ContactTown, member: str, quarter: str = "2026-Q1") -> str | None:
    """Who has the member's duty."""
    return str((await town.row(member, quarter))["contact_person_id"] or "") or None


async def away(town: ContactTown, member: str) -> dict[str, Any]:
    """The member's row in the list of those away."""
    await town.town.settle()
    (row,) = (await town.get("/v1/members-away", member_id=member)).json()["items"]
    return dict(row)


async def test_duties_follow_who_was_named(town: ContactTown) -> None:
    """The open one and those planned later; the branch's own contact person has all others."""
    own = await town.keeper_of(HOME)
    first, second = [await town.away(one) for one in ("one", "two")]
    friend = await town.member("friend")
    done = await name(town, first, friend)
    assert done.status_code == 200, done.text
    assert done.json()["events"][0]["type"] == "ContactPersonAssigned"
    assert [await keeper(town, one) for one in (first, second)] == [friend, own]
    assert ((await away(town, first))["contact_person_id"], (await away(town, first))["named"]) == (friend, True)
    await town.until(date(2026, 4, 2))
    assert await keeper(town, first, "2026-Q2") == friend
    later = await town.keeper_of(HOME, "later")
    assert [await keeper(town, one, "2026-Q2") for one in (first, second)] == [friend, later]
    rows = (await town.get("/v1/members-away", contact_person_id=friend)).json()["items"]
    assert [one["member_id"] for one in rows] == [first]


async def test_only_who_is_there_may_keep_contact(town: ContactTown) -> None:
    """No stranger, nobody of another branch, nobody who is away, not the member; nobody outside the scope."""
    member, other = [await town.away(one) for one in ("one", "two")]
    far = await town.member("far", FAR)
    for person in (town.world.id("nobody"), far, other, member):
        refused = await name(town, member, person)
        assert (refused.json()["code"], refused.json()["errors"][0]["pointer"]) == ("not_of_the_branch", "/person_id")
    friend = await town.member("friend")
    assert (await name(town, member, friend, town.keeper)).status_code == 403
    elsewhere = town.town.bearer(Role.BRANCH_SECRETARY, org=FAR, sub="far")
    assert (await name(town, member, friend, elsewhere)).status_code == 404
    assert (await name(town, friend, member)).json()["code"] == "not_away"


async def test_somebody_who_serves_for_the_branch(town: ContactTown) -> None:
    """A named person of a service point of the branch, or of one above it; when that one leaves, the branch has it."""
    member = await town.away()
    point = {
        "level": "CENTRE",
        "name": "示例服务中心",
        "org_code": TOWN,
        "area_code": "654002",
        "staff": [{"name": "周示例"}],
    }
    made = await town.post("/v1/service-points", point, town.officer)
    await town.town.settle()
    path = f"/v1/service-points/{made.json()['id']}"
    person = (await town.get(path)).json()["staff"][0]["person_id"]
    assert (await name(town, member, person)).status_code == 200
    assert await keeper(town, member) == person
    assert (await town.post(f"{path}/release", {"person_id": person}, town.officer)).status_code == 200
    assert await keeper(town, member) is None


async def test_each_has_few(town: ContactTown) -> None:
    """As many as the parameter says (§2.6); the same one again says nothing."""
    changed = PolicyParameterChanged(
        key="contact.members_per_person", value="2", from_on=date(2026, 1, 1), document_no="示〔2026〕1号"
    )
    await town.world.happen("contact-members_per_person", changed)
    friend = await town.member("friend")
    members = [await town.away(f"m{number}") for number in range(3)]
    for member in members[:2]:
        assert (await name(town, member, friend)).status_code == 200
    refused = await name(town, members[2], friend)
    assert (refused.json()["code"], refused.status_code) == ("contact_person_full", 422)
    assert (await name(town, members[0], friend)).json()["events"] == []


async def test_each_has_few_however_many_are_named_at_once(town: ContactTown) -> None:
    """Fourteen at one instant: ten stand, four are refused (contact.members_per_person)."""
    friend = await town.member("friend")
    members = [await town.away(f"m{number}") for number in range(14)]
    done = await asyncio.gather(*(name(town, member, friend) for member in members))
    assert sorted(one.status_code for one in done) == [200] * 10 + [422] * 4
    assert {one.json()["code"] for one in done if one.status_code != 200} == {"contact_person_full"}
    await town.town.settle()
    rows = (await town.get("/v1/members-away", contact_person_id=friend, limit=50)).json()["items"]
    assert len(rows) == 10


async def test_nobody_is_named_before_the_member_left(town: ContactTown) -> None:
    """A day of 1900 is none of this trip."""
    member, friend = await town.away(), await town.member("friend")
    path = f"/v1/members-away/{member}/assign-contact-person"
    refused = await town.post(path, {"person_id": friend, "occurred_on": "1900-01-01"}, town.officer)
    assert (refused.json()["code"], refused.json()["errors"][0]["pointer"]) == ("date_before_last", "/occurred_on")


async def test_it_ends_when_either_goes(town: ContactTown) -> None:
    """The friend leaves, the member moves or comes home: the branch's contact person has the member, or nobody."""
    own = await town.keeper_of(HOME)
    member, second, third = [await town.away(one) for one in ("one", "two", "three")]
    friend, other = [await town.member(one) for one in ("friend", "other")]
    for one in (member, second):
        await name(town, one, friend)
    await name(town, third, other)
    await town.leave(friend)
    assert [await keeper(town, one) for one in (member, second, third)] == [own, own, other]
    moved = BranchAssigned(member_id=third, from_branch=HOME, branch=FAR)
    await town.world.happen(third, moved)
    assert await keeper(town, third) is None
    await name(town, member, other)
    await town.come_home(member)
    await town.town.settle()
    history = (await town.get(f"/v1/members-away/{member}/history")).json()["events"]
    assert [one["type"] for one in history][-2:] == ["ContactPersonAssigned", "ContactPersonUnassigned"]
    assert history[-1]["data"]["still_needed"] is False
    again = await town.post(f"/v1/members-away/{member}/unassign-contact-person", {}, town.officer)
    assert again.json()["code"] == "nobody_named"


async def test_a_friend_who_is_no_member_any_more(town: ContactTown) -> None:
    """Death or another end; and a contact person of the branch who is released loses what was named, too."""
    own = await town.keeper_of(HOME)
    member, second = [await town.away(one) for one in ("one", "two")]
    friend = await town.member("friend")
    await name(town, member, friend)
    await name(town, second, own)
    ended = MembershipEnded(
        member_id=friend, branch=HOME, how="DECEASED", decision_no="示〔2026〕1号", decided_by=HOME,
        decided_on=date(2026, 2, 10),
    )  # fmt: skip
    await town.world.happen(friend, ended)
    assert await keeper(town, member) == own
    await town.world.happen(HOME, ContactPersonReleased(org_code=HOME, person_id=own))
    assert await keeper(town, second) is None
    assert (await away(town, second))["named"] is False
