"""The configuration of nats-server as an operator gets it."""

import datetime as dt
import json
import os
import ssl
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import nats
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.server_sources import make_scratch

from guiyan.cli.keys import SERVICES, USERS, KeyFolder
from guiyan.cli.servers import binaries, configure
from guiyan.cli.servers.conf import NatsConf
from guiyan.cli.servers.install import install
from guiyan.cli.servers.nats import start_nats
from guiyan.cli.servers.ports import choose

TOWNSHIP = "110000000001"


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for keys and data."""
    with ExitStack() as stack:
        yield make_scratch(stack)


def _is_valid(conf: Path) -> bool:
    server = binaries.get_nats_server()
    checked = subprocess.run([server.path, "-t", "-c", conf], capture_output=True, text=True, check=False)  # noqa: S603 - the server's own check
    assert checked.returncode == 0, checked.stderr
    return True


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "server.pem", folder / "server.key"


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
    certificate, key = _certificate(scratch)
    monkeypatch.setenv("GUIYAN_JETSTREAM_KEY", "made-up")
    configure.main(
        [
            *("--keys", str(scratch / "keys"), "--out", str(scratch / "nats.conf"), "--township", TOWNSHIP),
            *("--listen", "127.0.0.1:4222", "--store", str(scratch / "data"), "--name", "a", "--encrypted"),
            *("--certificate", str(certificate), "--certificate-key", str(key)),
            *("--cluster-listen", "127.0.0.1:6222"),
            *("--route", "nats-route://b.internal:6222", "--route", "nats-route://c.internal:6222"),
        ]
    )
    assert _is_valid(scratch / "nats.conf")
    assert stat.S_IMODE((scratch / "nats.conf").stat().st_mode) == 0o600


async def test_with_a_certificate_the_server_speaks_tls_alone(scratch: Path) -> None:
    """A client that trusts the certificate enters; one that does not is told, before any key is shown."""
    keys = KeyFolder(scratch / "keys")
    keys.make_missing()
    certificate, key = _certificate(scratch)
    port, monitor = choose(2)
    conf = NatsConf(keys, scratch / "data", port, monitor_port=monitor, certificate=certificate, certificate_key=key)
    server = start_nats(conf, scratch / "nats.conf", scratch / "log")
    try:
        trusting = ssl.create_default_context(cafile=str(certificate))
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
        assert {path.name for path in share.iterdir()} == {"user.nk", "mac.json", "master.json", "jwks.json"}
        assert json.loads((share / "mac.json").read_text())["writer"].startswith(service)
        seeds.add((share / "user.nk").read_text())
    assert len(seeds) == len(SERVICES)
    install(scratch, uid=os.geteuid())
    assert {path: path.read_bytes() for path in scratch.rglob("*") if path.is_file()} == before
