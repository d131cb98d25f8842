"""The gate of every HTTP request: correlation, size, media type, time taken, and the last answer to any error."""

import asyncio
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guiyan.service import telemetry
from guiyan.service.language import Language, negotiate
from guiyan.service.messages import Catalogue
from guiyan.service.metrics import Metrics
from guiyan.service.problems import Problem, from_error, internal, render

CORRELATION_HEADER: Final = "X-Correlation-Id"
BODY_TIMEOUT_SECONDS: Final = 30.0
JSON_TYPES: Final = frozenset({"application/json"})
_CORRELATION = re.compile(r"[0-9a-fA-F-]{32,36}")
_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})

log = structlog.get_logger("guiyan.http")


@dataclass(frozen=True, slots=True)
class Gate:
    """What a body may be at the addresses under one path prefix."""

    body_limit_bytes: int
    media_types: frozenset[str] = JSON_TYPES


@dataclass(frozen=True)
class Gates:
    """The gate of each address: the first prefix that fits, else the default."""

    default: Gate
    by_prefix: Mapping[str, Gate] = field(default_factory=dict)

    def of(self, path: str) -> Gate:
        """The gate in front of a path."""
        return next((gate for prefix, gate in self.by_prefix.items() if path.startswith(prefix)), self.default)


class Doorkeeper:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, gates: Gates, catalogue: Catalogue, metrics: Metrics) -> None:
        self._app = app
        self._gates = gates
        self._catalogue = catalogue
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, and answer for it whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(scope, send)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(correlation_id=visit.correlation_id)
        with telemetry.server_span(scope["method"], visit.headers) as span:
            try:
                await self._app(scope, await self._admit(visit, receive), visit.send)
            except Exception as error:  # noqa: BLE001 - the last resort of every request
                await self._answer(visit, error, scope, receive)
            finally:
                span.end_with(visit.route, visit.status)
                self._tell(visit)
                structlog.contextvars.clear_contextvars()

    async def _admit(self, visit: "_Visit", receive: Receive) -> Receive:
        gate = self._gates.of(visit.path)
        body = await _body(visit.headers, receive, gate.body_limit_bytes)
        if body:
            _check_media_type(visit.headers, gate.media_types)
        return _replay(body, receive)

    async def _answer(self, visit: "_Visit", error: Exception, scope: Scope, receive: Receive) -> None:
        problem = from_error(error)
        if problem is None:
            log.error("request failed by a fault of ours", method=visit.method, route=visit.route, exc_info=error)
            problem = internal(visit.correlation_id)
        if visit.started:  # the headers are out: all that is left is to break off
            raise error
        response = render(problem, self._catalogue, visit.language, visit.correlation_id)
        await response(scope, receive, visit.send)

    def _tell(self, visit: "_Visit") -> None:
        seconds = time.perf_counter() - visit.began
        self._metrics.requests.labels(visit.method, visit.route, str(visit.status)).observe(seconds)
        if visit.path not in _QUIET:
            log.info(
                "request",
                method=visit.method,
                route=visit.route,
                status=visit.status,
                milliseconds=round(seconds * 1000, 1),
            )


class _Visit:
    """One request on its way through the gate."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self.began = time.perf_counter()
        self.headers = Headers(scope=scope)
        self.language: Language = negotiate(self.headers.get("accept-language"))
        self.correlation_id = _correlation_id(self.headers.get(CORRELATION_HEADER))
        self.status = 500
        self.started = False
        state: dict[str, Any] = scope.setdefault("state", {})
        state.update(correlation_id=self.correlation_id, language=self.language)

    @property
    def path(self) -> str:
        return str(self._scope["path"])

    @property
    def method(self) -> str:
        method = str(self._scope["method"])
        return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "OTHER"

    @property
    def route(self) -> str:
        """The route's template: a label that does not grow, and no id of anybody."""
        return str(getattr(self._scope.get("route"), "path", "unmatched"))

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[CORRELATION_HEADER] = self.correlation_id
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


def _correlation_id(given: str | None) -> str:
    """The caller's correlation id when it is a UUID (anything else might be personal), else a new one."""
    if given and _CORRELATION.fullmatch(given):
        try:
            return str(uuid.UUID(given))
        except ValueError:
            pass
    return str(uuid.uuid4())


async def _body(headers: Headers, receive: Receive, limit: int) -> bytes:
    """The whole body; raises Problem 413 as soon as it is too large, 400 when it does not come."""
    too_large = Problem(413, "too_large", params={"limit": limit})
    declared = headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit():
        raise Problem(400, "malformed")
    if int(declared[:20]) > limit:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > limit:
                    raise too_large
                more = message.get("more_body", False)
    except TimeoutError:
        raise Problem(400, "malformed") from None
    return b"".join(parts)


def _check_media_type(headers: Headers, allowed: frozenset[str]) -> None:
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        raise Problem(415, "unsupported_media_type", params={"expected": ", ".join(sorted(allowed))})


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body already read, then whatever the connection says next."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
