"""`/public`: the notice page for everybody, its feed and its calendar; no sign-in, nothing of any person (S-36)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from guiyan.notifications.commands.study import StudyDesk
from guiyan.notifications.public.feeds import ATOM_TYPE, CALENDAR_TYPE, atom, calendar
from guiyan.notifications.public.notices import Board, read_board
from guiyan.notifications.public.page import POLICY, page
from guiyan.service.caller import shell

router = APIRouter(tags=["public"])
ROOT: Final = "/public"
MAX_AGE_SECONDS: Final = 300
OrgPath = Annotated[str, Path(pattern=r"^[0-9]{12}$", description="An organisation: its notices and those below it")]
HTML: Final = "text/html; charset=utf-8"
ATOM: Final = f"{ATOM_TYPE}; charset=utf-8"
CALENDAR: Final = f"{CALENDAR_TYPE}; charset=utf-8"
_SAFE: Final = {"Referrer-Policy": "no-referrer", "Content-Security-Policy": POLICY}


async def _desk(request: Request) -> StudyDesk:
    """The desk, for a caller who is known by address alone and has a bucket of the same size as others."""
    host = request.client.host if request.client else "-"
    shell(request).limiter.check(f"public:{host}")
    found: StudyDesk = request.app.state.study_desk
    return found


Desk = Annotated[StudyDesk, Depends(_desk)]


async def page_of_all(request: Request, desk: Desk) -> Response:
    """Of every organisation here."""
    return await _answer(request, desk, None, _html, HTML)


async def feed_of_all(request: Request, desk: Desk) -> Response:
    """Of every organisation here."""
    return await _answer(request, desk, None, atom, ATOM)


async def calendar_of_all(request: Request, desk: Desk) -> Response:
    """Of every organisation here."""
    return await _answer(request, desk, None, calendar, CALENDAR)


async def page_of(org_code: OrgPath, request: Request, desk: Desk) -> Response:
    """Its own notices and those of all below it."""
    return await _answer(request, desk, org_code, _html, HTML)


async def feed_of(org_code: OrgPath, request: Request, desk: Desk) -> Response:
    """Its own notices and those of all below it."""
    return await _answer(request, desk, org_code, atom, ATOM)


async def calendar_of(org_code: OrgPath, request: Request, desk: Desk) -> Response:
    """Its own notices and those of all below it."""
    return await _answer(request, desk, org_code, calendar, CALENDAR)


for _path, _door, _summary in (
    (ROOT, page_of_all, "The public notice page"),
    (f"{ROOT}/atom.xml", feed_of_all, "The notices as an Atom feed"),
    (f"{ROOT}/calendar.ics", calendar_of_all, "The notices as a calendar"),
    (f"{ROOT}/{{org_code}}", page_of, "The public notice page of an organisation"),
    (f"{ROOT}/{{org_code}}/atom.xml", feed_of, "An organisation's notices as an Atom feed"),
    (f"{ROOT}/{{org_code}}/calendar.ics", calendar_of, "An organisation's notices as a calendar"),
):
    router.get(_path, summary=_summary, response_class=Response)(_door)
    router.head(_path, include_in_schema=False)(_door)


def _html(board: Board, base: str) -> bytes:
    """Links within the page need no host; whoever put another one into the request moves none of them."""
    del base
    return page(board, ROOT, ROOT if board.org is None else f"{ROOT}/{board.org}")


async def _answer(
    request: Request, desk: StudyDesk, org: str | None, made: Callable[[Board, str], bytes], media_type: str
) -> Response:
    """The board in one form, or 304 to whoever has it as it is; caches may keep it for five minutes.

    A shared one keeps a feed only where the settings say what its links begin with: else whoever asks says it.
    """
    whose = "public" if desk.public_url or made is _html else "private"
    board = await read_board(desk.study, desk.directory, org, desk.clock.today())
    base = public_address(request, desk, org)
    body = made(board, base)
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(board.modified_at, usegmt=True),
        "Cache-Control": f"{whose}, max-age={MAX_AGE_SECONDS}",
        **_SAFE,
    }
    if _has_it(request, headers["ETag"], board.modified_at):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def public_address(request: Request, desk: StudyDesk, org: str | None) -> str:
    """Where the page of an organisation, or of all, is reached from outside."""
    host = desk.public_url or str(request.base_url).rstrip("/")
    return host + ROOT + ("" if org is None else f"/{org}")


def _has_it(request: Request, etag: str, modified_at: datetime) -> bool:
    """RFC 9110 §13.2.2: If-None-Match decides where it is given, else If-Modified-Since."""
    matching = request.headers.get("if-none-match")
    if matching is not None:
        told = {one.strip().removeprefix("W/") for one in matching[:1024].split(",")}
        return etag in told or "*" in told
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return modified_at <= parsedate_to_datetime(since[:64]).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return False
