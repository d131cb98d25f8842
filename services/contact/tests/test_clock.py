"""A clock that is set back: nothing is done twice, nothing is dated before its time, and the account holds."""

from __future__ import annotations

from datetime import date, datetime, time

from services.contact.tests.town import OTHER, PARENTS, SETTINGS, START, TOWN, ContactTown

from guiyan.contact.app import BLUEPRINT
from guiyan.ledger import ManualClock
from guiyan.ledger.calendar import moment_of
from guiyan.service.twins import World, on_twins


class WaywardClock(ManualClock):
    """A machine's clock that somebody sets back."""

    def set_back(self, at: datetime) -> None:
        """To an earlier moment."""
        self._at = at


async def test_a_clock_set_back_over_the_end_of_a_quarter() -> None:
    """The quarter that has ended stays ended, the one that has begun is not begun again."""
    world = World(START)
    world.clock = clock = WaywardClock(START)
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    async with on_twins(BLUEPRINT, SETTINGS, world) as running:
        town = ContactTown(running)
        member = await town.away()
        await town.until(date(2026, 4, 1))
        ended, begun = await town.types(member), await town.types(member, "2026-Q2")
        assert (ended[-2:], begun) == (["ContactMissed", "ContactEscalated"], ["ContactPlanned"])

        clock.set_back(moment_of(date(2026, 3, 30), time(12)))
        assert await running.due.fire_due() == 0
        told = await town.post(f"/v1/duties/{town.duty(member)}/complete", {"channel": "PHONE", "work": "EMPLOYED"})
        assert told.status_code == 200, told.text
        early = {"channel": "PHONE", "work": "EMPLOYED", "quarter": "2026-Q2"}
        refused = await town.post(f"/v1/duties/{town.duty(member, '2026-Q2')}/complete", early)
        assert refused.status_code in {409, 422}, refused.text

        await town.until(date(2026, 4, 2))
        assert await town.types(member) == [*ended, "ContactCompleted"]
        assert await town.types(member, "2026-Q2") == begun
        await town.until(date(2026, 7, 1))
        assert (await town.types(member, "2026-Q2")).count("ContactMissed") == 1
        told = await town.get("/v1/duties/reconciliation")
        parts = {name: told.json()[name] for name in ("planned", "completed", "missed", "open", "difference")}
        assert parts == {"planned": 3, "completed": 1, "missed": 1, "open": 1, "difference": 0}
