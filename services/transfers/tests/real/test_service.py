"""Transfers on real servers: races on JetStream, letters in atomic batches, a restart."""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from pypdf import PdfReader
from services.transfers.tests.town import CITY, FAR, HOME, OTHER, PARENTS, TOWN

from guiyan.cli.keys import KeyFolder
from guiyan.events.codes import DepartureSource, DestCertainty, FlowReason, MemberSource, PersonCategory
from guiyan.events.registry import MemberLeft, MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsKeyStore, NatsLedger
from guiyan.ledger.nats.ledger import ACK_TIMEOUT_SECONDS
from guiyan.ledger.seal import PersonSealer
from guiyan.service.auth import Role
from guiyan.service.service import running
from guiyan.service.testing import Issuer, client, until
from guiyan.service.twins import World
from guiyan.transfers.app import BLUEPRINT
from guiyan.transfers.settings import TransfersSettings

ISSUER = Issuer()
Environment = dict[str, str]
STALL_SECONDS = ACK_TIMEOUT_SECONDS + 0.5


@pytest.fixture
def environment(service_environment: Callable[[str], Environment], tmp_path: Path) -> Environment:
    """The service's variables, with tokens of this test's issuer."""
    return service_environment("transfers") | {"GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json"))}


@pytest.fixture
async def registry(environment: Environment, keys: KeyFolder, servers: Any) -> AsyncIterator[World]:
    """What registry writes into the same ledger, with its own user and signature."""
    connection: Client = await nats.connect(
        servers.nats_url, nkeys_seed=str(keys.nkey_seed_file("registry")), inbox_prefix=b"_INBOX_registry"
    )
    world = World(datetime.now(UTC))
    ring = KeyRing.load(keys.mac_keys_file("registry"))
    world.ledger = NatsLedger(connection, ring, prefix=environment["GUIYAN_STREAM_PREFIX"])
    keys_of_persons = NatsKeyStore(connection, prefix=environment["GUIYAN_STREAM_PREFIX"])
    world.sealer = PersonSealer(keys_of_persons, MasterKeys.load(keys.master_keys_file()))
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    yield world
    await connection.close()


@contextlib.asynccontextmanager
async def opened(environment: Environment) -> AsyncIterator[httpx.AsyncClient]:
    """The service at work, and a city officer's client."""
    settings = TransfersSettings.load(environment)
    async with running(BLUEPRINT, settings) as service, client(service.app) as http:
        http.headers.update(ISSUER.bearer(Role.CITY_OFFICER, org=CITY))
        http.timeout = httpx.Timeout(60)
        yield http


async def member(world: World, name: str) -> str:
    """A member of the home branch; gives the id."""
    member_id = world.id("member", name)
    registered = MemberRegistered(
        member_id=member_id, branch=HOME, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
    )
    text = MemberText.model_validate({"name": "李示例", "id_no": "690101198005010019", "birth_date": "1980-05-01"})
    await world.happen(member_id, registered, pii=text)
    return member_id


async def request(http: httpx.AsyncClient, member_id: str) -> httpx.Response:
    """Ask for a transfer to the other town."""
    body = {"member_id": member_id, "to_committee": OTHER, "dues_paid_to": f"{datetime.now(UTC):%Y-%m}"}
    return await http.post("/v1/transfers", json=body)


async def approved(http: httpx.AsyncClient, member_id: str) -> str:
    """A transfer that the branch agreed to."""
    made = await request(http, member_id)
    assert made.status_code == 201, made.text
    id_ = str(made.json()["id"])
    assert (await http.post(f"/v1/transfers/{id_}/approve")).status_code == 200
    return id_


async def caught_up(http: httpx.AsyncClient, world: World) -> None:
    """Everything that registry wrote is known to the service, the organisations' tree too."""
    head = await world.ledger.head()

    async def seen() -> bool:
        listed = await http.get("/v1/transfers", params={"after_sequence": head})
        return listed.status_code == 200

    await until(seen, seconds=60)


async def test_of_two_hundred_requests_at_one_instant_one_is_accepted(
    environment: Environment, registry: World
) -> None:
    """One accepted, 199 clear 409s, on a real JetStream."""
    member_id = await member(registry, "one")
    async with opened(environment) as http:
        await caught_up(http, registry)
        answers = await asyncio.gather(*(request(http, member_id) for _ in range(200)))
        codes = [one.status_code for one in answers]
        assert (codes.count(201), codes.count(409)) == (1, 199), {one.text for one in answers if one.status_code != 409}


async def test_two_hundred_requests_while_the_process_stands_still(environment: Environment, registry: World) -> None:
    """A starved machine holds the service up for longer than it waits for NATS: still one accepted, 199 clear 409s."""
    member_id = await member(registry, "one")
    async with opened(environment) as http:
        await caught_up(http, registry)
        asked = [asyncio.create_task(request(http, member_id)) for _ in range(200)]
        for seconds in (0.05, 0.4):
            asyncio.get_running_loop().call_later(seconds, time.sleep, STALL_SECONDS)
        codes = [(await one).status_code for one in asked]
        assert (codes.count(201), codes.count(409)) == (1, 199), {(await one).text for one in asked}


