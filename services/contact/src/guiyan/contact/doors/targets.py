"""`/v1/targets`: the year's target of organised life of each member, looked at once when the year is over (S-39)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.contact.domain import target as ask
from guiyan.contact.domain.target import TARGET
from guiyan.contact.doors import care_parts
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.care_parts import CareHere
from guiyan.contact.doors.parts import Keeper, Reader, Settler
from guiyan.contact.projections.care_records import TARGETS
from guiyan.events.values import Count, Id, Year
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.resources import AtTime, answer
from guiyan.service.tables import Column

router = APIRouter(tags=["targets"])

LIST: Final = Listing(
    name="targets",
    collection=TARGETS,
    title_zh="年度组织生活目标",
    title_en="Yearly targets of organised life",
    ledger=True,
    columns=(
        *care_parts.WHO,
        Column("year", "年度", "Year", 8),
        Column("meetings", "会议次数", "Meetings", 8),
        Column("study_hours", "学时", "Study hours", 8),
        Column("reports", "汇报次数", "Reports", 8),
        Column("meetings_met", "会议完成", "Meetings met", 8),
        Column("study_met", "学时完成", "Study met", 8),
        Column("reports_met", "汇报完成", "Reports met", 8),
        Column("reviewed_on", "年终核对", "Looked at", 12),
        Column("open", "待核对", "Open", 6),
        *care_parts.BY,
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "year": Filter(Kind.INTEGER),
        "open": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "branch", "year"),
)


class NewTarget(Body):
    """What is agreed for the year."""

    member_id: Id
    year: Year
    meetings: Count
    study_hours: Annotated[Count | None, Field(description="study.hours_per_year when absent (R1 Art. 20)")] = None
    reports: Count = 1


class Review(Body):
    """Which parts were met."""

    meetings_met: bool
    study_met: bool
    reports_met: bool


@router.get("/v1/targets", summary="Targets of the own scope", **LIST.openapi())
async def list_targets(request: Request, caller: Reader, desk: CareHere) -> Response:
    """A member sees the own ones."""
    return await care_parts.listed(request, caller, desk, LIST, care_parts.visible(caller))


@router.post("/v1/targets", status_code=201, summary="The year's target is agreed with the member")
async def agree(body: NewTarget, caller: Keeper, desk: CareHere) -> JSONResponse:
    """Of this year or the next; agreed anew, it takes the place of what was agreed before."""
    outcome = await desk.agree_target(
        caller,
        body.member_id,
        body.year,
        meetings=body.meetings,
        study_hours=body.study_hours,
        reports=body.reports,
        on=body.occurred_on,
    )
    return answer(outcome, location=f"/v1/targets/{outcome.id}")


@router.get("/v1/targets/{target_id}", summary="One target")
async def get_target(target_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    return await care_parts.one(caller, desk, LIST, TARGET, target_id, care_parts.visible(caller), at)


@router.get("/v1/targets/{target_id}/history", summary="Every event of one target")
async def target_history(target_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    return await care_parts.history(caller, desk, LIST, TARGET, target_id, care_parts.visible(caller), at)


@router.post("/v1/targets/{target_id}/review", summary="The year is over: which parts were met")
async def review(target_id: str, body: Review, caller: Settler, desk: CareHere) -> JSONResponse:
    """Once; part by part, nothing weighed."""
    said = body.model_dump(exclude={"occurred_on"})
    return answer(await desk.act(caller, TARGET, target_id, ask.Review(**desk.when(body.occurred_on), **said)))
