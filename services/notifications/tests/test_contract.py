"""The doors of notifications keep what every service's doors keep (contract.md §5)."""

from __future__ import annotations

from pathlib import Path

from services.notifications.tests.town import a_town

from guiyan.service.conformance import Doors, check_every_read_waits


async def test_every_read_takes_after_sequence(tmp_path: Path) -> None:
    """Lists, one, history, the account of a day: a caller reads its own writes, or is told to come again."""
    async with a_town(tmp_path, list_wait_seconds=0.05) as town:
        await check_every_read_waits(Doors(town.town.app, town.town.http, town.city))
