"""How requests to and from an HTTP provider are signed: one class a scheme, named in `SIGNATURES`.

A provider with a scheme of its own is one more class here; nothing else changes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from pydantic import SecretStr

SKEW_SECONDS: Final = 300
KEY, TIME, NONCE, SIGNATURE = "X-Key-Id", "X-Timestamp", "X-Nonce", "X-Signature"


@dataclass(frozen=True, slots=True)
class Request:
    """What is signed: method, path with its query, body."""

    method: str
    path: str
    body: bytes


class Signature(Protocol):
    """Signs what goes out and checks what comes in."""

    def headers(self, request: Request, at_seconds: int) -> Mapping[str, str]:
        """The headers that prove who asks."""

    def holds(self, request: Request, headers: Mapping[str, str], at_seconds: int) -> bool:
        """Whether the request is from who knows the secret, and of now; header names as given, in lower case."""


class HmacSha256:
    """HMAC-SHA256 over method, path, time, nonce and the body's SHA-256, each on a line of its own."""

    def __init__(self, key_id: str, secret: SecretStr) -> None:
        self._key_id = key_id
        self._secret = secret.get_secret_value().encode()

    def headers(self, request: Request, at_seconds: int) -> Mapping[str, str]:
        """Key id, time, nonce, signature."""
        nonce = secrets.token_hex(12)
        signed = self._signed(request, str(at_seconds), nonce)
        return {KEY: self._key_id, TIME: str(at_seconds), NONCE: nonce, SIGNATURE: signed}

    def holds(self, request: Request, headers: Mapping[str, str], at_seconds: int) -> bool:
        """Whether the signature is ours and not older than five minutes; a repeat within them is harmless here."""
        told, nonce, signature = (headers.get(name.lower(), "") for name in (TIME, NONCE, SIGNATURE))
        if not told.isascii() or not told.isdigit() or abs(int(told[:12]) - at_seconds) > SKEW_SECONDS:
            return False
        expected = self._signed(request, told, nonce)
        known = hmac.compare_digest(headers.get(KEY.lower(), "").encode(), self._key_id.encode())
        return hmac.compare_digest(signature.encode(), expected.encode()) and known

    def _signed(self, request: Request, at_seconds: str, nonce: str) -> str:
        lines = (request.method, request.path, at_seconds, nonce, hashlib.sha256(request.body).hexdigest())
        return hmac.new(self._secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


class Bearer:
    """The secret itself as a bearer token: for providers that know nothing better, over TLS alone."""

    def __init__(self, key_id: str, secret: SecretStr) -> None:
        del key_id
        self._token = f"Bearer {secret.get_secret_value()}"

    def headers(self, request: Request, at_seconds: int) -> Mapping[str, str]:
        """The token."""
        del request, at_seconds
        return {"Authorization": self._token}

    def holds(self, request: Request, headers: Mapping[str, str], at_seconds: int) -> bool:
        """Whether the token is ours."""
        del request, at_seconds
        return hmac.compare_digest(headers.get("authorization", "").encode(), self._token.encode())


SIGNATURES: Final[Mapping[str, type[HmacSha256 | Bearer]]] = {"hmac_sha256": HmacSha256, "bearer": Bearer}
