"""Services of this release beside one of the release before, on real servers: a transfer passes, whichever is older.

The release before is the commit in deploy/previous-release (GUIYAN_PREVIOUS names another one). Its code runs as
processes of its own, from its own tree, with the packages locked now; one ledger holds what either writes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import nats
import pytest
from pymongo import MongoClient

from guiyan.cli.keys import KeyFolder
from guiyan.events import Payload
from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import MemberRegistered, MemberTransferredOut
from guiyan.events.transfers import CertificatePrinted
from guiyan.ledger.mac import KeyRing
from guiyan.ledger.nats import NatsLedger
from guiyan.service.auth import Role
from guiyan.service.testing import Issuer, until
from guiyan.service.twins import World

pytestmark = [pytest.mark.versions, pytest.mark.timeout(300)]
ROOT: Final = Path(__file__).resolve().parents[2]
CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
HOME, FAR = "654002001001", "654002002001"
PARENTS: Final = {CITY: None, TOWN: CITY, OTHER: CITY, HOME: TOWN, FAR: OTHER}
SERVICES: Final = ("registry", "transfers", "contact")
PORTIONS: Final = ("libs/events/src", "libs/ledger/src", "libs/service/src")
START_SECONDS: Final = 120
ISSUER: Final = Issuer()


@pytest.fixture(scope="session")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the release before; skipped, with the reason, where the repository does not hold it."""
    named = os.environ.get("GUIYAN_PREVIOUS") or (ROOT / "deploy/previous-release").read_text().strip()
    folder = tmp_path_factory.mktemp("previous")
    archive = folder / "tree.tar"
    with archive.open("wb") as file:
        made = subprocess.run(["git", "-C", str(ROOT), "archive", named], stdout=file, check=False)
    if made.returncode:
        pytest.skip(f"the release before, {named}, is not in this clone: git fetch --unshallow, or set GUIYAN_PREVIOUS")
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "tree", filter="data")
    return folder / "tree"


class Running:
    """The three services as processes, one of them of the release before."""

    def __init__(self, ports: dict[str, int], clients: dict[str, httpx.AsyncClient]) -> None:
        self.ports = ports
        self._clients = clients

    async def ask(self, service: str, method: str, path: str, **more: Any) -> dict[str, Any]:
        """A request by the city's officer that is answered well; the body."""
        answered = await self._clients[service].request(method, path, **more)
        assert answered.status_code in {200, 201}, f"{service} {path}: {answered.text}"
        return dict(answered.json())

    async def becomes(self, what: Callable[[], Any]) -> None:
        """Wait until it is so."""
        await until(what, seconds=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _path(service: str, tree: Path) -> str:
    """What makes an interpreter take a service, and the libraries under it, from a tree."""
    return os.pathsep.join(str(tree / portion) for portion in (*PORTIONS, f"services/{service}/src"))


@contextlib.contextmanager
def process(service: str, environment: dict[str, str], tree: Path, log: Path) -> Iterator[None]:
    """One service from a tree; ended at the end."""
    variables = {**os.environ, **environment, "PYTHONPATH": _path(service, tree)}
    with log.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", f"guiyan.{service}"],
            env=variables,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=tree,
        )
        try:
            yield
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


@contextlib.asynccontextmanager
async def at_work(
    old: str, previous: Path, environment: Callable[[str], dict[str, str]], folder: Path
) -> AsyncIterator[Running]:
    """All three, ready."""
    jwks = str(ISSUER.write_jwks(folder / "jwks.json"))
    bearer = ISSUER.bearer(Role.CITY_OFFICER, org=CITY, sub="city")
    async with AsyncExitStack() as stack:
        ports, clients = {}, {}
        for service in SERVICES:
            ports[service] = _free_port()
            own = environment(service) | {"GUIYAN_PORT": str(ports[service]), "GUIYAN_JWKS": jwks}
            own["GUIYAN_MONGO_DATABASE"] += f"_{service}"
            stack.callback(_drop, own["GUIYAN_MONGO_URL"], own["GUIYAN_MONGO_DATABASE"])
            tree = previous if service == old else ROOT
            stack.enter_context(process(service, own, tree, folder / f"{service}.log"))
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{ports[service]}", headers=bearer, timeout=30)
            clients[service] = await stack.enter_async_context(client)
        for service, client in clients.items():
            await until(lambda client=client: _ready(client), seconds=START_SECONDS)
            assert (await client.get("/readyz")).status_code == 200, (folder / f"{service}.log").read_text()[-2000:]
        yield Running(ports, clients)


def _drop(url: str, database: str) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client.drop_database(database)


async def _ready(client: httpx.AsyncClient) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return (await client.get("/readyz")).status_code == 200
    return False


