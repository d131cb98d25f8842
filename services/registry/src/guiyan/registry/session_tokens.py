"""The tokens of local accounts: signed here by a key of the installation, checked by every service through the JWKS.

A token lives as long as a session may idle, and is renewed while it is used: so what happens to an account (closed,
locked, a role taken away) is true everywhere within that time, without any service asking another one (ADR 0036).
"""

from __future__ import annotations

import time
import uuid
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey

from guiyan.service.signing_key import load_signing_key

ISSUER: Final = "guiyan-accounts"
ALGORITHM: Final = "EdDSA"


@dataclass(frozen=True, slots=True)
class Session:
    """One session of an account: `count` is the account's number of endings when it began; `began_at` is Unix time."""

    id: str
    account_id: str
    count: int
    began_at: int

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self | None:
        """The session that a token's claims tell of; None for a token that no account was signed in for."""
        told = [claims.get(name) for name in ("sid", "account", "sessions", "auth_time")]
        match told:
            case [str(id_), str(account_id), int(count), int(began_at)] if claims.get("iss") == ISSUER:
                return cls(id_, account_id, count, began_at)
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Token:
    """A token and when it ends (Unix time)."""

    text: str
    expires_at: int


class SessionTokens:
    """Signs tokens with the current key of a key file; `now` is the machine's clock, by which tokens are checked."""

    def __init__(self, key: OKPKey, now: Callable[[], float] = time.time) -> None:
        self._key = key
        self.now = now

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read GUIYAN_SIGN_IN_KEYS_FILE: `{"current": kid, "keys": [JWK, …]}`; raises KeysUnusable."""
        key, _ = load_signing_key(path)
        return cls(key)

    def issue(  # noqa: PLR0913 - what a token says
        self, session: Session, *, sub: str, roles: Sequence[str], org: str, idle_seconds: int, ends_at: int
    ) -> Token:
        """A token for as long as a session may idle, and never past the end of the session, `ends_at` (Unix time)."""
        now = int(self.now())
        expires_at = min(now + idle_seconds, ends_at)
        claims = {
            "iss": ISSUER, "sub": sub, "roles": list(roles), "org": org,
            "iat": now, "nbf": now, "exp": expires_at, "jti": uuid.uuid4().hex,
            "sid": session.id, "account": session.account_id, "sessions": session.count, "auth_time": session.began_at,
        }  # fmt: skip
        header = {"alg": ALGORITHM, "kid": self._key.kid, "typ": "JWT"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # RFC 9864 renames EdDSA; the contract names EdDSA
            return Token(jwt.encode(header, claims, self._key, algorithms=[ALGORITHM]), expires_at)
