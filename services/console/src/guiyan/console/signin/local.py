"""An account kept by registry (ADR 0036): sign in with name, password and second factor, stay while working, sign out.

Its token lives as long as a session may idle, and is renewed by whoever works.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from guiyan.console.client import Api, ApiError, Away, Clients, check
from guiyan.console.security.session import Session
from guiyan.console.signin.ways import CODE_WANTED, HELD, LOCKED, REFUSED, TOO_MANY, SignedIn, SignInRefused
from guiyan.service.language import Language

SECOND_FACTOR: Final = 428
LOCKED_STATUS: Final = 423
TOO_MANY_STATUS: Final = 429
REFUSED_STATUS: Final = frozenset({400, 401, 403, 404, 422})


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody typed to sign in, in which language, and from which address: registry limits each by itself."""

    name: str
    password: str = field(repr=False)
    code: str
    language: Language
    address: str


async def sign_in(clients: Clients, tried: Tried) -> SignedIn:
    """The token of an account; raises SignInRefused, or what `check` raises when registry cannot answer."""
    body = {"name": tried.name, "password": tried.password, **({"code": tried.code} if tried.code else {})}
    headers = {"Accept-Language": tried.language, **({"X-Forwarded-For": tried.address} if tried.address else {})}
    response = await clients.send("registry", "POST", "/v1/sessions", json=body, headers=headers)
    if response.status_code == SECOND_FACTOR:
        raise SignInRefused(CODE_WANTED, wants_code=True)
    if response.status_code in {LOCKED_STATUS, TOO_MANY_STATUS}:
        text, seconds = _paused(response)
        raise SignInRefused(text, seconds=seconds)
    if response.status_code in REFUSED_STATUS:
        raise SignInRefused(REFUSED, wants_code=bool(tried.code))
    check("registry", response)
    return told_session(response.json())


def _paused(response: httpx.Response) -> tuple[str, int | None]:
    """Why nobody may try now, and for how many seconds; a lock without an end is an administrator's."""
    after = response.headers.get("retry-after", "")
    seconds = int(after) if after.isdigit() else None
    if response.status_code == TOO_MANY_STATUS:
        return TOO_MANY, seconds
    return (HELD, None) if seconds is None else (LOCKED, seconds)


def told_session(told: Mapping[str, Any]) -> SignedIn:
    """A session as registry tells it."""
    first = bool(told.get("must_change_password") or told.get("must_enrol_second_factor"))
    return SignedIn(str(told["token"]), renewable=True, account_first=first)


async def renewed(api: Api, session: Session, now: float) -> str | None:
    """Another token for a session in which somebody works, once a third of its time is over; None before that.

    While registry is away the token that there is goes on to its end; raises SignedOut when the session is over.
    """
    if not session.renewable or now < session.token_began_at + (session.token_ends_at - session.token_began_at) / 3:
        return None
    try:
        told = await api.post("registry", "/v1/sessions/renew", {})
    except Away:
        return None
    return str(told["token"])


async def sign_out(api: Api) -> None:
    """The session is not prolonged any more; when registry cannot be told, the token ends by itself within minutes."""
    with contextlib.suppress(ApiError):
        await api.answer("registry", "DELETE", "/v1/sessions/current")
