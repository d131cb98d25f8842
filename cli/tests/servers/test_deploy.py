"""The one deploy step: makes what is missing, tells what differs, changes only when asked."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers import Embedded, deployment
from guiyan.cli.servers.conf import NatsConf
from guiyan.cli.servers.deployment import deploy_streams
from guiyan.cli.servers.nats import start_nats
from guiyan.cli.servers.ports import choose
from guiyan.cli.servers.problems import DeployFailed, StreamsGone
from guiyan.cli.servers.record import Record
from guiyan.cli.servers.streams import load_consumers, load_streams
from guiyan.events.ingest import INGEST_TYPES

DAY = 86_400 * 10**9


async def _config(admin: Client, stream: str) -> dict[str, Any]:
    reply = await admin.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=5)
    config: dict[str, Any] = json.loads(reply.data)["config"]
    return config


async def test_the_ledger_cannot_lose_anything(prefix: str, admin: Client) -> None:
    """On disk, nothing deleted or purged, full means refused and not forgotten, no limit, no compression."""
    config = await _config(admin, f"{prefix}LEDGER")
    wanted = {
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "deny_delete": True,
        "deny_purge": True,
        "allow_direct": True,
        "allow_atomic": True,
        "compression": "none",
        "max_msgs": -1,
        "max_bytes": -1,
        "max_age": 0,
        "max_msgs_per_subject": -1,
        "duplicate_window": 15 * 60 * 10**9,
        "subjects": [f"{prefix}evt.>"],
    }
    assert {key: config[key] for key in wanted} == wanted
    assert not config["allow_rollup_hdrs"]


async def test_everything_is_made_once(prefix: str, admin: Client) -> None:
    """A second deploy finds every stream and consumer as the files say and does nothing."""
    outcome = await deploy_streams(admin, prefix=prefix)
    assert (outcome.made, outcome.updated, outcome.differing) == ([], [], {})


async def test_a_differing_setting_is_told_and_left(prefix: str, admin: Client) -> None:
    """The setting, what it is and what it should be; nothing is changed behind the operator's back."""
    config = await _config(admin, f"{prefix}RECEIPTS") | {"max_age": DAY, "allow_direct": False}
    await admin.request(f"$JS.API.STREAM.UPDATE.{prefix}RECEIPTS", json.dumps(config).encode(), timeout=5)
    outcome = await deploy_streams(admin, prefix=prefix)
    assert outcome.differing == {
        f"{prefix}RECEIPTS": [
            "allow_direct: is false, should be true",
            "max_age: is 86400000000000, should be 7776000000000000",
        ]
    }
    assert (await _config(admin, f"{prefix}RECEIPTS"))["max_age"] == DAY


async def test_a_differing_setting_is_changed_when_asked(prefix: str, admin: Client) -> None:
    """With `update` streams and consumers become what the files say, and the next deploy is content."""
    config = await _config(admin, f"{prefix}RECEIPTS") | {"max_age": DAY}
    await admin.request(f"$JS.API.STREAM.UPDATE.{prefix}RECEIPTS", json.dumps(config).encode(), timeout=5)
    consumer = next(each for each in load_consumers(prefix) if each.config["name"] == "ingest-contact")
    narrowed = {"stream_name": consumer.stream, "config": consumer.config | {"max_ack_pending": 1}, "action": "update"}
    call = f"$JS.API.CONSUMER.CREATE.{consumer.stream}.ingest-contact"
    await admin.request(call, json.dumps(narrowed).encode(), timeout=5)
    outcome = await deploy_streams(admin, prefix=prefix, update=True)
    assert outcome.updated == [f"{prefix}RECEIPTS", f"{consumer.stream}.ingest-contact"]
    assert (await deploy_streams(admin, prefix=prefix)).differing == {}


async def test_what_the_server_refuses_is_told(prefix: str, admin: Client) -> None:
    """A stream over subjects that another one has: the stream and the server's reason are in the sentence."""
    config = {"name": f"{prefix}OTHER", "subjects": [f"{prefix}_evt.>"]}
    await admin.request(f"$JS.API.STREAM.CREATE.{prefix}OTHER", json.dumps(config).encode(), timeout=5)
    with pytest.raises(DeployFailed, match=rf"{prefix}_LEDGER could not be set up: .*overlap"):
        await deploy_streams(admin, prefix=f"{prefix}_")
    await admin.request(f"$JS.API.STREAM.DELETE.{prefix}OTHER", b"", timeout=5)


