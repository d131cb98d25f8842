"""A template's words: read by all, tried with samples and published by the city officer alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, sign_in, token

from guiyan.console.settings import ConsoleSettings

AT = "/templates/quarterly_greeting"
TEMPLATE: dict[str, Any] = {
    "template": "quarterly_greeting", "title_zh": "季度问候", "title_en": "Greeting", "current": 1, "version": 0,
    "fields": [{"name": "quarter", "zh": "季度", "en": "Quarter", "samples": ["2026-Q1"]}],
    "wordings": [{"channel": "SMS", "language": "zh-CN", "subject": "", "lines": ["您好。", "请致电。"]}],
}  # fmt: skip
TRIED: dict[str, Any] = {
    "usable": True, "problems": [],
    "previews": [{"samples": [{"values": {}, "subject": "", "text": "您好示例。", "sms": {"segments": 1}}]}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def template(services: Services, settings: ConsoleSettings) -> None:
    """Notifications with one template; a city officer may come in."""
    folder = settings.sample_tokens
    assert isinstance(folder, Path)
    (folder / "city_officer.jwt").write_text(token("CITY_OFFICER", org="654002000000"))
    services.tell("notifications", "/v1/templates/quarterly_greeting", TEMPLATE)
    services.tell("notifications", "/v1/templates/quarterly_greeting/preview", TRIED)


async def test_it_is_read_by_all_and_changed_by_the_city_alone(officer: httpx.AsyncClient) -> None:
    """No field to write in, and no door that takes it."""
    text = (await officer.get(AT)).text
    assert "请致电。" in text
    assert "<textarea" not in text
    assert (await officer.post(AT, data={"act": "publish"}, headers=OWN_PAGE)).status_code == 403


async def test_words_are_tried_before_they_are_published(browser: httpx.AsyncClient, services: Services) -> None:
    """Publishing is offered once they are usable; it is done for the version that was looked at."""
    await sign_in(browser, "CITY_OFFICER")
    first = (await browser.get(AT)).text
    assert 'value="publish"' not in first
    filled = {"text-0": "您好!\r\n请来电。", "act": "preview"}
    tried = (await browser.post(AT, data=filled, headers=OWN_PAGE)).text
    sent = json.loads(services.last("/v1/templates/quarterly_greeting/preview").content)
    assert sent["wordings"][0]["lines"] == ["您好!", "请来电。"]
    for shown in ("您好示例。", "1 条短信", 'value="publish"', "请来电。"):
        assert shown in tried, shown
    done = {"id": "x", "version": 1, "sequence": 9, "events": []}
    services.tell("notifications", "/v1/templates/quarterly_greeting/publish", done)
    body = {**filled, "act": "publish", "_key": "k", "_version": "0"}
    answer = await browser.post(AT, data=body, headers=OWN_PAGE)
    sent_for = services.last("/v1/templates/quarterly_greeting/publish").headers
    assert (sent_for["idempotency-key"], sent_for["if-match"]) == ("k", '"0"')
    assert answer.headers["location"].startswith(f"{AT}?done=")


async def test_a_fault_is_told_with_its_place(browser: httpx.AsyncClient, services: Services) -> None:
    """Which words, which line; nothing to publish."""
    await sign_in(browser, "CITY_OFFICER")
    fault = {"pointer": "/wordings/0/lines/1", "code": "x", "detail": "没有这个字段。"}
    unfilled = {"samples": [{"values": {}, "subject": None, "text": None}]}
    tried = {"usable": False, "problems": [fault], "previews": [unfilled]}
    services.tell("notifications", "/v1/templates/quarterly_greeting/preview", tried)
    text = (await browser.post(AT, data={"text-0": "a\nb", "act": "preview"}, headers=OWN_PAGE)).text
    assert "短信 · zh-CN 2: 没有这个字段。" in text
    assert 'value="publish"' not in text
