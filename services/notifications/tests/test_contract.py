"""The doors of notifications keep what every service's doors keep (contract.md §5)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

from services.notifications.tests.town import a_town

from guiyan.events.codes import NoticeChannel
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.ledger.testing.commands_conformance import a_context
from guiyan.notifications.domain.notice import NOTICE, Claim, Lost, Report
from guiyan.service.auth import Role
from guiyan.service.conformance import (
    Doors,
    check_a_key_is_one_request,
    check_every_door_is_guarded,
    check_every_read_waits,
    check_no_nonsense_breaks,
    check_no_parameter_is_ignored,
    check_problem,
)

DAY = date(2026, 3, 10)


async def test_every_read_takes_after_sequence(tmp_path: Path) -> None:
    """Lists, one, history, the account of a day: a caller reads its own writes, or is told to come again."""
    async with a_town(tmp_path, list_wait_seconds=0.05) as town:
        await check_every_read_waits(Doors(town.town.app, town.town.http, town.city))


async def test_no_parameter_is_ignored(tmp_path: Path) -> None:
    """What a door does not know is refused by name, in lists, reports, one record and its history alike."""
    async with a_town(tmp_path) as town:
        await check_no_parameter_is_ignored(Doors(town.town.app, town.town.http, town.city))


async def test_the_doors_are_guarded_and_nothing_breaks_them(tmp_path: Path) -> None:
    """401, 404, 413, 415 at every address; nonsense of every kind is answered by a problem and writes nothing."""
    async with a_town(tmp_path) as town:
        doors = Doors(town.town.app, town.town.http, town.city)
        await check_every_door_is_guarded(doors)
        await check_no_nonsense_breaks(doors, cast("MemoryLedger", town.world.ledger))


async def test_an_unknown_outcome_is_settled_once(tmp_path: Path) -> None:
    """The answer's shape, the version as guard, one request a key, 404 outside the scope."""
    async with a_town(tmp_path) as town:
        doors = Doors(town.town.app, town.town.http, town.city)
        id_ = await town.queued()
        for command in (Claim(NoticeChannel.EMAIL, "smtp", DAY), Report(Lost(), DAY)):
            await town.town.parts.commands.execute(NOTICE, id_, command, a_context())
        await town.town.settle()
        path = f"/v1/notices/{id_}"
        assert (await town.town.http.get(path, headers=town.city)).json()["acts"] == ["resolve"]
        auditor = town.town.bearer(Role.AUDITOR, org="654002000000", sub="auditor")
        assert (await town.town.http.get(path, headers=auditor)).json()["acts"] == []
        outside = town.town.bearer(Role.TOWNSHIP_OFFICER, org="999999999999")
        for answer in (
            await town.town.http.get(path, headers=outside),
            await town.town.http.post(f"{path}/resolve", json={"settlement": "ARRIVED"}, headers=outside),
        ):
            check_problem(answer, 404, "not_found")
        stale = {**town.city, "If-Match": '"9"'}
        late = await town.town.http.post(f"{path}/resolve", json={"settlement": "ARRIVED"}, headers=stale)
        check_problem(late, 409, "version_conflict")
        ledger = cast("MemoryLedger", town.world.ledger)
        body, other = {"settlement": "ARRIVED"}, {"settlement": "GIVEN_UP"}
        others = ((f"{path}/resolve", other), (f"{path}/acknowledge", {}))
        await check_a_key_is_one_request(doors, f"{path}/resolve", body, *others, ledger=ledger)
        await town.town.settle()
        assert "resolve" not in (await town.town.http.get(path, headers=town.city)).json()["acts"]
