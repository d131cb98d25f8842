"""Sessions without a memory: the user's own token, sealed in a cookie that no script can read; any replica opens it."""

from __future__ import annotations

import base64
import json
import secrets
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guiyan.console.settings import ConsoleSettings
from guiyan.service.auth import Role

RENEW_SECONDS: Final = 30.0
MAX_COOKIE_CHARS: Final = 3_900
LIVE: Final = "x-live"
"""Marks requests that a page makes by itself: they keep no session alive."""


class KeysUnusable(Exception):  # noqa: N818 - its text is what the operator reads
    """The file of session keys holds none."""


class TokenTooLarge(Exception):  # noqa: N818 - named for what is wrong
    """The token does not fit into a cookie."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, as far as the page has to know; the services judge the token themselves."""

    token: str = field(repr=False)
    sub: str
    roles: frozenset[Role]
    org: str
    begun_at: float
    expires_at: float
    csrf: str = field(repr=False)
    renewable: bool = False
    """Whether whoever works prolongs it: the token of a local account."""

    @property
    def account_first(self) -> bool:
        """Whether a password or a second factor has to be seen to before any role counts (ADR 0036)."""
        return self.renewable and not self.roles

    @property
    def token_ends_at(self) -> float:
        """When the token ends."""
        return float(claims_of(self.token).get("exp", self.expires_at))

    @property
    def token_began_at(self) -> float:
        """When the token began."""
        return float(claims_of(self.token).get("iat", self.begun_at))

    def with_token(self, token: str, hours: float) -> Session:
        """The same session with another token; raises ValueError when it is none of ours."""
        fresh = Session.of_token(token, now=self.begun_at, hours=hours)
        return replace(fresh, csrf=self.csrf, renewable=self.renewable)

    @classmethod
    def of_token(cls, token: str, *, now: float, hours: float) -> Session:
        """A new session for a token that came from a sign-in; raises ValueError when it is no token of ours."""
        claims = claims_of(token)
        roles = claims.get("roles")
        if not isinstance(roles, list) or not isinstance(claims.get("sub"), str):
            raise ValueError("the token names neither a subject nor roles")  # noqa: TRY004 - it is what is no token of ours
        held = frozenset(Role(one) for one in roles if isinstance(one, str) and one in Role.__members__)
        expires = min(float(claims.get("exp", now)), now + hours * 3600)
        return cls(token, claims["sub"], held, str(claims.get("org", "")), now, expires, secrets.token_urlsafe(16))


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, not judged: that is the services' business at every request."""
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        raise ValueError("not a token") from None
    if not isinstance(found, dict):
        raise ValueError("not a token")  # noqa: TRY004 - one kind of error for what is no token
    return found


class Sealer:
    """Seals sessions into cookies, and opens those that have neither idled for too long nor come to their end."""

    def __init__(self, keys: Sequence[str], idle_seconds: float) -> None:
        self.fernet = MultiFernet([Fernet(key) for key in keys])
        self._idle = idle_seconds

    @classmethod
    def load(cls, file: Path, idle_seconds: float) -> Sealer:
        """With the keys of a file, the newest first; raises KeysUnusable."""
        try:
            return cls([line.strip() for line in file.read_text().splitlines() if line.strip()], idle_seconds)
        except (OSError, ValueError):
            raise KeysUnusable(
                f"GUIYAN_SESSION_KEYS_FILE ({file.name}) holds no usable keys; each line is 32 random bytes in URL-safe"
                " base64"
            ) from None

    def seal(self, session: Session, now: float) -> str:
        """The cookie's value; raises TokenTooLarge."""
        told = [session.token, session.begun_at, session.expires_at, session.csrf, session.renewable]
        sealed = self.fernet.encrypt_at_time(zlib.compress(json.dumps(told).encode()), int(now)).decode()
        if len(sealed) > MAX_COOKIE_CHARS:
            raise TokenTooLarge
        return sealed

    def open(self, sealed: str, now: float) -> tuple[Session, float] | None:
        """The session and when it was last sealed; None when it has ended, or is none of ours."""
        try:
            raw = sealed.encode("ascii")
            text = self.fernet.decrypt_at_time(raw, int(self._idle), int(now))
            token, begun, expires, csrf, renewable = json.loads(zlib.decompress(text))
            sealed_at = float(self.fernet.extract_timestamp(raw))
            opened = Session.of_token(token, now=now, hours=0)
            session = replace(opened, begun_at=begun, expires_at=expires, csrf=csrf, renewable=bool(renewable))
        except (InvalidToken, ValueError, TypeError, zlib.error):
            return None
        return (session, sealed_at) if now < session.expires_at else None


class Holder:
    """The session of one request, and what becomes of it: kept, begun, ended."""

    def __init__(self, session: Session | None) -> None:
        self.session = session
        self.changed = False

    def begin(self, session: Session) -> None:
        """Somebody signs in."""
        self.session, self.changed = session, True

    def end(self) -> None:
        """Nobody is signed in any more."""
        self.session, self.changed = None, True


class SessionKeeper:
    """ASGI middleware: opens the session of each request, and seals it anew when something was done in it."""

    def __init__(self, app: ASGIApp, *, sealer: Sealer, settings: ConsoleSettings) -> None:
        self._app, self._sealer, self._secure = app, sealer, settings.secure
        self.cookie = cookie_name(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        connection, now = HTTPConnection(scope), time.time()
        sealed = connection.cookies.get(self.cookie)
        found = self._sealer.open(sealed, now) if sealed else None
        holder = Holder(found[0] if found else None)
        scope.setdefault("state", {})["holder"] = holder
        old = found is not None and now - found[1] > RENEW_SECONDS and LIVE not in connection.headers

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                if holder.session is not None and (holder.changed or old):
                    self._set(message, self._sealer.seal(holder.session, now))
                elif holder.session is None and (sealed is not None or holder.changed):
                    self._set(message, "")
            await send(message)

        await self._app(scope, receive, answer)

    def _set(self, message: Message, value: str) -> None:
        marks = f"Path=/; HttpOnly; SameSite=Lax{'; Secure' if self._secure else ''}"
        gone = "" if value else "; Max-Age=0"
        MutableHeaders(scope=message).append("Set-Cookie", f"{self.cookie}={value}; {marks}{gone}")


def cookie_name(settings: ConsoleSettings) -> str:
    """The cookie's name: one that no other host and no unencrypted page can set, where the connection is encrypted."""
    return "__Host-guiyan" if settings.secure else "guiyan-session"
