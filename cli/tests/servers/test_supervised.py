"""nats-server and mongod under the supervisor of `guiyan up`: killed, started again by it alone, nothing lost."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nats
import psutil
import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from guiyan.cli.connection import AGAIN_SECONDS, ATTEMPTS, connected
from guiyan.cli.installation import Installation
from guiyan.cli.servers import Embedded
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.ports import HOST
from guiyan.cli.servers.problems import PortInUse
from guiyan.cli.up.embedded import ServerProcess
from guiyan.cli.up.restarts import Restart
from guiyan.cli.up.supervisor import Supervisor

BACK_SECONDS = 20.0
SUBJECT = "evt.registry.member.1"


async def _ledger_length(servers: Embedded) -> int:
    """Append one message on a new connection; gives how many there are then."""
    seed = str(servers.keys.nkey_seed_file("registry"))
    client = await nats.connect(
        servers.addresses.nats_url, nkeys_seed=seed, inbox_prefix="_INBOX_registry", max_reconnect_attempts=1
    )
    try:
        return (await client.jetstream().publish(SUBJECT, b"[]")).seq
    finally:
        await client.close()


def _documents(servers: Embedded) -> int:
    with MongoClient[dict[str, Any]](servers.addresses.mongo_url, serverSelectionTimeoutMS=500) as client:
        client.test.things.insert_one({})
        return client.test.things.count_documents({})


async def _documents_again(servers: Embedded) -> int:
    deadline = time.monotonic() + BACK_SECONDS
    while True:
        try:
            return await asyncio.to_thread(_documents, servers)
        except PyMongoError:
            assert time.monotonic() < deadline, "mongod did not come back"


async def _ledger_again(servers: Embedded) -> int:
    deadline = time.monotonic() + BACK_SECONDS
    while True:
        try:
            return await _ledger_length(servers)
        except (OSError, nats.errors.Error):
            assert time.monotonic() < deadline, "nats-server did not come back"
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("name", "pid", "count"),
    [
        ("mongod", lambda servers: servers.mongod.pid, _documents_again),
        ("nats-server", lambda servers: servers.nats.pid, _ledger_again),
    ],
)
async def test_a_killed_server_is_started_again_and_told(
    own_servers: Embedded, name: str, pid: Callable[[Embedded], int], count: Callable[[Embedded], Any]
) -> None:
    """After SIGKILL it answers again, what was acknowledged is there, no zombie is left, one sentence was told."""
    told: list[Restart] = []
    addresses = own_servers.addresses
    installation = Installation(own_servers.folder.path, addresses.nats_url, addresses.mongo_url)
    supervisor = Supervisor(installation, clock="manual", servers=own_servers, tell=told.append)
    supervisor.watch()
    try:
        assert await count(own_servers) == 1
        killed = pid(own_servers)
        os.kill(killed, signal.SIGKILL)
        assert await count(own_servers) == 2
    finally:
        await supervisor.stop()
    assert not psutil.pid_exists(killed)
    (restart,) = told
    english, chinese = restart.sentence()
    assert english.startswith(f"{name} ended (SIGKILL) and was started again (log: ")
    assert f"{name} 已退出(SIGKILL)" in chinese
    assert str(own_servers.folder.path / "log" / f"{name}.log") in english


async def test_an_operator_s_connection_outlives_the_server(own_servers: Embedded) -> None:
    """Longer gone than a first connection would wait, and back: the same connection serves on, as the clock needs."""
    addresses = own_servers.addresses
    async with connected(Installation(own_servers.folder.path, addresses.nats_url, addresses.mongo_url)) as client:
        own_servers.nats.kill()
        gone_until = time.monotonic() + 3 * ATTEMPTS * AGAIN_SECONDS
        while time.monotonic() < gone_until:
            assert not client.is_closed
            await asyncio.sleep(0.05)
        own_servers.start_nats()
        deadline = time.monotonic() + BACK_SECONDS
        while not client.is_connected:
            assert time.monotonic() < deadline, "the connection did not come back"
            await asyncio.sleep(0.05)
        await client.flush(5)


def test_a_start_that_is_refused_is_told_and_tried_again(tmp_path: Path) -> None:
    """A port that another program took meanwhile: the sentence says so, the pauses grow, the last try succeeds."""
    ended = Child("mongod", ["false"], tmp_path / "log", {})
    ended.process.wait()
    tries: list[float] = []

    def launch() -> None:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise PortInUse(port=20_001, name="mongod", where=HOST)

    process = ServerProcess("mongod", tmp_path / "log", lambda: ended, launch)
    told: list[Restart] = []
    deadline = time.monotonic() + 10
    while len(tries) < 3 and time.monotonic() < deadline:
        if (restart := process.look_after()) is not None:
            told.append(restart)
    assert [restart.refused is None for restart in told] == [False, False, True]
    assert "mongod ended (exit code 1) and could not be started again" in told[0].sentence().en
    assert "Port 20001" in told[0].sentence().en
    assert tries[2] - tries[1] > tries[1] - tries[0]
    assert "反复退出" in told[2].sentence().zh


def test_a_full_disk_is_no_end_of_looking_after(tmp_path: Path) -> None:
    """An error of the system while starting is told like any other refusal."""
    ended = Child("nats-server", ["false"], tmp_path / "log", {})
    ended.process.wait()

    def launch() -> None:
        raise OSError(28, "No space left on device")

    process = ServerProcess("nats-server", tmp_path / "log", lambda: ended, launch)
    deadline = time.monotonic() + 5
    restart = None
    while restart is None and time.monotonic() < deadline:
        restart = process.look_after()
    assert restart is not None
    assert "No space left on device" in restart.sentence().en
