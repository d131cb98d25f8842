"""OpenID Connect: authorization code flow with PKCE (RFC 7636); the provider's access token is what the services take.

What a sign-in has begun with lies sealed in a cookie of ten minutes, so any replica can end it. The ID token is checked
(RFC 9207's issuer, signature, audience, nonce, expiry) before anybody is let in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from cryptography.fernet import InvalidToken, MultiFernet
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from guiyan.console.settings import ConsoleSettings
from guiyan.console.signin.ways import FAILED, SignedIn, SignInRefused

COOKIE_SECONDS: Final = 600
TIMEOUT_SECONDS: Final = 8.0
KEEP_SECONDS: Final = 600.0
LEEWAY_SECONDS: Final = 30
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
DONE: Final = "/sign-in/oidc/done"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: what its answer has to bring, and where it leads."""

    state: str
    nonce: str
    verifier: str
    onward: str


class Provider:
    """The provider, as its discovery document describes it."""

    def __init__(
        self, settings: ConsoleSettings, fernet: MultiFernet, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings, self._fernet = settings, fernet
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, transport=transport, follow_redirects=False)
        self._known: tuple[float, dict[str, Any]] | None = None

    async def close(self) -> None:
        """End its connections."""
        await self._client.aclose()

    async def begin(self, onward: str) -> tuple[str, str]:
        """Where the browser is sent, and the cookie that the answer is checked against; raises SignInRefused."""
        described = await self._describe()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        begun = Begun(state, nonce, verifier, onward)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._redirect,
            "scope": self._settings.oidc_scope,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        sealed = json.dumps([begun.state, begun.nonce, begun.verifier, begun.onward]).encode()
        return f"{described['authorization_endpoint']}?{urlencode(asked)}", self._fernet.encrypt(sealed).decode()

    async def end(self, cookie: str, given: Mapping[str, str]) -> tuple[SignedIn, str]:
        """Who came in, and where the sign-in leads; raises SignInRefused for an answer that is not to ours."""
        begun, described = self._opened(cookie), await self._describe()
        fits = secrets.compare_digest(given.get("state", ""), begun.state)
        if not fits or given.get("iss", described["issuer"]) != described["issuer"] or not given.get("code"):
            raise SignInRefused(FAILED)
        told = await self._tokens(described, given["code"], begun)
        await self._check(described, str(told.get("id_token", "")), begun)
        return SignedIn(str(told.get("access_token", ""))), begun.onward

    @property
    def _redirect(self) -> str:
        return f"{self._settings.public_url}{DONE}"

    def _opened(self, cookie: str) -> Begun:
        try:
            return Begun(*json.loads(self._fernet.decrypt(cookie.encode("ascii", "replace"), COOKIE_SECONDS)))
        except (InvalidToken, ValueError, TypeError):
            raise SignInRefused(FAILED) from None

    async def _describe(self) -> dict[str, Any]:
        if self._known is None or time.monotonic() - self._known[0] > KEEP_SECONDS:
            issuer = str(self._settings.oidc_issuer).rstrip("/")
            found = await self._json("GET", f"{issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != issuer:
                raise SignInRefused(FAILED)
            self._known = (time.monotonic(), found)
        return self._known[1]

    async def _tokens(self, described: Mapping[str, Any], code: str, begun: Begun) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self._settings.oidc_client_id,
            "code_verifier": begun.verifier,
        }
        secret = self._settings.oidc_client_secret_file
        if secret is not None:
            form["client_secret"] = secret.read_text().strip()
        return await self._json("POST", str(described["token_endpoint"]), data=form)

    async def _check(self, described: Mapping[str, Any], id_token: str, begun: Begun) -> None:
        """Raise SignInRefused unless the ID token is the provider's own answer to this very sign-in."""
        keys = await self._json("GET", str(described["jwks_uri"]))
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": described["issuer"]},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            nonce={"essential": True, "value": begun.nonce},
            exp={"essential": True},
        )
        try:
            found = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]  # what it is, is checked by the import
            registry.validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise SignInRefused(FAILED) from None

    async def _json(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            response = await self._client.request(method, url, headers={"Accept": "application/json"}, **more)
            response.raise_for_status()
            found = response.json()
        except (httpx.HTTPError, ValueError):
            raise SignInRefused(FAILED) from None
        if not isinstance(found, dict):
            raise SignInRefused(FAILED)
        return found
