"""The three places test servers come from: each gives servers that the product runs on, in the promised order."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from nats.js.api import Header
from pymongo import MongoClient
from tests import server_sources
from tests.server_containers import find_images
from tests.server_sources import TestServers, engine_answers, find_servers

from guiyan.cli.servers.deployment import connect, deploy_streams


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is started goes at the end of the test."""
    with ExitStack() as own:
        yield own


@pytest.fixture
def environ(servers: TestServers) -> dict[str, str]:
    """The addresses of this run's servers, as somebody would put them into the environment."""
    return {
        "GUIYAN_TEST_NATS_URL": servers.nats_url,
        "GUIYAN_TEST_MONGO_URL": servers.mongo_url,
        "GUIYAN_TEST_KEYS": str(servers.keys.path),
    }


async def _require_working(servers: TestServers, prefix: str) -> None:
    """Streams can be made, a service can append with a guard, a transaction commits."""
    admin = await connect(servers.nats_url, servers.keys.nkey_seed_file("admin"), "admin")
    await deploy_streams(admin, prefix=prefix)
    service = await connect(servers.nats_url, servers.keys.nkey_seed_file("registry"), "registry")
    guard = {Header.EXPECTED_LAST_SUBJECT_SEQUENCE.value: "0"}
    stored = await service.jetstream().publish(f"{prefix}evt.registry.thing.1", b"[]", headers=guard)
    assert stored.seq == 1
    for client in (service, admin):
        await client.close()
    with MongoClient[dict[str, Any]](servers.mongo_url) as mongo:
        with mongo.start_session() as session, session.start_transaction():
            mongo[prefix].things.insert_one({"_id": 1}, session=session)
        mongo.drop_database(prefix)


async def test_addresses_in_the_environment_come_first(environ: dict[str, str], stack: ExitStack) -> None:
    """With addresses given nothing is started, and the keys beside them open the servers."""
    found = find_servers(stack, environ)
    assert (found.source, found.nats_url) == ("environment", environ["GUIYAN_TEST_NATS_URL"])
    await _require_working(found, "by_environment_")


async def test_without_an_engine_the_servers_are_embedded(stack: ExitStack, tmp_path: Path) -> None:
    """Nothing given, no engine: servers of this machine, known within a second that no engine is there."""
    started = time.monotonic()
    assert not engine_answers({"DOCKER_HOST": f"unix://{tmp_path}/none.sock"})
    assert time.monotonic() - started < 1
    found = find_servers(stack, {"DOCKER_HOST": f"unix://{tmp_path}/none.sock"})
    assert found.source == "embedded"
    await _require_working(found, "embedded_")


def test_a_silent_engine_does_not_hold_up_the_tests(
    environ: dict[str, str], stack: ExitStack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An engine that answers without the images is passed over: nothing is pulled."""
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "engine.sock"))
        engine.listen()
        assert engine_answers({"DOCKER_HOST": f"unix://{tmp_path}/engine.sock"})
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")  # nobody listens there any more
    started: list[str] = []
    monkeypatch.setattr(server_sources, "_embedded", lambda _: started.append("embedded"))
    monkeypatch.setattr(server_sources, "engine_answers", lambda _: True)
    find_servers(stack, {})
    assert started == ["embedded"]
    with pytest.raises(LookupError, match="no engine"):
        find_servers(stack, {"GUIYAN_TEST_SERVERS": "containers"})


@pytest.mark.compose
async def test_containers_are_taken_when_engine_and_images_are_there(
    stack: ExitStack,
) -> None:
    """Both images are started, set up, and hold a transaction; their containers go with the test."""
    if find_images() is None:
        pytest.skip("no container engine with the images of NATS and MongoDB answers here")
    found = find_servers(stack, {"GUIYAN_TEST_SERVERS": "containers"})
    assert found.source == "containers"
    await _require_working(found, "containers_")
