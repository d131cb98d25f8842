"""Test servers in containers: when an engine answers at once and both images are there; nothing is pulled."""

import os
from contextlib import ExitStack
from pathlib import Path

import docker  # type: ignore[import-untyped] # the package ships no types
from docker.errors import DockerException  # type: ignore[import-untyped] # likewise
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from tests.server_sources import TOWNSHIPS, TestServers, make_scratch

from guiyan.cli.keys import KeyFolder
from guiyan.cli.servers.conf import NatsConf
from guiyan.cli.servers.mongo import REPLICA_SET, wait_for_replica_set

NATS_IMAGES = ("nats:2.15-alpine", "nats:2.12-alpine")
MONGO_IMAGES = ("mongo:7",)
LABEL = "guiyan.tests"
READY_SECONDS = 60.0
EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container; its ports are published on the loopback
NATS_PORT, MONITOR_PORT, MONGO_PORT = 4222, 8222, 27017


def find_images() -> tuple[str, str] | None:
    """The images to run, or None when no engine answers or one of them is not there; nothing is pulled."""
    try:
        client = docker.from_env(timeout=5)
        with_tags = [tag for image in client.images.list() for tag in image.tags]
        client.close()
    except DockerException:
        return None
    nats = next((image for image in NATS_IMAGES if image in with_tags), None)
    mongo = next((image for image in MONGO_IMAGES if image in with_tags), None)
    return (nats, mongo) if nats and mongo else None


def start_containers(stack: ExitStack, images: tuple[str, str]) -> TestServers:
    """Starts both servers in containers, which go when `stack` is closed."""
    testcontainers_config.ryuk_disabled = True  # its image would have to be pulled; `stack` and `_sweep` do its work
    _sweep()
    scratch = make_scratch(stack)
    keys = KeyFolder(scratch / "keys")
    keys.make_missing(TOWNSHIPS, ("admin",))
    nats = _container(images[0], NATS_PORT, MONITOR_PORT).with_command("nats-server --config /guiyan.conf")
    inside = NatsConf(
        keys,
        store_dir=Path("/data/jetstream"),
        host=EVERYWHERE,
        monitor_host=EVERYWHERE,
        shared_by_tests=True,
    )
    nats.with_copy_into_container(inside.render().encode(), "/guiyan.conf")
    mongo = _container(images[1], MONGO_PORT).with_command(
        f"mongod --replSet {REPLICA_SET} --bind_ip_all --setParameter transactionLifetimeLimitSeconds=5"
    )
    for container in (nats, mongo):
        stack.enter_context(container)
    nats_address, mongo_address = _address(nats, NATS_PORT), _address(mongo, MONGO_PORT)
    # The set's member names itself as the container sees it; from outside it is asked directly.
    wait_for_replica_set(mongo_address, (f"127.0.0.1:{MONGO_PORT}",), READY_SECONDS)
    return TestServers(
        "containers",
        f"nats://{nats_address}",
        f"mongodb://{mongo_address}/?directConnection=true",
        keys,
        f"http://{_address(nats, MONITOR_PORT)}",
    )


def _container(image: str, *ports: int) -> DockerContainer:
    return DockerContainer(image).with_exposed_ports(*ports).with_kwargs(labels={LABEL: str(os.getpid())})


def _address(container: DockerContainer, port: int) -> str:
    return f"127.0.0.1:{container.get_exposed_port(port)}"


def _sweep() -> None:
    """Removes the containers of runs that were killed."""
    client = docker.from_env(timeout=20)
    for left in client.containers.list(all=True, filters={"label": LABEL}):
        if not Path(f"/proc/{left.labels[LABEL]}").exists():
            left.remove(force=True, v=True)
    client.close()
