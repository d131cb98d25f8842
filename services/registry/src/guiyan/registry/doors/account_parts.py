"""What the doors of accounts and sessions share: the desk behind them, bodies, how a session is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import Field, StringConstraints

from guiyan.registry.commands.account_desk import AccountDesk
from guiyan.registry.commands.own_account import Holder, holder
from guiyan.registry.commands.sessions import SignedInAs
from guiyan.service.caller import token_claims

AccountName = Annotated[
    str,
    StringConstraints(pattern=r"^[^\W_][\w.\-]{1,62}[^\W_]$"),
    Field(description="Letters, digits, dot, hyphen, underscore; 3 to 64 signs", examples=["zhang.shili"]),
]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=512)]
SomeCode = Annotated[
    str, StringConstraints(min_length=1, max_length=64), Field(description="Six digits, or a recovery code")
]


async def _desk(request: Request) -> AccountDesk:
    found: AccountDesk = request.app.state.accounts
    return found


DeskHere = Annotated[AccountDesk, Depends(_desk)]
Claims = Annotated[Mapping[str, Any], Depends(token_claims)]


async def _holder(request: Request, claims: Claims, desk: DeskHere) -> Holder:
    return await holder(desk, claims, request.state.correlation_id)


HolderHere = Annotated[Holder, Depends(_holder)]


def told_session(found: SignedInAs) -> dict[str, Any]:
    """A session as its holder is told of it."""
    return {
        "token": found.token.text,
        "expires_at": moment(found.token.expires_at),
        "session_ends_at": moment(found.ends_at),
        "must_change_password": found.must_change_password,
        "must_enrol_second_factor": found.must_enrol_second_factor,
        "account_id": found.account.id,
        "org": found.account.org,
        "roles": list(found.roles),
    }


def moment(seconds: int) -> str:
    """A moment of Unix time as ISO text."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
