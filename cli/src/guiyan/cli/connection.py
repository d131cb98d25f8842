"""The operator's connection to NATS, and the ledger read over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nkeys import NkeysError

from guiyan.cli.failures import Failure, Unreachable
from guiyan.cli.installation import Installation
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger

CONNECT_SECONDS = 2
ATTEMPTS = 3
AGAIN_SECONDS = 0.3
ATTEMPTS_ONCE_CONNECTED = 200  # a server that answered before comes back: `guiyan up` starts it again
REFUSED = "authorization violation"


@asynccontextmanager
async def connected(installation: Installation, user: str = "operator") -> AsyncIterator[Client]:
    """A connection as one user of the installation, closed at the end; raises Unreachable, or Failure for the key."""
    client = await _connect(installation.nats_url, installation.keys.nkey_seed_file(user), f"_INBOX_{user}")
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def township_connected(installation: Installation, org_code: str) -> AsyncIterator[Client]:
    """A connection as the system of one township; raises as `connected` does."""
    client = await _connect(installation.nats_url, installation.keys.township_seed_file(org_code), "_INBOX")
    try:
        yield client
    finally:
        await client.close()


def open_ledger(client: Client, installation: Installation) -> NatsLedger:
    """The ledger, for reading: every commit's MAC is checked with the ring that all services share."""
    return NatsLedger(client, KeyRing.load(Path(installation.keys.mac_keys_file("registry"))))


def _require_key(seed: Path) -> None:
    if not seed.is_file():
        raise Failure(
            f"The key {seed} is not there. Name the key folder of the installation in GUIYAN_KEYS.",
            f"没有密钥 {seed}。请在 GUIYAN_KEYS 中指明本系统的密钥文件夹。",
            code="no_key",
        )


async def _connect(url: str, seed: Path, inbox_prefix: str) -> Client:
    _require_key(seed)
    told: list[str] = []

    async def remember(error: Exception) -> None:
        told.append(str(error).lower())

    try:
        client = await nats.connect(
            url,
            nkeys_seed=str(seed),
            inbox_prefix=inbox_prefix,
            connect_timeout=CONNECT_SECONDS,
            max_reconnect_attempts=ATTEMPTS,
            reconnect_time_wait=AGAIN_SECONDS,
            error_cb=remember,
        )
        client.options["max_reconnect_attempts"] = ATTEMPTS_ONCE_CONNECTED
    except NkeysError as broken:
        raise Failure(
            f"{seed} holds no NATS key. Put the right file back from the backup of the key folder.",
            f"{seed} 不是 NATS 密钥。请从密钥文件夹的备份中恢复。",
            code="broken_key",
        ) from broken
    except (NatsError, OSError) as error:
        raise _unreachable(url, seed, [*told, str(error).lower()]) from error
    return client


def _unreachable(url: str, seed: Path, told: list[str]) -> Unreachable:
    where = url.rsplit("@", 1)[-1]  # an address may hold a password
    if any(REFUSED in one for one in told):
        return Unreachable(
            f"NATS at {where} refuses the key {seed}. Use the key folder of this installation (GUIYAN_KEYS).",
            f"NATS({where})拒绝密钥 {seed}。请使用本系统的密钥文件夹(GUIYAN_KEYS)。",
            code="key_refused",
        )
    return Unreachable(
        f"NATS at {where} does not answer. Start the installation with `guiyan up`, or correct GUIYAN_NATS_URL.",
        f"NATS({where})没有应答。请用 `guiyan up` 启动本系统,或更正 GUIYAN_NATS_URL。",
        code="nats_unreachable",
    )
