"""Where the installation is that a command talks to: a data folder of `guiyan up`, or addresses in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from guiyan.cli.failures import Failure, Misuse, NoInstallation
from guiyan.cli.keys.folder import SERVICES, KeyFolder

DEFAULT_FOLDER = "data"
CONSOLE = "console"
FIRST_PORT = 8101
LEAST_PORT = 2
LAST_PORT = 65_535
NATS_SCHEMES = frozenset({"nats", "tls", "ws", "wss"})


def service_ports() -> Mapping[str, int]:
    """The port of each service, one after the other from GUIYAN_FIRST_PORT (default 8101); raises Misuse."""
    text = os.environ.get("GUIYAN_FIRST_PORT") or str(FIRST_PORT)
    most = LAST_PORT - len(SERVICES) + 1
    first = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PORT)) else 0
    if not LEAST_PORT <= first <= most:
        raise Misuse(
            f"GUIYAN_FIRST_PORT is wrong: it takes a number from {LEAST_PORT} to {most}, such as {FIRST_PORT}. "
            "Correct it.",
            f"GUIYAN_FIRST_PORT 有误:应为 {LEAST_PORT} 到 {most} 的数字,如 {FIRST_PORT}。请更正或取消该设置。",
            code="wrong_setting",
            setting="GUIYAN_FIRST_PORT",
        )
    return {name: first + place for place, name in enumerate(SERVICES)}


def console_port() -> int:
    """The console's port: the one before the services' (8100)."""
    return next(iter(service_ports().values())) - 1


def all_ports() -> Mapping[str, int]:
    """The ports of the console and of all services."""
    return {CONSOLE: console_port(), **service_ports()}


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
        setting = f"GUIYAN_{service.upper()}_URL"
        given = os.environ.get(setting)
        if given and not _is_http(given):
            raise Misuse(
                f"{setting} is wrong: it takes an address such as http://127.0.0.1:{FIRST_PORT}. Correct it.",
                f"{setting} 有误:应为 http://127.0.0.1:{FIRST_PORT} 这样的地址。请更正。",
                code="wrong_setting",
                setting=setting,
            )
        return given or f"http://{self.host}:{all_ports()[service]}"

    @classmethod
    def find(cls) -> Installation:
        """The one named by GUIYAN_DATA (default ./data) and GUIYAN_NATS_URL / GUIYAN_MONGO_URL.

        Raises NoInstallation with what to do when there is none.
        """
        folder = Path(os.environ.get("GUIYAN_DATA", DEFAULT_FOLDER))
        nats, mongo = os.environ.get("GUIYAN_NATS_URL"), os.environ.get("GUIYAN_MONGO_URL")
        if nats and mongo:
            return cls(folder, _checked(nats), mongo)
        nats_url, mongo_url = _remembered(folder)
        return cls(folder, _checked(nats or nats_url), mongo or mongo_url)

    def remember(self) -> None:
        """Write the addresses down for other commands."""
        (self.folder / "addresses.txt").write_text(f"{self.nats_url}\n{self.mongo_url}\n")


def _remembered(folder: Path) -> tuple[str, str]:
    """The addresses that `guiyan up` wrote down in its data folder."""
    addresses = folder / "addresses.txt"
    if not addresses.is_file():
        raise NoInstallation(
            f"There is no installation in {folder}/. Start one with `guiyan up`, or name its folder in GUIYAN_DATA, "
            "or give GUIYAN_NATS_URL and GUIYAN_MONGO_URL.",
            f"{folder}/ 中没有安装。请先运行 `guiyan up`,或在 GUIYAN_DATA 中指明其文件夹,"
            "或设置 GUIYAN_NATS_URL 和 GUIYAN_MONGO_URL。",
        )
    words = addresses.read_text("utf-8", errors="replace").split()
    if len(words) != len(("nats", "mongo")):
        raise Failure(
            f"{addresses} does not hold the two addresses it should. Start `guiyan up` again, which writes it anew.",
            f"{addresses} 的内容不是两个地址。请重新运行 `guiyan up`,它会重写此文件。",
            code="broken_installation",
        )
    return words[0], words[1]


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(httpx.URL(url).host) and parts.port != 0
    except (ValueError, httpx.InvalidURL):
        return False


def _checked(url: str) -> str:
    """An address of NATS that its client can read; raises Misuse."""
    try:
        parts = [urlsplit(one if "://" in one else f"nats://{one}") for one in url.split(",")]
        good = all(one.hostname and one.scheme in NATS_SCHEMES and one.port != 0 for one in parts)
    except ValueError:
        good = False
    if not good:
        raise Misuse(
            "GUIYAN_NATS_URL is wrong: it takes an address such as nats://127.0.0.1:4222. Correct it.",
            "GUIYAN_NATS_URL 有误:应为 nats://127.0.0.1:4222 这样的地址。请更正。",
            code="wrong_setting",
            setting="GUIYAN_NATS_URL",
        )
    return url
