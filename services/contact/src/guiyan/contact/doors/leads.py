"""`/v1/leads`: business and investment leads that members away give to the home place (S-43): that, never what."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.contact.commands.organisations import check_at_work
from guiyan.contact.domain import lead as ask
from guiyan.contact.domain.lead import LEAD
from guiyan.contact.doors import care_parts
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.care_parts import CareHere
from guiyan.contact.doors.parts import Reader, Settler, Teller
from guiyan.contact.projections.care_records import LEADS
from guiyan.events.codes import LeadAssessment, LeadKind, LeadState
from guiyan.events.values import Id, OrgCode
from guiyan.service.caller import Caller
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.reads import Query
from guiyan.service.resources import AtTime, answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["leads"])

LIST: Final = Listing(
    name="leads",
    collection=LEADS,
    title_zh="致富招商信息台账",
    title_en="Leads for the home place",
    ledger=True,
    columns=(
        *care_parts.WHO,
        Column("kind", "类别", "Kind", 12, labels=labels(LeadKind)),
        Column("to_org", "提供给", "For", 16, book="organisation"),
        Column("begun_on", "提交日期", "Submitted", 12),
        Column("assessment", "评估", "Assessment", 10, labels=labels(LeadAssessment)),
        Column("forwarded_to", "转送", "Forwarded to", 16, book="organisation"),
        Column("state", "状态", "State", 10, labels=labels(LeadState)),
        Column("open", "待办", "Open", 6),
        *care_parts.BY,
    ),
    filters={
        **care_parts.NARROW,
        "to_org": Filter(),
        "kind": Filter(choices=tuple(LeadKind)),
        "assessment": Filter(choices=tuple(LeadAssessment)),
        "state": Filter(choices=tuple(LeadState)),
        "open": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "branch", "begun_on", "state"),
)


class NewLead(Body):
    """Which kind, and whom it is for; what it says stays with those who speak about it."""

    member_id: Id
    kind: LeadKind
    to_org: OrgCode


class Assessment(Body):
    """What was found."""

    assessment: LeadAssessment


class Forwarding(Body):
    """To whom, where that one has a code here."""

    to_org: OrgCode | None = None


@router.get("/v1/leads", summary="Leads of the own scope", **LIST.openapi())
async def list_leads(request: Request, caller: Reader, desk: CareHere) -> Response:
    """Of the own members, and those for the own organisation; a member sees the own ones."""
    return await care_parts.listed(request, caller, desk, LIST, _visible(caller))


@router.post("/v1/leads", status_code=201, summary="A member gives a lead")
async def submit(body: NewLead, caller: Teller, desk: CareHere) -> JSONResponse:
    """For a township, street, village or community that is known here."""
    await desk.member(caller, body.member_id, own=True)
    await check_at_work(desk.directory, body.to_org, "/to_org")
    said = body.model_dump(exclude={"occurred_on"})
    outcome = await desk.run(caller, LEAD, caller.new_id("lead"), ask.Submit(**desk.when(body.occurred_on), **said))
    return answer(outcome, location=f"/v1/leads/{outcome.id}")


@router.get("/v1/leads/{lead_id}", summary="One lead")
async def get_lead(lead_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    return await care_parts.one(caller, desk, LIST, LEAD, lead_id, _visible(caller), at)


@router.get("/v1/leads/{lead_id}/history", summary="Every event of one lead")
async def lead_history(lead_id: str, caller: Reader, desk: CareHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    return await care_parts.history(caller, desk, LIST, LEAD, lead_id, _visible(caller), at)


@router.post("/v1/leads/{lead_id}/assess", summary="It was looked at")
async def assess(lead_id: str, body: Assessment, caller: Settler, desk: CareHere) -> JSONResponse:
    """Useful, known, or of no use."""
    act = ask.Assess(**desk.when(body.occurred_on), assessment=body.assessment)
    return answer(await desk.act(caller, LEAD, lead_id, act))


@router.post("/v1/leads/{lead_id}/forward", summary="It goes to whoever can use it")
async def forward(lead_id: str, body: Forwarding, caller: Settler, desk: CareHere) -> JSONResponse:
    """A useful one only."""
    if body.to_org is not None:
        await check_at_work(desk.directory, body.to_org, "/to_org")
    return answer(await desk.act(caller, LEAD, lead_id, ask.Forward(**desk.when(body.occurred_on), to_org=body.to_org)))


@router.post("/v1/leads/{lead_id}/adopt", summary="It was taken up")
async def adopt(lead_id: str, body: Body, caller: Settler, desk: CareHere) -> JSONResponse:
    """After it was forwarded."""
    return answer(await desk.act(caller, LEAD, lead_id, ask.Adopt(**desk.when(body.occurred_on))))


@router.post("/v1/leads/{lead_id}/drop", summary="It was not taken up")
async def drop(lead_id: str, body: Body, caller: Settler, desk: CareHere) -> JSONResponse:
    """After it was assessed."""
    return answer(await desk.act(caller, LEAD, lead_id, ask.Drop(**desk.when(body.occurred_on))))


def _visible(caller: Caller) -> Query:
    return care_parts.visible(caller, care_parts.WIDE, "to_org", "forwarded_to")
