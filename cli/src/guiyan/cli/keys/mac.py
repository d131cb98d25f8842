"""The MAC rings: one signing key a service, every service's keys to verify with (architecture.md, trust)."""

import base64
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from guiyan.cli.keys.files import read_json, write_secret_json

Ring = dict[str, dict[str, str]]


def ring_file(folder: Path, service: str) -> Path:
    """Where the ring of `service` lies; its form is the one GUIYAN_MAC_KEYS_FILE asks for."""
    return folder / "mac" / f"{service}.json"


def _new_key(service: str) -> tuple[str, dict[str, str]]:
    return f"{service}-{secrets.token_hex(4)}", {
        "service": service,
        "secret": base64.b64encode(os.urandom(32)).decode(),
    }


def make_rings(folder: Path, services: Iterable[str]) -> None:
    """Makes a key for each service that has none, and gives every service the whole ring."""
    services = tuple(services)
    ring, writers = _read(folder, services)
    for service in services:
        if service not in writers:
            key_id, key = _new_key(service)
            ring[key_id], writers[service] = key, key_id
    _write(folder, ring, writers)


def rotate_mac_key(folder: Path, service: str, services: Iterable[str]) -> str:
    """Gives `service` a new signing key and keeps its old ones for verification; returns the new key's id.

    The new key reaches every ring before the service signs with it: restart the others first, `service` last.
    """
    ring, writers = _read(folder, tuple(services))
    key_id, key = _new_key(service)
    ring[key_id], writers[service] = key, key_id
    _write(folder, ring, writers)
    return key_id


def _read(folder: Path, services: Iterable[str]) -> tuple[Ring, dict[str, str]]:
    ring: Ring = {}
    writers: dict[str, str] = {}
    for service in services:
        path = ring_file(folder, service)
        if path.exists():
            document = read_json(path)
            ring |= document["keys"]
            writers[service] = document["writer"]
    return ring, writers


def _write(folder: Path, ring: Ring, writers: dict[str, str]) -> None:
    for service, writer in writers.items():
        write_secret_json(ring_file(folder, service), {"writer": writer, "keys": ring}, replace=True)
