"""What the tests on real servers share: the service's variables, and registry beside it on the same ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from services.notifications.tests.real.at_work import ISSUER, Environment
from services.notifications.tests.town import OTHER, PARENTS, TOWN

from guiyan.cli.keys import KeyFolder
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsKeyStore, NatsLedger
from guiyan.ledger.seal import PersonSealer
from guiyan.service.twins import World


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
    keys_of_persons = NatsKeyStore(connection, prefix=environment["GUIYAN_STREAM_PREFIX"])
    world.sealer = PersonSealer(keys_of_persons, MasterKeys.load(keys.master_keys_file()))
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    yield world
    await connection.close()
