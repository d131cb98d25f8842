"""Real NATS and MongoDB for the tests: found in the environment, in containers, or started embedded.

Fixtures: `servers` (the session's), `prefix` (a test's own streams and subjects), `mongo_database` (its own database),
`nats_url`, `mongo_url`, `keys` (seeds, MAC rings, master keys), `township_codes`, `service_environment`.
The order is: addresses in GUIYAN_TEST_NATS_URL and GUIYAN_TEST_MONGO_URL (with GUIYAN_TEST_KEYS, the key folder that
belongs to them) - containers when an engine and both images are there - servers of this machine.
GUIYAN_TEST_SERVERS=environment|containers|embedded takes one of them and no other.
"""

import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from nats.aio.client import Client
from pymongo import MongoClient
from tests.server_sources import TOWNSHIPS, TestServers, find_servers, make_scratch

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers import Embedded, names
from guiyan.cli.servers.deployment import connect, deploy_streams

__all__ = ["TestServers"]

_STARTED = pytest.StashKey[TestServers]()
_STACK = pytest.StashKey[ExitStack]()
_FAILURE = pytest.StashKey[Exception]()
WORKER_FACTS = "guiyan_servers"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Under xdist the controller starts the servers, once for all workers; a failure is told to who asks for them."""
    config = session.config
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        try:
            _start(config)
        except Exception as problem:  # noqa: BLE001 - a run of pure tests needs no servers and must not stop here
            config.stash[_FAILURE] = problem


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells an xdist worker where the controller's servers are."""
    started = node.config.stash.get(_STARTED, None)
    failure = node.config.stash.get(_FAILURE, None)
    node.workerinput[WORKER_FACTS] = started.to_facts() if started else {"failure": str(failure)}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what this process started."""
    stack = config.stash.get(_STACK, None)
    if stack is not None:
        stack.close()


def _start(config: pytest.Config) -> TestServers:
    if _STARTED not in config.stash:
        config.stash[_STACK] = ExitStack()
        config.stash[_STARTED] = find_servers(config.stash[_STACK], os.environ)
    return config.stash[_STARTED]


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> TestServers:
    """The servers of this run."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        return _start(request.config)
    facts = worker[WORKER_FACTS]
    if "failure" in facts:
        pytest.fail(facts["failure"])
    return TestServers.from_facts(facts)


@pytest.fixture(scope="session")
def nats_url(servers: TestServers) -> str:
    """GUIYAN_NATS_URL."""
    return servers.nats_url


@pytest.fixture(scope="session")
def mongo_url(servers: TestServers) -> str:
    """GUIYAN_MONGO_URL of a replica set: transactions and change streams work."""
    return servers.mongo_url


@pytest.fixture(scope="session")
def keys(servers: TestServers) -> KeyFolder:
    """The run's key folder: `keys.nkey_seed_file("registry")`, `keys.mac_keys_file(...)`, `keys.master_keys_file()`."""
    return servers.keys


@pytest.fixture(scope="session")
def township_codes() -> tuple[str, ...]:
    """Organisation codes of townships that have an account: `keys.township_seed_file(code)`."""
    return TOWNSHIPS


@pytest.fixture
def own_servers() -> Iterator[Embedded]:
    """Servers of this test's own with the configuration of production (no prefix, least permissions), streams made.

    For what would disturb others: kill and restart them (`own_servers.nats.kill()`, `own_servers.start_nats()`).
    """
    with ExitStack() as stack:
        running = Embedded(make_scratch(stack), townships=TOWNSHIPS)
        stack.enter_context(running)
        stack.callback(running.kill)
        running.deploy()
        yield running


@pytest.fixture
async def prefix(servers: TestServers) -> AsyncIterator[str]:
    """A stream prefix of this test's own; its streams are there, and gone after the test."""
    own = f"t{secrets.token_hex(4)}_"
    client = await connect(servers.nats_url, servers.keys.nkey_seed_file("admin"), "admin")
    try:
        outcome = await deploy_streams(client, prefix=own)
        assert not outcome.differing
        yield own
        for name in names.STREAMS:
            await client.request(f"$JS.API.STREAM.DELETE.{names.stream(name, own)}", b"", timeout=10)
    finally:
        await client.close()


@pytest.fixture
async def admin(servers: TestServers) -> AsyncIterator[Client]:
    """A NATS connection that may do everything in APP: to look behind the scenes, and to break things on purpose."""
    client = await connect(servers.nats_url, servers.keys.nkey_seed_file("admin"), "admin")
    yield client
    await client.close()


@pytest.fixture
def mongo_database(servers: TestServers) -> Iterator[str]:
    """The name of an empty database of this test's own, dropped after it."""
    name = f"t{secrets.token_hex(6)}"
    yield name
    with MongoClient[dict[str, Any]](servers.mongo_url) as client:
        client.drop_database(name)


@pytest.fixture
def service_environment(servers: TestServers, prefix: str, mongo_database: str) -> Callable[[str], dict[str, str]]:
    """`service_environment("registry")` gives the GUIYAN_* variables of that service for this test.

    Each service has its own database, named after the test's; `GUIYAN_PORT` is the caller's to set.
    """

    def environment(service: str) -> dict[str, str]:
        return servers.environment(service) | {
            "GUIYAN_STREAM_PREFIX": prefix,
            "GUIYAN_MONGO_DATABASE": mongo_database,
        }

    return environment
