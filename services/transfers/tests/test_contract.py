"""The doors of transfers keep what every service's doors keep (contract.md §5)."""

from __future__ import annotations

from typing import cast

from services.transfers.tests.town import a_town

from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_every_read_waits, check_problem


async def test_every_read_takes_after_sequence() -> None:
    """Lists, one, history, the past: a caller reads its own writes, or is told to come again."""
    async with a_town(list_wait_seconds=0.05) as town:
        await check_every_read_waits(Doors(town.town.app, town.town.http, town.city))


async def test_a_key_is_one_request() -> None:
    """The same key for another body, another verb or another letter is told, whichever act it was."""
    async with a_town() as town:
        doors = Doors(town.town.app, town.town.http, town.city)
        id_ = await town.requested()
        path = f"/v1/transfers/{id_}/approve"
        ledger = cast("MemoryLedger", town.world.ledger)
        others = ((path, {"occurred_on": "2026-03-09"}), (f"/v1/transfers/{id_}/withdraw", {}))
        await check_a_key_is_one_request(doors, path, {}, *others, ledger=ledger)
        again = {"Idempotency-Key": "another"}
        assert (await town.post(f"/v1/transfers/{id_}/issue", {"valid_days": 20}, **again)).status_code == 200
        other = await town.post(f"/v1/transfers/{id_}/issue", {"valid_days": 30}, **again)
        check_problem(other, 422, "idempotency_key_reused")
