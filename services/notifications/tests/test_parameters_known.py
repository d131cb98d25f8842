"""Whoever plans knows the city's parameters up to the event that is planned for, also while all is built anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path

import pytest
from services.notifications.tests.test_both_sides import Sides, rows
from services.notifications.tests.test_when import reminder
from services.notifications.tests.town import a_town

from guiyan.events import registry
from guiyan.ledger.calendar import moment_of
from guiyan.notifications.planning import ParametersBehind
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES
from guiyan.service.rulebook import Rulebook

NIGHT = moment_of(date(2026, 3, 10), time(23))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Sides]:
    """A small town in memory, all posts filled; Tuesday 10 March 2026, 23:00."""
    async with a_town(tmp_path / "mailbox") as running:
        sides = Sides(running.town, tmp_path / "mailbox")
        await sides.everybody()
        await sides.town.advance_to(NIGHT)
        yield sides


async def told_at_once(town: Sides) -> list[bool]:
    """The city does away with the night, and something happens: whether each message so far may leave at once."""
    for key in ("notice.quiet_from", "notice.quiet_to"):
        changed = registry.PolicyParameterChanged(
            key=key, value="0", from_on="2026-03-01", document_no="伊示组发〔2026〕9号"
        )
        await town.world.happen(town.world.id("parameter", key), changed)
    await town.world.happen(town.world.id("duty"), reminder(town))
    for _ in range(2):  # what follows from it, too; nothing that is held in memory is read for that
        assert await town.town.follower.wait_settled(await town.world.ledger.head(), 20)
    found = await town.town.parts.reads(Notices).find(NOTICES, {})
    return [one["retry_at"] is None for one in found]


async def test_what_the_city_decided_before_an_event_holds_for_it(town: Sides) -> None:
    """Read a moment ago, as when a service begins or is built anew: the change after that is read before planning."""
    await town.town.parts.rulebook.refresh(after_sequence=1)
    assert await told_at_once(town) == [True]


async def test_planning_waits_until_the_parameters_are_there(town: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """While their documents are behind nothing is planned by what was valid before, and nothing is set aside."""
    reach, tries = Rulebook.reach, 0

    async def behind(self: Rulebook, sequence: int, *, wait_seconds: float) -> bool:
        nonlocal tries
        tries += 1
        return tries > 3 and await reach(self, sequence, wait_seconds=wait_seconds)

    monkeypatch.setattr(Rulebook, "reach", behind)
    assert await told_at_once(town) == [True]
    assert tries == 4
    assert len(await rows(town)) == 1
    tries = 0
    with pytest.raises(ParametersBehind):
        await town.planner.know(1)
