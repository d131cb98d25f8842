"""`/v1/sweep-townships`, `/v1/sweep-sheets`, `/v1/sweep-rows`: the same lists over all sweeps, a sweep as a filter.

So that a branch finds its own sheets, a task its sheet, and a figure its people, without knowing the sweep first.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.registry.domain.sweep_sheet import SHEET
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown
from guiyan.registry.doors.sweep_tables import ALL_ROWS, ALL_SHEETS, ALL_TOWNSHIPS, SIDES, RowNames
from guiyan.registry.projections.sweep_documents import SHEETS
from guiyan.service.caller import Caller, requires
from guiyan.service.resources import AtTime, get_history, history_answer
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["sweeps"])
Reader = Annotated[Caller, requires(*roles.READ)]


@router.get("/v1/sweep-townships", summary="Sums by township, of any sweep", **ALL_TOWNSHIPS.openapi())
async def all_townships(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Of the own scope; `sweep_id` narrows to one sweep."""
    return await ALL_TOWNSHIPS.answer(request, caller, tools.sweeps, where=caller.scope.where("township"))


@router.get("/v1/sweep-sheets", summary="Progress, a row a branch, of any sweep", **ALL_SHEETS.openapi())
async def all_sheets(request: Request, caller: Reader, tools: ToolsHere, tree: OfTree) -> Response:
    """摸底排查进度 of the own scope: a branch sees its own sheets, a township those that it checks."""
    where = await tree.narrowed(caller, tools, caller.scope.where(*SIDES))
    return await ALL_SHEETS.answer(request, caller, tools.sweeps, where=where)


@router.get("/v1/sweep-sheets/{sheet_id}", summary="One sheet, by its own id")
async def get_sheet_by_id(sheet_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """As a task names it; its acts are under `/v1/sweeps/{sweep_id}/sheets/{branch}`."""
    found = await get_visible(caller, tools.sweeps, SHEETS, sheet_id, caller.scope.where(*SIDES))
    return await shown(tools.sweeps, ALL_SHEETS.columns, found)


@router.get("/v1/sweep-sheets/{sheet_id}/history", summary="Every event of one sheet")
async def sheet_history_by_id(sheet_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first: who found what, and when it was handed in, given back, accepted."""
    await get_visible(caller, tools.sweeps, SHEETS, sheet_id, caller.scope.where(*SIDES))
    return history_answer(await get_history(tools.ledger, SHEET, sheet_id), at=at)


@router.get("/v1/sweep-rows", summary="The people behind the figures, of any sweep", **ALL_ROWS.openapi())
async def all_rows(request: Request, caller: Reader, tools: ToolsHere, tree: OfTree) -> Response:
    """Of a sheet, a branch or a township, with what was found; names are masked."""
    where = await tree.narrowed(caller, tools, caller.scope.where(*SIDES))
    return await ALL_ROWS.answer(request, caller, tools.sweeps, where=where, complete=RowNames(tools).complete)
