"""Contact on real servers: a departure becomes a duty, its answers settle it, and a restart repeats nothing."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from services.contact.tests.town import CITY, FAR, HOME, OTHER, PARENTS, TOWN

from guiyan.cli.keys import KeyFolder
from guiyan.contact.app import BLUEPRINT
from guiyan.contact.domain.numbering import duty_id
from guiyan.contact.settings import ContactSettings
from guiyan.events.codes import DepartureSource, DestCertainty, FlowReason, MemberSource, PersonCategory
from guiyan.events.registry import HostAccepted, MemberLeft, MemberRegistered, MemberReturned
from guiyan.ledger import business_date
from guiyan.ledger.calendar import quarter_of
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.service.auth import Role
from guiyan.service.service import running
from guiyan.service.testing import Issuer, client, until
from guiyan.service.twins import World

ISSUER = Issuer()
Environment = dict[str, str]
MEMBERS = 20


@pytest.fixture
def environment(service_environment: Callable[[str], Environment], tmp_path: Path) -> Environment:
    """The service's variables, with tokens of this test's issuer."""
    return service_environment("contact") | {"GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json"))}


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
    """The service at work, and a city officer's client."""
    settings = ContactSettings.load(environment)
    async with running(BLUEPRINT, settings) as service, client(service.app) as http:
        http.headers.update(ISSUER.bearer(Role.CITY_OFFICER, org=CITY))
        http.timeout = httpx.Timeout(60)
        yield http


async def leave(world: World, name: str) -> str:
    """A member who has just left; gives the id."""
    member_id = world.id("member", name)
    await world.happen(
        member_id,
        MemberRegistered(
            member_id=member_id, branch=HOME, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        ),
    )
    left = MemberLeft(
        member_id=member_id,
        branch=HOME,
        reason=FlowReason.MIGRANT_WORK,
        source=DepartureSource.ANNOUNCED,
        dest_certainty=DestCertainty.FIXED,
    )
    await world.happen(world.id("departure", member_id), left)
    return member_id


async def counted(http: httpx.AsyncClient, **parts: int) -> dict[str, Any]:
    """Wait until the reconciliation gives these numbers."""
    found: dict[str, Any] = {}

    async def agree() -> bool:
        nonlocal found
        answer = await http.get("/v1/duties/reconciliation")
        found = answer.json()
        return answer.status_code == 200 and all(found[name] == number for name, number in parts.items())

    await until(agree, seconds=60)
    return found


async def test_departures_become_duties_once(environment: Environment, registry: World) -> None:
    """Twenty leave: twenty duties; one reached, one home again; a restart in between repeats nothing."""
    members = [await leave(registry, f"m{number}") for number in range(MEMBERS)]
    quarter = quarter_of(business_date(registry.clock.now()))
    async with opened(environment) as http:
        await counted(http, planned=MEMBERS, open=MEMBERS)
        done = await http.post(f"/v1/duties/{duty_id(members[0], quarter)}/complete", json={"channel": "PHONE"})
        assert done.status_code == 200, done.text
        home = MemberReturned(member_id=members[1], branch=HOME)
        await registry.happen(registry.id("departure", members[1]), home)
        await counted(http, completed=1, stopped=1, open=MEMBERS - 2)
    head = await registry.ledger.head()
    async with opened(environment) as http:
        found = await counted(http, planned=MEMBERS, completed=1, stopped=1, open=MEMBERS - 2)
        assert found["difference"] == 0
        ready = await http.get("/readyz")
        assert ready.status_code == 200, ready.text
    assert await registry.ledger.head() == head


async def test_a_contact_point_is_sealed_with_a_real_key(environment: Environment, registry: World) -> None:
    """The value is sealed by a key of its own in the keys' bucket, and opened only to be shown masked."""
    member_id = await leave(registry, "one")
    async with opened(environment) as http:
        await counted(http, planned=1)
        body = {"member_id": member_id, "kind": "MOBILE", "value": "13912345678"}
        made = await http.post("/v1/contact-points", json=body)
        assert made.status_code == 201, made.text
        after = {"after_sequence": made.json()["sequence"]}
        row = (await http.get(f"/v1/contact-points/{made.json()['id']}", params=after)).json()
        assert row["value"] == "139****5678"


async def test_both_sides_and_the_desk(environment: Environment, registry: World) -> None:
    """The lists of the host's side and the desk over several collections, page by page, as MongoDB answers them."""
    members = [await leave(registry, f"m{number}") for number in range(4)]
    trip = registry.id("departure", members[0])
    await registry.happen(trip, HostAccepted(member_id=members[0], host_branch=FAR))
    host = ISSUER.bearer(Role.BRANCH_SECRETARY, org=FAR)
    async with opened(environment) as http:
        await counted(http, planned=4, open=4)
        after: dict[str, Any] = {"after_sequence": await registry.ledger.head()}
        (shared,) = (await http.get("/v1/duties", params=after, headers=host)).json()["items"]
        assert (shared["member_id"], shared["hosted_by"], shared["state"]) == (members[0], FAR, None)
        (task,) = (await http.get("/v1/tasks", params=after, headers=host)).json()["items"]
        assert (task["kind"], task["org_code"]) == ("HOST_TO_TELL", FAR)
        asked = await http.post("/v1/inquiries", json={"topic": "POLICY", "channel": "PHONE", "effort": "SIMPLE"})
        assert asked.status_code == 201, asked.text
        after = {"after_sequence": asked.json()["sequence"], "limit": 2}
        pages: list[str] = []
        while after.get("cursor", True):
            page = (await http.get("/v1/tasks", params=after)).json()
            pages += [one["kind"] for one in page["items"]]
            after = {"limit": 2, "cursor": page["next_cursor"]}
        assert sorted(pages) == ["CONTACT_DUE"] * 4 + ["INQUIRY"]
        board = (await http.get("/v1/duties/board")).json()["total"]["figures"]
        assert (board["hosted"]["value"], board["due"]["value"]) == (1, 4)
