"""The console over services that are told what to answer."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from services.console.tests.http.stage import HOST, Services, sign_in, token

from guiyan.console.app import create_app
from guiyan.console.assets import Assets
from guiyan.console.settings import ConsoleSettings


@pytest.fixture
def services() -> Services:
    """Services that know nothing yet."""
    return Services()


@pytest.fixture
def settings(tmp_path: Path) -> ConsoleSettings:
    """A console of a made-up city."""
    keys = tmp_path / "sessions.txt"
    keys.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode() + "\n")
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    for role in ("TOWNSHIP_OFFICER", "BRANCH_CONTACT", "AUDITOR", "SYS_ADMIN", "MEMBER"):
        (tokens / f"{role.lower()}.jwt").write_text(token(role))
    return ConsoleSettings(session_keys_file=keys, sample_tokens=tokens, public_url=HOST)


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    """A manifest without Node.js: the pages are tested, not the files."""
    folder = tmp_path / "static"
    folder.mkdir()
    names = {name: name.replace(".", ".0.") for name in ("app.css", "app.js", "chart.js")}
    for name in names.values():
        (folder / name).write_text("/* */")
    (folder / "manifest.json").write_text(json.dumps({"sources": "", "files": names}))
    return Assets(folder)


@pytest.fixture
async def browser(settings: ConsoleSettings, services: Services, assets: Assets) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with nobody signed in."""
    app = create_app(settings, transport=httpx.MockTransport(services), assets=assets)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
        yield client
    await app.state.clients.close()


@pytest.fixture
async def officer(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser in which a township officer is signed in."""
    await sign_in(browser)
    return browser
