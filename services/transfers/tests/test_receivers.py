"""S-15: the nearest who can take a member in - by area code, ties told, never a far one in silence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.transfers.tests.test_incoming_doors import LETTER, expected
from services.transfers.tests.town import NEXT, SETTINGS, TransferTown

from guiyan.events.codes import OrganisationKind
from guiyan.events.registry import OrganisationCreated, OrganisationDissolved
from guiyan.service.auth import Role
from guiyan.service.directory import Organisation
from guiyan.service.twins import Town, World, on_twins
from guiyan.transfers.app import BLUEPRINT
from guiyan.transfers.commands.nearest import COUNTY, nearest, shared

CITY, TOWN, OTHER, THIRD = "654002000000", "654002001000", "654002002000", "654021003000"
HOME, FAR, AWAY = "654002001001", "654002002001", "654021003001"
TREE: dict[str, tuple[str | None, str, bool]] = {
    CITY: (None, "654002", False),
    TOWN: (CITY, "654002", True),
    OTHER: (CITY, "654002", True),
    THIRD: (CITY, "654021", True),
    HOME: (TOWN, "654002", False),
    FAR: (OTHER, "654021", False),
    AWAY: (THIRD, "654021", False),
}
"""Under whom, in which county, and whether it can receive; FAR stands in another county than its committee."""


async def organised(**change: dict[str, Any]) -> World:
    """A world with the tree, changed where a code is named (`o` before it)."""
    world = World()
    for code, (parent, area, receives) in TREE.items():
        committee = code in {CITY, TOWN, OTHER, THIRD}
        facts = {
            "name": f"示例{code}",
            "short_name": code,
            "kind": OrganisationKind.COMMITTEE if committee else OrganisationKind.BRANCH,
            "parent": parent,
            "area_code": area,
            "is_basic_committee": receives,
            "may_approve_probation": receives,
        }
        await world.happen(code, OrganisationCreated.model_validate(facts | change.get(f"o{code}", {})))
    return world


async def ask(town: Town, area: str) -> list[tuple[str, list[str]]]:
    """Committees and their branches that are told."""
    await town.settle()
    headers = town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")
    answer = await town.http.get("/v1/transfers/receivers", params={"area": area}, headers=headers)
    assert answer.status_code == 200, answer.text
    return [(one["org_code"], [branch["org_code"] for branch in one["branches"]]) for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("area", "found"),
    [
        ("654002", [(TOWN, [HOME]), (OTHER, [])]),
        ("654021", [(OTHER, [FAR]), (THIRD, [AWAY])]),
        ("654021100200", [(OTHER, [FAR]), (THIRD, [AWAY])]),
        ("654022", []),
        ("654000", []),
        ("510100", []),
    ],
)
async def test_who_is_in_the_county(area: str, found: list[tuple[str, list[str]]]) -> None:
    """Committees that stand there, or have a branch there; ties told; nobody in the county: nobody."""
    async with on_twins(BLUEPRINT, SETTINGS, await organised()) as town:
        assert await ask(town, area) == found


async def test_only_who_can_receive_and_is_at_work() -> None:
    """R1 Art. 25: without the power, or ended, it is not proposed; nor is a branch that has ended."""
    world = await organised(
        **{f"o{THIRD}": {"may_approve_probation": False}, f"o{TOWN}": {"is_basic_committee": False}}
    )
    await world.happen(FAR, _dissolved())
    async with on_twins(BLUEPRINT, SETTINGS, world) as town:
        assert await ask(town, "654021") == []
        assert await ask(town, "654002") == [(OTHER, [])]


async def test_a_place_told_as_a_prefecture_is_no_place() -> None:
    """A committee of the prefecture itself is not near to somebody who is anywhere in it."""
    powers = {"area_code": "654000", "is_basic_committee": True, "may_approve_probation": True}
    async with on_twins(BLUEPRINT, SETTINGS, await organised(**{f"o{CITY}": powers})) as town:
        assert await ask(town, "654000") == []


async def test_only_who_can_receive_is_asked() -> None:
    """R1 Art. 25, one rule for request, resubmission and entry: told at the field that named the committee."""
    world = await organised(**{f"o{THIRD}": {"may_approve_probation": False}})
    async with on_twins(BLUEPRINT, SETTINGS, world) as running:
        await running.settle()
        town = TransferTown(running)
        member = await town.member()
        for named, pointer in (({"to_committee": THIRD}, "/to_committee"), ({"to_branch": AWAY}, "/to_branch")):
            body = {"member_id": member, "dues_paid_to": "2026-02", **named}
            refused = await town.post("/v1/transfers", body, town.city)
            assert refused.json()["code"] == "receiver_without_power", refused.text
            assert refused.json()["errors"][0]["pointer"] == pointer
        id_ = await town.requested(member)
        assert (await town.post(f"/v1/transfers/{id_}/return", {"reason": "WRONG_RECEIVER"})).status_code == 200
        again = await town.post(f"/v1/transfers/{id_}/resubmit", {"to_branch": AWAY})
        assert again.json().get("code") == "receiver_without_power"
        letter = LETTER | {"member_id": await expected(town, "two"), "to_committee": THIRD}
        entered = await town.post("/v1/transfers/incoming", letter, town.city)
        assert entered.json().get("code") == "receiver_without_power"


async def test_inside_one_committee_no_power_is_asked_for() -> None:
    """A move between its branches is the committee's own affair (§2.3)."""
    world = await organised(**{f"o{TOWN}": {"may_approve_probation": False}})
    await world.happen(NEXT, OrganisationCreated.model_validate(_branch(NEXT, TOWN)))
    async with on_twins(BLUEPRINT, SETTINGS, world) as running:
        await running.settle()
        town = TransferTown(running)
        inside = {"member_id": await town.member(), "dues_paid_to": "2026-02", "channel": "INTERNAL", "to_branch": NEXT}
        assert (await town.post("/v1/transfers", inside)).status_code == 201


