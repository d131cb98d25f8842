"""The operator's connection to NATS, and the ledger read over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
from nats.aio.client import Client

from guiyan.cli.installation import Installation
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger

CONNECT_SECONDS = 5


@asynccontextmanager
async def connected(installation: Installation, user: str = "operator") -> AsyncIterator[Client]:
    """A connection as one user of the installation, closed at the end; raises OSError or nats.errors.Error."""
    seed = installation.keys.nkey_seed_file(user)
    client = await nats.connect(
        installation.nats_url,
        nkeys_seed=str(seed),
        inbox_prefix=f"_INBOX_{user}",
        connect_timeout=CONNECT_SECONDS,
        max_reconnect_attempts=3,
        error_cb=_quiet,
    )
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def township_connected(installation: Installation, org_code: str) -> AsyncIterator[Client]:
    """A connection as the system of one township."""
    client = await nats.connect(
        installation.nats_url,
        nkeys_seed=str(installation.keys.township_seed_file(org_code)),
        connect_timeout=CONNECT_SECONDS,
        error_cb=_quiet,
    )
    try:
        yield client
    finally:
        await client.close()


def open_ledger(client: Client, installation: Installation) -> NatsLedger:
    """The ledger, for reading: every commit's MAC is checked with the ring that all services share."""
    return NatsLedger(client, KeyRing.load(Path(installation.keys.mac_keys_file("registry"))))


async def _quiet(error: Exception) -> None:
    """Errors come back from the call that caused them."""
    del error
