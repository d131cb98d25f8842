"""Problems: every error a caller sees, as RFC 9457 `application/problem+json` with a stable code.

Problem            an error with its HTTP status and code; raise it anywhere below a door
├── Unauthenticated  401
├── Forbidden        403
├── NotFound         404, also for what lies outside the caller's scope
├── Invalid          422 with one FieldProblem or more
└── Unavailable      503 with Retry-After
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import nats.errors
import nats.js.errors
import pymongo.errors
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from guiyan.ledger import (
    Contention,
    LedgerUnavailable,
    OutcomeUnknown,
    PersonErased,
    Refused,
    VersionConflict,
    WrongSequence,
)
from guiyan.ledger.database import StoreUnavailable
from guiyan.ledger.errors import CommandIdTaken
from guiyan.service.forms import form_of
from guiyan.service.language import Language
from guiyan.service.messages import PYDANTIC, Catalogue

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 2
MAX_FIELD_PROBLEMS: Final = 50
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_PARAMETERS: Final = frozenset({"min_length", "max_length", "expected"})
_LIMITS: Final = ("ge", "gt", "le", "lt")
_TITLES: Final[Mapping[int, str]] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    423: "Locked",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field at fault: where (a JSON pointer into the body, or `?name` of the query), a code, its parameters."""

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """An error with its HTTP meaning; `params` fill the message and never hold what the caller sent."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.params = dict(params or {})


class Unauthenticated(Problem):
    """401: no token, or none that can be believed."""

    def __init__(self, code: str = "unauthenticated") -> None:
        super().__init__(401, code, headers={"WWW-Authenticate": 'Bearer realm="guiyan"'})


class Forbidden(Problem):
    """403: the caller's role does not allow it."""

    def __init__(self, code: str = "forbidden") -> None:
        super().__init__(403, code)


class NotFound(Problem):
    """404: there is none, or it lies outside the caller's scope; the two cannot be told apart."""

    def __init__(self, code: str = "not_found") -> None:
        super().__init__(404, code)


class Invalid(Problem):
    """422: fields at fault."""

    def __init__(self, errors: Sequence[FieldProblem]) -> None:
        super().__init__(422, "invalid", errors=errors, params={"count": len(errors)})


class Unavailable(Problem):
    """503: a dependency is away, or a projection is behind; the caller may try again."""

    def __init__(self, code: str = "unavailable", params: Mapping[str, object] | None = None) -> None:
        super().__init__(503, code, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}, params=params)


# What a dependency that is away looks like, by driver.
AWAY: Final[tuple[type[BaseException], ...]] = (
    LedgerUnavailable,
    StoreUnavailable,
    pymongo.errors.ConnectionFailure,
    pymongo.errors.ExecutionTimeout,
    pymongo.errors.WaitQueueTimeoutError,
    nats.errors.TimeoutError,
    nats.errors.NoRespondersError,
    nats.errors.NoServersError,
    nats.errors.ConnectionClosedError,
    nats.errors.ConnectionReconnectingError,
    nats.errors.OutboundBufferLimitError,
    nats.js.errors.ServiceUnavailableError,
    nats.js.errors.NoStreamResponseError,
    TimeoutError,
    ConnectionError,
)


