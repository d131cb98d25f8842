"""Where a row is measured: the servers, installations on them under a prefix each, and services as processes."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from bench.sizes import Sizes
from guiyan.cli.installation import Installation
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.sample.folder import Plan, Sample, make_sample
from guiyan.cli.servers import names, ports
from guiyan.cli.servers.deployment import connect, deploy_streams
from guiyan.cli.servers.embedded import Embedded
from guiyan.cli.tokens import CITY
from guiyan.cli.up.environment import environment_of
from guiyan.cli.up.services import READY_SECONDS, ServiceProcess
from guiyan.ledger.keys import MasterKeys
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.mongo import MongoDatabase
from guiyan.ledger.mongo import connect as connect_mongo
from guiyan.ledger.nats import NatsKeyStore, NatsLedger
from guiyan.ledger.seal import PersonSealer
from guiyan.service.auth import Role

LOOK_SECONDS = 0.05
USER = "admin"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Town:
    """One installation of its own on the shared servers: streams under a prefix, databases named after it."""

    prefix: str
    client: Client
    ring: KeyRing
    master: MasterKeys

    @property
    def ledger(self) -> NatsLedger:
        """Its ledger, written and read as the registry does."""
        return NatsLedger(self.client, self.ring, prefix=self.prefix)

    @property
    def sealer(self) -> PersonSealer:
        """Opens and seals personal text with its keys."""
        return PersonSealer(NatsKeyStore(self.client, prefix=self.prefix), self.master)

    async def forget(self) -> None:
        """Remove its streams, so that one round does not weigh on the next."""
        for name in names.STREAMS:
            await self.client.request(f"$JS.API.STREAM.DELETE.{names.stream(name, self.prefix)}", b"", timeout=30)


@dataclass(frozen=True)
class Place:
    """The servers of one row, its folder and its sizes."""

    folder: Path
    servers: Embedded
    sizes: Sizes
    _samples: dict[int, Sample] = field(default_factory=dict)

    def sample(self, members: int) -> Sample:
        """The made-up city with so many members, made once."""
        if members not in self._samples:
            plan = Plan(seed=self.sizes.seed, members=members, away=0)
            self._samples[members] = make_sample(self.folder / f"sample-{members}", plan)
        return self._samples[members]

    def token(self) -> str:
        """A city officer's bearer token."""
        return issue_token(self.servers.keys.path, "bench-officer", [Role.CITY_OFFICER], CITY, 6 * 3600)

    def database(self, name: str) -> MongoDatabase:
        """A database, through the driver that services use."""
        return connect_mongo(self.servers.addresses.mongo_url, name)

    async def connected(self, url: str | None = None) -> Client:
        """A connection that may do everything."""
        keys = self.servers.keys
        return await connect(url or self.servers.addresses.nats_url, keys.nkey_seed_file(USER), USER)

    @asynccontextmanager
    async def town(self, url: str | None = None) -> AsyncIterator[Town]:
        """A new, empty installation."""
        prefix, keys = f"b{next(_numbers)}_", self.servers.keys
        client = await self.connected(url)
        try:
            await deploy_streams(client, prefix=prefix)
            ring = KeyRing.load(keys.mac_keys_file("registry"))
            town = Town(prefix, client, ring, MasterKeys.load(keys.master_keys_file()))
            yield town
            await town.forget()
        finally:
            await client.close()

    @asynccontextmanager
    async def services(
        self,
        town: Town,
        wanted: Iterable[str],
        *,
        ready_seconds: float = READY_SECONDS,
        clock: str = "system",
        more: Mapping[str, str] | None = None,
    ) -> AsyncIterator[dict[str, ServiceProcess]]:
        """Services as processes of their own, each ready, stopped at the end; `more` variables for each of them."""
        processes = {name: self._process(town, name, clock, more or {}) for name in wanted}
        try:
            for process in processes.values():
                process.start()
            for process in processes.values():
                await _ready(process, ready_seconds)
            yield processes
        finally:
            for process in processes.values():
                process.ask_to_stop()
            for process in processes.values():
                process.stop()

    def _process(self, town: Town, name: str, clock: str, more: Mapping[str, str]) -> ServiceProcess:
        addresses = self.servers.addresses
        installation = Installation(self.folder, addresses.nats_url, addresses.mongo_url)
        port = ports.choose(1)[0]
        settings = environment_of(name, installation, clock=clock) | {
            "GUIYAN_PORT": str(port),
            "GUIYAN_STREAM_PREFIX": town.prefix,
            "GUIYAN_MONGO_DATABASE": database_of(town, name),
            **more,
        }
        return ServiceProcess(name, port, settings, self.folder / "log" / f"{town.prefix}{name}.log")


def database_of(town: Town, service: str) -> str:
    """The name of a service's database in that installation."""
    return f"{town.prefix}{service}"


async def make_bare_stream(client: Client, name: str, settings: dict[str, Any]) -> None:
    """A stream with the ledger's own settings for subjects `<name>.>`: what the bare client publishes to."""
    config = settings | {"name": name, "subjects": [f"{name}.>"]}
    reply = await client.request(f"$JS.API.STREAM.CREATE.{name}", json.dumps(config).encode(), timeout=10)
    answer = json.loads(reply.data)
    if "error" in answer:
        raise RuntimeError(f"stream {name} was refused: {answer['error']}")


async def _ready(process: ServiceProcess, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(process.is_ready):
        if time.monotonic() > deadline or process.pid is None:
            raise process.failure("is not ready")
        await asyncio.sleep(LOOK_SECONDS)
