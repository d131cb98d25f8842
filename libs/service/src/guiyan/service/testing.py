"""Helpers for tests of services: a token issuer, fixed scopes, lists in memory, an HTTP client without a socket.

Shipped with the library, so that every service tests its doors in the same way.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from guiyan.ledger import Clock, SystemClock
from guiyan.ledger.blind import BlindIndex
from guiyan.ledger.keys import MasterKeys
from guiyan.service.auth import Authenticator, Role
from guiyan.service.caller import Shell
from guiyan.service.health import Health
from guiyan.service.http import create_app
from guiyan.service.limiter import Limiter
from guiyan.service.messages import Catalogue, Message
from guiyan.service.metrics import Metrics
from guiyan.service.scope import Scope, below

ROOT_ORG = "654002000000"
ID_NO = "69010119800501007X"
ID_SPELLINGS = (
    "690101800501007",
    "69010119800501007x",
    "６９０１０１１９８００５０１００７ｘ",
    " 690101 19800501 007X",
)
"""A made-up ID number as registry keeps it, and as others write it."""


class Issuer:
    """Makes tokens as the token issuer does, and the key set that checks them."""

    def __init__(self, kid: str = "test-1") -> None:
        self._key = OKPKey.generate_key("Ed25519", {"kid": kid})
        self.key_set = KeySet([self._key])

    def token(
        self, *roles: Role | str, org: str = ROOT_ORG, sub: str = "officer-1", ttl_seconds: int = 600, **claims: Any
    ) -> str:
        """A signed token; extra claims replace the usual ones."""
        body = {"sub": sub, "roles": [str(role) for role in roles], "org": org, "exp": int(time.time()) + ttl_seconds}
        return jwt.encode({"alg": "EdDSA", "kid": self._key.kid}, {**body, **claims}, self._key, algorithms=["EdDSA"])

    def bearer(self, *roles: Role | str, **claims: Any) -> dict[str, str]:
        """Headers with such a token."""
        return {"Authorization": f"Bearer {self.token(*roles, **claims)}"}

    def write_jwks(self, path: Path) -> Path:
        """The public keys as a file, for GUIYAN_JWKS."""
        path.write_text(json.dumps(self.key_set.as_dict(private=False)))
        return path

    async def keys(self, *, unknown_key: bool = False) -> KeySet:
        """Be a KeySource."""
        del unknown_key
        return self.key_set


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 10) -> None:
    """Wait until a condition holds; raises TimeoutError when it does not in time."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for lies outside of this process
            await asyncio.sleep(0.02)


class FixedScopes:
    """A directory that is given as parent of each organisation; unknown organisations stand alone."""

    def __init__(self, parents: Mapping[str, str | None] | None = None) -> None:
        self._parents = dict(parents or {ROOT_ORG: None})

    async def scope(self, org: str, *, after_sequence: int = 0, wait_seconds: float = 0) -> Scope:
        """The organisation and what lies below it."""
        del after_sequence, wait_seconds
        return Scope(org, below(org, {code: (parent,) for code, parent in self._parents.items()}))

    def title_of(self, code: str) -> str | None:
        """Organisations here have no names."""
        return f"党组织{code}" if code in self._parents else None


class MemoryReads:
    """Documents in memory, read with the few query words that lists use."""

    def __init__(self, documents: Mapping[str, Iterable[dict[str, Any]]], sequence: int = 0) -> None:
        self._documents = {name: list(items) for name, items in documents.items()}
        self.sequence = sequence

    def replace(self, documents: Mapping[str, Iterable[dict[str, Any]]]) -> None:
        """Hold other documents from now on."""
        self._documents = {name: list(items) for name, items in documents.items()}

    async def find(
        self, collection: str, query: dict[str, Any], *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[dict[str, Any]]:
        """Documents that fit, in order."""
        found = [document for document in self._documents.get(collection, []) if fits(document, query)]
        for name, way in reversed(sort):
            found.sort(key=lambda document, name=name: _order(_dig(document, name)), reverse=way < 0)  # type: ignore[misc] # mypy infers no type for a default
        return found[:limit] if limit else found

    async def get(self, collection: str, id_: str) -> dict[str, Any] | None:
        """One document."""
        return next(iter(await self.find(collection, {"_id": id_})), None)

    async def count(self, collection: str, query: dict[str, Any]) -> int:
        """How many fit."""
        return len(await self.find(collection, query))

    async def count_by(self, collection: str, query: dict[str, Any], field: str) -> dict[Any, int]:
        """How many fit, for each value of a field."""
        return dict(Counter(_dig(one, field) for one in await self.find(collection, query)))

    async def applied(self, sequence: int = 0, *, wait_seconds: float = 0) -> int:
        """The sequence it was given."""
        del sequence, wait_seconds
        return self.sequence


def fits(document: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    """Whether a document fits a query, as MongoDB would say."""
    return all(_fits_one(document, name, wanted) for name, wanted in query.items())


def _fits_one(document: Mapping[str, Any], name: str, wanted: Any) -> bool:
    if name == "$and":
        return all(fits(document, part) for part in wanted)
    if name == "$or":
        return any(fits(document, part) for part in wanted)
    value = _dig(document, name)
    if isinstance(wanted, Mapping):
        return all(_holds(operator, value, operand) for operator, operand in wanted.items())
    return bool(value == wanted)


def _holds(operator: str, value: Any, operand: Any) -> bool:
    if operator == "$in":
        return any(item in operand for item in value) if isinstance(value, list) else value in operand
    if operator == "$nin":
        return value not in operand
    if operator == "$eq":
        return bool(value == operand)
    if operator == "$ne":
        return bool(value != operand)
    if value is None or type(value) is not type(operand):
        return False
    return bool(
        {"$gt": value > operand, "$gte": value >= operand, "$lt": value < operand, "$lte": value <= operand}[operator]
    )


def _dig(document: Mapping[str, Any], path: str) -> Any:
    found: Any = document
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _order(value: Any) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, value)


def make_shell(  # noqa: PLR0913 - a test names what it changes
    issuer: Issuer,
    *,
    scopes: Any = None,
    clock: Clock | None = None,
    messages: Mapping[str, Message] | None = None,
    limiter: Limiter | None = None,
    index: BlindIndex | None = None,
    list_wait_seconds: float = 0.2,
) -> Shell:
    """A shell with real parts and no servers behind them."""
    return Shell(
        service="test",
        authenticator=Authenticator(issuer),
        scopes=scopes or FixedScopes(),
        limiter=limiter or Limiter(10_000, 10_000),
        clock=clock or SystemClock(),
        catalogue=Catalogue(messages or {}),
        metrics=Metrics(),
        index=index or BlindIndex(MasterKeys.made_up()),
        list_wait_seconds=list_wait_seconds,
    )


def make_app(shell: Shell, *routers: APIRouter, health: Health | None = None, **options: Any) -> FastAPI:
    """An application as the service has it."""
    return create_app(shell, health or Health("test", {}, shell.metrics), routers, title="Test", **options)


def client(app: FastAPI) -> httpx.AsyncClient:
    """A client that speaks to the application without a socket; errors of ours come as the answer a caller sees."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")
