"""Connections and worlds for the tests of the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import nats
import pytest
from nats.aio.client import Client
from nats.protocol import command
from tests.servers import TestServers

from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger


class NatsWorld:
    """Processes of services on one server, under one prefix."""

    def __init__(self, servers: TestServers, prefix: str, clients: dict[str, Client]) -> None:
        self.prefix = prefix
        self.clients = clients
        self._servers = servers

    def ledger(self, service: str = "registry") -> NatsLedger:
        """See `World.ledger`."""
        return NatsLedger(self.clients[service], self.ring(service), prefix=self.prefix)

    def ring(self, service: str = "registry") -> KeyRing:
        """See `World.ring`."""
        return KeyRing.load(self._servers.keys.mac_keys_file(service))

    async def write_raw(self, subject: str, headers: Sequence[tuple[str, str]], body: bytes) -> bool:
        """Write header lines byte by byte as given, past nats-py's own checks."""
        client = self.clients["admin"]
        status = "".join(name for name, _ in headers if name.startswith(" "))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers if not name.startswith(" "))
        raw = f"NATS/1.0{status}\r\n{lines}\r\n".encode()
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox)
        await client._send_command(command.hpub_cmd(self.prefix + subject, inbox, raw, body))
        await client._flush_pending()
        answer = await answers.next_msg(timeout=5)
        await answers.unsubscribe()
        return b'"error"' not in answer.data and b'"duplicate"' not in answer.data


@pytest.fixture
async def nats_world(servers: TestServers, prefix: str) -> AsyncIterator[NatsWorld]:
    """Connections of two services and of somebody who may do everything in their account."""
    clients = {
        user: await nats.connect(
            servers.nats_url, nkeys_seed=str(servers.keys.nkey_seed_file(user)), inbox_prefix=f"_INBOX_{user}"
        )
        for user in ("registry", "contact", "admin")
    }
    yield NatsWorld(servers, prefix, clients)
    for client in clients.values():
        await client.close()
