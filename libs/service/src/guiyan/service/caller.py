"""The caller of a door: who asks, within which scope, in which language - and for commands, under which id.

`requires(*roles)` guards a read, `commands(*roles)` a change; both are FastAPI dependencies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Protocol

import structlog
from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPBearer

from guiyan.events import derived_id, new_id
from guiyan.ledger import Clock, Context
from guiyan.ledger.blind import BlindIndex
from guiyan.service.asked import refuse_unknown
from guiyan.service.auth import NO_MEMBER_DATA_ROLES, OFFICE_ROLES, Authenticator, Principal, Role
from guiyan.service.filters import MAX_INTEGER
from guiyan.service.language import Language
from guiyan.service.limiter import Limiter
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.problems import FieldProblem, Forbidden, Problem
from guiyan.service.reads import Wait
from guiyan.service.repeating import digest_of
from guiyan.service.scope import Scope

# Ids derived from an Idempotency-Key must not depend on when the request came: their time part is this.
_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_IF_MATCH = re.compile(r'"(0|[1-9]\d{0,9})"')
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_AfterSequence = Annotated[
    int, Query(ge=0, le=MAX_INTEGER, description="Wait until this ledger sequence is in the answer (5 s at most)")
]
_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="JWT, EdDSA or RS256; claims sub, roles, org")


class Scopes(Protocol):
    """Tells the scope of an organisation (the directory does)."""

    async def scope(self, org: str, *, after_sequence: int = 0, wait_seconds: float = 0) -> Scope:
        """The organisation and all below it, as of `after_sequence` at least."""

    def title_of(self, code: str) -> str | None:
        """What an organisation is called, as of the last refresh; None when it is unknown."""


@dataclass(frozen=True)
class Shell:
    """What doors need of the service around them; stands in `app.state.shell`."""

    service: str
    authenticator: Authenticator
    scopes: Scopes
    limiter: Limiter
    clock: Clock
    catalogue: Catalogue
    metrics: Metrics
    index: BlindIndex
    list_wait_seconds: float = 5.0
    export_limit_rows: int = 100_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: principal, scope and language; and what the answer must hold at least (`after_sequence`)."""

    principal: Principal
    scope: Scope
    language: Language
    correlation_id: str
    wait: Wait

    @property
    def is_office(self) -> bool:
        """Whether an office or an auditor asks; else it is a member, about the own record."""
        return bool(self.principal.roles & (OFFICE_ROLES | {Role.AUDITOR}))


@dataclass(frozen=True, slots=True)
class Commander(Caller):
    """Who wants a change: a caller with the command's context and the version it expects (If-Match)."""

    context: Context
    expected_version: int | None
    clock: Clock
    repeatable: bool

    def new_id(self, *parts: str) -> str:
        """An id for what this command makes; the same for each repeat under the same Idempotency-Key."""
        if self.repeatable:
            return derived_id(_NO_TIME, self.context.command_id, *parts)
        return new_id(self.clock.now())


def shell(request: Request) -> Shell:
    """The shell of the application that answers this request."""
    found: Shell = request.app.state.shell
    return found


def requires(*roles: Role, member_data: bool = True) -> Any:
    """A dependency that gives the Caller, or answers 401/403/422/429, or 503 when `after_sequence` is not reached.

    A parameter that the door does not declare is refused as well, in every door that reads.
    `member_data=False` is for what administrators and operators may see; no other route may name their roles.
    """
    _check_roles(roles, member_data=member_data)

    async def caller(
        request: Request, _token: Annotated[Any, Depends(_bearer)] = None, after_sequence: _AfterSequence = 0
    ) -> Caller:
        who = await _caller(request, roles, after_sequence, member_data=member_data)
        refuse_unknown(request)
        return who

    return Depends(caller)


def commands(*roles: Role, member_data: bool = True) -> Any:
    """A dependency that gives the Commander of a change, or answers 400/401/403/429.

    A key that was used for another request is told 422 where the command is carried out.
    """
    _check_roles(roles, member_data=member_data)

    async def commander(
        request: Request,
        _token: Annotated[Any, Depends(_bearer)] = None,
        idempotency_key: Annotated[
            str | None, Header(description="Makes a repeat harmless: same key, one effect", max_length=128)
        ] = None,
        if_match: Annotated[str | None, Header(description='The version the change is meant for, like "3"')] = None,
    ) -> Commander:
        who = await _caller(request, roles, 0, member_data=member_data)
        return await _commander(request, who, idempotency_key, if_match)

    return Depends(commander)


async def token_claims(request: Request, _token: Annotated[Any, Depends(_bearer)] = None) -> Mapping[str, Any]:
    """A dependency that gives all that the caller's token says, whatever the roles; or answers 401/429.

    For doors about the token itself and about who it names; what it opens has to be asked of the domain.
    """
    around = shell(request)
    claims = await around.authenticator.claims(request.headers.get("authorization"))
    around.limiter.check(str(claims.get("sub")))
    refuse_unknown(request)
    return claims


def _check_roles(roles: tuple[Role, ...], *, member_data: bool) -> None:
    assert roles, "a door needs at least one role"  # noqa: S101 - programmer error
    assert not member_data or not frozenset(roles) & NO_MEMBER_DATA_ROLES, "this role sees no member data"  # noqa: S101 - a fault of ours, none of the caller


async def _caller(request: Request, roles: tuple[Role, ...], after_sequence: int, *, member_data: bool) -> Caller:
    around = shell(request)
    wait = Wait.begin(after_sequence, around.list_wait_seconds)
    principal = await around.authenticator.principal(request.headers.get("authorization"))
    around.limiter.check(principal.sub)
    principal.require(*roles)
    if member_data and not principal.sees_member_data:
        raise Forbidden("no_member_data")
    scope = await around.scopes.scope(principal.org, after_sequence=after_sequence, wait_seconds=wait.left_seconds)
    return Caller(principal, scope, request.state.language, request.state.correlation_id, wait)


async def _commander(request: Request, who: Caller, key: str | None, if_match: str | None) -> Commander:
    around = shell(request)
    if key is not None and not _KEY.fullmatch(key):
        raise Problem(
            400, "bad_idempotency_key", errors=[FieldProblem("header:Idempotency-Key", "bad_idempotency_key")]
        )
    command_id = (
        new_id(around.clock.now()) if key is None else derived_id(_NO_TIME, around.service, who.principal.sub, key)
    )
    structlog.contextvars.bind_contextvars(command_id=command_id)
    context = Context(
        command_id=command_id,
        actor=who.principal.sub,
        org=who.principal.org,
        causation_id=command_id,
        correlation_id=who.correlation_id,
        request_digest=None if key is None else await digest_of(request, key, around.index),
    )
    return Commander(
        who.principal,
        who.scope,
        who.language,
        who.correlation_id,
        who.wait,
        context,
        expected_version(if_match),
        around.clock,
        key is not None,
    )


def expected_version(if_match: str | None) -> int | None:
    """The version named by If-Match, None without one; raises Problem 400 when it is not a quoted number."""
    if if_match is None:
        return None
    match = _IF_MATCH.fullmatch(if_match.strip())
    if match is None:
        raise Problem(400, "bad_if_match", errors=[FieldProblem("header:If-Match", "bad_if_match")])
    return int(match[1])