async def test_letters_are_numbered_without_gap_or_double_and_go_on_after_a_restart(
    environment: Environment, registry: World
) -> None:
    """Number and letter in one atomic batch; issued at once by many, and after a restart without a hint in memory."""
    members = [await member(registry, f"m{number}") for number in range(54)]
    async with opened(environment) as http:
        await caught_up(http, registry)
        ids = [await approved(http, member_id) for member_id in members[:50]]
        issued = await asyncio.gather(*(http.post(f"/v1/transfers/{id_}/issue") for id_ in ids))
        assert {one.status_code for one in issued} == {200}, [one.text for one in issued]
    async with opened(environment) as http:
        await caught_up(http, registry)
        ids = [await approved(http, member_id) for member_id in members[50:]]
        issued = await asyncio.gather(*(http.post(f"/v1/transfers/{id_}/issue") for id_ in ids))
        sequence = max(one.json()["sequence"] for one in issued)
        rows = (await http.get("/v1/transfers", params={"after_sequence": sequence, "limit": 100})).json()["items"]
        assert sorted(row["number"][-3:] for row in rows) == [f"{number:03d}" for number in range(1, 55)]


async def test_from_request_to_the_moved_relation(environment: Environment, registry: World) -> None:
    """From request to RelationTransferred; the second receiving is a wrong state, told and not stored."""
    member_id = await member(registry, "one")
    async with opened(environment) as http:
        await caught_up(http, registry)
        id_ = await approved(http, member_id)
        assert (await http.post(f"/v1/transfers/{id_}/issue")).status_code == 200
        done = await http.post(f"/v1/transfers/{id_}/receive", json={"to_branch": FAR})
        assert [event["type"] for event in done.json()["events"]][-1] == "RelationTransferred"
        again = await http.post(f"/v1/transfers/{id_}/receive", json={"to_branch": FAR})
        assert (again.status_code, again.json()["code"]) == (409, "transfer_wrong_state")
        row = (await http.get(f"/v1/transfers/{id_}", params={"after_sequence": done.json()["sequence"]})).json()
        assert (row["state"], row["responsible_branch"]) == ("COMPLETED", FAR)
        ready = await http.get("/readyz")
        assert ready.status_code == 200, ready.text


async def test_a_letter_is_printed_from_registrys_events_and_its_receipt_scanned(
    environment: Environment, registry: World
) -> None:
    """With the rights of production: transfers opens what registry sealed; prints at once count each; scanned once."""
    member_id = await member(registry, "one")
    async with opened(environment) as http:
        await caught_up(http, registry)
        id_ = await approved(http, member_id)
        assert (await http.post(f"/v1/transfers/{id_}/issue")).status_code == 200
        body = {"reason": "HANDING_OVER"}
        printed = await asyncio.gather(*(http.post(f"/v1/transfers/{id_}/print", json=body) for _ in range(8)))
        assert {one.status_code for one in printed} == {200}, [one.text for one in printed if one.status_code != 200]
        assert sorted(int(one.headers["guiyan-print-count"]) for one in printed) == list(range(1, 9))
        (page,) = PdfReader(io.BytesIO(printed[0].content)).pages
        text = "".join(page.extract_text().replace("\u200b", "").split())
        assert "李示例同志（男/女），" in text
        assert "身份证号码690101198005010019，" in text
        await http.post(f"/v1/transfers/{id_}/receive", json={"to_branch": FAR})
        code = {"code": f"guiyan:receipt:{id_}:{registry.clock.today().year}-1"}
        scans = await asyncio.gather(*(http.post("/v1/transfers/scan-receipt", json=code) for _ in range(8)))
        assert sorted(one.status_code for one in scans) == [200] + [409] * 7
        assert {one.json()["code"] for one in scans if one.status_code == 409} == {"receipt_already_returned"}


async def away(world: World, name: str) -> str:
    """A member of the home branch who is away, the place changing; gives the member's id."""
    member_id = await member(world, name)
    left = MemberLeft(
        member_id=member_id,
        branch=HOME,
        source=DepartureSource.ANNOUNCED,
        reason=FlowReason.MIGRANT_WORK,
        dest_certainty=DestCertainty.CHANGING,
    )
    await world.happen(world.id("trip", name), left)
    return member_id


async def test_certificates_are_numbered_without_gap_or_double_and_one_is_printed(
    environment: Environment, registry: World, keys: KeyFolder
) -> None:
    """Fifty at once on a real JetStream; asked for twice at one instant once; printed with its code signed."""
    members = [await away(registry, f"m{number}") for number in range(50)]
    signing = {"GUIYAN_CERTIFICATE_KEYS_FILE": str(keys.certificate_keys_file())}
    async with opened(environment | signing) as http:
        await caught_up(http, registry)
        asks = (http.post("/v1/certificates", json={"member_id": one}) for one in [*members, *members])
        asked = await asyncio.gather(*asks)
        assert sorted(one.status_code for one in asked) == [201] * 50 + [409] * 50
        ids = [one.json()["id"] for one in asked if one.status_code == 201]
        numbered = await asyncio.gather(*(http.post(f"/v1/certificates/{id_}/number") for id_ in ids))
        assert {one.status_code for one in numbered} == {200}, [one.text for one in numbered]
        for verb in ("seal", "issue"):
            assert (await http.post(f"/v1/certificates/{ids[0]}/{verb}")).status_code == 200
        made = await http.post(f"/v1/certificates/{ids[0]}/print", json={"reason": "HANDING_OUT"})
        assert made.status_code == 200, made.text
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages).replace("\u200b", "")
        sequence = int(made.headers["guiyan-sequence"])
        found = await http.get("/v1/certificates", params={"after_sequence": sequence, "limit": 100})
        rows = found.json()["items"]
        assert sorted(row["number"][-4:] for row in rows) == [f"{number:04d}" for number in range(1, 51)]
        assert next(row["number"] for row in rows if row["id"] == ids[0]) in text
        published = (await http.get("/v1/certificates/keys")).json()
        assert [sorted(one) for one in published["keys"]] == [["alg", "crv", "kid", "kty", "use", "x"]]
