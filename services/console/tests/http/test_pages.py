"""What every page keeps to: its headers, both languages whole, files that are kept, plain pages without Node.js."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from services.console.tests.http.stage import HOST, Services

from guiyan.console import catalogue
from guiyan.console.app import create_app
from guiyan.console.assets import Assets
from guiyan.console.i18n import catalogues
from guiyan.console.settings import ConsoleSettings


def test_no_text_is_without_its_english() -> None:
    """`python -m guiyan.console.catalogue` lists them; each text once, the same wherever it stands twice."""
    assert catalogue.missing() == {}
    seen: dict[str, str] = {}
    for name, one in catalogues():
        for message in one:
            if message.id:
                assert message.string, f"{name}.po: {message.id}"
                assert "fuzzy" not in message.flags, f"{name}.po: {message.id}"
                assert seen.setdefault(str(message.id), str(message.string)) == message.string, (
                    f"{name}.po: {message.id}"
                )


def test_a_translation_fills_the_same_places() -> None:
    """A place that the Chinese text fills, and no other."""
    for name, one in catalogues():
        for message in one:
            assert not list(message.check()), f"{name}.po: {message.id}"


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/static/none.css"])
async def test_every_answer_forbids_what_is_not_ours(browser: httpx.AsyncClient, path: str) -> None:
    """No inline script or style, no frame, no foreign host; nothing kept that is a page."""
    answer = await browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path != "/static/none.css":
        assert answer.headers["cache-control"] == "no-store"
        assert "style=" not in answer.text
        assert "<style" not in answer.text


async def test_assets_are_kept_for_ever(browser: httpx.AsyncClient) -> None:
    """Their names change with their content; what they were made of is nobody's business."""
    answer = await browser.get("/static/app.0.css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await browser.get("/static/manifest.json")).status_code == 404


async def test_without_assets_pages_are_plain_and_say_so(settings: ConsoleSettings, tmp_path: Path) -> None:
    """One line says what is missing; everything else is there."""
    app = create_app(settings, transport=httpx.MockTransport(Services()), assets=Assets(tmp_path / "none"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as browser:
        text = (await browser.get("/sign-in")).text
    await app.state.clients.close()
    assert "Node.js" in text
    assert "stylesheet" not in text
    assert "密码" in text


async def test_health_is_told_without_a_session(browser: httpx.AsyncClient) -> None:
    """Alive, ready, and the metrics of the pages."""
    assert (await browser.get("/healthz")).json() == {"alive": True}
    assert (await browser.get("/readyz")).json()["ready"] is True
    assert "guiyan_http_request_seconds" in (await browser.get("/metrics")).text


async def test_a_fault_of_ours_is_a_page_with_its_number(
    officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No trace, no detail; the number is the one in the log."""
    monkeypatch.setattr("guiyan.console.web.ledger.find", lambda *_: 1 / 0)
    answer = await officer.get("/ledgers/outflow")
    assert answer.status_code == 500
    assert answer.headers["x-correlation-id"] in answer.text
    assert "ZeroDivision" not in answer.text
