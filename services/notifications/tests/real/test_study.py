"""Study activities on real servers: noted, announced, held, counted; the page of all; a restart repeats nothing."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from services.notifications.tests.study_town import PLAN
from services.notifications.tests.town import CITY, HOME, OTHER, PARENTS, TOWN

from guiyan.cli.keys import KeyFolder
from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import MemberRegistered
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.notifications.app import BLUEPRINT
from guiyan.notifications.settings import NotificationsSettings
from guiyan.service.auth import Role
from guiyan.service.service import running
from guiyan.service.testing import Issuer, client, until
from guiyan.service.twins import World

ISSUER = Issuer()
Environment = dict[str, str]
MEMBERS = 12


@pytest.fixture
def environment(service_environment: Callable[[str], Environment], tmp_path: Path) -> Environment:
    """The service's variables, with tokens of this test's issuer and a mailbox of its own."""
    own = {"GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json")), "GUIYAN_MAILBOX": str(tmp_path / "mailbox")}
    return service_environment("notifications") | own


@pytest.fixture
async def registry(environment: Environment, keys: KeyFolder, servers: Any) -> AsyncIterator[World]:
    """What registry writes into the same ledger, with its own user and signature."""
    connection: Client = await nats.connect(
        servers.nats_url, nkeys_seed=str(keys.nkey_seed_file("registry")), inbox_prefix=b"_INBOX_registry"
    )
    world = World(datetime.now(UTC))
    ring = KeyRing.load(keys.mac_keys_file("registry"))
    world.ledger = NatsLedger(connection, ring, prefix=environment["GUIYAN_STREAM_PREFIX"])
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    yield world
    await connection.close()


@contextlib.asynccontextmanager
async def opened(environment: Environment) -> AsyncIterator[httpx.AsyncClient]:
    """The service at work, and a client of it."""
    async with (
        running(BLUEPRINT, NotificationsSettings.load(environment)) as service,
        client(service.app) as http,
    ):
        http.timeout = httpx.Timeout(60)
        yield http


async def done(http: httpx.AsyncClient, path: str, body: Any = None) -> dict[str, Any]:
    """A change by the city officer."""
    answer = await http.post(f"/v1/{path}", json=body, headers=ISSUER.bearer(Role.CITY_OFFICER, org=CITY))
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json())


async def read(http: httpx.AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    """A read by the city officer."""
    answer = await http.get(f"/v1/{path}", params=query, headers=ISSUER.bearer(Role.CITY_OFFICER, org=CITY))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_an_activity_from_the_note_to_the_page_of_all(environment: Environment, registry: World) -> None:
    """Twelve members, one activity held and counted, one announced to everybody; the same after a restart."""
    members = [registry.id("member", str(number)) for number in range(MEMBERS)]
    for id_ in members:
        told = {"branch": HOME, "person_category": PersonCategory.FULL, "source": MemberSource.DEVELOPED}
        await registry.happen(id_, MemberRegistered(member_id=id_, **told))
    soon = (datetime.now(UTC) + timedelta(days=20)).isoformat(timespec="seconds")
    plan = PLAN | {"branch": HOME, "starts_at": soon}
    async with opened(environment) as http:

        async def known() -> bool:
            return len((await read(http, "study-hours"))["items"]) == MEMBERS

        await until(known, seconds=60)
        held = (await done(http, "activities", plan))["id"]
        await done(http, f"activities/{held}/hold", {"hours": 1.5})
        for id_ in members[:5]:
            await done(http, f"activities/{held}/attend", {"member_id": id_})
        last = await done(http, f"activities/{held}/record")
        row = await read(http, f"activities/{held}", after_sequence=last["sequence"])
        assert (row["there"], row["state"], row["invited"]) == (5, "RECORDED", None)
        behind = await read(http, "study-hours", behind="true")
        assert sum(one["hours"] for one in behind["items"]) == 7.5
        assert (await read(http, "activities/figures"))["total"]["figures"]["held"]["value"] == 1
        shown = (await done(http, "activities", plan | {"public": True, "title": "公开活动"}))["id"]
        last = await done(http, f"activities/{shown}/announce")
        assert (await read(http, f"activities/{shown}", after_sequence=last["sequence"]))["invited"] == MEMBERS

        async def told() -> bool:
            found = (await read(http, "notices"))["items"]
            return [(one["template"], one["state"]) for one in found] == [("study_announced", "SUPPRESSED")]

        await until(told, seconds=60)
        page = await http.get(f"/public/{CITY}")
        assert "公开活动" in page.text
        assert shown in (await http.get("/public/calendar.ics")).text
    head = await registry.ledger.head()
    async with opened(environment) as http:
        again = await http.get(f"/public/{CITY}", headers={"If-None-Match": page.headers["etag"]})
        assert again.status_code == 304, again.text
        assert (await read(http, f"activities/{held}"))["there"] == 5
    assert await registry.ledger.head() == head
