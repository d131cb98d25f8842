"""The ways in: a local account at registry's door, and - in a made-up city - a role."""

from __future__ import annotations

import json
from datetime import datetime, tzinfo

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, token

from guiyan.console.web import signing


class HalfPastNine(datetime):
    """A clock that stands at half past nine in the morning."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> HalfPastNine:
        """That moment."""
        return cls(2026, 2, 2, 9, 30, tzinfo=tz)


FORM = {"name": "zhang", "password": "correct horse battery", "code": "", "next": "/ledgers/outflow"}


async def test_an_account_comes_in_by_name_and_password(browser: httpx.AsyncClient, services: Services) -> None:
    """The token is registry's answer; then the page that was wanted."""
    services.tell("registry", "/v1/sessions", {"token": token(), "expires_at": "", "must_change_password": False})
    answer = await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ledgers/outflow")
    assert json.loads(services.asked[0].content) == {"name": "zhang", "password": FORM["password"]}


@pytest.mark.parametrize("first", ["must_change_password", "must_enrol_second_factor"])
async def test_the_account_is_seen_to_first(browser: httpx.AsyncClient, services: Services, first: str) -> None:
    """A password that is too old, a second factor that is missing (domain.md §5.2): the token opens nothing else."""
    services.tell("registry", "/v1/sessions", {"token": token(""), first: True})
    answer = await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)
    assert answer.headers["location"] == "/account"
    assert (await browser.get("/")).headers["location"] == "/account"


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "sign_in_refused", "用户名或密码不正确"),
        (428, "second_factor_required", "请输入动态验证码"),
        (423, "account_locked", "10:00 以后可再试"),
        (429, "too_many", "尝试次数过多"),
    ],
)
async def test_who_is_refused_is_told_why(  # noqa: PLR0913, PLR0917 - fixtures and a table
    browser: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch, status: int, code: str, said: str
) -> None:
    """The name stays in the form, the password does not; nobody is in."""
    monkeypatch.setattr(signing, "datetime", HalfPastNine)
    services.tell("registry", "/v1/sessions", {"code": code}, status, retry_after="1790")
    answer = await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="zhang"' in answer.text
    assert FORM["password"] not in answer.text
    assert not browser.cookies


async def test_a_lock_of_an_administrator_has_no_end_by_itself(browser: httpx.AsyncClient, services: Services) -> None:
    """Told in plain words, with who ends it; no time is promised (423 `account_held` has no Retry-After)."""
    services.tell("registry", "/v1/sessions", {"code": "account_held"}, 423)
    text = (await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)).text
    assert "直到管理员解锁为止" in text
    assert "以后可再试" not in text


async def test_registry_is_told_from_where_somebody_signs_in(browser: httpx.AsyncClient, services: Services) -> None:
    """Else all who use the console would share one limit of tries; what a browser says of itself is not passed on."""
    services.tell("registry", "/v1/sessions", {"token": token()})
    await browser.post("/sign-in", data=FORM, headers={**OWN_PAGE, "X-Forwarded-For": "198.51.100.7"})
    assert services.last("/v1/sessions").headers.get_list("x-forwarded-for") == ["127.0.0.1"]


@pytest.mark.parametrize("first", ["must_change_password", "must_enrol_second_factor"])
async def test_until_then_every_page_leads_to_the_account(
    browser: httpx.AsyncClient, services: Services, first: str
) -> None:
    """Ledgers, records, acts, finding, parts for htmx: nowhere else, nothing asked of a service; out is open."""
    own = {
        "name": "zhang", "display_name": "张三", "password_until": None, "second_factor": "NONE",
        "recovery_codes_left": 0, "must_change_password": False, "must_enrol_second_factor": False, first: True,
    }  # fmt: skip
    services.tell("registry", "/v1/sessions", {"token": token(""), first: True})
    services.tell("registry", "/v1/accounts/me", own)
    await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)
    asked = len(services.asked)
    for path in ("/", "/ledgers/outflow", "/members/m-1", "/acts/attempt/d-1", "/boards/contact"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account"), path
    found = await browser.post("/find", data={"term": "x"}, headers=OWN_PAGE)
    assert found.headers["location"] == "/account"
    part = await browser.get("/ledgers/outflow", headers={"HX-Request": "true"})
    assert part.headers["hx-redirect"] == "/account"
    assert len(services.asked) == asked
    text = (await browser.get("/account")).text
    assert ("/account/password" in text) == (first == "must_change_password")
    assert ("/account/second-factor" in text) == (first == "must_enrol_second_factor")
    assert 'action="/find"' not in text
    assert (await browser.post("/sign-out", headers=OWN_PAGE)).headers["location"] == "/sign-in"


async def test_registry_away_is_told(browser: httpx.AsyncClient, services: Services) -> None:
    """Not as a wrong password."""
    services.away.add("registry")
    answer = await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)
    assert answer.status_code == 503
    assert "登录服务暂时不可用" in answer.text


@pytest.mark.parametrize("wanted", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", ""])
async def test_nobody_is_sent_elsewhere_after_the_sign_in(browser: httpx.AsyncClient, wanted: str) -> None:
    """Only addresses of ours are gone on to."""
    answer = await browser.post("/sign-in/sample", data={"role": "AUDITOR", "next": wanted}, headers=OWN_PAGE)
    assert answer.headers["location"] == "/"


async def test_a_member_of_the_sample_has_no_role_to_choose(browser: httpx.AsyncClient) -> None:
    """A record is somebody's: the member's account is the way in."""
    text = (await browser.get("/sign-in")).text
    assert "审计员" in text
    assert "党员本人" not in text


async def test_roles_are_chosen_only_where_the_setting_opens_that_door(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation in use has no such page and no such door."""
    assert "示例城市" in (await browser.get("/sign-in")).text
    app = browser._transport.app  # type: ignore[attr-defined] # the fixture's
    app.state.settings = app.state.settings.model_copy(update={"sample_tokens": None})
    assert "示例城市" not in (await browser.get("/sign-in")).text
    answer = await browser.post("/sign-in/sample", data={"role": "AUDITOR"}, headers=OWN_PAGE)
    assert answer.status_code == 404
    assert not browser.cookies
