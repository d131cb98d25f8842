"""Who is there: the session in its cookie, its end, and requests of other sites."""

from __future__ import annotations

import base64
import os
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from services.console.tests.http.stage import HOST, OWN_PAGE, Services, sign_in, token

from guiyan.console.security.session import LIVE, KeysUnusable, Sealer, Session, TokenTooLarge
from guiyan.console.settings import ConsoleSettings
from guiyan.service.process_settings import SettingsError

IDLE_SECONDS = 900.0
ROWS = "/ledgers/outflow"


def key() -> str:
    """A key of a session file."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def session(now: float = 1e9, **more: float) -> Session:
    """Somebody signed in."""
    return replace(Session.of_token(token(seconds=now - time.time() + 36_000), now=now, hours=10), **more)


def test_a_session_is_opened_by_any_key_that_is_kept() -> None:
    """Keys change without signing anybody out; what another installation sealed is nobody's."""
    old, new, foreign = key(), key(), key()
    begun = session()
    sealed = Sealer([old], IDLE_SECONDS).seal(begun, 1e9)
    assert Sealer([new, old], IDLE_SECONDS).open(sealed, 1e9) == (begun, 1e9)
    assert Sealer([new, foreign], IDLE_SECONDS).open(sealed, 1e9) is None


@pytest.mark.parametrize(("after_seconds", "open_"), [(0, True), (IDLE_SECONDS, True), (IDLE_SECONDS + 1, False)])
def test_a_session_ends_by_itself_when_nothing_is_done(after_seconds: float, open_: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """15 minutes (domain.md §5.2, 8.1.4.1)."""
    sealer = Sealer([key()], IDLE_SECONDS)
    assert (sealer.open(sealer.seal(session(), 1e9), 1e9 + after_seconds) is not None) is open_


def test_a_session_ends_when_its_token_does() -> None:
    """However busy it is."""
    sealer = Sealer([key()], IDLE_SECONDS)
    ends = session(expires_at=1e9 + 60)
    assert sealer.open(sealer.seal(ends, 1e9 + 59), 1e9 + 59) is not None
    assert sealer.open(sealer.seal(ends, 1e9 + 59), 1e9 + 60) is None


def test_a_token_that_does_not_fit_is_told() -> None:
    """A cookie of more than 4 kB would be dropped by the browser in silence."""
    with pytest.raises(TokenTooLarge):
        Sealer([key()], IDLE_SECONDS).seal(replace(session(), token=os.urandom(6_000).hex()), 1e9)


def test_a_file_without_keys_is_told(tmp_path: Path) -> None:
    """At start, with the setting's name."""
    file = tmp_path / "sessions.txt"
    file.write_text("not a key\n")
    with pytest.raises(KeysUnusable, match="GUIYAN_SESSION_KEYS_FILE"):
        Sealer.load(file, IDLE_SECONDS)


@pytest.mark.parametrize("name", ["session_keys_file", "oidc_client_secret_file"])
def test_a_file_that_cannot_be_there_is_told_at_start(settings: ConsoleSettings, tmp_path: Path, name: str) -> None:
    """In one sentence with the setting's name, also where no file can have such a name."""
    told = {"GUIYAN_SESSION_KEYS_FILE": str(settings.session_keys_file)}
    for wrong in ("none.txt", "x" * 300):
        with pytest.raises(SettingsError, match=f"GUIYAN_{name.upper()} is wrong"):
            ConsoleSettings.load(told | {f"GUIYAN_{name.upper()}": str(tmp_path / wrong)})


def test_settings_that_do_not_go_together_are_told_by_their_names(settings: ConsoleSettings) -> None:
    """A sentence about those that are meant, and about no variable without a name."""
    told = {"GUIYAN_SESSION_KEYS_FILE": str(settings.session_keys_file), "GUIYAN_LOCAL_ACCOUNTS": "false"}
    with pytest.raises(SettingsError) as caught:
        ConsoleSettings.load(told)
    assert caught.value.sentences == (
        "nobody could sign in: set GUIYAN_OIDC_ISSUER, or leave GUIYAN_LOCAL_ACCOUNTS on.",
    )


async def test_nobody_sees_a_page_without_signing_in(browser: httpx.AsyncClient, services: Services) -> None:
    """The page wanted comes after the sign-in; no service is asked before."""
    answer = await browser.get(ROWS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/ledgers/outflow")
    assert not services.asked


async def test_who_has_only_chosen_a_language_is_told_of_no_session_that_ended(browser: httpx.AsyncClient) -> None:
    """Whose session has ended, is."""
    browser.cookies.set("guiyan-language", "en")
    assert (await browser.get(ROWS)).headers["location"] == "/sign-in?next=/ledgers/outflow"
    browser.cookies.set("guiyan-session", "sealed-long-ago")
    assert (await browser.get(ROWS)).headers["location"] == "/sign-in?next=/ledgers/outflow&ended=1"


async def test_the_cookie_is_not_for_scripts(browser: httpx.AsyncClient, settings: ConsoleSettings) -> None:
    """HttpOnly, SameSite; Secure and bound to the host where the connection is encrypted; the token is not readable."""
    answer = await browser.post("/sign-in/sample", data={"role": "AUDITOR"}, headers=OWN_PAGE)
    told = answer.headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=Lax" in told
    assert token("AUDITOR").split(".")[1][:40] not in told
    assert settings.model_copy(update={"public_url": "https://console.test"}).secure
    assert settings.model_copy(update={"public_url": None}).secure


async def test_signing_out_ends_the_session(officer: httpx.AsyncClient) -> None:
    """The cookie is gone."""
    await officer.post("/sign-out", headers=OWN_PAGE)
    assert not officer.cookies
    assert (await officer.get("/")).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": HOST}, 303),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_another_sites_page_changes_nothing(
    officer: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    """By Sec-Fetch-Site, else by Origin; who brings neither has to bring the form's token."""
    assert (await officer.post("/sign-out", headers=headers)).status_code == status


async def test_an_old_browser_brings_the_token_of_the_form(officer: httpx.AsyncClient, services: Services) -> None:
    """It stands in each form of a signed-in page; another one is refused."""
    page = (await officer.get("/ledgers/nothing-here")).text
    told = page.split('name="_csrf" value="')[1].split('"')[0]
    assert (await officer.post("/sign-out", data={"_csrf": told[::-1]})).status_code == 403
    assert (await officer.post("/sign-out", data={"_csrf": told})).status_code == 303


async def test_what_a_page_asks_by_itself_keeps_no_session_alive(
    officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a desk left open would never end: only what somebody does seals the cookie anew."""
    later = time.time() + 120
    monkeypatch.setattr(time, "time", lambda: later)
    assert "set-cookie" not in (await officer.get("/ledgers/none", headers={LIVE: "1"})).headers
    assert "set-cookie" in (await officer.get("/ledgers/none")).headers


async def test_a_token_that_a_service_does_not_take_ends_the_session(
    officer: httpx.AsyncClient, services: Services
) -> None:
    """To the sign-in page, and back."""
    services.tell("registry", "/openapi.json", {}, 401)
    answer = await officer.get(ROWS)
    assert answer.headers["location"] == "/sign-in?next=/ledgers/outflow&ended=1"
    assert not officer.cookies
    await sign_in(officer)
    answer = await officer.get(ROWS, headers={"HX-Request": "true", "HX-Current-URL": f"{HOST}{ROWS}?all=1"})
    assert answer.headers["hx-redirect"] == "/sign-in?next=/ledgers/outflow%3Fall%3D1&ended=1"