async def test_a_wrong_user_is_told(nats_url: str, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service's key cannot deploy; the sentence asks for the user `deploy`."""
    monkeypatch.setattr(deployment, "ANSWER_SECONDS", 0.3)  # a refused call is never answered
    client = await deployment.connect(nats_url, keys.nkey_seed_file("registry"), "registry")
    with pytest.raises(DeployFailed, match="is this the user `deploy`"):
        await deploy_streams(client, prefix="not_there_")
    await client.close()


def test_replicas_are_the_operators_choice() -> None:
    """Three copies on three hosts, from the same files."""
    assert {stream["num_replicas"] for stream in load_streams(replicas=3)} == {3}


def test_every_stream_of_the_contract_has_a_file() -> None:
    """LEDGER, INGEST, RECEIPTS and the two buckets, with the subjects that contract and architecture name."""
    assert {stream["name"]: stream["subjects"] for stream in load_streams()} == {
        "LEDGER": ["evt.>"],
        "INGEST": ["ingest.>"],
        "RECEIPTS": ["receipt.>"],
        "KV_KEYS": ["$KV.KEYS.>"],
        "KV_CLOCK": ["$KV.CLOCK.>"],
    }


def test_every_reported_type_reaches_the_service_that_answers_it() -> None:
    """Each service's consumer sees exactly the types it owns; registry's sees all, and so also the unknown ones."""
    owned: dict[str, set[str]] = {}
    for type_, report in INGEST_TYPES.items():
        owned.setdefault(report.of.service, set()).add(f"ingest.*.{type_}")
    filters = {
        consumer.config["durable_name"].removeprefix("ingest-"): set(consumer.config["filter_subjects"])
        for consumer in load_consumers()
    }
    assert filters == owned | {"registry": set()}


async def test_a_wrong_encryption_key_never_costs_the_ledger(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a wrong key the server shows no stream; the deploy step then makes none, and the right key finds all again.

    Creating a stream in that state removes the unreadable one from the disk: measured with nats-server 2.15.1.
    """
    keys = KeyFolder(scratch / "keys")
    keys.make_missing()
    port, monitor = choose(2)
    conf = NatsConf(keys, scratch / "data", port, monitor_port=monitor, encrypted=True)
    record = Record(scratch / "streams.json")

    async def deploy_with(key: str) -> list[str]:
        monkeypatch.setenv("GUIYAN_JETSTREAM_KEY", key)
        server = start_nats(conf, scratch / "nats.conf", scratch / "log")
        try:
            client = await deployment.connect(f"nats://127.0.0.1:{port}", keys.nkey_seed_file("deploy"), "deploy")
            try:
                return (await deploy_streams(client, record=record)).made
            finally:
                await client.close()
        finally:
            server.stop()

    assert "LEDGER" in await deploy_with("right")
    for _ in range(2):
        with pytest.raises(StreamsGone, match=r"LEDGER.*wrong encryption key.*nothing was made"):
            await deploy_with("wrong")
    assert await deploy_with("right") == []


def test_the_one_shot_sets_everything_up(own_servers: Embedded, tmp_path: Path) -> None:
    """`python -m guiyan.cli.servers.deploy`: 0 when all is well, 1 with one line a difference, 2 without a key."""
    mongo = own_servers.addresses.mongo_url.split("/")[2]
    seed = own_servers.keys.nkey_seed_file("deploy")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "guiyan.cli.servers.deploy", "--nats-url", own_servers.addresses.nats_url]
        whole = [*command, *arguments]
        return subprocess.run(whole, capture_output=True, text=True, check=False, env={})  # noqa: S603 - our own program

    assert run("--seed", str(seed), "--mongo", mongo).returncode == 0
    assert run().returncode == 2
    replicated = run("--seed", str(seed), "--replicas", "3")
    assert replicated.returncode == 1
    assert "LEDGER: num_replicas: is 1, should be 3" in replicated.stderr
    refused = run("--seed", str(tmp_path / "none"))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
