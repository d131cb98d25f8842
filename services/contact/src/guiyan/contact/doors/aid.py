"""`/v1/aid-cases`: help for members and families in hardship, from the asking to the end (S-05, S-47, S-50).

Hardship is sensitive: cases are seen by those who decide on help, and by the member; they stand in no other list.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.contact.domain import aid as ask
from guiyan.contact.domain.aid import AID
from guiyan.contact.doors import access, care_parts
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.care_parts import AidReader, CareHere, Granter
from guiyan.contact.doors.parts import Settler, Teller
from guiyan.contact.projections.care_records import AIDS
from guiyan.events.codes import AidKind, AidOccasion, AidOutcome, AidRaisedBy, AidState
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.values import Id, MoneyFen
from guiyan.service.caller import Caller
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.reads import Query
from guiyan.service.resources import AtTime, answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["aid-cases"])

LIST: Final = Listing(
    name="aid-cases",
    collection=AIDS,
    title_zh="关怀帮扶台账",
    title_en="Aid cases",
    ledger=True,
    columns=(
        *care_parts.WHO,
        Column("org_code", "帮扶单位", "Looked after by", 16, book="organisation"),
        Column("kind", "类别", "Kind", 12, labels=labels(AidKind)),
        Column("raised_by", "提出人", "Raised by", 12, labels=labels(AidRaisedBy)),
        Column("begun_on", "提出日期", "Raised", 12),
        Column("state", "状态", "State", 10, labels=labels(AidState)),
        Column("upheld", "拟予帮扶", "Help proposed", 8),
        Column("decided_by", "批准单位", "Approved by", 16, book="organisation"),
        Column("document_no", "文号", "Document", 18),
        Column("amount_fen", "金额(分)", "Amount (fen)", 12),
        Column("visits", "走访次数", "Visits", 8),
        Column("family_visits", "其中看望家属", "Of the family", 10),
        Column("visited_on", "最近走访", "Last visit", 12),
        Column("occasion", "走访时点", "Occasion", 12, labels=labels(AidOccasion)),
        Column("visit_due_on", "应走访日期", "Visit due", 12),
        Column("outcome", "结果", "Outcome", 14, labels=labels(AidOutcome)),
        Column("open", "待办", "Open", 6),
        *care_parts.BY,
    ),
    filters={
        **care_parts.NARROW,
        "kind": Filter(choices=tuple(AidKind)),
        "state": Filter(choices=tuple(AidState)),
        "open": Filter(Kind.BOOLEAN),
        "visit_due_on": Filter(Kind.DATE),
        "visit_due": Filter(
            Kind.BOOLEAN, field="visit_due_on", present=True, description="true: a visit is due and not made yet"
        ),
        "visited_on": Filter(Kind.DATE),
    },
    sorts=("_id", "branch", "begun_on", "visit_due_on", "state"),
)


class NewCase(Body):
    """A member needs help; which kind, and who asked, as codes only."""

    member_id: Id
    kind: AidKind
    raised_by: Annotated[AidRaisedBy | None, Field(description="Who asked; by the caller's role when absent")] = None


class Assessment(Body):
    """Whether help is proposed."""

    upheld: bool


class Approval(Body):
    """The paper's number, and the amount where there is one."""

    document_no: DocumentNumber | None = None
    amount_fen: MoneyFen | None = None


class VisitMade(Body):
    """A visit; of the family only as the member wishes."""

    family: bool = False


class Closing(Body):
    """How the case ended."""

    outcome: AidOutcome


@router.get("/v1/aid-cases", summary="Aid cases of the own scope", **LIST.openapi())
async def list_cases(request: Request, caller: AidReader, desk: CareHere) -> Response:
    """For those who decide on help; a member sees the own ones."""
    return await care_parts.listed(request, caller, desk, LIST, _visible(caller))


@router.post("/v1/aid-cases", status_code=201, summary="Ask for help for a member")
async def raise_case(body: NewCase, caller: Teller, desk: CareHere) -> JSONResponse:
    """By the member, the contact person, the branch or the station."""
    outcome = await desk.raise_aid(caller, body.member_id, body.kind, body.raised_by, body.occurred_on)
    return answer(outcome, location=f"/v1/aid-cases/{outcome.id}")


@router.get("/v1/aid-cases/{aid_id}", summary="One aid case")
async def get_case(aid_id: str, caller: AidReader, desk: CareHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    return await care_parts.one(caller, desk, LIST, AID, aid_id, _visible(caller), at)


@router.get("/v1/aid-cases/{aid_id}/history", summary="Every event of one aid case")
async def case_history(aid_id: str, caller: AidReader, desk: CareHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    return await care_parts.history(caller, desk, LIST, AID, aid_id, _visible(caller), at)


@router.post("/v1/aid-cases/{aid_id}/assess", summary="The need was looked at")
async def assess(aid_id: str, body: Assessment, caller: Settler, desk: CareHere) -> JSONResponse:
    """Help is proposed, or not."""
    return answer(await desk.act(caller, AID, aid_id, ask.Assess(**desk.when(body.occurred_on), upheld=body.upheld)))


@router.post("/v1/aid-cases/{aid_id}/approve", summary="Help is granted")
async def approve(aid_id: str, body: Approval, caller: Granter, desk: CareHere) -> JSONResponse:
    """By the township or the city, when the assessment proposes it."""
    return answer(await desk.approve_aid(caller, aid_id, body.document_no, body.amount_fen, body.occurred_on))


@router.post("/v1/aid-cases/{aid_id}/visit", summary="Somebody visited")
async def visit(aid_id: str, body: VisitMade, caller: Settler, desk: CareHere) -> JSONResponse:
    """As often as it happens; the family only while the member's consent stands (S-50)."""
    return answer(await desk.visit(caller, aid_id, family=body.family, on=body.occurred_on))


@router.post("/v1/aid-cases/{aid_id}/close", summary="The case is closed")
async def close(aid_id: str, body: Closing, caller: Settler, desk: CareHere) -> JSONResponse:
    """Helped after a visit, not eligible after such an assessment, not needed or passed on at any time."""
    return answer(await desk.act(caller, AID, aid_id, ask.Close(**desk.when(body.occurred_on), outcome=body.outcome)))


def _visible(caller: Caller) -> Query:
    return care_parts.visible(caller, access.SETTLE)
