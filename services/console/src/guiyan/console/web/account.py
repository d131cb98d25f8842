"""`/account`: the own account kept by registry - password, second factor, sessions (domain.md §5.2, ADR 0036)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import segno
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from guiyan.console.client import ApiProblem
from guiyan.console.i18n import mark
from guiyan.console.pages import SEE_OTHER, page
from guiyan.console.security.session import Holder
from guiyan.console.web.visitor import Here, Visitor
from guiyan.service.problems import NotFound

router = APIRouter()
OWN: Final = "/v1/accounts/me"
DIFFER: Final = mark("两次输入的新密码不一致。")
CHANGED: Final = mark("密码已更改,其他会话均已结束。")
REMOVED: Final = mark("已解除动态验证码。")


@router.get("/account")
async def account(request: Request, here: Here) -> Response:
    """The account as it is, and what has to be seen to first."""
    return await _page(request, here)


@router.post("/account/password")
async def change_password(request: Request, here: Here) -> Response:
    """Another password; this session goes on with the token of the answer, all others end."""
    form = await request.form()
    if form.get("new") != form.get("again"):
        return await _page(request, here, status=422, faults={"again": DIFFER})
    body = {"current": str(form.get("current", "")), "new": str(form.get("new", ""))}
    return await _do(request, here, f"{OWN}/password", body, said=CHANGED)


@router.post("/account/second-factor")
async def enrol(request: Request, here: Here) -> Response:
    """A device is enrolled: its secret is shown this once, as text and as a code for its camera."""
    form = await request.form()
    body = {"password": str(form.get("password", ""))}
    try:
        told = await here.api.post("registry", f"{OWN}/second-factor", body)
    except ApiProblem as problem:
        return await _page(request, here, status=problem.status, problem=problem)
    picture = segno.make(told["address"], micro=False).svg_inline(scale=4, border=2, omitsize=False)
    return await _page(request, here, secret=told["secret"], picture=picture)


@router.post("/account/second-factor/confirm")
async def confirm(request: Request, here: Here) -> Response:
    """The device has shown a right code: it counts from now on; the codes for recovery are shown this once."""
    form = await request.form()
    return await _do(request, here, f"{OWN}/second-factor/confirm", {"code": str(form.get("code", "")).strip()})


@router.post("/account/second-factor/remove")
async def remove(request: Request, here: Here) -> Response:
    """The device is given up, so that another can be enrolled."""
    form = await request.form()
    body = {"password": str(form.get("password", "")), "code": str(form.get("code", "")).strip()}
    return await _do(request, here, f"{OWN}/second-factor/remove", body, said=REMOVED)


@router.post("/account/end-sessions")
async def end_sessions(request: Request, here: Here) -> Response:
    """Signed out everywhere, here as well."""
    _require_account(here)
    await here.api.post("registry", f"{OWN}/end-sessions", {})
    request.state.holder.end()
    return RedirectResponse("/sign-in", SEE_OTHER)


async def _do(request: Request, here: Visitor, path: str, body: dict[str, str], *, said: str = "") -> Response:
    """Do it, and go on with the token of the answer."""
    _require_account(here)
    try:
        told = await here.api.post("registry", path, body)
    except ApiProblem as problem:
        return await _page(request, here, status=problem.status, problem=problem)
    holder: Holder = request.state.holder
    session = here.session.with_token(str(told["token"]), request.app.state.settings.session_hours)
    holder.begin(session)
    again = replace(here, session=session, api=here.api.of(session.token))
    return await _page(request, again, said=said, codes=told.get("recovery_codes", []))


def _require_account(here: Visitor) -> None:
    """Raise NotFound for who came in otherwise: an identity provider keeps that account."""
    if not here.session.renewable:
        raise NotFound


async def _page(request: Request, here: Visitor, *, status: int = 200, **told: Any) -> Response:
    _require_account(here)
    around: dict[str, Any] = {"problem": None, "faults": {}, "said": "", "secret": "", "picture": "", "codes": []}
    own = await here.api.get("registry", OWN)
    around |= told
    if around["problem"] is not None:
        around["faults"] = {one["pointer"].strip("/"): one["detail"] for one in around["problem"].errors}
    return page(request, "account.html", status=status, own=own, **around)
