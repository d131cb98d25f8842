"""A small made-up city at work, and Chromium looking at its console; left out where either cannot be had."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from services.console.tests.browser.stage import ARGUMENTS, AXE, City

from guiyan.cli.servers.ports import is_free
from guiyan.console.assets import Assets

START_SECONDS = 240
CHROMIUM = os.environ.get("GUIYAN_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = range(18_311 + 20 * WORKER, 20_000, 200)
"""Where a worker's city may have its ports: whatever else runs on the machine, one of these places is free."""
PORTS_EACH = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the city; one line says why the tests are left out."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    missing = "no Chromium (install it, or name it in GUIYAN_TEST_CHROMIUM)" if not CHROMIUM else ""
    if not missing and not (Assets().built and AXE.is_file()):
        missing = "the console's pages are not built (install Node.js, then make .dev)"
    for item in here:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser"))
        item.add_marker(pytest.mark.timeout(START_SECONDS + 120))
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"pages in a browser are not tested: {missing}"))


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Everything of `guiyan up`, filled and without the journey."""
    data = tmp_path_factory.mktemp("city") / "data"
    first = next(one for one in PORTS if all(map(is_free, range(one - 1, one - 1 + PORTS_EACH))))
    environment = {**os.environ, "GUIYAN_FIRST_PORT": str(first), "GUIYAN_LANG": "en"}
    command = [sys.executable, "-m", "guiyan.cli.main", "up", "--json", "--no-journey", "--data", str(data)]
    size = ["--members", "300", "--away", "60"]
    with (data.parent / "up.log").open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, *size], env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            yield _ready(process, data)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _ready(process: subprocess.Popen[str], data: Path) -> City:
    """Read what it tells until everything runs."""
    assert process.stdout is not None
    line = ""
    for line in process.stdout:
        told = json.loads(line)
        if told.get("event") == "ready":
            return City(told["services"], {role: Path(file) for role, file in told["tokens"].items()}, data)
    pytest.fail(f"no city: {line.strip()[-1000:]} {(data.parent / 'up.log').read_text()[-2000:]}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module; each test has a window of its own.

    Not for the session: while it is open an event loop counts as running in this thread, and no other test could run
    one (asyncio refuses).
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
