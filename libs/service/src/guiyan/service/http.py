"""The HTTP application of a service: one factory, so that every service answers in the same manner."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from guiyan.ledger import LedgerError
from guiyan.service import health as health_doors
from guiyan.service import pages
from guiyan.service.caller import Shell
from guiyan.service.health import Health
from guiyan.service.middleware import Doorkeeper, Gate, Gates
from guiyan.service.problems import MEDIA_TYPE, Problem, from_error, render
from guiyan.service.routing import include

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_NDJSON: Final = frozenset(
    {
        "application/json",
        "application/x-ndjson",
        "application/ndjson",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    }
)
PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "code", "detail", "correlation_id"],
    "properties": {
        "type": {"type": "string", "description": "URN of the kind of problem"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable code of the problem"},
        "detail": {"type": "string", "description": "What happened, in the language of Accept-Language"},
        "correlation_id": {"type": "string", "description": "Names this request in the logs"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, or ?name of the query"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_ANY_PROBLEM: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "A problem",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def operation_id(route: APIRoute) -> str:
    """An operation's id in the OpenAPI document: the resource and the function, since many resources know one verb."""
    resource = route.path.removeprefix("/v1/").partition("/")[0]
    return f"{resource}_{route.name}".replace("-", "_")


def create_app(  # noqa: PLR0913 - a composition names its parts
    shell: Shell,
    health: Health,
    routers: Sequence[APIRouter],
    *,
    title: str,
    version: str = "0.1.0",
    description: str = "",
    body_limit_bytes: int = 1_048_576,
    ingest_body_limit_bytes: int = 8_388_608,
    gates: Mapping[str, Gate] | None = None,
    state: Mapping[str, Any] | None = None,
    lifespan: Lifespan | None = None,
    asyncapi: Callable[[], Mapping[str, Any]] | None = None,
) -> FastAPI:
    """The application with the service's routers (each with its whole path, `/v1/…`) and the doors all have.

    `gates` allow other sizes and media types of bodies under a path prefix (an upload of a file); `state` becomes
    attributes of `app.state`, where the service's doors find what they work with.
    """
    app = FastAPI(
        title=title,
        version=version,
        description=description,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
        responses=_ANY_PROBLEM,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    app.state.shell = shell
    app.state.health = health
    app.state.asyncapi = asyncapi
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    own_gates = {"/v1/ingest/": Gate(ingest_body_limit_bytes, _NDJSON), **(gates or {})}
    app.add_middleware(
        Doorkeeper, gates=Gates(Gate(body_limit_bytes), own_gates), catalogue=shell.catalogue, metrics=shell.metrics
    )
    for kind in (HTTPException, RequestValidationError, Problem, LedgerError):
        app.add_exception_handler(kind, _answer)
    for router in (*routers, health_doors.router, _documents):
        include(app, router)
    _describe_problems(app)
    return app


async def _answer(request: Request, error: Exception) -> Response:
    """The answer to an error that has a meaning for the caller; others go up to the Doorkeeper."""
    problem = from_error(error)
    if problem is None:
        raise error
    return render(problem, request.app.state.shell.catalogue, request.state.language, request.state.correlation_id)


def _describe_problems(app: FastAPI) -> None:
    """Put the schema of problems into the OpenAPI document that every response refers to."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way


_documents = APIRouter(include_in_schema=False)


@_documents.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The OpenAPI document as a page that needs nothing from elsewhere."""
    return HTMLResponse(pages.openapi_page(request.app.openapi()))


@_documents.get("/asyncapi")
async def asyncapi_document(request: Request) -> Response:
    """The AsyncAPI 3 document: a page for a browser, JSON for everybody else."""
    make = request.app.state.asyncapi
    if make is None:
        raise Problem(404, "no_such_address")
    document = make()
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(pages.asyncapi_page(document))
    return JSONResponse(document)