def from_error(error: BaseException) -> Problem | None:  # noqa: C901, PLR0911 - one return per kind of error
    """The problem an error means to the caller; None when it is a fault of ours."""
    match error:
        case Problem():
            return error
        case Refused():
            return _refused(error)
        case VersionConflict():
            return Problem(409, "version_conflict", params={"expected": error.expected, "actual": error.actual})
        case CommandIdTaken():
            fault = FieldProblem("header:Idempotency-Key", "idempotency_key_reused")
            return Problem(422, "idempotency_key_reused", errors=[fault])
        case Contention() | WrongSequence():
            return Problem(409, "contention", headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        case PersonErased():
            return Problem(409, "person_erased")
        case OutcomeUnknown():
            return Unavailable("outcome_unknown")
        case RequestValidationError():
            return _request(error)
        case ValidationError():
            return None  # a model of ours that does not hold is our fault, not the caller's
        case HTTPException():
            return _http(error)
        case _:
            return Unavailable() if isinstance(error, AWAY) else None


def internal(correlation_id: str) -> Problem:
    """500: says the correlation id and nothing else."""
    return Problem(500, "internal", params={"correlation_id": correlation_id})


def render(problem: Problem, catalogue: Catalogue, language: Language, correlation_id: str) -> JSONResponse:
    """The response that tells a problem."""
    body: dict[str, Any] = {
        "type": f"urn:guiyan:problem:{problem.code}",
        "title": _TITLES.get(problem.status, "Error"),
        "status": problem.status,
        "code": problem.code,
        "detail": catalogue.text(problem.code, language, problem.params),
        "correlation_id": correlation_id,
    }
    if problem.errors:
        body["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": catalogue.text(fault.code, language, fault.params)}
            for fault in problem.errors
        ]
    headers = {"Content-Language": language, "Cache-Control": "no-store", **problem.headers}
    return JSONResponse(body, problem.status, headers=headers, media_type=MEDIA_TYPE)


def field_problems(faults: Iterable[Any], *, strip: int = 0, where: str = "") -> list[FieldProblem]:
    """Pydantic's faults as field problems: our codes, no value of the caller's, at most MAX_FIELD_PROBLEMS.

    `strip` leading parts of each location are dropped; `where` is put in front of the pointer.
    """
    return [
        FieldProblem(where + pointer(fault["loc"][strip:]), _code(fault["type"]), _params(fault.get("ctx") or {}))
        for fault, _ in zip(faults, range(MAX_FIELD_PROBLEMS), strict=False)
    ]


def pointer(parts: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901); a part that the caller made up, not our model, is shown as `*`."""
    return "".join(f"/{part}" if isinstance(part, int) or _PLAIN_NAME.fullmatch(part) else "/*" for part in parts)


def _code(kind: str) -> str:
    if kind in PYDANTIC:
        return PYDANTIC[kind]
    if kind in {"value_error", "assertion_error"}:
        return "invalid_value"
    return "invalid_type" if kind.endswith(("_type", "_parsing", "_attributes_type")) else kind


def _params(context: Mapping[str, Any]) -> dict[str, object]:
    params: dict[str, object] = {key: context[key] for key in _PARAMETERS if key in context}
    if "pattern" in context:
        params["form"] = form_of(str(context["pattern"]))
    limit = next((context[key] for key in _LIMITS if key in context), None)
    return params if limit is None else {**params, "limit": limit}


def _refused(error: Refused) -> Problem:
    fault = () if error.pointer is None else (FieldProblem(error.pointer, error.code, error.params),)
    return Problem(error.status, error.code, errors=fault, params=error.params)


def _request(error: RequestValidationError) -> Problem:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem(400, "malformed")
    places = {"query": "?", "header": "header:", "path": "path:", "cookie": "cookie:"}
    found: list[FieldProblem] = []
    for fault in faults[:MAX_FIELD_PROBLEMS]:
        source = str(fault["loc"][0]) if fault["loc"] else "body"
        one = field_problems([fault], strip=1)[0]
        if source in places:
            one = FieldProblem(places[source] + one.pointer.lstrip("/"), one.code, one.params)
        found.append(one)
    return Invalid(found)


def _http(error: HTTPException) -> Problem:
    codes = {404: "no_such_address", 405: "method_not_allowed", 401: "unauthenticated", 403: "forbidden"}
    code = codes.get(error.status_code, "malformed" if error.status_code < 500 else "unavailable")  # noqa: PLR2004 - from here on a status is the server's fault
    status = error.status_code if error.status_code in _TITLES else 400
    return Problem(status, code, headers=error.headers)
