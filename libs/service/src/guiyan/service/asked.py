"""What a read may be asked: the parameters that its door declares, and no others - nothing is ignored in silence.

A misspelt filter would else answer with everything, and nobody would notice (contract.md §5).
"""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRoute

from guiyan.service.filters import shown_name
from guiyan.service.problems import FieldProblem, Invalid

MAX_FAULTS: Final = 50


def refuse_unknown(request: Request) -> None:
    """Raise Invalid (422) that names every parameter of the query which this door does not know."""
    route = request.scope.get("route")
    if not request.url.query or not isinstance(route, APIRoute):
        return
    known, is_list = parameters_of(route)
    unknown = dict.fromkeys(name for name in request.query_params if name not in known)
    if unknown:
        code, told = "unknown_filter" if is_list else "unknown_parameter", {"known": ", ".join(known)}
        raise Invalid([FieldProblem(f"?{shown_name(one)}", code, told) for one in unknown][:MAX_FAULTS])


def parameters_of(route: APIRoute) -> tuple[tuple[str, ...], bool]:
    """The names a door declares, itself, by what it depends on, or as a list does; and whether it is a list."""
    listed = [one["name"] for one in (route.openapi_extra or {}).get("parameters", ()) if one["in"] == "query"]
    return tuple(dict.fromkeys([*listed, *_declared(route.dependant)])), bool(listed)


def _declared(dependant: Any) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for one in dependant.dependencies:
        yield from _declared(one)
