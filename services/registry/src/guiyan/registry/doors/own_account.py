"""`/v1/accounts/me`: what the holder of a local account does about it - password, second factor, sessions (§5.2)."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse

from guiyan.registry.commands import own_account as handlers
from guiyan.registry.doors.account_parts import DeskHere, HolderHere, Password, SomeCode, told_session
from guiyan.service.asks import Ask
from guiyan.service.resources import answer, told

router = APIRouter(tags=["accounts"])


class NewPassword(Ask):
    """The password now, and the one from now on."""

    current: Password
    new: Annotated[Password, Field(description="12 signs or more, of 3 kinds, not easily guessed, not used before")]


class Enrol(Ask):
    """The password once more."""

    password: Password


class Confirm(Ask):
    """A code that the device shows."""

    code: SomeCode


class Remove(Enrol):
    """The password, and a code of the device or for recovery."""

    code: SomeCode


@router.get("/v1/accounts/me", summary="The own account")
async def get_own(who: HolderHere, desk: DeskHere) -> JSONResponse:
    """As the ledger has it now: name, roles, until when the password holds, how far the second factor is."""
    account, names = who.opened.account, who.opened.secrets
    return JSONResponse(
        {
            "account_id": account.id,
            "name": names.name,
            "display_name": names.display_name,
            "org_code": account.org,
            "roles": sorted(account.roles),
            "state": account.state,
            "password_until": account.valid_until.isoformat() if account.valid_until else None,
            "second_factor": account.factor,
            "recovery_codes_left": len(names.codes) - len(account.used_codes),
            "must_change_password": account.must_change(desk.tools.clock.today()),
            "must_enrol_second_factor": account.must_enrol(who.rules),
        }
    )


@router.post("/v1/accounts/me/password", summary="Change the own password")
async def change_password(body: NewPassword, who: HolderHere, desk: DeskHere) -> JSONResponse:
    """All sessions end; this one goes on with the token of the answer."""
    outcome, again = await handlers.change_password(desk, who, body.current, body.new)
    return JSONResponse({**told(outcome), **told_session(again)})


@router.post("/v1/accounts/me/second-factor", status_code=201, summary="Enrol a device")
async def enrol(body: Enrol, who: HolderHere, desk: DeskHere) -> JSONResponse:
    """The secret for an app (RFC 6238), shown this once; it counts when `confirm` was given a code of it."""
    made = await handlers.enrol(desk, who, body.password)
    return JSONResponse({**told(made.outcome), "secret": made.secret, "address": made.address}, 201)


@router.post("/v1/accounts/me/second-factor/confirm", summary="Show a code of the device")
async def confirm(body: Confirm, who: HolderHere, desk: DeskHere) -> JSONResponse:
    """Recovery codes, shown this once, and a token with the roles."""
    outcome, again, codes = await handlers.confirm(desk, who, body.code)
    return JSONResponse({**told(outcome), **told_session(again), "recovery_codes": list(codes)})


@router.post("/v1/accounts/me/second-factor/remove", summary="Give the device up")
async def remove(body: Remove, who: HolderHere, desk: DeskHere) -> JSONResponse:
    """To enrol another one: where a second factor is required, the token carries no role until then."""
    outcome, again = await handlers.remove(desk, who, body.password, body.code)
    return JSONResponse({**told(outcome), **told_session(again)})


@router.post("/v1/accounts/me/end-sessions", summary="Sign out everywhere")
async def end_own_sessions(who: HolderHere, desk: DeskHere) -> JSONResponse:
    """This session ends as well."""
    return answer(await handlers.end_all(desk, who))
