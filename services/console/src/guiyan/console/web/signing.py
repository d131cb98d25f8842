"""Signing in and out, and the choice of the language."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from guiyan.console.client import Away
from guiyan.console.i18n import COOKIE
from guiyan.console.pages import SEE_OTHER, own_address, page
from guiyan.console.security.session import Holder, Session, TokenTooLarge
from guiyan.console.settings import ConsoleSettings
from guiyan.console.signin import local, sample
from guiyan.console.signin.oidc import COOKIE_SECONDS, DONE, Provider
from guiyan.console.signin.ways import FAILED, TOO_LARGE, SignedIn, SignInRefused
from guiyan.console.web.visitor import api_of
from guiyan.console.words import SHANGHAI
from guiyan.service.problems import NotFound

router = APIRouter()
OIDC_COOKIE: Final = "guiyan-sign-in"
YEAR_SECONDS: Final = 365 * 86_400
SECONDS_A_MINUTE: Final = 60


def enter(request: Request, came: SignedIn, onward: str) -> Response:
    """Begin the session; raises SignInRefused when the token is none of ours, or too large."""
    settings: ConsoleSettings = request.app.state.settings
    holder: Holder = request.state.holder
    now = time.time()
    try:
        session = Session.of_token(came.token, now=now, hours=settings.session_hours)
        session = replace(session, renewable=came.renewable)
        request.app.state.sealer.seal(session, now)
    except TokenTooLarge:
        raise SignInRefused(TOO_LARGE) from None
    except ValueError:
        raise SignInRefused(FAILED) from None
    holder.begin(session)
    return RedirectResponse("/account" if came.account_first else onward, SEE_OTHER)


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """The ways in."""
    holder: Holder = request.state.holder
    onward = own_address(request.query_params.get("next"))
    if holder.session is not None:
        return RedirectResponse(onward, SEE_OTHER)
    return _page(request, onward, ended="ended" in request.query_params)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """By a local account."""
    if not request.app.state.settings.local_accounts:
        raise NotFound
    form = await request.form()
    name, password, code = (str(form.get(one, "")) for one in ("name", "password", "code"))
    onward = own_address(str(form.get("next", "")))
    try:
        address = request.client.host if request.client else ""
        tried = local.Tried(name.strip(), password, code.strip(), request.state.language, address)
        came = await local.sign_in(request.app.state.clients, tried)
        return enter(request, came, onward)
    except SignInRefused as refused:
        return _page(request, onward, status=422, refused=refused, name=name)
    except Away as away:
        return _page(request, onward, status=503, away=away.service, name=name)


@router.post("/sign-in/sample")
async def choose_role(request: Request) -> Response:
    """By a role of the made-up city; there is no such door where the setting does not open it."""
    folder = request.app.state.settings.sample_tokens
    if folder is None:
        raise NotFound
    form = await request.form()
    onward = own_address(str(form.get("next", "")))
    try:
        return enter(request, sample.choose(folder, str(form.get("role", ""))), onward)
    except SignInRefused as refused:
        return _page(request, onward, status=422, refused=refused)


@router.get("/sign-in/oidc")
async def begin_oidc(request: Request) -> Response:
    """To the provider, with what its answer is checked against in a cookie of ten minutes."""
    provider, onward = _provider(request), own_address(request.query_params.get("next"))
    try:
        address, cookie = await provider.begin(onward)
    except SignInRefused as refused:
        return _page(request, onward, status=503, refused=refused)
    response = RedirectResponse(address, SEE_OTHER)
    secure = request.app.state.settings.secure
    response.set_cookie(OIDC_COOKIE, cookie, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax")
    return response


@router.get(DONE)
async def end_oidc(request: Request) -> Response:
    """Back from the provider: in, or the page that says that it was not completed."""
    provider = _provider(request)
    try:
        came, onward = await provider.end(request.cookies.get(OIDC_COOKIE, ""), request.query_params)
        response = enter(request, came, own_address(onward))
    except SignInRefused as refused:
        response = _page(request, "/", status=403, refused=refused)
    response.delete_cookie(OIDC_COOKIE)
    return response


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    return provider


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session: its cookie is gone, and an account's session is not prolonged any more."""
    holder: Holder = request.state.holder
    if holder.session is not None and holder.session.renewable:
        await local.sign_out(api_of(request, holder.session.token))
    holder.end()
    return RedirectResponse("/sign-in", SEE_OTHER, headers={"Clear-Site-Data": '"storage"'})


@router.post("/language")
async def choose_language(request: Request) -> Response:
    """The language of all pages from now on."""
    form = await request.form()
    response = RedirectResponse(own_address(str(form.get("next", ""))), SEE_OTHER)
    chosen = "en" if form.get("language") == "en" else "zh-CN"
    secure = request.app.state.settings.secure
    response.set_cookie(COOKIE, chosen, max_age=YEAR_SECONDS, secure=secure, httponly=True, samesite="lax")
    return response


def _again_at(refused: SignInRefused | None) -> str:
    """From when on another try is looked at, to the minute; nothing where it may be tried at once, or never."""
    if refused is None or not refused.seconds:
        return ""
    at = datetime.now(SHANGHAI) + timedelta(seconds=refused.seconds + SECONDS_A_MINUTE - 1)
    return at.strftime("%H:%M")


def _page(request: Request, onward: str, *, status: int = 200, **told: Any) -> Response:
    settings: ConsoleSettings = request.app.state.settings
    around = {
        "onward": onward,
        "local": settings.local_accounts,
        "oidc": settings.oidc_issuer is not None,
        "roles": sample.roles(settings.sample_tokens) if settings.sample_tokens else [],
        "refused": None,
        "again_at": _again_at(told.get("refused")),
        "away": "",
        "name": "",
        "ended": False,
    }
    return page(request, "sign_in.html", status=status, **{**around, **told})
