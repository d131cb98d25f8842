"""Ports on the loopback interface: chosen once, remembered, checked before each start."""

import random
import socket
import time
from pathlib import Path

from guiyan.cli.servers.problems import PortInUse

HOST = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections: a remembered port stays ours.
POLL_SECONDS = 0.05
CHOICE = range(20_000, 30_000)


def is_free(port: int) -> bool:
    """Whether nothing listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def choose(count: int) -> list[int]:
    """`count` different free ports."""
    chosen: list[int] = []
    for port in random.sample(CHOICE, len(CHOICE)):
        if is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise PortInUse(port=f"{CHOICE.start}-{CHOICE.stop}", name="nats-server", where="the system")


def require_free(port: int, name: str, where: Path | str, seconds: float = 1.0) -> None:
    """Raises PortInUse when something still listens on `port` after `seconds`; `where` is where it can be changed."""
    deadline = time.monotonic() + seconds
    while not is_free(port):  # a server that was just killed may take a moment to go
        if time.monotonic() > deadline:
            raise PortInUse(port=port, name=name, where=where)
        time.sleep(POLL_SECONDS)
