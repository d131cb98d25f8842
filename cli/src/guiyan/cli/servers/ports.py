"""Ports on the loopback interface: chosen once, remembered, checked before each start."""

import random
import socket
from pathlib import Path

from guiyan.cli.servers.problems import PortInUse

HOST = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections: a remembered port stays ours.
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


def require_free(port: int, name: str, where: Path | str) -> None:
    """Raises PortInUse when something listens on `port`; `where` is where the port can be changed."""
    if not is_free(port):
        raise PortInUse(port=port, name=name, where=where)
