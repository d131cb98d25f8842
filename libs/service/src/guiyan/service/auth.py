"""Who calls: a bearer token (JWT, EdDSA or RS256) checked against the issuer's published keys.

`Authenticator.principal` gives the caller or raises Unauthenticated (401) or Forbidden (403).
"""

import asyncio
import hashlib
import json
import re
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwk import KeySet, KeySetSerialization

from guiyan.service.problems import Forbidden, Unauthenticated, Unavailable

ALGORITHMS: Final = ("Ed25519", "EdDSA", "RS256")
MAX_TOKEN_CHARS: Final = 8_192
MAX_JWKS_BYTES: Final = 1_048_576
MAX_SUBJECT_CHARS: Final = 128
MAX_BELIEVED: Final = 10_000
FETCH_TIMEOUT_SECONDS: Final = 5.0
LEAST_REFETCH_SECONDS: Final = 10.0
_ORG_CODE = re.compile(r"\d{12}", re.ASCII)
_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]*")

# The contract names EdDSA, which joserfc calls deprecated since RFC 9864 split it by curve; both names are taken.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

log = structlog.get_logger(__name__)


class Role(StrEnum):
    """The roles of domain.md §6."""

    BRANCH_CONTACT = "BRANCH_CONTACT"
    BRANCH_SECRETARY = "BRANCH_SECRETARY"
    STATION_STAFF = "STATION_STAFF"
    TOWNSHIP_OFFICER = "TOWNSHIP_OFFICER"
    CITY_OFFICER = "CITY_OFFICER"
    AUDITOR = "AUDITOR"
    OPS = "OPS"
    SYS_ADMIN = "SYS_ADMIN"
    SEC_ADMIN = "SEC_ADMIN"
    AUDIT_ADMIN = "AUDIT_ADMIN"
    MEMBER = "MEMBER"


# 等保 2.0 level 3, 8.1.5.1-3: three administrators, none may hold two roles, none sees member data.
ADMIN_ROLES: Final = frozenset({Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN})
NO_MEMBER_DATA_ROLES: Final = ADMIN_ROLES | {Role.OPS}
OFFICE_ROLES: Final = frozenset(
    {Role.BRANCH_CONTACT, Role.BRANCH_SECRETARY, Role.STATION_STAFF, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER}
)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: subject of the token, roles, and the 12-digit code of the own organisation."""

    sub: str
    roles: frozenset[Role]
    org: str

    @property
    def sees_member_data(self) -> bool:
        """Whether the roles allow member data at all: one administrator or operator role is enough to forbid it."""
        return not self.roles & NO_MEMBER_DATA_ROLES

    def require(self, *roles: Role) -> None:
        """Raise Forbidden unless one of these roles is held."""
        if not self.roles & frozenset(roles):
            raise Forbidden


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    async def keys(self, *, unknown_key: bool = False) -> KeySet:
        """The keys now; `unknown_key` asks to look again because a token names a key that is not among them."""


def locations_of(jwks: str) -> tuple[str, ...]:
    """The files and addresses that GUIYAN_JWKS names, parted by commas: an identity provider's beside our own."""
    return tuple(part for part in (one.strip() for one in jwks.split(",")) if part)


class Jwks:
    """The issuers' keys from files or addresses, kept and read again every `refresh_seconds`.

    A key set that cannot be read again leaves the last one in use, so that an issuer's outage is not ours.
    """

    def __init__(self, location: str, refresh_seconds: float = 300.0) -> None:
        self._sets: dict[str, KeySet | None] = dict.fromkeys(locations_of(location))
        self._refresh_seconds = refresh_seconds
        self._keys: KeySet | None = None
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def keys(self, *, unknown_key: bool = False) -> KeySet:
        """The keys; raises Unavailable while none could ever be read."""
        if self._keys is not None and not self._due(unknown_key=unknown_key):
            return self._keys
        async with self._lock:
            if self._keys is None or self._due(unknown_key=unknown_key):
                await self._read()
        if self._keys is None:
            raise Unavailable
        return self._keys

    def _due(self, *, unknown_key: bool) -> bool:
        age = time.monotonic() - self._read_at
        return age > self._refresh_seconds or (unknown_key and age > LEAST_REFETCH_SECONDS)

    async def _read(self) -> None:
        self._read_at = time.monotonic()
        for location, before in self._sets.items():
            try:
                self._sets[location] = _public_only(json.loads(await _content(location)))
            except (OSError, ValueError, TypeError, KeyError, JoseError, httpx.HTTPError) as error:
                log.warning("token keys could not be read", kept_old=before is not None, fault=type(error).__name__)
        found = [key for one in self._sets.values() if one is not None for key in one.keys]
        self._keys = KeySet(found) if found else None


