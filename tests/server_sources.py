"""The three places where test servers come from, tried in order."""

import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers import Embedded
from guiyan.cli.servers.folder import is_held

Source = Literal["environment", "containers", "embedded"]
TOWNSHIPS = ("110000000001", "110000000002")
ENGINE_SECONDS = 0.5
ROOM_IN_MEMORY_MB = 2_000
FOLDER = "guiyan-tests-"


@dataclass(frozen=True)
class TestServers:
    """Where the servers of a test run answer."""

    __test__ = False

    source: Source
    nats_url: str
    mongo_url: str
    keys: KeyFolder
    monitor_url: str = ""

    def environment(self, service: str) -> dict[str, str]:
        """The GUIYAN_* variables with which `service` finds these servers and its own keys."""
        return {
            "GUIYAN_NATS_URL": self.nats_url,
            "GUIYAN_NATS_NKEY_SEED_FILE": str(self.keys.nkey_seed_file(service)),
            "GUIYAN_NATS_MONITOR_URL": self.monitor_url,
            "GUIYAN_MONGO_URL": self.mongo_url,
            "GUIYAN_MAC_KEYS_FILE": str(self.keys.mac_keys_file(service)),
            "GUIYAN_MASTER_KEYS_FILE": str(self.keys.master_keys_file()),
            "GUIYAN_JWKS": str(self.keys.jwks_file()),
        }

    def to_facts(self) -> dict[str, str]:
        """What an xdist worker needs, as plain text."""
        return {
            "source": self.source,
            "nats_url": self.nats_url,
            "mongo_url": self.mongo_url,
            "keys": str(self.keys.path),
            "monitor_url": self.monitor_url,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, str]) -> "TestServers":
        """The servers that `to_facts` told of."""
        source: Source = facts["source"]  # type: ignore[assignment] # written by to_facts alone
        return cls(source, facts["nats_url"], facts["mongo_url"], KeyFolder(Path(facts["keys"])), facts["monitor_url"])


def find_servers(stack: ExitStack, environ: Mapping[str, str]) -> TestServers:
    """The servers to test on; what has to be stopped or swept afterwards is put on `stack`."""
    wanted = environ.get("GUIYAN_TEST_SERVERS", "")
    if wanted == "environment" or (not wanted and environ.get("GUIYAN_TEST_NATS_URL")):
        return _from_environment(environ)
    if wanted == "containers" or (not wanted and engine_answers(environ)):
        from tests.server_containers import find_images, start_containers  # noqa: PLC0415 - only where an engine is

        images = find_images()
        if images:
            return start_containers(stack, images)
        if wanted:
            raise LookupError(
                "GUIYAN_TEST_SERVERS=containers, and no engine with the images of NATS and MongoDB answers"
            )
    return _embedded(stack)


def engine_answers(environ: Mapping[str, str]) -> bool:
    """Whether something listens where the container engine should; told within half a second."""
    address = urlsplit(environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    local = address.scheme == "unix"
    with socket.socket(socket.AF_UNIX if local else socket.AF_INET) as probe:
        probe.settimeout(ENGINE_SECONDS)
        try:
            probe.connect(address.path if local else (address.hostname or "localhost", address.port or 2375))
        except OSError:
            return False
    return True


def _from_environment(environ: Mapping[str, str]) -> TestServers:
    return TestServers(
        "environment",
        environ["GUIYAN_TEST_NATS_URL"],
        environ["GUIYAN_TEST_MONGO_URL"],
        KeyFolder(Path(environ["GUIYAN_TEST_KEYS"])),
        environ.get("GUIYAN_TEST_NATS_MONITOR_URL", ""),
    )


def _embedded(stack: ExitStack) -> TestServers:
    folder = make_scratch(stack)
    running = Embedded(folder, townships=TOWNSHIPS, shared_by_tests=True)
    stack.enter_context(running)
    stack.callback(running.kill)  # the data is thrown away: no reason to wait for a clean end
    addresses = running.addresses
    return TestServers("embedded", addresses.nats_url, addresses.mongo_url, addresses.keys, addresses.monitor_url)


def make_scratch(stack: ExitStack) -> Path:
    """A folder for data nobody keeps: in memory where there is room, so that every fsync is cheap."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_IN_MEMORY_MB * 1_000_000
    parent = memory if has_room and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    for left in parent.glob(f"{FOLDER}*"):  # of runs that were killed
        if left.stat().st_uid == os.geteuid() and (left / "instance.lock").exists() and not is_held(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=parent))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder
