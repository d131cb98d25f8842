"""What the browser's tests share: the city, a window in which somebody is signed in, axe, and the screens there are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import psutil
from playwright.sync_api import Browser, Page

from guiyan.console.board import Board
from guiyan.console.ledger import Ledger
from guiyan.console.screens import PAGES, found_in
from guiyan.service.auth import Role

T = TypeVar("T")
AXE: Final = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES: Final = Path("/tmp/guiyan-console-pictures")  # noqa: S108 - artefacts of a run, looked at by people
ARGUMENTS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE: Final = {"width": 1366, "height": 768}
PHONE: Final = {"width": 390, "height": 844}
WAIT_MS: Final = 30_000


@dataclass
class City:
    """A city at work: the services' addresses, a token's file for each role, the data folder."""

    services: Mapping[str, str]
    tokens: Mapping[str, Path]
    data: Path

    def ask(self, service: str, path: str, role: str = "CITY_OFFICER", **parameters: str) -> dict[str, Any]:
        """A document of a service."""
        found: dict[str, Any] = httpx.get(
            self.services[service] + path, params=parameters, headers=self._headers(role), timeout=20
        ).json()
        return found

    def act(self, service: str, path: str, body: dict[str, Any], role: str = "CITY_OFFICER") -> dict[str, Any]:
        """Something that somebody else does meanwhile."""
        answer = httpx.post(self.services[service] + path, json=body, headers=self._headers(role), timeout=20)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def duties(self, role: str = "CITY_OFFICER") -> list[dict[str, Any]]:
        """Contact duties that are open."""
        return list(self.ask("contact", "/v1/duties", role, open="true")["items"])

    def kill_console(self) -> None:
        """SIGKILL, as a crash would; the supervisor starts it again."""
        port = int(self.services["console"].rpartition(":")[2])
        for one in psutil.process_iter(["cmdline", "environ"]):
            ours = (one.info["environ"] or {}).get("GUIYAN_PORT") == str(port)
            if ours and "guiyan.console" in (one.info["cmdline"] or ()):
                one.kill()
        until(lambda: self._alive() or None)

    def _alive(self) -> bool:
        try:
            return httpx.get(self.services["console"] + "/readyz", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def _headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role].read_text().strip()}"}


@dataclass
class Window:
    """A window: its page, what its console said that it should not, how many bytes came."""

    page: Page
    home: str
    said: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Open an address of the console."""
        self.page.goto(self.home + address, wait_until="networkidle")

    @property
    def sideways(self) -> int:
        """How far the page scrolls sideways, in pixels."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def axe(self) -> list[str]:
        """What axe finds serious or critical: rule and places."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        bad = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
        return [f"{one['id']}: {node['target']} {node['html'][:150]}" for one in bad for node in one["nodes"][:5]]

    def unfit(self) -> list[str]:
        """What keeps the page that is shown from being for everybody; what its console said is told once."""
        sideways = [f"scrolls {self.sideways} px sideways"] if self.sideways > 0 else []
        found = [*self.axe(), *self.said, *sideways]
        self.said.clear()
        return found

    def unfit_of(self, addresses: Iterable[str]) -> dict[str, list[str]]:
        """The same of several pages, by their addresses; those that are fit are left out."""
        faults = {}
        for address in addresses:
            self.go(address)
            if found := self.unfit():
                faults[address] = found
        return faults


@contextmanager
def window(  # noqa: PLR0913 - what a window is
    chromium: Browser,
    city: City,
    role: str = "CITY_OFFICER",
    *,
    language: str = "zh",
    size: Mapping[str, int] = WIDE,
    scripts: bool = True,
) -> Iterator[Window]:
    """A window in which a role is signed in."""
    context = chromium.new_context(viewport=dict(size), java_script_enabled=scripts, locale="zh-CN")  # type: ignore[arg-type]  # a mapping of these two
    try:
        page = context.new_page()
        shown = Window(page, city.services["console"])
        page.on("console", lambda message: shown.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: shown.said.append(str(error)))
        page.goto(shown.home + "/sign-in")
        page.click(f"button[value={role}]")
        if language == "en":
            page.click("button[lang=en]")
        yield shown
    finally:
        context.close()


def until(look: Callable[[], T | None], seconds: float = 30) -> T:
    """The first thing that `look` finds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing came within {seconds} s")


def screens(role: Role = Role.CITY_OFFICER) -> list[str]:
    """The addresses of all screens that the navigation knows for a role, whoever wrote them."""
    ledgers = [one for one in found_in("guiyan.console.ledgers", "LEDGER") if isinstance(one, Ledger)]
    boards = [one for one in found_in("guiyan.console.boards", "BOARD") if isinstance(one, Board)]
    return [one.address for one in (*PAGES, *ledgers, *boards) if role in one.roles]
