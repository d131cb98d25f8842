"""Who is due again while the end before is still on its way to the rows: nobody is without a duty (§2.11; review)."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from services.contact.tests.test_cycle import DECISION, SUSPENDED, WRONG, annul
from services.contact.tests.town import HOME, OTHER, PARENTS, SETTINGS, START, TOWN, ContactTown

from guiyan.contact.app import BLUEPRINT
from guiyan.events.registry import DepartureReopened, MembershipReinstated, MembershipSuspended
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.service.twins import World, on_twins

AWAY = 10


async def ends(world: World, town: ContactTown, how: str, member: str) -> None:
    """The membership is suspended, or the member comes home."""
    if how == "reopened":
        await town.come_home(member)
    else:
        await world.happen(member, MembershipSuspended(member_id=member, **SUSPENDED))


async def begins_again(world: World, town: ContactTown, how: str, member: str) -> None:
    """What ended it is taken back, or decided otherwise."""
    if how == "reinstated":
        await world.happen(member, MembershipReinstated(member_id=member, requested_on=START.date(), **DECISION))
    elif how == "annulled":
        await annul(town, member)
    else:
        away_since = date(2026, 2, 10)
        reopened = DepartureReopened(
            member_id=member, branch=HOME, away_since=away_since, annulled_id=WRONG["annulled_id"]
        )
        await world.happen(world.id("departure", member, "first"), reopened)


@pytest.mark.parametrize("how", ["reinstated", "annulled", "reopened"])
@pytest.mark.parametrize("turns", range(8))
async def test_one_shortly_after_the_other(town: ContactTown, how: str, turns: int) -> None:
    """So many turns of the loop between them."""
    member = await town.away()
    await ends(town.world, town, how, member)
    for _ in range(turns):
        await asyncio.sleep(0)
    await begins_again(town.world, town, how, member)
    assert (await town.row(member))["state"] == "PLANNED", await town.types(member)


@pytest.mark.parametrize("how", ["reinstated", "annulled", "reopened"])
@pytest.mark.parametrize("between", [40, 80])
async def test_both_while_the_service_was_down(how: str, between: int) -> None:
    """It reads them one after the other when it comes back, with other people's events between them."""
    world, database = World(START), MemoryDatabase()
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    async with on_twins(BLUEPRINT, SETTINGS, world, database=database) as running:
        town = ContactTown(running)
        members = [await town.away(f"m{number}") for number in range(AWAY)]
        await running.settle()
    for member in members:
        await ends(world, town, how, member)
    for number in range(between):
        await town.member(f"other{number}")
    for member in members:
        await begins_again(world, town, how, member)
    async with on_twins(BLUEPRINT, SETTINGS, world, database=database) as running:
        town = ContactTown(running)
        await running.settle()
        assert [(await town.row(member))["state"] for member in members] == ["PLANNED"] * AWAY
