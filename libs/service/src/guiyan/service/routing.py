"""Which router answers: found by how the path begins, so that a request costs the same however many doors there are."""

from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Scope


def include(app: FastAPI, router: APIRouter) -> None:
    """Include a router whose doors are asked only about paths that begin like one of them.

    FastAPI asks every included router about every request, and each of them every of its routes, twice over.
    """
    before = len(app.router.routes)
    app.include_router(router)
    stems = tuple({getattr(route, "path", "/").partition("{")[0] for route in router.routes})
    for route in app.router.routes[before:]:
        _guard(route, stems)


def _guard(route: BaseRoute, stems: tuple[str, ...]) -> None:
    ask = route.matches

    def matches(scope: Scope) -> tuple[Match, Any]:
        return ask(scope) if scope.get("path", "").startswith(stems) else (Match.NONE, {})

    route.matches = matches  # type: ignore[method-assign]  # a route is asked through this one method
