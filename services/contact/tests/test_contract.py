"""The doors of contact keep what every service's doors keep (contract.md §5)."""

from __future__ import annotations

from typing import cast

from services.contact.tests.town import a_town

from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_every_read_waits


async def test_every_read_takes_after_sequence() -> None:
    """Lists, one, history, the past: a caller reads its own writes, or is told to come again."""
    async with a_town(list_wait_seconds=0.05) as town:
        await check_every_read_waits(Doors(town.town.app, town.town.http, town.city))


async def test_a_key_is_one_request() -> None:
    """The same key for another answer, another verb, or another contact point is told."""
    async with a_town() as town:
        doors = Doors(town.town.app, town.town.http, town.city)
        ledger = cast("MemoryLedger", town.world.ledger)
        member_id = await town.away()
        path = f"/v1/duties/{town.duty(member_id)}/complete"
        others = (
            (path, {"channel": "SMS"}),
            (path.replace("complete", "attempt"), {"channel": "PHONE", "outcome": "NO_ANSWER"}),
        )
        await check_a_key_is_one_request(doors, path, {"channel": "PHONE"}, *others, ledger=ledger)
        point = {"member_id": member_id, "kind": "MOBILE", "value": "13912345678"}
        key = {"Idempotency-Key": "a-point"}
        assert (await town.post("/v1/contact-points", point, **key)).status_code == 201
        other = await town.post("/v1/contact-points", point | {"value": "13912345679"}, **key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
