"""`/v1/sessions`: sign in with a local account, stay signed in while working, sign out (domain.md §5.2, ADR 0036)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints
from starlette.responses import JSONResponse

from guiyan.registry.commands.sessions import renew, sign_out
from guiyan.registry.commands.sign_ins import Given, sign_in
from guiyan.registry.doors.account_parts import (
    Claims,
    DeskHere,
    Password,
    SomeCode,
    told_session,
)
from guiyan.service.asks import Ask
from guiyan.service.resources import told

router = APIRouter(tags=["sessions"])
_NOT_IN: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "`sign_in_refused`: unknown name, wrong password or code, closed account; all alike"},
    423: {"description": "`account_locked`, with Retry-After; or `account_held`, until an administrator unlocks it"},
    428: {"description": "`second_factor_required`: send the same with `code`"},
    429: {"description": "Too many tries from this address or for this name, with Retry-After"},
}


class SignIn(Ask):
    """Who signs in: name and password, and the code of the device where one is enrolled."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=128), Field(examples=["zhang.shili"])]
    password: Password
    code: SomeCode | None = None


@router.post("/v1/sessions", summary="Sign in", responses=_NOT_IN)
async def begin(body: SignIn, request: Request, desk: DeskHere) -> JSONResponse:
    """A token for as long as a session may idle.

    While a password must be changed, or a second factor enrolled, it carries no role and opens the own account alone.
    """
    address = request.client.host if request.client else "-"
    given = Given(body.name, body.password, body.code, address, request.state.correlation_id)
    return JSONResponse(told_session(await sign_in(desk, given)))


@router.post("/v1/sessions/renew", summary="Stay signed in")
async def prolong(claims: Claims, desk: DeskHere) -> JSONResponse:
    """Another token of the same session, with the roles of now; 401 `session_ended` when it is over."""
    return JSONResponse(told_session(await renew(desk, claims)))


@router.delete("/v1/sessions/current", summary="Sign out")
async def end(request: Request, claims: Claims, desk: DeskHere) -> JSONResponse:
    """The session is not prolonged any more; throw its token away, which ends by itself within minutes."""
    return JSONResponse(told(await sign_out(desk, claims, request.state.correlation_id)))
