"""A member's own record: what one may ask for, a copy of everything, a correction, who looked (PIPL Art. 44-47)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, listing, sign_in, token

from guiyan.console.settings import ConsoleSettings

ID = "officer-1"
CARD = {"id": ID, "name": "张*", "id_no": "6540**", "branch": "654002010004", "version": 4}
COLUMNS: dict[str, Any] = {
    "name": {"title": "Name", "x-title-zh": "姓名"},
    "id_no": {"title": "ID number", "x-title-zh": "身份证号"},
}
LOOKS: dict[str, Any] = {
    "at": {"title": "Time", "x-title-zh": "时间"},
    "actor": {"title": "User", "x-title-zh": "用户"},
    "reason": {"title": "Reason", "x-title-zh": "原因"},
}
LOOK = {"at": "2026-02-02T01:00:00Z", "actor": "officer-7", "reason": "CONTACT_DUTY"}
OTHERS = ("departures", "probations", "retentions", "commendations", "corrections", "consents", "accesses")


@pytest.fixture
async def member(browser: httpx.AsyncClient, services: Services) -> httpx.AsyncClient:
    """A browser in which a member is signed in, with one look at the own record; registry alone answers."""
    paths = {f"/v1/{one}": listing(one, LOOKS, []) for one in OTHERS}
    services.tell("registry", "/openapi.json", {"paths": {**paths, "/v1/members": listing("members", COLUMNS, [])}})
    services.tell("registry", f"/v1/members/{ID}", CARD)
    services.tell("registry", "/v1/organisations", {"items": []})
    services.tell("registry", "/v1/accesses", {"items": [LOOK], "next_cursor": None, "sequence": 1})
    services.away |= {"contact", "transfers", "notifications"}
    await sign_in(browser, "MEMBER")
    return browser


async def test_a_member_begins_with_what_one_may_ask_for(member: httpx.AsyncClient) -> None:
    """The own record first; a copy, a correction, who looked; no finding of others, no card of the office."""
    text = (await member.get("/", follow_redirects=True)).text
    for told in (f'action="/members/{ID}/copy"', f'href="/acts/correction/new?member_id={ID}"', "officer-7", "谁看过"):
        assert told in text, told
    for never in ('action="/find"', "/acts/print-card", "/acts/announce"):
        assert never not in text, never
    assert text.count('name="reason"') == 1
    assert 'value="MEMBER_ASKED"' in text
    assert "officer-7" in (await member.get(f"/members/{ID}/looks")).text
    assert (await member.get(f"/acts/correction/new?member_id={ID}")).status_code == 200


async def test_a_member_reads_names_of_organisations(member: httpx.AsyncClient, services: Services) -> None:
    """Registry shows a member no list of organisations; it tells what they are called."""
    column = {"branch": {"title": "Branch", "x-title-zh": "所在支部", "x-book": "organisation"}}
    paths = {"/v1/members": listing("members", column, []), "/v1/accesses": listing("accesses", LOOKS, [])}
    services.tell("registry", "/openapi.json", {"paths": paths})
    services.tell("registry", "/v1/organisations", {"code": "forbidden", "detail": "-"}, 403)
    names = {"items": [{"org_code": CARD["branch"], "short_name": "葡萄村党支部", "name": "-"}]}
    services.tell("registry", "/v1/organisation-names", names)
    assert "葡萄村党支部" in (await member.get(f"/members/{ID}/looks")).text


async def test_an_officer_has_no_such_part(officer: httpx.AsyncClient) -> None:
    """It is about oneself."""
    assert (await officer.get("/members/m-1/own")).status_code == 404


async def test_a_copy_of_everything_is_a_file(member: httpx.AsyncClient, services: Services) -> None:
    """In full, recorded by registry first; a service that is away is named in it; nothing of it in an address."""
    text = {"name": "张三", "id_no": "654002199001011234"}
    services.tell("registry", f"/v1/members/{ID}/copy", {"card": CARD, "text": text, "events": []})
    answer = await member.post(f"/members/{ID}/copy", data={"_key": "k-1"}, headers=OWN_PAGE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="my-information.html"'
    for told in ("张三", "654002199001011234", "officer-7", "“contact”服务没有应答", "“transfers”服务没有应答"):
        assert told in answer.text, told
    asked = services.last(f"/v1/members/{ID}/copy")
    assert (json.loads(asked.content), asked.headers["idempotency-key"]) == ({}, "k-1")


async def test_a_member_of_the_sample_is_chosen_where_the_token_is_of_a_record(
    browser: httpx.AsyncClient, settings: ConsoleSettings
) -> None:
    """A token of nobody's record opens none, so that role is not offered."""
    assert "党员本人" not in (await browser.get("/sign-in")).text
    assert settings.sample_tokens is not None
    file = settings.sample_tokens / "member.jwt"
    file.write_text(token("MEMBER", sub="019b76da-a800-7000-8000-000000000001"))
    assert "党员本人" in (await browser.get("/sign-in")).text
