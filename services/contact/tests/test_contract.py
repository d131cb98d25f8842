"""The doors of contact keep what every service's doors keep (contract.md §5)."""

from __future__ import annotations

from typing import cast

from services.contact.tests.town import a_town

from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.auth import Role
from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_a_version_guards,
    check_answer,
    check_every_door_is_guarded,
    check_every_read_waits,
    check_no_nonsense_breaks,
    check_no_parameter_is_ignored,
    check_problem,
)


async def test_every_read_takes_after_sequence() -> None:
    """Lists, one, history, the past: a caller reads its own writes, or is told to come again."""
    async with a_town(list_wait_seconds=0.05) as town:
        await check_every_read_waits(Doors(town.town.app, town.town.http, town.city))


async def test_no_parameter_is_ignored() -> None:
    """What a door does not know is refused by name, in lists, reports, one record and its history alike."""
    async with a_town() as town:
        await check_no_parameter_is_ignored(Doors(town.town.app, town.town.http, town.city))


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


async def test_the_doors_are_guarded_and_nothing_breaks_them() -> None:
    """401, 404, 413, 415 at every address; nonsense of every kind is answered by a problem and writes nothing."""
    async with a_town() as town:
        doors = Doors(town.town.app, town.town.http, town.city)
        await check_every_door_is_guarded(doors)
        await check_no_nonsense_breaks(doors, cast("MemoryLedger", town.world.ledger))


async def test_commands_answer_in_one_shape_and_versions_guard() -> None:
    """201 with Location for what was made, 200 for an act; If-Match holds against the version."""
    async with a_town() as town:
        doors = Doors(town.town.app, town.town.http, town.city)
        member_id = await town.away()
        point = {"member_id": member_id, "kind": "MOBILE", "value": "13912345678"}
        check_answer(await town.post("/v1/contact-points", point), "ContactPointAdded", made=True)
        path = f"/v1/duties/{town.duty(member_id)}"
        tried = {"channel": "PHONE", "outcome": "NO_ANSWER"}
        done = check_answer(await town.post(f"{path}/attempt", tried), "ContactAttempted")
        await check_a_version_guards(doors, f"{path}/complete", {"channel": "PHONE"}, done["version"])
        outside = town.town.bearer(Role.TOWNSHIP_OFFICER, org="999999999999")
        check_problem(await town.get(path, outside), 404, "not_found")
        check_problem(await town.post(f"{path}/close", {}, outside), 404, "not_found")
