"""The own account: a session that work prolongs, another password, a device for one-time codes (ADR 0036)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from services.console.tests.http.stage import OWN_PAGE, Services, sign_in, token

from guiyan.console.security.session import LIVE

ME = "/v1/accounts/me"
OWN: dict[str, Any] = {
    "name": "zhang", "display_name": "张三", "password_until": "2026-05-01", "second_factor": "NONE",
    "recovery_codes_left": 0, "must_change_password": False, "must_enrol_second_factor": False,
}  # fmt: skip
FORM = {"name": "zhang", "password": "correct horse battery", "code": "", "next": "/"}


@pytest.fixture
async def holder(browser: httpx.AsyncClient, services: Services) -> httpx.AsyncClient:
    """A browser in which somebody is signed in with a local account."""
    services.tell("registry", "/v1/sessions", {"token": token(), "must_change_password": False})
    services.tell("registry", ME, OWN)
    assert (await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)).status_code == 303
    return browser


def asked(services: Services, path: str) -> int:
    """How often a path was asked for."""
    return sum(one.url.path == path for one in services.asked)


async def test_work_prolongs_the_session(browser: httpx.AsyncClient, services: Services) -> None:
    """A third of the token's time is over: another one; what a page asks by itself prolongs nothing."""
    services.tell("registry", "/v1/sessions", {"token": token(began_seconds_ago=600, seconds=300)})
    services.tell("registry", "/v1/sessions/renew", {"token": token(sub="officer-1", began_seconds_ago=0, seconds=900)})
    services.tell("registry", ME, OWN)
    await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)
    await browser.get("/account", headers={LIVE: "1"})
    assert asked(services, "/v1/sessions/renew") == 0
    await browser.get("/account")
    await browser.get("/account")
    assert asked(services, "/v1/sessions/renew") == 1


async def test_a_session_that_registry_ended_is_over(browser: httpx.AsyncClient, services: Services) -> None:
    """A role taken away, a lock, another place where everything was signed out."""
    services.tell("registry", "/v1/sessions", {"token": token(began_seconds_ago=600, seconds=300)})
    services.tell("registry", "/v1/sessions/renew", {"code": "session_ended"}, 401)
    await browser.post("/sign-in", data=FORM, headers=OWN_PAGE)
    assert (await browser.get("/account")).headers["location"].startswith("/sign-in?next=/account")


async def test_signing_out_is_told_to_registry(holder: httpx.AsyncClient, services: Services) -> None:
    """So that nobody prolongs the session; and whoever came in otherwise has no such session."""
    services.tell("registry", "/v1/sessions/current", {})
    await holder.post("/sign-out", headers=OWN_PAGE)
    assert services.last("/v1/sessions/current").method == "DELETE"
    await sign_in(holder)
    assert (await holder.get("/account")).status_code == 404


async def test_a_password_is_changed_and_the_session_goes_on(holder: httpx.AsyncClient, services: Services) -> None:
    """With the token of the answer; two that differ are told before anything is sent; wrong ones at their field."""
    form = {"current": "correct horse battery", "new": "another horse battery 1", "again": "another"}
    assert "两次输入的新密码不一致" in (await holder.post("/account/password", data=form, headers=OWN_PAGE)).text
    errors = [{"pointer": "/new", "code": "too_easy", "detail": "密码过于简单。"}]
    services.tell("registry", f"{ME}/password", {"code": "invalid", "detail": "-", "errors": errors}, 422)
    form["again"] = form["new"]
    assert "密码过于简单。" in (await holder.post("/account/password", data=form, headers=OWN_PAGE)).text
    services.tell("registry", f"{ME}/password", {"token": token("AUDITOR")})
    answer = await holder.post("/account/password", data=form, headers=OWN_PAGE)
    assert "密码已更改" in answer.text
    assert json.loads(services.last(f"{ME}/password").content) == {"current": form["current"], "new": form["new"]}
    assert "审计员" in (await holder.get("/account")).text
    assert form["new"] not in answer.text


async def test_a_device_is_enrolled_by_its_camera(holder: httpx.AsyncClient, services: Services) -> None:
    """The secret as text and as a picture, once; a code of it brings the codes for recovery, once."""
    address = "otpauth://totp/Guiyan:zhang?secret=JBSWY3DPEHPK3PXP&issuer=Guiyan"
    services.tell("registry", f"{ME}/second-factor", {"secret": "JBSWY3DPEHPK3PXP", "address": address}, 201)
    text = (await holder.post("/account/second-factor", data={"password": "x"}, headers=OWN_PAGE)).text
    assert "JBSWY3DPEHPK3PXP" in text
    assert "<svg" in text.split('class="qr"')[1]
    services.tell("registry", f"{ME}/second-factor/confirm", {"token": token(), "recovery_codes": ["aaaa-bbbb"]})
    text = (await holder.post("/account/second-factor/confirm", data={"code": "123456"}, headers=OWN_PAGE)).text
    assert "aaaa-bbbb" in text
    assert "aaaa-bbbb" not in (await holder.get("/account")).text
