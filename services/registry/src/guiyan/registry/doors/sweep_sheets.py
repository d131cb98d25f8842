"""`/v1/sweeps/{id}/sheets` and `/rows`: what each branch checks, and every row behind every figure (§6 no. 14)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import DepartureSource, SweepFinding
from guiyan.events.exact import Exact
from guiyan.events.registry.departure import DestinationText, LeavingFacts
from guiyan.events.values import Id
from guiyan.ledger import Refused
from guiyan.registry.commands import sweep_sheets as handlers
from guiyan.registry.commands.departures import Told
from guiyan.registry.commands.inflows import NewInflow
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.sheet_record import sheet_id
from guiyan.registry.domain.sweep_sheet import SHEET
from guiyan.registry.doors import roles
from guiyan.registry.doors.inflows import InflowFacts
from guiyan.registry.doors.parts import ToolsHere, area_warnings, get_visible, given, shown
from guiyan.registry.doors.sweep_acts import of_sheet
from guiyan.registry.doors.sweep_tables import ROW_LIST, SHEET_LIST, SIDES, RowNames
from guiyan.registry.doors.sweeps import find_sweep
from guiyan.registry.projections.sweep_documents import SHEETS
from guiyan.service.asks import Ask, DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.reads import Document, Query
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["sweeps"])
Reader = Annotated[Caller, requires(*roles.READ)]
Checker = Annotated[Commander, commands(*roles.KEEP_TRIPS)]
Submitter = Annotated[Commander, commands(*roles.SUBMIT_SWEEP)]
Officer = Annotated[Commander, commands(*roles.DECIDE)]


class FoundLeaving(LeavingFacts, DestinationText, Exact):
    """Why and where to, as the registration card asks; when is the act's `occurred_on` (S-09, S-14)."""

    model_config = Ask.model_config


class FoundInflow(InflowFacts):
    """Who has come and from where; the host is the branch itself."""


class Check(DatedAsk):
    """What was found about one person, with the facts that belong to it; told once, recorded in both places.

    `occurred_on` is the day of the leaving, the arrival or the return; `checked_on` the day of the check itself.
    """

    finding: SweepFinding
    member_id: Annotated[Id | None, Field(description="A member of the sheet; absent for FOUND_IN")] = None
    leaving: Annotated[FoundLeaving | None, Field(description="For FOUND_OUT: the departure is recorded")] = None
    inflow: Annotated[FoundInflow | None, Field(description="For FOUND_IN: the inflow record is entered")] = None
    certificate_handed_in: Annotated[bool | None, Field(description="For RETURNED")] = None
    checked_on: Annotated[date | None, Field(description="Business date of the check; today when absent")] = None

    def command(self) -> handlers.Finding:
        """As the handler takes it; raises Refused where the facts do not go with the finding."""
        told = {name for name in ("leaving", "inflow", "member_id") if getattr(self, name) is not None}
        if told != _TAKES.get(self.finding, {"member_id"}):
            raise Refused("facts_missing", pointer="/finding")
        return handlers.Finding(
            self.finding,
            self.member_id,
            self._leaving(),
            self._inflow(),
            self.certificate_handed_in,
            self.occurred_on,
            self.checked_on,
        )

    def _leaving(self) -> Told | None:
        if self.leaving is None:
            return None
        words = given(self.leaving, DestinationText.model_fields)
        codes: dict[str, Any] = {**given(self.leaving, LeavingFacts.model_fields), "source": DepartureSource.SWEEP}
        return Told(codes, DestinationText.model_validate(words) if words else None, self.occurred_on)

    def _inflow(self) -> NewInflow | None:
        return None if self.inflow is None else NewInflow(self.inflow.text(), self.inflow.codes(), self.occurred_on)


_TAKES = {SweepFinding.FOUND_OUT: {"member_id", "leaving"}, SweepFinding.FOUND_IN: {"inflow"}}


def _of_sheets(caller: Caller, sweep_id: str) -> Query:
    return {"$and": [{"sweep_id": sweep_id}, caller.scope.where(*SIDES)]}


