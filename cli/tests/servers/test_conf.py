"""The configuration of the servers as an operator gets it."""

import asyncio
import json
import os
import ssl
import stat
import subprocess
from pathlib import Path
from types import SimpleNamespace

import nats
import pytest
from nats.aio.client import Client
from tests.certificates import make_certificate

from guiyan.cli.keys import SERVICES, USERS, KeyFolder
from guiyan.cli.servers import binaries, configure
from guiyan.cli.servers.conf import NatsConf
from guiyan.cli.servers.deployment import Outcome, deploy_streams
from guiyan.cli.servers.install import install
from guiyan.cli.servers.mongo import cache_gb
from guiyan.cli.servers.nats import start_nats
from guiyan.cli.servers.ports import choose
from guiyan.cli.servers.problems import DeployFailed

TOWNSHIP = "110000000001"


def _is_valid(conf: Path) -> bool:
    server = binaries.get_nats_server()
    checked = subprocess.run([server.path, "-t", "-c", conf], capture_output=True, text=True, check=False)  # noqa: S603 - the server's own check
    assert checked.returncode == 0, checked.stderr
    return True


def test_every_place_of_the_template_is_filled(scratch: Path) -> None:
    """No placeholder is left, every user and township is named by its public key, and no seed is in the file."""
    keys = KeyFolder(scratch / "keys")
    keys.make_missing([TOWNSHIP])
    text = NatsConf(keys, store_dir=scratch / "data").render()
    assert "%{" not in text
    for user in (*USERS, f"township-{TOWNSHIP}"):
        assert keys.public_key(user) in text
        assert keys.nkey_seed_file(user).read_text().strip() not in text


def test_a_production_configuration_is_valid(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hosts, TLS and encryption at rest: nats-server's own check accepts what the command writes."""
    certificate, key, authority = make_certificate(scratch)
    monkeypatch.setenv("GUIYAN_JETSTREAM_KEY", "made-up")
    configure.main(
        [
            *("--keys", str(scratch / "keys"), "--out", str(scratch / "nats.conf"), "--township", TOWNSHIP),
            *("--listen", "127.0.0.1:4222", "--store", str(scratch / "data"), "--name", "a", "--encrypted"),
            *("--certificate", str(certificate), "--certificate-key", str(key)),
            *("--certificate-authority", str(authority), "--cluster-listen", "127.0.0.1:6222"),
            *("--route", "nats-route://b.internal:6222", "--route", "nats-route://c.internal:6222"),
        ]
    )
    assert _is_valid(scratch / "nats.conf")
    assert stat.S_IMODE((scratch / "nats.conf").stat().st_mode) == 0o600


async def test_with_a_certificate_the_server_speaks_tls_alone(scratch: Path) -> None:
    """A client that trusts the certificate enters; one that does not is told, before any key is shown."""
    keys = KeyFolder(scratch / "keys")
    keys.make_missing()
    certificate, key, authority = make_certificate(scratch)
    port, monitor = choose(2)
    conf = NatsConf(keys, scratch / "data", port, monitor_port=monitor, certificate=certificate, certificate_key=key)
    server = start_nats(conf, scratch / "nats.conf", scratch / "log")
    try:
        trusting = ssl.create_default_context(cafile=str(authority))
        seed = str(keys.nkey_seed_file("registry"))
        client = await nats.connect(f"tls://localhost:{port}", tls=trusting, nkeys_seed=seed, allow_reconnect=False)
        await client.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await nats.connect(f"tls://localhost:{port}", nkeys_seed=seed, allow_reconnect=False, error_cb=_ignore)
    finally:
        server.stop()


async def _ignore(error: Exception) -> None:
    del error


def test_the_install_step_gives_each_service_its_share(scratch: Path) -> None:
    """A service's folder holds its own seed and rings, no other's seed; a second run changes nothing."""
    install(scratch, [TOWNSHIP], uid=os.geteuid())
    before = {path: path.read_bytes() for path in scratch.rglob("*") if path.is_file()}
    assert _is_valid(scratch / "nats-config" / "nats-server.conf")
    seeds = set()
    for service in SERVICES:
        share = scratch / "services" / service
        signs = {"transfers": {"certificates.json"}, "registry": {"sign-in.json"}}.get(service, set())
        assert {path.name for path in share.iterdir()} == {"user.nk", "mac.json", "master.json", "jwks.json"} | signs
        assert json.loads((share / "mac.json").read_text())["writer"].startswith(service)
        seeds.add((share / "user.nk").read_text())
    assert len(seeds) == len(SERVICES)
    install(scratch, uid=os.geteuid())
    assert {path: path.read_bytes() for path in scratch.rglob("*") if path.is_file()} == before


def test_a_cluster_without_certificates_is_refused(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever could join the cluster would be inside every account: usage error, nothing written."""
    with pytest.raises(SystemExit) as ended:
        configure.main(
            [*("--keys", str(scratch / "keys"), "--out", str(scratch / "x")), "--cluster-listen", "127.0.0.1:6222"]
        )
    assert ended.value.code == 2
    assert "--certificate-authority" in capsys.readouterr().err
    assert not (scratch / "x").exists()


async def test_three_servers_hold_the_ledger_three_times(scratch: Path) -> None:
    """The configuration of three hosts forms a cluster over TLS; the deploy step makes every stream with 3 copies."""
    keys = KeyFolder(scratch / "keys")
    keys.make_missing([TOWNSHIP])
    certificate, key, authority = make_certificate(scratch)
    ports = choose(9)
    clients, monitors, routes = ports[:3], ports[3:6], ports[6:]
    servers = [
        start_nats(
            NatsConf(
                keys,
                scratch / name,
                clients[place],
                monitor_port=monitors[place],
                server_name=name,
                certificate=certificate,
                certificate_key=key,
                certificate_authority=authority,
                cluster_listen=f"127.0.0.1:{routes[place]}",
                cluster_routes=tuple(f"nats-route://localhost:{route}" for route in routes),
            ),
            scratch / f"{name}.conf",
            scratch / f"{name}.log",
        )
        for place, name in enumerate("abc")
    ]
    try:
        deployer = await nats.connect(
            f"tls://localhost:{clients[0]}",
            tls=ssl.create_default_context(cafile=str(authority)),
            nkeys_seed=str(keys.nkey_seed_file("deploy")),
            inbox_prefix="_INBOX_deploy",
        )
        outcome = await _deploy_when_ready(deployer)
        assert outcome.made[0] == "LEDGER"
        info = json.loads((await deployer.request("$JS.API.STREAM.INFO.LEDGER", timeout=5)).data)
        assert (info["config"]["num_replicas"], len(info["cluster"]["replicas"])) == (3, 2)
        await deployer.close()
    finally:
        for server in servers:
            server.kill()


async def _deploy_when_ready(client: Client, seconds: float = 30.0) -> Outcome:
    """The deploy step, again while the cluster has no leader yet."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await deploy_streams(client, replicas=3)
        except DeployFailed:
            assert asyncio.get_running_loop().time() < deadline, "the cluster found no leader"
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(("memory_gb", "cache"), [(2, 0.25), (4, 0.25), (8, 0.5), (16, 1.0), (256, 1.0)])
def test_mongods_cache_goes_by_the_machine(memory_gb: int, cache: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large enough for a large roster where there is room, and never so large that others have none."""
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=memory_gb * 2**30))
    assert cache_gb() == cache
