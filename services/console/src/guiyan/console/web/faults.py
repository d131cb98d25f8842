"""Pages that tell what went wrong: in the user's words, with what to do next; never a trace."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from guiyan.console.client import ApiProblem, Away, SignedOut
from guiyan.console.i18n import mark
from guiyan.console.pages import SEE_OTHER, page
from guiyan.console.security.session import LIVE, cookie_name
from guiyan.console.web.visitor import ACCOUNT, AccountFirst, NotSignedIn, Visitor
from guiyan.service.problems import Problem

log = structlog.get_logger("guiyan.console")
TITLES: Final = {
    400: mark("请求有误"),
    403: mark("无权进行此操作"),
    404: mark("没有找到"),
    405: mark("没有找到"),
    409: mark("数据已变化"),
    422: mark("填写的内容有误"),
    429: mark("操作过于频繁"),
    500: mark("系统出现错误"),
    503: mark("服务暂时不可用"),
}
NEXT: Final = {
    403: mark("如确需办理,请联系有权限的同事。"),
    404: mark("该记录不存在,或不在您的管理范围内。"),
    429: mark("请稍候再试。"),
    500: mark("已记录。请稍后再试;如仍出现,请把编号告诉运维人员。"),
    503: mark("请稍候再试;已填写的内容仍保留在本页。"),
}
AWAY: Final = mark("“%(service)s”服务没有应答,请稍候再试;填写的内容都在。")


def install(app: FastAPI) -> None:
    """Make the application answer errors by pages."""
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    app.add_exception_handler(SignedOut, _to_sign_in)
    app.add_exception_handler(AccountFirst, _to_account)
    app.add_exception_handler(Away, _away)
    app.add_exception_handler(ApiProblem, _problem)
    for kind in (HTTPException, Problem, RequestValidationError):
        app.add_exception_handler(kind, _own)


async def _to_sign_in(request: Request, error: Exception) -> Response:
    """To the sign-in page, and back to the same page after it."""
    if isinstance(error, SignedOut):
        request.state.holder.end()
    here = str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
    onward = here if request.method == "GET" else "/"
    had_session = cookie_name(request.app.state.settings) in request.cookies
    ended = "&ended=1" if isinstance(error, SignedOut) or had_session else ""
    target = f"/sign-in?next={quote(onward)}{ended}"
    if "hx-request" in request.headers:
        back = request.headers.get("hx-current-url", "")
        path = "/" + back.split("/", 3)[3] if back.count("/") > 2 else "/"  # noqa: PLR2004 - scheme://host/path
        return Response(status_code=401, headers={"HX-Redirect": f"/sign-in?next={quote(path)}&ended=1"})
    if LIVE in request.headers:
        return Response(status_code=401)
    return RedirectResponse(target, SEE_OTHER)


async def _to_account(request: Request, error: Exception) -> Response:
    """To the page where the account is seen to, from wherever; what a page asks by itself is answered by nothing."""
    del error
    if "hx-request" in request.headers:
        return Response(status_code=403, headers={"HX-Redirect": ACCOUNT})
    return RedirectResponse(ACCOUNT, SEE_OTHER)


async def _away(request: Request, error: Exception) -> Response:
    assert isinstance(error, Away)  # noqa: S101 - registered for it
    return fault(request, 503, service=error.service)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiProblem)  # noqa: S101 - registered for it
    return fault(request, error.status, detail=error.detail)


async def _own(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return fault(request, error.status_code)
    return fault(request, error.status if isinstance(error, Problem) else 422)


def refusal(error: ApiProblem | Away, here: Visitor) -> tuple[list[str], int]:
    """Why a form was not carried out, in words, and the status of the page that says so and has the form as it was."""
    if isinstance(error, Away):
        return [here.words.gettext(AWAY) % {"service": error.service}], 503
    return error.said, error.status


def fault(request: Request, status: int, *, detail: str = "", service: str = "") -> Response:
    """The page of one fault."""
    known = status if status in TITLES else 500 if status >= 500 else 400  # noqa: PLR2004 - the services' own faults
    return page(
        request,
        "fault.html",
        status=status,
        title=TITLES[known],
        detail=detail,
        onward=NEXT.get(known, ""),
        service=service,
        correlation_id=request.state.correlation_id,
    )


class LastResort:
    """ASGI middleware: a fault of ours is logged and told as a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            await self._app(scope, receive, send)
        except Exception:
            log.exception("page failed by a fault of ours", route=getattr(scope.get("route"), "path", ""))
            await fault(Request(scope), 500)(scope, receive, send)
