"""`/v1/sweeps`: the three windows of a year and sweeps in between, with their townships' sums (S-13, S-30, S-31)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.values import OrgCode
from guiyan.registry.commands import sweeps as handlers
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.sweep import SWEEP
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown
from guiyan.registry.doors.sweep_acts import of_sweep, to_check
from guiyan.registry.doors.sweep_tables import SWEEP_LIST, TOTALS, TOWNSHIP_LIST
from guiyan.registry.projections.sweep_documents import SWEEPS
from guiyan.service.asks import Ask, DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.reads import Document, Query
from guiyan.service.resources import AtTime, answer, get_history, history_answer

router = APIRouter(tags=["sweeps"])
Reader = Annotated[Caller, requires(*roles.READ)]
Planner = Annotated[Commander, commands(*roles.REGISTER)]
Officer = Annotated[Commander, commands(*roles.DECIDE)]


class NewSweep(Ask):
    """A sweep in between: its first and last day, and whose it is (the own organisation when absent)."""

    root_org: OrgCode | None = None
    opens_on: date
    closes_on: date


class Extended(Ask):
    """Until when, by which document."""

    closes_on: date
    document_no: DocumentNumber


class Cancelled(DatedAsk):
    """By which document, if there is one."""

    document_no: DocumentNumber | None = None


class TownshipChecked(DatedAsk):
    """Branches that handed nothing in, each by its code."""

    missing: Annotated[tuple[OrgCode, ...], Field(max_length=1_000)] = ()


class Reported(DatedAsk):
    """To which organisation, when it has a code."""

    to_org: OrgCode | None = None


def taking_part(caller: Caller, tools: Tools) -> Query:
    """Sweeps of the organisations in scope, and of those above: every branch sees the sweep that it takes part in."""
    above = {one.code for one in tools.directory.path(caller.scope.org)}
    return {"root_org": {"$in": sorted(caller.scope.codes | above)}}


async def find_sweep(caller: Caller, tools: Tools, sweep_id: str) -> Document:
    """The sweep's document; raises NotFound when the caller takes no part in it."""
    return await get_visible(caller, tools.sweeps, SWEEPS, sweep_id, taking_part(caller, tools))


@router.get("/v1/sweeps", summary="Sweeps that the own organisation holds or takes part in", **SWEEP_LIST.openapi())
async def list_sweeps(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Planned ones too: the next window stands here a month ahead."""
    return await SWEEP_LIST.answer(request, caller, tools.sweeps, where=taking_part(caller, tools))


@router.post("/v1/sweeps", status_code=201, summary="Plan a sweep in between")
async def plan(body: NewSweep, caller: Planner, tools: ToolsHere) -> JSONResponse:
    """For whatever lies below the organisation; it opens on its first day by itself (S-31)."""
    days = handlers.Days(body.root_org or caller.scope.org, body.opens_on, body.closes_on)
    done = await handlers.plan_sweep(tools, Asker.of_caller(caller), days)
    return answer(done, location=f"/v1/sweeps/{done.id}")


@router.get("/v1/sweeps/{sweep_id}", summary="One sweep")
async def get_sweep(sweep_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """With the sums of all, for those who see all of it.

    `acts` are the verbs that the caller can do with it next, `to_check` the townships whose sheets the caller can
    check.
    """
    found = await find_sweep(caller, tools, sweep_id)
    whole = caller.scope.covers(found["root_org"])
    state, _ = await tools.load(SWEEP, sweep_id)
    next_ = {"acts": of_sweep(caller, state, tools.when(None)), "to_check": to_check(caller, state)}
    return await shown(tools.sweeps, (*SWEEP_LIST.columns, *(TOTALS if whole else ())), found, **next_)


@router.get("/v1/sweeps/{sweep_id}/history", summary="Every event of one sweep")
async def sweep_history(sweep_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; for those who see all of it, because it tells every township's sums."""
    whole = caller.scope.where("root_org")
    await get_visible(caller, tools.sweeps, SWEEPS, sweep_id, whole)
    return history_answer(await get_history(tools.ledger, SWEEP, sweep_id), at=at)


@router.get("/v1/sweeps/{sweep_id}/townships", summary="Sums by township", **TOWNSHIP_LIST.openapi())
async def list_townships(sweep_id: str, request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Each the sum of its sheets at this moment; together they are the sweep's."""
    TOWNSHIP_LIST.question(request.query_params.multi_items())
    await find_sweep(caller, tools, sweep_id)
    where = {"$and": [{"sweep_id": sweep_id}, caller.scope.where("township")]}
    return await TOWNSHIP_LIST.answer(request, caller, tools.sweeps, where=where)


@router.post("/v1/sweeps/{sweep_id}/townships/{township}/check", summary="The township checked its sheets")
async def check_township(
    sweep_id: str, township: str, body: TownshipChecked, caller: Officer, tools: ToolsHere
) -> JSONResponse:
    """All of them, those that are missing by name; what was checked changes no more."""
    asker = Asker.of_caller(caller)
    done = await handlers.check_township(
        tools, asker, sweep_id, township, missing=body.missing, occurred_on=body.occurred_on
    )
    return answer(done)


@router.post("/v1/sweeps/{sweep_id}/extend", summary="Move the last day, by a document")
async def extend(sweep_id: str, body: Extended, caller: Officer, tools: ToolsHere) -> JSONResponse:
    """Nothing is extended in silence, and nothing is shortened."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.extend_sweep(tools, asker, sweep_id, body.closes_on, body.document_no))


@router.post("/v1/sweeps/{sweep_id}/cancel", summary="A planned sweep will not take place")
async def cancel(sweep_id: str, body: Cancelled, caller: Planner, tools: ToolsHere) -> JSONResponse:
    """Before it opens; the window after it comes all the same."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.cancel_sweep(tools, asker, sweep_id, body.document_no, body.occurred_on))


@router.post("/v1/sweeps/{sweep_id}/close", summary="The city closes the sweep")
async def close(sweep_id: str, body: DatedAsk, caller: Officer, tools: ToolsHere) -> JSONResponse:
    """When all townships have checked; the organisation whose sweep it is closes it."""
    return answer(await handlers.close_sweep(tools, Asker.of_caller(caller), sweep_id, body.occurred_on))


@router.post("/v1/sweeps/{sweep_id}/report", summary="The result was reported upward")
async def report(sweep_id: str, body: Reported, caller: Officer, tools: ToolsHere) -> JSONResponse:
    """After it was closed."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.report_sweep(tools, asker, sweep_id, body.to_org, body.occurred_on))
