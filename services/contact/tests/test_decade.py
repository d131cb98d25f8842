"""Ten years of quarters in simulated time, over a ledger that fails and a service that is killed: nobody is forgotten.

`GUIYAN_DECADE_MEMBERS=1000` runs it with a thousand members. They live in two cities that share nothing, so that two
workers (`-n 2`) take one each.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
import uvloop
from services.contact.tests.decade import a_decade

from guiyan.contact.projections.rows import PARTS
from guiyan.ledger.calendar import Quarter, moment_of

MEMBERS: Final = int(os.environ.get("GUIYAN_DECADE_MEMBERS", "60"))
SEED: Final = int(os.environ.get("GUIYAN_DECADE_SEED", "1971"))
CITIES: Final = 2
BEGIN, END = date(2026, 1, 5), date(2036, 1, 3)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("city", range(CITIES))
def test_ten_years_of_quarters(city: int) -> None:
    """Whenever anything is due each duty is in just the part its events say, and every branch's account is 0 off."""
    members = MEMBERS // CITIES + (city < MEMBERS % CITIES)
    uvloop.run(ten_years(members, SEED + city))


async def ten_years(members: int, seed: int) -> None:
    """Ten years of quarters of one city, on the loop that services run on."""
    async with a_decade(datetime(2026, 1, 5, 2, tzinfo=UTC), seed) as decade:
        await decade.enter(members)
        day, quarter = BEGIN, Quarter.of(BEGIN)
        while day < END:
            day = min(day + timedelta(days=decade.dice.randint(8, 28)), END)
            await decade.until(moment_of(day) + timedelta(hours=12))
            await decade.live()
            await decade.look()
            await decade.work()
            if quarter != Quarter.of(day):
                quarter = Quarter.of(day)
                await decade.account()
        await decade.account()
        assert {part for counts in decade.book.counts.values() for part in counts} >= set(PARTS)
        assert decade.deaths > 0
        assert (await decade.town.town.follower.status()).parked == 0