def _branch(code: str, parent: str) -> dict[str, Any]:
    facts = {"name": code, "short_name": code, "kind": OrganisationKind.BRANCH, "parent": parent}
    return {**facts, "area_code": "654002"}


def _dissolved() -> OrganisationDissolved:
    return OrganisationDissolved.model_validate({})


async def test_what_is_no_area_is_told() -> None:
    """Six or twelve digits."""
    async with on_twins(BLUEPRINT, SETTINGS, await organised()) as town:
        headers = town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")
        answer = await town.http.get("/v1/transfers/receivers", params={"area": "65402"}, headers=headers)
        assert answer.status_code == 422


def _organisation(code: str, area: str) -> Organisation:
    facts: dict[str, Any] = {"name": code, "short_name": code, "kind": "COMMITTEE", "parent": None, "facts": {}}
    ends: dict[str, Any] = {"created_on": "2026-01-01", "dissolved_on": None, "merged_into": None, "split_into": ()}
    powers = {"is_basic_committee": True, "may_approve_probation": True, "places": ()}
    return Organisation(code=code, area_code=area, **facts, **ends, **powers)


AREAS = st.sampled_from(["654002", "654021", "654002001", "654002001201", "654002002101", "510104", "650102"])


@given(place=AREAS.filter(lambda one: len(one) != 9), areas=st.lists(AREAS, max_size=6))
def test_nobody_nearer_is_left_out(place: str, areas: list[str]) -> None:
    """Against plain counting: all who share most whole levels with the place, the county at least."""
    known = {f"{number:012}": _organisation(f"{number:012}", area) for number, area in enumerate(areas)}
    found = nearest(place, known.values(), known.get)
    best = max((shared(place, area) for area in areas), default=0)
    wanted = [code for code, one in known.items() if best >= COUNTY and shared(place, one.area_code) == best]
    assert [one.committee for one in found.receivers] == wanted
    assert found.only == (wanted[0] if len(wanted) == 1 else None)


def test_half_a_level_is_no_place() -> None:
    """654002 and 654021 share a prefecture, not four and a half levels of a place."""
    assert [shared("654002", other) for other in ("654002", "654021", "650102", "510104")] == [6, 4, 2, 0]
    assert shared("654002001201", "654002001999") == 9
