"""Both servers of one data folder: started, stopped, killed, and nothing lost or left behind."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import nats
import psutil
import pytest
from pymongo import MongoClient

from guiyan.cli.servers import Embedded
from guiyan.cli.servers.children import Child
from guiyan.cli.servers.problems import FolderRefused

HOLDER = """
import signal, sys
from pathlib import Path
from guiyan.cli.servers import Embedded
with Embedded(Path(sys.argv[1])) as running:
    running.deploy()
    print(running.nats.pid, running.mongod.pid, flush=True)
    signal.pause()
"""


async def _append(running: Embedded, subject: str) -> int:
    seed = str(running.keys.nkey_seed_file("registry"))
    client = await nats.connect(running.addresses.nats_url, nkeys_seed=seed, inbox_prefix="_INBOX_registry")
    try:
        return (await client.jetstream().publish(subject, b"[]")).seq
    finally:
        await client.close()


def _write(running: Embedded, key: int) -> int:
    with MongoClient[dict[str, Any]](running.addresses.mongo_url) as client:
        client.test.things.insert_one({"_id": key})
        return client.test.things.count_documents({})


async def test_a_second_start_finds_everything(scratch: Path) -> None:
    """Same ports, same keys, same data; the deploy step has nothing left to do."""
    with Embedded(scratch) as first:
        assert "LEDGER" in first.deploy().made
        assert (await _append(first, "evt.registry.member.1"), _write(first, 1)) == (1, 1)
    with Embedded(scratch) as second:
        assert second.addresses == first.addresses
        assert second.deploy().made == []
        assert (await _append(second, "evt.registry.member.1"), _write(second, 2)) == (2, 2)


async def test_killed_servers_come_back_with_their_data(own_servers: Embedded) -> None:
    """After SIGKILL both start again on the same ports, and what was acknowledged is there."""
    assert (await _append(own_servers, "evt.registry.member.1"), _write(own_servers, 1)) == (1, 1)
    own_servers.kill()
    own_servers.start_nats()
    own_servers.start_mongod()
    assert (await _append(own_servers, "evt.registry.member.1"), _write(own_servers, 2)) == (2, 2)


def test_servers_do_not_outlive_a_killed_parent(scratch: Path) -> None:
    """After SIGKILL of the parent both servers end by themselves, and the next start needs no cleaning up."""
    command = [sys.executable, "-c", HOLDER, str(scratch)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    assert holder.stdout is not None
    left = [psutil.Process(int(pid)) for pid in holder.stdout.readline().split()]
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with Embedded(scratch) as again:  # at once: it waits for those that are still ending
        assert not [process for process in left if process.is_running()]
        assert again.deploy().made == []


def test_a_clean_stop_leaves_no_process(scratch: Path) -> None:
    """`with` ends with both servers gone and the folder free."""
    with Embedded(scratch) as running:
        processes = [psutil.Process(running.nats.pid), psutil.Process(running.mongod.pid)]
    assert not [process for process in processes if process.is_running()]


def test_a_failed_start_leaves_no_process(scratch: Path) -> None:
    """When mongod cannot start, the nats-server that was already up is stopped again."""
    (scratch / "mongo").write_text("a file where the folder should be")
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(FolderRefused, match="mongo"), Embedded(scratch):
        pass
    assert {child.pid for child in psutil.Process().children()} == before


def test_settings_that_safety_rests_on(own_servers: Embedded) -> None:
    """Fsync before acknowledgement, orphan transactions ended after 5 s, both servers on the loopback alone."""
    with MongoClient[dict[str, Any]](own_servers.addresses.mongo_url) as client:
        parameter = client.admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)
        assert parameter["transactionLifetimeLimitSeconds"] == 5
    listening = {
        (process.name(), address.laddr.ip)
        for process in (psutil.Process(own_servers.nats.pid), psutil.Process(own_servers.mongod.pid))
        for address in process.net_connections()
        if address.status == psutil.CONN_LISTEN
    }
    assert listening == {("nats-server", "127.0.0.1"), ("mongod", "127.0.0.1")}
    variables = httpx.get(f"{own_servers.addresses.monitor_url}/varz").json()
    assert variables["jetstream"]["config"]["sync_always"] is True


async def test_a_township_is_added_while_the_server_runs(own_servers: Embedded) -> None:
    """A new account works after a reload; connections of others are not disturbed."""
    operator = await nats.connect(
        own_servers.addresses.nats_url,
        nkeys_seed=str(own_servers.keys.nkey_seed_file("operator")),
        inbox_prefix="_INBOX_operator",
    )
    own_servers.add_township("110000000009")
    township = await nats.connect(
        own_servers.addresses.nats_url,
        nkeys_seed=str(own_servers.keys.township_seed_file("110000000009")),
        reconnect_time_wait=0.05,
    )
    stored = await township.request("ingest.110000000009.MemberLeft", b"{}", timeout=5)
    assert json.loads(stored.data)["stream"] == "INGEST"
    assert operator.stats["reconnects"] == 0
    await township.close()
    await operator.close()


def test_servers_are_started_from_the_main_thread(tmp_path: Path) -> None:
    """The kernel's death signal follows the thread that forked; from another thread the start is refused."""
    told: list[BaseException] = []

    def start() -> None:
        try:
            Child("x", ["true"], tmp_path / "log", {})
        except RuntimeError as refused:
            told.append(refused)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(told[0])
