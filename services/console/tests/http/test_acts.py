"""Acts: done once however often sent, told at the field, kept whatever happens; what changed is shown beside them."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, listing

DUTY: dict[str, Any] = {"id": "d-1", "member_id": "m-1", "name": "张*", "quarter": "2026-Q1", "version": 3}
AT = "/acts/attempt/d-1"
FILLED = {"channel": "PHONE", "outcome": "NO_ANSWER", "_key": "k-1", "_version": "3"}
COLUMNS = {"name": {"title": "Name", "x-title-zh": "姓名"}, "quarter": {"title": "Quarter", "x-title-zh": "季度"}}


@pytest.fixture(autouse=True)
def duty(services: Services) -> None:
    """Contact with one duty."""
    services.tell("contact", "/openapi.json", {"paths": {"/v1/duties": listing("duties", COLUMNS, [])}})
    services.tell("contact", "/v1/duties/d-1", DUTY)
    services.tell("contact", "/v1/duties/d-1/attempt", {"id": "d-1", "version": 4, "sequence": 77, "events": []})


def problem(status: int, code: str, **more: Any) -> tuple[dict[str, Any], int]:
    """What a service says."""
    return {"code": code, "detail": "不能这样办理。", **more}, status


async def test_the_form_is_ready_to_be_tapped(officer: httpx.AsyncClient) -> None:
    """The record's facts, all channels and outcomes in words, the version it is for, a key of its own."""
    text = (await officer.get(AT)).text
    for told in (
        "张*",
        "2026-Q1",
        "电话",
        "无人接听",
        'name="_version" value="3"',
        'data-watch="/acts/attempt/d-1/version"',
    ):
        assert told in text, told
    assert re.search(r'name="_key" value="[\w-]{20,}"', text)
    assert (await officer.get(f"{AT}/version")).json() == {"version": "3"}


async def test_an_act_is_done_under_the_forms_key_for_the_forms_version(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """So that a second click, or a resent request, is the same act; then the desk, as of that act."""
    answer = await officer.post(AT, data=FILLED, headers=OWN_PAGE)
    sent = services.last("/v1/duties/d-1/attempt")
    assert json.loads(sent.content) == {"channel": "PHONE", "outcome": "NO_ANSWER"}
    assert (sent.headers["idempotency-key"], sent.headers["if-match"]) == ("k-1", '"3"')
    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=attempt%3Ad-1&after=77")


async def test_who_was_reached_is_asked_for_the_answers(officer: httpx.AsyncClient) -> None:
    """By htmx too, which is told where to go."""
    answer = await officer.post(AT, data={**FILLED, "outcome": "REACHED"}, headers={**OWN_PAGE, "HX-Request": "true"})
    assert answer.headers["hx-redirect"].startswith("/acts/answers/d-1?channel=PHONE&done=")


async def test_wrong_fields_are_told_at_the_field(officer: httpx.AsyncClient, services: Services) -> None:
    """What was filled in stays, under a new key: nothing was done under the old one."""
    errors = [{"pointer": "/outcome", "code": "enum", "detail": "请选择结果。"}]
    body, status = problem(422, "invalid", errors=errors)
    services.tell("contact", "/v1/duties/d-1/attempt", body, status)
    answer = await officer.post(AT, data={**FILLED, "occurred_on": "2026-01-05"}, headers=OWN_PAGE)
    assert answer.status_code == 422
    assert '<p class="wrong" id="e-outcome">请选择结果。</p>' in answer.text
    assert 'value="2026-01-05"' in answer.text
    assert re.search(r'value="NO_ANSWER" checked', answer.text)
    assert 'name="_key" value="k-1"' not in answer.text


async def test_a_record_that_changed_is_shown_beside_what_was_filled_in(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """Both versions: the record as it is now, and the form, ready for the new version."""
    body, status = problem(409, "wrong_version")
    services.tell("contact", "/v1/duties/d-1/attempt", body, status)
    services.tell("contact", "/v1/duties/d-1", {**DUTY, "quarter": "2026-Q2", "version": 5})
    answer = await officer.post(AT, data=FILLED, headers=OWN_PAGE)
    assert answer.status_code == 409
    for told in ("已被更新", "2026-Q2", 'name="_version" value="5"', 'value="NO_ANSWER" checked'):
        assert told in answer.text, told


async def test_a_rule_that_forbids_it_is_told_as_it_is(officer: httpx.AsyncClient, services: Services) -> None:
    """409 of an unchanged record is no conflict of versions."""
    body, status = problem(409, "wrong_state")
    services.tell("contact", "/v1/duties/d-1/attempt", body, status)
    answer = await officer.post(AT, data=FILLED, headers=OWN_PAGE)
    assert "不能这样办理。" in answer.text
    assert "已被更新" not in answer.text


async def test_a_service_that_is_away_loses_nothing(officer: httpx.AsyncClient, services: Services) -> None:
    """The form stays with what was filled in and its key: the next try is the same act, done once."""
    services.away.add("contact")
    answer = await officer.post(AT, data=FILLED, headers=OWN_PAGE)
    assert answer.status_code == 503
    for told in ("没有应答", 'name="_key" value="k-1"', 'value="NO_ANSWER" checked', 'name="_version" value="3"'):
        assert told in answer.text, told


async def test_a_role_that_may_not_act_has_no_form(browser: httpx.AsyncClient) -> None:
    """Auditors look; and there is no act that nobody wrote."""
    await browser.post("/sign-in/sample", data={"role": "AUDITOR"}, headers=OWN_PAGE)
    assert (await browser.get(AT)).status_code == 403
    assert (await browser.get("/acts/none/d-1")).status_code == 404
