"""Two replicas that both believe they lead: whatever both do at the same moment stands in the ledger once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, time

import pytest
from services.contact.tests.town import HOME, OTHER, PARENTS, SETTINGS, START, TOWN, ContactTown

from guiyan.contact.app import BLUEPRINT
from guiyan.ledger.calendar import moment_of
from guiyan.service.twins import World, on_twins

MEMBERS = 12


@pytest.mark.timeout(120)
async def test_a_year_with_two_leaders() -> None:
    """Each has a database of its own and fires every timer itself; four quarters, each duty planned and missed once."""
    world = World(START)
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    async with on_twins(BLUEPRINT, SETTINGS, world) as one, on_twins(BLUEPRINT, SETTINGS, world) as two:
        town = ContactTown(one)
        for number in range(MEMBERS):
            await town.leave(await town.member(f"m{number}"), f"trip{number}", HOME)
        await asyncio.gather(one.settle(), two.settle())
        end = moment_of(date(2027, 1, 2), time(12))
        while True:
            due = [at for replica in (one, two) if (at := await replica.due.next_due_at()) is not None]
            if min(due) > end:
                break
            world.clock.set(min(due))
            await asyncio.gather(one.due.fire_due(), two.due.fire_due())
            await asyncio.gather(one.settle(), two.settle())
        told: Counter[tuple[str, str]] = Counter()
        async for commits in world.ledger.follow(0, batch=1_000_000):
            for commit in commits:
                told.update(
                    (event.type, str(event.data["quarter"]))
                    for event in commit.events
                    if commit.subject.aggregate == "duty"
                )
            break
        for quarter in ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"):
            for type_ in ("ContactPlanned", "ContactMissed", "ContactEscalated"):
                assert told[type_, quarter] == MEMBERS, (type_, quarter, told)
        assert told["ContactReminderSent", "2026-Q2"] == 3 * MEMBERS
        for replica in (one, two):
            status = await replica.follower.status()
            assert status.parked == 0
