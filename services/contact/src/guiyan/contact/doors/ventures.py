"""`/v1/ventures`: members who come home to start something of their own: interest, stages, support (S-44)."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.contact.domain import venture as ask
from guiyan.contact.domain.venture import VENTURE
from guiyan.contact.doors import care_parts
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.care_parts import CareHere
from guiyan.contact.doors.parts import Keeper, Reader, Teller
from guiyan.contact.projections.care_records import VENTURES
from guiyan.events.codes import EntrepreneurshipStage, SupportKind
from guiyan.events.values import Id
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.resources import AtTime, answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["ventures"])

LIST: Final = Listing(
    name="ventures",
    collection=VENTURES,
    title_zh="返乡创业台账",
    title_en="Return-home entrepreneurship",
    ledger=True,
    columns=(
        *care_parts.WHO,
        Column("org_code", "帮扶单位", "Looked after by", 16, book="organisation"),
        Column("begun_on", "登记日期", "Recorded", 12),
        Column("stage", "阶段", "Stage", 10, labels=labels(EntrepreneurshipStage)),
        Column("supports", "扶持", "Support", 24),
        Column("supported_on", "最近扶持", "Last support", 12),
        Column("open", "在办", "Open", 6),
        Column("ended_on", "结束日期", "Ended", 12),
        *care_parts.BY,
    ),
    filters={
        **care_parts.NARROW,
        "stage": Filter(choices=tuple(EntrepreneurshipStage)),
        "open": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "branch", "begun_on", "stage"),
)


class NewVenture(Body):
    """Whose interest it is."""

    member_id: Id


class Reached(Body):
    """The new stage."""

    stage: EntrepreneurshipStage


class Given(Body):
    """What kind of support."""

    support: SupportKind


@router.get("/v1/ventures", summary="Ventures of the own scope", **LIST.openapi())
async def list_ventures(request: Request, caller: Reader, desk: CareHere) -> Response:
    """A member sees the own ones."""
    return await care_parts.listed(request, caller, desk, LIST, care_parts.visible(caller))


@router.post("/v1/ventures", status_code=201, summary="A member would like to start something at home")
async def begin(body: NewVenture, caller: Teller, desk: CareHere) -> JSONResponse:
    """The member's branch looks after it."""
    member = await desk.member(caller, body.member_id, own=True)
    act = ask.Interest(**desk.when(body.occurred_on), member_id=body.member_id, org_code=member["branch"])
    outcome = await desk.run(caller, VENTURE, caller.new_id("venture"), act)
    return answer(outcome, location=f"/v1/ventures/{outcome.id}")


@router.get("/v1/ventures/{venture_id}", summary="One venture")
async def get_venture(venture_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    return await care_parts.one(caller, desk, LIST, VENTURE, venture_id, care_parts.visible(caller), at)


@router.get("/v1/ventures/{venture_id}/history", summary="Every event of one venture")
async def venture_history(venture_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    return await care_parts.history(caller, desk, LIST, VENTURE, venture_id, care_parts.visible(caller), at)


@router.post("/v1/ventures/{venture_id}/reach", summary="It came to a new stage")
async def reach(venture_id: str, body: Reached, caller: Keeper, desk: CareHere) -> JSONResponse:
    """Forward only."""
    act = ask.Reach(**desk.when(body.occurred_on), stage=body.stage)
    return answer(await desk.act(caller, VENTURE, venture_id, act))


@router.post("/v1/ventures/{venture_id}/support", summary="Support was given")
async def support(venture_id: str, body: Given, caller: Keeper, desk: CareHere) -> JSONResponse:
    """By the caller's organisation."""
    act = ask.Support(**desk.when(body.occurred_on), support=body.support, by_org=caller.principal.org)
    return answer(await desk.act(caller, VENTURE, venture_id, act))


@router.post("/v1/ventures/{venture_id}/end", summary="The record is closed")
async def end(venture_id: str, body: Body, caller: Keeper, desk: CareHere) -> JSONResponse:
    """Whether it had started is told by its stages."""
    return answer(await desk.act(caller, VENTURE, venture_id, ask.End(**desk.when(body.occurred_on))))
