"""`/v1/reports` and `/v1/home-visits`: that a member reported, came home; never what was said (S-04, S-42)."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.contact.domain import report as ask
from guiyan.contact.domain.report import REPORT
from guiyan.contact.doors import care_parts
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.care_parts import CareHere
from guiyan.contact.doors.parts import Keeper, Reader, Teller
from guiyan.contact.projections.care_records import REPORTS, VISITS
from guiyan.events.codes import ReportForm
from guiyan.events.values import Id
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.resources import AtTime, answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["reports"])

LIST: Final = Listing(
    name="reports",
    collection=REPORTS,
    title_zh="流动党员汇报登记",
    title_en="Reports of members",
    ledger=True,
    columns=(
        *care_parts.WHO,
        Column("given_on", "汇报日期", "Given", 12),
        Column("form", "方式", "Form", 10, labels=labels(ReportForm)),
        Column("to_org", "接收单位", "Received by", 16, book="organisation"),
        Column("due_on", "应汇报日期", "Due", 12),
        Column("overdue", "逾期未汇报", "Overdue", 10),
        *care_parts.BY,
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "given_on": Filter(Kind.DATE),
        "form": Filter(choices=tuple(ReportForm)),
        "due_on": Filter(Kind.DATE),
        "overdue": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "branch", "given_on", "due_on"),
)

VISIT_LIST: Final = Listing(
    name="home-visits",
    collection=VISITS,
    title_zh="返乡登记",
    title_en="Members coming home",
    ledger=True,
    columns=(
        *care_parts.WHO,
        Column("announced_on", "预告日期", "Announced", 12),
        Column("from_on", "返乡日期", "From", 12),
        Column("until", "离乡日期", "Until", 12),
        Column("reported_on", "返乡汇报日期", "Reported", 12),
        Column("reported_to", "汇报支部", "Reported to", 16, book="organisation"),
        *care_parts.BY,
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "from_on": Filter(Kind.DATE),
        "until": Filter(Kind.DATE),
        "reported_on": Filter(Kind.DATE),
        "reported": Filter(Kind.BOOLEAN, field="reported_on", present=True),
    },
    sorts=("_id", "branch", "from_on", "reported_on"),
)


class NewReport(Body):
    """In which form it was given; the caller's organisation received it."""

    member_id: Id
    form: ReportForm | None = None


class NewVisit(Body):
    """A member comes home: announced with its days, or reported as soon as here."""

    member_id: Id
    from_on: Annotated[date | None, Field(description="The first day at home; absent: reports without announcing")] = (
        None
    )
    until: Annotated[date | None, Field(description="The last day at home, with `from_on`")] = None


@router.get("/v1/reports", summary="Reports of the own scope", **LIST.openapi())
async def list_reports(request: Request, caller: Reader, desk: CareHere) -> Response:
    """Given, and overdue; a member sees the own ones."""
    return await care_parts.listed(request, caller, desk, LIST, care_parts.visible(caller))


@router.post("/v1/reports", status_code=201, summary="A member gave a report")
async def give(body: NewReport, caller: Keeper, desk: CareHere) -> JSONResponse:
    """Only that, when, in which form, to whom (S-04)."""
    await desk.member(caller, body.member_id)
    told: dict[str, Any] = {"member_id": body.member_id, "form": body.form, "to_org": caller.principal.org}
    act = ask.Give(**desk.when(body.occurred_on), **told)
    outcome = await desk.run(caller, REPORT, caller.new_id("report"), act)
    return answer(outcome, location=f"/v1/reports/{outcome.id}")


@router.get("/v1/reports/{report_id}", summary="One report")
async def get_report(report_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    return await care_parts.one(caller, desk, LIST, REPORT, report_id, care_parts.visible(caller), at)


@router.get("/v1/reports/{report_id}/history", summary="Every event of one report")
async def report_history(report_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    return await care_parts.history(caller, desk, LIST, REPORT, report_id, care_parts.visible(caller), at)


@router.get("/v1/home-visits", summary="Members coming home, of the own scope", **VISIT_LIST.openapi())
async def list_visits(request: Request, caller: Reader, desk: CareHere) -> Response:
    """Who is expected when, so that the branch can use the time (S-28); a member sees the own ones."""
    return await care_parts.listed(request, caller, desk, VISIT_LIST, care_parts.visible(caller))


@router.post("/v1/home-visits", status_code=201, summary="A member announces coming home, or reports there")
async def announce(body: NewVisit, caller: Teller, desk: CareHere) -> JSONResponse:
    """With `from_on` announced, by the member or the office; without it reported to the branch, told by the office."""
    announced = body.from_on is not None
    member = await desk.member(caller, body.member_id, own=announced)
    when = desk.when(body.occurred_on)
    act: ask.Command = ask.ReportHome(**when, member_id=body.member_id, branch=member["branch"])
    if body.from_on is not None:
        act = ask.Announce(**when, member_id=body.member_id, from_on=body.from_on, until=body.until)
    outcome = await desk.run(caller, REPORT, caller.new_id("home_visit"), act)
    return answer(outcome, location=f"/v1/home-visits/{outcome.id}")


@router.get("/v1/home-visits/{visit_id}", summary="One visit home")
async def get_visit(visit_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    return await care_parts.one(caller, desk, VISIT_LIST, REPORT, visit_id, care_parts.visible(caller), at)


@router.get("/v1/home-visits/{visit_id}/history", summary="Every event of one visit home")
async def visit_history(visit_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    return await care_parts.history(caller, desk, VISIT_LIST, REPORT, visit_id, care_parts.visible(caller), at)


@router.post("/v1/home-visits/{visit_id}/report", summary="The member reported to the branch")
async def report(visit_id: str, body: Body, caller: Keeper, desk: CareHere) -> JSONResponse:
    """One report at each return home (S-42)."""
    visit, member = await desk.get(caller, REPORT, visit_id)
    act = ask.ReportHome(**desk.when(body.occurred_on), member_id=visit.member_id, branch=member["branch"])
    return answer(await desk.run(caller, REPORT, visit_id, act))
