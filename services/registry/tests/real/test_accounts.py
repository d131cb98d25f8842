"""Local accounts on real servers: a first day, and two replicas that count failures together (domain.md §5.2)."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from services.registry.tests.city import CITY

from guiyan.cli.keys import KeyFolder
from guiyan.registry.app import BLUEPRINT
from guiyan.registry.domain.sign_in import SIGN_INS, sign_ins_id
from guiyan.registry.settings import RegistrySettings
from guiyan.service.auth import Role
from guiyan.service.service import Service, running
from guiyan.service.testing import Issuer, client

ISSUER = Issuer()
GOOD = "Xk9#mPl2$vQz"
Environment = dict[str, str]


@pytest.fixture
def environment(service_environment: Callable[[str], Environment], tmp_path: Path) -> Environment:
    """The registry's variables: tokens of this test's issuer, and those that it signs itself."""
    keys = KeyFolder(tmp_path / "keys")
    keys.make_missing()
    issuer = ISSUER.write_jwks(tmp_path / "jwks.json")
    return service_environment("registry") | {
        "GUIYAN_JWKS": f"{issuer}, {keys.jwks_file()}",
        "GUIYAN_SIGN_IN_KEYS_FILE": str(keys.sign_in_keys_file()),
        "GUIYAN_SIGN_IN_BEAT_SECONDS": "0",
    }


@contextlib.asynccontextmanager
async def replica(environment: Environment) -> AsyncIterator[tuple[Service[Any], httpx.AsyncClient]]:
    """One replica at work."""
    settings = RegistrySettings.load(environment)
    async with running(BLUEPRINT, settings) as service, client(service.app) as http:
        http.timeout = httpx.Timeout(60)
        yield service, http


async def opened(http: httpx.AsyncClient, name: str) -> tuple[str, str]:
    """A city with an account in it; gives its id and one-time password."""
    city = {"org_code": CITY, "name": "示例市委", "short_name": "市委", "kind": "COMMITTEE", "area_code": "654002"}
    await http.post("/v1/organisations", json=city, headers=ISSUER.bearer(Role.CITY_OFFICER, org=CITY))
    body = {"name": name, "display_name": "张示例", "org_code": CITY}
    made = await http.post("/v1/accounts", json=body, headers=ISSUER.bearer(Role.SYS_ADMIN, org=CITY, sub="sys-1"))
    assert made.status_code == 201, made.text
    role = {"role": "OPS"}
    headers = ISSUER.bearer(Role.SEC_ADMIN, org=CITY, sub="sec-1")
    granted = await http.post(f"/v1/accounts/{made.json()['id']}/grant-role", json=role, headers=headers)
    assert granted.status_code == 200, granted.text
    return made.json()["id"], made.json()["one_time_password"]


async def try_(http: httpx.AsyncClient, name: str, password: str) -> httpx.Response:
    """Try to sign in."""
    return await http.post("/v1/sessions", json={"name": name, "password": password})


async def test_a_first_day_and_its_end(environment: Environment) -> None:
    """One-time password, own password, renewed by another replica, signed out, and over at both."""
    async with replica(environment) as (_, http), replica(environment) as (_, other):
        account_id, one_time = await opened(http, "zhang.shili")
        first = (await try_(other, "zhang.shili", one_time)).json()
        assert first["must_change_password"]
        headers = {"Authorization": f"Bearer {first['token']}"}
        new = {"current": one_time, "new": GOOD}
        changed = await other.post("/v1/accounts/me/password", json=new, headers=headers)
        assert (changed.status_code, changed.json()["roles"]) == (200, ["OPS"])
        headers = {"Authorization": f"Bearer {changed.json()['token']}"}
        renewed = await http.post("/v1/sessions/renew", headers=headers)
        assert (renewed.status_code, renewed.json()["roles"]) == (200, ["OPS"])
        assert (await http.delete("/v1/sessions/current", headers=headers)).status_code == 200
        for one in (http, other):
            assert (await one.post("/v1/sessions/renew", headers=headers)).status_code == 401
        query = {"after_sequence": changed.json()["sequence"]}
        audit = ISSUER.bearer(Role.AUDIT_ADMIN, org=CITY)
        row = (await http.get(f"/v1/accounts/{account_id}", params=query, headers=audit)).json()
        assert (row["state"], row["roles"], row["one_time_password"]) == ("OPEN", ["OPS"], False)


@pytest.mark.parametrize("name", ["zhang.shili", "nobody.here"])
async def test_two_replicas_count_failures_together(environment: Environment, name: str) -> None:
    """Thirty wrong passwords at once, at both: five are looked at, the others are told to wait; so is the right one."""
    async with replica(environment) as (service, http), replica(environment) as (_, other):
        account_id, one_time = await opened(http, "zhang.shili")
        password = one_time if name == "zhang.shili" else GOOD
        tried = await asyncio.gather(*(try_(one, name, "Wrong-Pass-1234") for one in (http, other) * 15))
        assert Counter(one.status_code for one in tried) == {401: 5, 423: 25}, "known name or not"
        for one in (http, other):
            locked = await try_(one, name, password)
            assert (locked.status_code, locked.json()["code"]) == (423, "account_locked")
            assert 0 < int(locked.headers["retry-after"]) <= 1800
        desk = service.app.state.accounts
        history = await desk.tools.ledger.read(SIGN_INS.subject(sign_ins_id(account_id, desk.tools.clock.today())))
        written = Counter(event.type for event in history.events)
        assert written == ({"SignInRefused": 5, "SignInsPaused": 1} if name == "zhang.shili" else {})
