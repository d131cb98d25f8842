"""Where the installation is that a command talks to: a data folder of `guiyan up`, or addresses in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from guiyan.cli.keys.folder import SERVICES, KeyFolder

DEFAULT_FOLDER = "data"
FIRST_PORT = int(os.environ.get("GUIYAN_FIRST_PORT", "8101"))
SERVICE_PORTS: Mapping[str, int] = {name: FIRST_PORT + place for place, name in enumerate(SERVICES)}


class NoInstallation(Exception):  # noqa: N818 - the sentence says it
    """There is no installation in that folder, and no addresses were given."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation as the command line sees it: its key folder and the addresses of its servers and services."""

    folder: Path
    nats_url: str
    mongo_url: str
    host: str = "127.0.0.1"
    monitor_url: str = ""

    @property
    def keys(self) -> KeyFolder:
        """The secrets of this installation."""
        return KeyFolder(Path(os.environ.get("GUIYAN_KEYS", str(self.folder / "keys"))))

    @staticmethod
    def folder_keys() -> KeyFolder:
        """The secrets of the installation named by the environment, running or not."""
        folder = Path(os.environ.get("GUIYAN_DATA", DEFAULT_FOLDER))
        return KeyFolder(Path(os.environ.get("GUIYAN_KEYS", str(folder / "keys"))))

    def service_url(self, service: str) -> str:
        """The HTTP address of one service (GUIYAN_<SERVICE>_URL where they are elsewhere)."""
        return os.environ.get(f"GUIYAN_{service.upper()}_URL", f"http://{self.host}:{SERVICE_PORTS[service]}")

    @classmethod
    def find(cls) -> Installation:
        """The one named by GUIYAN_DATA (default ./data) and GUIYAN_NATS_URL / GUIYAN_MONGO_URL.

        Raises NoInstallation with what to do when there is none.
        """
        folder = Path(os.environ.get("GUIYAN_DATA", DEFAULT_FOLDER))
        nats, mongo = os.environ.get("GUIYAN_NATS_URL"), os.environ.get("GUIYAN_MONGO_URL")
        if nats and mongo:
            return cls(folder, nats, mongo)
        addresses = folder / "addresses.txt"
        if not addresses.exists():
            msg = (
                f"no installation in {folder}/: start one with `guiyan up`, or name another folder in GUIYAN_DATA, "
                "or give GUIYAN_NATS_URL and GUIYAN_MONGO_URL"
            )
            raise NoInstallation(msg)
        nats_url, mongo_url = addresses.read_text().split()
        return cls(folder, nats or nats_url, mongo or mongo_url)

    def remember(self) -> None:
        """Write the addresses down for other commands."""
        (self.folder / "addresses.txt").write_text(f"{self.nats_url}\n{self.mongo_url}\n")
