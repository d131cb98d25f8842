"""Where requests and reports come in: HTTP, one module a resource, and the ingest of township systems."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, Depends, Request

from guiyan.registry.commands.tools import Tools
from guiyan.registry.doors import (
    corrections,
    departures,
    duplicates,
    imports,
    inflows,
    members,
    memberships,
    organisations,
    parameters,
    policy_documents,
)
from guiyan.registry.imports.jobs import Imports


def http_routers(tools: Tools, running: Imports) -> Sequence[APIRouter]:
    """Every resource's router, with the tools in each request's state.

    Dependencies are `async` even where they await nothing: FastAPI gives every other one a thread of its own.
    """
    router = APIRouter(dependencies=[Depends(_binding(tools, running))])
    for resource in (
        organisations,
        members,
        memberships,
        corrections,
        duplicates,
        departures,
        inflows,
        imports,
        parameters,
        policy_documents,
    ):
        router.include_router(resource.router)
    return [router]


def _binding(tools: Tools, running: Imports) -> Callable[[Request], Awaitable[None]]:
    async def bind(request: Request) -> None:
        request.state.tools = tools
        request.state.imports = running

    return bind
