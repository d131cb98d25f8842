"""Outages under the production configuration: a killed server is told as 503, and work goes on when it is back."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from libs.service.tests.sample_service import BLUEPRINT, SampleSettings

from guiyan.events import new_id
from guiyan.service.auth import Role
from guiyan.service.service import running
from guiyan.service.testing import Issuer, client, until

ORG = "110000000001"
ISSUER = Issuer()
OFFICER = ISSUER.bearer(Role.CITY_OFFICER, org=ORG)


def settings_for(servers: Any, tmp_path: Path) -> SampleSettings:
    """Settings of the service on servers of this test's own: no prefix, least permissions."""
    environment = {
        "GUIYAN_NATS_URL": servers.addresses.nats_url,
        "GUIYAN_NATS_NKEY_SEED_FILE": str(servers.keys.nkey_seed_file("registry")),
        "GUIYAN_MONGO_URL": servers.addresses.mongo_url,
        "GUIYAN_MAC_KEYS_FILE": str(servers.keys.mac_keys_file("registry")),
        "GUIYAN_MASTER_KEYS_FILE": str(servers.keys.master_keys_file()),
        "GUIYAN_JWKS": str(ISSUER.write_jwks(tmp_path / "jwks.json")),
    }
    return SampleSettings.load(environment)


async def name_it(http: httpx.AsyncClient, name: str) -> httpx.Response:
    """A command."""
    return await http.post(f"/v1/names/{ORG}/set", json={"name": name}, headers=OFFICER)


async def ready(http: httpx.AsyncClient, status: int) -> None:
    """Wait until `/readyz` says so."""

    async def so() -> bool:
        return (await http.get("/readyz")).status_code == status

    await until(so, seconds=30)


async def report(servers: Any) -> dict[str, Any]:
    """A township's own system, by its own account: publish one event and wait for the receipt."""
    event_id = new_id(datetime.now(UTC))
    body = {
        "specversion": "1.0",
        "id": event_id,
        "type": "MemberReturned",
        "source": "township-system",
        "occurredon": "2026-03-01",
        "data": {"member_id": event_id},
    }
    township = await nats.connect(
        servers.addresses.nats_url, nkeys_seed=str(servers.keys.township_seed_file(ORG)), inbox_prefix="_INBOX_x"
    )
    try:
        receipts = await township.subscribe(f"receipt.{ORG}.*")
        await township.flush()
        await township.jetstream().publish(f"ingest.{ORG}.MemberReturned", json.dumps(body).encode())
        found: dict[str, Any] = json.loads((await receipts.next_msg(timeout=15)).data)
    finally:
        await township.close()
    assert found["ingest_id"] == event_id
    return found


@pytest.mark.timeout(120)
async def test_killed_servers_are_told_and_waited_out(own_servers: Any, tmp_path: Path) -> None:
    """NATS, then mongod, killed and started: 503 meanwhile, nothing lost, commands, lists and ingest go on."""
    async with running(BLUEPRINT, settings_for(own_servers, tmp_path)) as service, client(service.app) as http:
        assert (await name_it(http, "before")).status_code == 200
        assert (await report(own_servers))["outcome"] == "accepted"
        await ready(http, 200)

        own_servers.nats.kill()
        refused = await asyncio.wait_for(name_it(http, "meanwhile"), 30)
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        await ready(http, 503)
        own_servers.start_nats()
        await ready(http, 200)
        assert (await name_it(http, "after nats")).status_code == 200
        assert (await report(own_servers))["outcome"] == "accepted"

        own_servers.mongod.kill()
        listed = await asyncio.wait_for(http.get("/v1/names", headers=OFFICER), 30)
        assert listed.status_code == 503
        own_servers.start_mongod()
        await ready(http, 200)
        made = await name_it(http, "after mongo")
        assert made.status_code == 200
        listed = await http.get(f"/v1/names?after_sequence={made.json()['sequence']}", headers=OFFICER)
        assert listed.json()["items"][0]["name"] == "after mongo"
        assert not service.failed.is_set()


@pytest.mark.timeout(60)
async def test_a_service_stops_while_nats_is_away(own_servers: Any, tmp_path: Path) -> None:
    """There is nothing to wait for: it ends as it would otherwise, without an error."""
    async with running(BLUEPRINT, settings_for(own_servers, tmp_path)) as service, client(service.app) as http:
        await ready(http, 200)
        own_servers.nats.kill()
        await ready(http, 503)
    assert not service.failed.is_set()