@pytest.fixture
async def writers(
    servers: Any, keys: KeyFolder, service_environment: Callable[[str], dict[str, str]]
) -> AsyncIterator[Callable[[str, str, Payload], Any]]:
    """Writes an event of this release into the ledger as a service would; the organisations are there."""
    worlds, connections = {}, []
    for service in ("registry", "transfers"):
        seed = str(keys.nkey_seed_file(service))
        connection = await nats.connect(servers.nats_url, nkeys_seed=seed, inbox_prefix=f"_INBOX_{service}".encode())
        connections.append(connection)
        worlds[service] = World(datetime.now(UTC))
        ring = KeyRing.load(keys.mac_keys_file(service))
        prefix = service_environment(service)["GUIYAN_STREAM_PREFIX"]
        worlds[service].ledger = NatsLedger(connection, ring, prefix=prefix)
    await worlds["registry"].organise(PARENTS, basic=(TOWN, OTHER))

    async def write(service: str, name: str, payload: Payload) -> str:
        id_ = name if "-" in name else worlds[service].id(service, name)
        await worlds[service].happen(id_, payload)
        return id_

    yield write
    for connection in connections:
        await connection.close()


@pytest.mark.parametrize("old", ["registry", "transfers"])
async def test_a_transfer_passes_between_two_releases(
    old: str,
    previous: Path,
    service_environment: Callable[[str], dict[str, str]],
    writers: Callable[[str, str, Payload], Any],
    tmp_path: Path,
) -> None:
    """Request, letter, receiving, the moved relation; registry follows, contact stops; new types stop nobody."""
    member_id = await _member(writers, "one")
    async with at_work(old, previous, service_environment, tmp_path) as running:
        await _types_unknown_to_the_older(writers)
        left = {"member_id": member_id, "reason": "MIGRANT_WORK", "source": "FAMILY_TOLD"}

        async def entered() -> bool:
            found = await running.ask("registry", "GET", "/v1/members", params={"limit": 10})
            return member_id in {one["id"] for one in found["items"]}

        await running.becomes(entered)
        departure = (await running.ask("registry", "POST", "/v1/departures", json=left))["id"]

        async def planned() -> bool:
            found = await running.ask("contact", "GET", "/v1/duties", params={"member_id": member_id})
            return [one["part"] for one in found["items"]] == ["open"]

        await running.becomes(planned)
        asked = {"member_id": member_id, "to_committee": OTHER, "dues_paid_to": f"{datetime.now(UTC):%Y-%m}"}
        transfer = (await running.ask("transfers", "POST", "/v1/transfers", json=asked))["id"]
        for verb, body in (("approve", None), ("issue", None), ("receive", {"to_branch": FAR})):
            done = await running.ask("transfers", "POST", f"/v1/transfers/{transfer}/{verb}", json=body)
        assert done["events"][-1]["type"] == "RelationTransferred"

        async def followed() -> bool:
            shown = await running.ask("registry", "GET", f"/v1/members/{member_id}")
            return (shown["branch"], shown["responsible"]) == (FAR, FAR)

        await running.becomes(followed)

        async def stopped() -> bool:
            found = await running.ask("contact", "GET", "/v1/duties", params={"member_id": member_id})
            return [(one["state"], one["stop_reason"]) for one in found["items"]] == [("STOPPED", "TRANSFERRED")]

        await running.becomes(stopped)
        trip = await running.ask("registry", "GET", f"/v1/departures/{departure}/history")
        assert trip["events"][-1]["type"] == "DepartureClosed"
        told = await running.ask("transfers", "GET", f"/v1/transfers/{transfer}/history")
        assert "IntroductionLetterIssued" in {one["type"] for one in told["events"]}
        for service in SERVICES:
            await running.ask(service, "GET", "/readyz")


@pytest.mark.parametrize("service", ["registry", "transfers"])
def test_the_older_service_is_the_older_code(service: str, previous: Path) -> None:
    """Nothing of this release stands in for it: the service and all libraries of ours come from the older tree."""
    names = (f"guiyan.{service}.app", "guiyan.service", "guiyan.ledger", "guiyan.events")
    program = f"import sys, {', '.join(names)}\nfor one in {names!r}: print(sys.modules[one].__file__)"
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": _path(service, previous)},
        cwd=previous,
        check=True,
        capture_output=True,
        text=True,
    )
    assert all(Path(line).is_relative_to(previous) for line in told.stdout.split()), told.stdout


async def _member(write: Callable[[str, str, Payload], Any], name: str) -> str:
    world = World(datetime.now(UTC))
    member_id = world.id("registry", name)
    registered = MemberRegistered(
        member_id=member_id, branch=HOME, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
    )
    return str(await write("registry", member_id, registered))


async def _types_unknown_to_the_older(write: Callable[[str, str, Payload], Any]) -> None:
    """What only this release knows: a printed certificate, somebody gone outside."""
    other = await _member(write, "other")
    printed = CertificatePrinted(
        member_id=other, print_count=1, key_id="certificate-1a2b3c4d", check_due_on=datetime.now(UTC).date()
    )
    await write("transfers", "certificate", printed)
    await write("registry", other, MemberTransferredOut(member_id=other, from_branch=HOME, transfer_id=other))
