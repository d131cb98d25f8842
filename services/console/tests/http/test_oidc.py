"""OpenID Connect: the code flow with PKCE against a provider, and every answer that is not to our own question."""

from __future__ import annotations

import base64
import hashlib
import time
import warnings
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey
from services.console.tests.http.stage import HOST, token

from guiyan.console.app import create_app
from guiyan.console.assets import Assets
from guiyan.console.settings import ConsoleSettings

ISSUER = "https://id.test/realm"


class FakeProvider:
    """A provider that keeps what it was asked, and answers as it is told."""

    def __init__(self) -> None:
        self.key = OKPKey.generate_key("Ed25519", {"kid": "k1"})
        self.signs_with = self.key
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, list[str]] = {}
        self.issuer = ISSUER

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        if request.url.path.endswith("openid-configuration"):
            ends = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return httpx.Response(200, json={"issuer": self.issuer, **ends})
        if request.url.path.endswith("jwks_uri"):
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        self.asked = parse_qs(request.content.decode())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            id_token = jwt.encode({"alg": "EdDSA", "kid": "k1"}, self.claims, self.signs_with, algorithms=["EdDSA"])
        return httpx.Response(200, json={"access_token": token(), "id_token": id_token})


@pytest.fixture
def provider() -> FakeProvider:
    """A provider."""
    return FakeProvider()


@pytest.fixture
async def browser(
    settings: ConsoleSettings, assets: Assets, provider: FakeProvider
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a console with that provider."""
    told = settings.model_copy(update={"oidc_issuer": ISSUER})
    app = create_app(told, transport=httpx.MockTransport(provider), assets=assets)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
        yield client
    await app.state.clients.close()
    await app.state.provider.close()


async def begun(browser: httpx.AsyncClient, provider: FakeProvider) -> dict[str, str]:
    """What the provider is asked at the beginning; its answer would be right."""
    answer = await browser.get("/sign-in/oidc?next=/ledgers/outflow")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    provider.claims = {
        "iss": ISSUER, "aud": "guiyan-console", "nonce": asked["nonce"], "exp": time.time() + 60, "sub": "officer-1",
    }  # fmt: skip
    return asked


async def test_who_comes_back_from_the_provider_is_in(browser: httpx.AsyncClient, provider: FakeProvider) -> None:
    """With PKCE's verifier for the challenge that was sent, and on the page that was wanted."""
    asked = await begun(browser, provider)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{HOST}/sign-in/oidc/done"
    answer = await browser.get("/sign-in/oidc/done", params={"code": "c", "state": asked["state"], "iss": ISSUER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ledgers/outflow")
    digest = hashlib.sha256(provider.asked["code_verifier"][0].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
    assert "guiyan-session" in browser.cookies


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "another"},
        {"code": ""},
        {"iss": "https://evil.test"},
    ],
)
async def test_an_answer_that_was_not_asked_for_lets_nobody_in(
    browser: httpx.AsyncClient, provider: FakeProvider, wrong: dict[str, str]
) -> None:
    """Another state, no code, another issuer (RFC 9207)."""
    asked = await begun(browser, provider)
    answer = await browser.get("/sign-in/oidc/done", params={"code": "c", "state": asked["state"], **wrong})
    assert answer.status_code == 403
    assert "guiyan-session" not in browser.cookies


@pytest.mark.parametrize(
    "wrong", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil.test"}, {"exp": time.time() - 600}]
)
async def test_an_id_token_of_another_sign_in_lets_nobody_in(
    browser: httpx.AsyncClient, provider: FakeProvider, wrong: dict[str, Any]
) -> None:
    """Nonce, audience, issuer and expiry are checked."""
    asked = await begun(browser, provider)
    provider.claims |= wrong
    answer = await browser.get("/sign-in/oidc/done", params={"code": "c", "state": asked["state"]})
    assert answer.status_code == 403


async def test_an_id_token_that_another_signed_lets_nobody_in(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    """Only the keys that the provider publishes."""
    asked = await begun(browser, provider)
    provider.signs_with = OKPKey.generate_key("Ed25519", {"kid": "k1"})
    answer = await browser.get("/sign-in/oidc/done", params={"code": "c", "state": asked["state"]})
    assert answer.status_code == 403


async def test_an_answer_without_a_question_lets_nobody_in(browser: httpx.AsyncClient) -> None:
    """No cookie of ours: somebody else's link."""
    assert (await browser.get("/sign-in/oidc/done?code=c&state=s")).status_code == 403


async def test_a_provider_that_calls_itself_otherwise_is_not_ours(
    browser: httpx.AsyncClient, provider: FakeProvider
) -> None:
    """The discovery document names its issuer."""
    provider.issuer = "https://evil.test"
    assert (await browser.get("/sign-in/oidc")).status_code == 503
