"""The operator's doors over HTTP: `/v1/projections`, `/v1/parked`, `/v1/requests`; for OPS and SYS_ADMIN."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body
from pydantic import ConfigDict, Field
from starlette.responses import JSONResponse

from guiyan.events.exact import Exact
from guiyan.service.auth import Role
from guiyan.service.caller import Caller, requires
from guiyan.service.operations import MAX_REASON_CHARS, Operations

ROLES = (Role.OPS, Role.SYS_ADMIN)
Operator = Annotated[Caller, requires(*ROLES, member_data=False)]


class Rebuild(Exact):
    """How to rebuild."""

    model_config = ConfigDict(extra="forbid")
    switch: bool = Field(default=True, description="Let readers see the new one when both are equal")
    force: bool = Field(default=False, description="Switch even when the documents differ")


class ParkedRef(Exact):
    """Which parked aggregate or timer, by its id in the list, and why an event may be left out."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(max_length=400)
    reason: str | None = Field(default=None, max_length=MAX_REASON_CHARS, description="Needed to skip")


def operations_router(operations: Operations) -> APIRouter:
    """The doors; what takes long answers 202 with the request to look at."""
    router = APIRouter(tags=["operations"])

    @router.get("/v1/projections", summary="Status of projections and policies")
    async def status(_operator: Operator) -> JSONResponse:
        """Position, lag in events and seconds, state, parked work, and whether the follower is alive."""
        return JSONResponse(await operations.status())

    @router.post("/v1/projections/{name}/{operation}", summary="Rebuild, switch, drop, pause or resume")
    async def on_projection(
        name: str,
        operation: Literal["rebuild", "switch", "drop", "pause", "resume"],
        operator: Operator,
        how: Annotated[Rebuild | None, Body()] = None,
    ) -> JSONResponse:
        """Ask for it; a rebuild goes on beside the live documents, and reads never fail meanwhile."""
        arguments: dict[str, Any] = {"projection": name, **(how.model_dump() if how else {})}
        return _asked(await operations.ask(operation, arguments, operator.principal.sub))

    @router.get("/v1/parked", summary="What waits for a person")
    async def parked(_operator: Operator) -> JSONResponse:
        """Parked aggregates and failed timers, with the event at fault and the kind of error."""
        return JSONResponse({"items": await operations.parked()})

    @router.post("/v1/parked/{operation}", summary="Retry or skip parked work")
    async def on_parked(operation: Literal["retry", "skip"], which: ParkedRef, operator: Operator) -> JSONResponse:
        """Apply the queue again, or leave the event at fault out for good, with a reason that is recorded."""
        return _asked(await operations.ask(operation, which.model_dump(exclude_none=True), operator.principal.sub))

    @router.get("/v1/requests/{request_id}", summary="How a request stands")
    async def request(request_id: str, _operator: Operator) -> JSONResponse:
        """State, progress, result or error."""
        return JSONResponse(await operations.request(request_id))

    return router


def _asked(request_id: str) -> JSONResponse:
    return JSONResponse({"request": request_id}, 202, headers={"Location": f"/v1/requests/{request_id}"})