async def _content(location: str) -> bytes:
    if not location.startswith(("http://", "https://")):
        return await asyncio.to_thread(Path(location).read_bytes)
    async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_SECONDS, follow_redirects=False) as client:
        response = await client.get(location)
        response.raise_for_status()
        if len(response.content) > MAX_JWKS_BYTES:
            raise ValueError("key set too large")
        return response.content


def _public_only(document: KeySetSerialization) -> KeySet:
    """Only keys that can check a signature: a symmetric key in the set would let anybody sign."""
    usable = [key for key in document["keys"] if isinstance(key, dict) and key.get("kty") in {"OKP", "RSA"}]
    if not usable:
        raise ValueError("no OKP or RSA key in the set")
    return KeySet.import_key_set({"keys": usable})


@dataclass(frozen=True, slots=True)
class _Believed:
    """A token that was checked: what it says, until when, and by which keys."""

    claims: dict[str, Any]
    keys: KeySet


class Authenticator:
    """Checks tokens; remembers those it believed, by their digest, until they expire or the keys are read anew.

    A caller sends the same token with every request, and checking its signature costs as much as a small answer.
    """

    def __init__(self, keys: KeySource, *, leeway_seconds: int = 30, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._leeway = leeway_seconds
        self._now = now
        self._believed: OrderedDict[bytes, _Believed] = OrderedDict()

    async def principal(self, authorization: str | None) -> Principal:
        """The caller named by an Authorization header; raises Unauthenticated or Forbidden."""
        return _principal(await self.claims(authorization))

    async def claims(self, authorization: str | None) -> Mapping[str, Any]:
        """All that the token of an Authorization header says; raises Unauthenticated."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN_CHARS:
            raise Unauthenticated
        return await self._remembered(token)

    async def _remembered(self, token: str) -> dict[str, Any]:
        digest, keys = hashlib.sha256(token.encode()).digest(), await self._keys.keys()
        known = self._believed.pop(digest, None)
        if known is None or known.keys is not keys or self._now() > known.claims["exp"] + self._leeway:
            known = _Believed(await self._claims(token), await self._keys.keys())
        self._believed[digest] = known
        if len(self._believed) > MAX_BELIEVED:
            self._believed.popitem(last=False)
        return known.claims

    async def _claims(self, token: str) -> dict[str, Any]:
        for unknown_key in (False, True):
            keys = await self._keys.keys(unknown_key=unknown_key)
            try:
                decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
                claims = jwt.JWTClaimsRegistry(
                    int(self._now()), self._leeway, exp={"essential": True}, sub={"essential": True}
                )
                claims.validate(decoded.claims)
            except ExpiredTokenError:
                raise Unauthenticated("token_expired") from None
            except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue
            return dict(decoded.claims)
        raise Unauthenticated


def _principal(claims: Mapping[str, Any]) -> Principal:
    sub, roles, org = claims.get("sub"), claims.get("roles"), claims.get("org")
    if not isinstance(sub, str) or len(sub) > MAX_SUBJECT_CHARS or not _SUBJECT.fullmatch(sub):
        raise Unauthenticated
    if not isinstance(org, str) or not _ORG_CODE.fullmatch(org) or not isinstance(roles, list):
        raise Unauthenticated
    held = frozenset(Role(role) for role in roles if isinstance(role, str) and role in Role.__members__)
    if len(held & ADMIN_ROLES) > 1:
        raise Forbidden("admin_roles_combined")
    return Principal(sub, held, org)