@router.get("/v1/sweeps/{sweep_id}/sheets", summary="Progress of the sweep, a row a branch", **SHEET_LIST.openapi())
async def list_sheets(sweep_id: str, request: Request, caller: Reader, tools: ToolsHere, tree: OfTree) -> Response:
    """摸底排查进度, by `under` what stands below an organisation."""
    SHEET_LIST.question(request.query_params.multi_items())
    await find_sweep(caller, tools, sweep_id)
    where = await tree.narrowed(caller, tools, _of_sheets(caller, sweep_id))
    return await SHEET_LIST.answer(request, caller, tools.sweeps, where=where)


@router.get("/v1/sweeps/{sweep_id}/rows", summary="The people behind the figures", **ROW_LIST.openapi())
async def list_rows(sweep_id: str, request: Request, caller: Reader, tools: ToolsHere, tree: OfTree) -> Response:
    """Of a branch (`branch`) or a township, with what was found (`finding`); names are masked."""
    ROW_LIST.question(request.query_params.multi_items())
    await find_sweep(caller, tools, sweep_id)
    where = await tree.narrowed(caller, tools, _of_sheets(caller, sweep_id))
    return await ROW_LIST.answer(request, caller, tools.sweeps, where=where, complete=RowNames(tools).complete)


@router.get("/v1/sweeps/{sweep_id}/sheets/{branch}", summary="One branch's sheet")
async def get_sheet(sweep_id: str, branch: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """With its figures, and the verbs that the caller can do next (`acts`); rows: `/v1/sweeps/{id}/rows?branch=`."""
    found = await _find_sheet(caller, tools, sweep_id, branch)
    acts = await of_sheet(caller, tools, sweep_id, branch)
    return await shown(tools.sweeps, SHEET_LIST.columns, found, acts=acts)


@router.get("/v1/sweeps/{sweep_id}/sheets/{branch}/history", summary="Every event of one branch's sheet")
async def sheet_history(sweep_id: str, branch: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first: who found what, and when it was handed in, given back, accepted."""
    found = await _find_sheet(caller, tools, sweep_id, branch)
    return history_answer(await get_history(tools.ledger, SHEET, found["_id"]), at=at)


async def _find_sheet(caller: Caller, tools: Tools, sweep_id: str, branch: str) -> Document:
    await find_sweep(caller, tools, sweep_id)
    id_ = sheet_id(sweep_id, branch)
    return await get_visible(caller, tools.sweeps, SHEETS, id_, _of_sheets(caller, sweep_id))


@router.post("/v1/sweeps/{sweep_id}/sheets/{branch}/check", summary="One person was checked")
async def check(sweep_id: str, branch: str, body: Check, caller: Checker, tools: ToolsHere) -> JSONResponse:
    """The finding and the leaving, arrival or return that it means, written together; correctable until handed in."""
    done = await handlers.check_member(tools, Asker.of_caller(caller), sweep_id, branch, body.command())
    told = body.leaving or body.inflow
    areas = {name: getattr(told, name, None) for name in ("dest_area_code", "origin_area_code")}
    return answer(done, warnings=await area_warnings(caller, tools, body.occurred_on, **areas))


@router.post("/v1/sweeps/{sweep_id}/sheets/{branch}/submit", summary="The branch hands its sheet in")
async def submit(sweep_id: str, branch: str, body: DatedAsk, caller: Submitter, tools: ToolsHere) -> JSONResponse:
    """When everybody on it was checked; the figures are the product's."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.submit_sheet(tools, asker, sweep_id, branch, body.occurred_on))


@router.post("/v1/sweeps/{sweep_id}/sheets/{branch}/return", summary="The township gives the sheet back")
async def give_back(sweep_id: str, branch: str, body: DatedAsk, caller: Officer, tools: ToolsHere) -> JSONResponse:
    """For correction, as long as it has not checked."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.return_sheet(tools, asker, sweep_id, branch, body.occurred_on))
