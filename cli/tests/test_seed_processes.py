"""The sample city shows its processes: a sweep with findings, arrears, probation steps, retained relations."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from guiyan.cli.sample.folder import Plan, make_sample
from guiyan.cli.sample.processes import Quiet
from guiyan.cli.up.processes import tell_processes
from guiyan.registry.app import BLUEPRINT
from guiyan.registry.settings import RegistrySettings
from guiyan.service.auth import Role
from guiyan.service.twins import World, on_twins

PARTS = {"000", "001", "002", "026"}
"""The city, its first two townships and its last department: the rest of it has no part in the processes told here."""


async def test_the_sample_shows_its_processes(tmp_path: Path) -> None:
    """By ordinary commands at the doors: S-13, S-14, S-41, P-07, P-09; told twice it stays the same."""
    sample = make_sample(tmp_path, Plan(seed=1, members=900, away=90))
    organisations = [one for one in sample.organisations() if one["org_code"][6:9] in PARTS]
    codes, today = {one["org_code"] for one in organisations}, date(2026, 2, 2)
    quiet = Quiet({code: members for code, members in sample.quiet().by_branch.items() if code in codes})
    world = World(sample.clock_start)
    async with on_twins(BLUEPRINT, RegistrySettings.model_construct(), world) as town:
        town.http.headers.update(town.bearer(Role.CITY_OFFICER, org="654002000000"))
        for command in organisations:
            more = {"service_point_level", "secretary", "inquiry_phones"}
            body = {name: value for name, value in command.items() if name not in more and value is not None}
            assert (await town.http.post("/v1/organisations", json=body)).status_code == 201
        for branch, members in quiet.by_branch.items():
            for one in members:
                body = {
                    "branch": branch, "name": one.name, "id_no": one.id_no, "joined_on": one.joined_on.isoformat(),
                    "person_category": "FULL" if one.full_on else "PROBATIONARY", "occurred_on": "2026-01-01",
                }  # fmt: skip
                body |= {"full_on": one.full_on.isoformat()} if one.full_on else {}
                made = await town.http.post("/v1/members", json=body)
                assert made.status_code == 201, made.text

        async def settle() -> None:
            await town.settle()
            await town.due.fire_due()
            await town.settle()

        await settle()
        counts = await tell_processes(town.http, organisations, quiet, today, settle)
        await settle()
        head = await world.ledger.head()
        assert await tell_processes(town.http, organisations, quiet, today, settle) == counts
        await settle()
        assert await world.ledger.head() == head
        assert min(counts.values()) > 0

        async def rows(path: str) -> list[dict[str, object]]:
            answer = await town.http.get(path, params={"limit": 500})
            assert answer.status_code == 200, answer.text
            found: list[dict[str, object]] = answer.json()["items"]
            return found

        (sweep,) = [one for one in await rows("/v1/sweeps") if one["root_org"] == "654002001000"]
        found = Counter(one["finding"] for one in await rows(f"/v1/sweeps/{sweep['id']}/rows"))
        assert (found["FOUND_OUT"], found["FOUND_IN"]) == (10, 3)
        assert found["NOT_REACHED"] > 0
        sheets = Counter(one["state"] for one in await rows(f"/v1/sweeps/{sweep['id']}/sheets"))
        assert sheets["SUBMITTED"] == 4
        behind = Counter(one["months_in_arrears"] for one in await rows("/v1/dues"))
        assert behind[1] > 0 < behind[0]
        assert {"RETAINED", "REQUESTED"} <= {one["state"] for one in await rows("/v1/retentions")}
        assert any(one["quarters"] for one in await rows("/v1/probations"))
