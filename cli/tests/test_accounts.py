"""The accounts that the command line opens: an installation's first administrators, and those of the made-up city."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import KeySet, OKPKey

from guiyan.cli.account.opening import AccountDoors, Given, Wanted, headers_of, write_down
from guiyan.cli.failures import Failure
from guiyan.cli.installation import Installation
from guiyan.cli.keys import KeyFolder
from guiyan.cli.output import Output
from guiyan.cli.up.people import FILE, OPENED, find_somebody, open_sample_accounts, sample_accounts
from guiyan.registry.app import BLUEPRINT
from guiyan.registry.session_tokens import SessionTokens
from guiyan.registry.settings import RegistrySettings
from guiyan.service.auth import Role
from guiyan.service.twins import Town, World, on_twins

CITY, TOWN, BRANCH = "654002000000", "654002001000", "654002001001"
SETTINGS = RegistrySettings.model_construct(password_hash_passes=1, password_hash_kib=8, sign_in_beat_seconds=0.0)


def doors_of(town: Town) -> AccountDoors:
    """The doors, as the two administrators that the installation's keys make."""
    key = OKPKey.generate_key("Ed25519", {"kid": "sign-in-test"})
    town.issuer.key_set = KeySet([*town.issuer.key_set.keys, key])
    town.composed.state["accounts"].tokens = SessionTokens(key)
    roles = (Role.SYS_ADMIN, Role.SEC_ADMIN)
    return AccountDoors(town.http, {str(role): town.bearer(role, org=CITY, sub=f"by-{role}") for role in roles})


async def sign_in(http: httpx.AsyncClient, given: Given) -> dict[str, Any]:
    """What its holder is told at the first sign-in."""
    answer = await http.post("/v1/sessions", json={"name": given.name, "password": given.one_time_password})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_made_up_city_has_one_of_each_role() -> None:
    """Every role signs in with its one-time password, which must be changed; opened twice it is another password."""
    world = World()
    await world.organise({CITY: None, TOWN: CITY, BRANCH: TOWN})
    async with on_twins(BLUEPRINT, SETTINGS, world) as town:
        await town.settle()
        officer = town.bearer(Role.CITY_OFFICER, org=CITY)
        assert await find_somebody(town.http, officer) is None
        body = {"branch": BRANCH, "person_category": "FULL", "name": "李示例", "id_no": "690101198005010010"}
        member = (await town.http.post("/v1/members", json=body, headers=officer)).json()["id"]
        away = {"member_id": member, "reason": "MIGRANT_WORK", "occurred_on": "2026-03-01"}
        assert (await town.http.post("/v1/departures", json=away, headers=officer)).status_code == 201
        await town.settle()
        assert await find_somebody(town.http, officer) == member
        doors, wanted = doors_of(town), sample_accounts(member)
        assert [one.role for one in wanted] == [str(role) for role in Role]
        given = [await doors.open(one) for one in wanted]
        assert all([(await sign_in(town.http, one))["must_change_password"] for one in given])
        again = await doors.open(wanted[0])
        assert (again.account_id, again.one_time_password != given[0].one_time_password) == (given[0].account_id, True)


async def test_who_is_locked_out_is_rescued_by_who_holds_the_keys() -> None:
    """Unlocked, with another one-time password; a name that nobody has is told."""
    world = World()
    await world.organise({CITY: None})
    async with on_twins(BLUEPRINT, SETTINGS, world) as town:
        await town.settle()
        doors = doors_of(town)
        made = await doors.open(Wanted("SYS_ADMIN", "xi.tong", "示例一", CITY))
        for _ in range(6):
            await town.http.post("/v1/sessions", json={"name": "xi.tong", "password": "wrong"})
        await town.settle()
        rescued = await doors.rescue("xi.tong")
        assert (rescued.account_id, rescued.role) == (made.account_id, "SYS_ADMIN")
        assert (await sign_in(town.http, rescued))["account_id"] == made.account_id
        with pytest.raises(Failure) as told:
            await doors.rescue("nobody")
        assert told.value.code == "no_such_account"


@pytest.mark.parametrize("name", [FILE, OPENED])
async def test_accounts_are_opened_once(tmp_path: Path, name: str) -> None:
    """Whoever removes the file once its passwords are handed out does not find them reset after the next start."""
    (tmp_path / name).touch()
    nowhere = Installation(tmp_path, "nats://127.0.0.1:1", "mongodb://127.0.0.1:1")
    await open_sample_accounts(nowhere, Output())
    assert [one.name for one in sorted(tmp_path.iterdir())] == [name]  # noqa: ASYNC240 - a folder of the test, and nothing else runs


def test_passwords_are_written_for_their_owner_alone(tmp_path: Path) -> None:
    """Mode 600, never over another file; programs are told everything else."""
    given = Given("SYS_ADMIN", "xi.tong", "Aa2b-Cc3d-Ee4f-Gg5h", CITY, "one")
    file = tmp_path / "accounts.txt"
    write_down(file, [given])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Aa2b-Cc3d-Ee4f-Gg5h" in file.read_text()
    assert "Aa2b-Cc3d-Ee4f-Gg5h" not in str(given.document())
    with pytest.raises(FileExistsError):
        write_down(file, [given])


def test_without_an_issuer_key_nobody_is_opened_from_here(tmp_path: Path) -> None:
    """An installation with an identity provider has its administrators there."""
    with pytest.raises(Failure) as told:
        headers_of(tmp_path, CITY)
    assert told.value.code == "no_issuer_key"
    keys = KeyFolder(tmp_path)
    keys.make_missing()
    assert set(headers_of(tmp_path, CITY)) == {"SYS_ADMIN", "SEC_ADMIN"}
