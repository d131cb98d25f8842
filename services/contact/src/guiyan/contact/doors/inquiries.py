"""`/v1/inquiries`: the log of who asked what kind of thing, who answers, until when, and whether it helped (S-23)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.contact.commands.inquiries import InquiryDesk, is_officer
from guiyan.contact.domain import inquiry as ask
from guiyan.contact.doors import inquiry_figures
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.inquiry_list import LIST, Shown, narrowed, visible
from guiyan.contact.doors.parts import Keeper, Reader, Teller
from guiyan.contact.doors.possible import of_inquiry
from guiyan.contact.projections.inquiries import INQUIRIES, Inquiries
from guiyan.events.codes import InquiryChannel, InquiryEffort, InquiryReopen, InquiryTopic
from guiyan.events.contact.inquiry import AskerText
from guiyan.events.exact import Day
from guiyan.events.names import OrganisationName, PersonName
from guiyan.events.values import Id, OrgCode, Phone
from guiyan.ledger import Subject
from guiyan.ledger.past import read_past
from guiyan.service.caller import Caller
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import row

router = APIRouter(tags=["inquiries"])
OnDay = Annotated[Day | None, Query(description="Received on this day or after it; or before it")]
Under = Annotated[OrgCode | None, Query(description="Only what stands under this organisation")]


async def _desk(request: Request) -> InquiryDesk:
    found: InquiryDesk = request.app.state.inquiry_desk
    return found


Desk = Annotated[InquiryDesk, Depends(_desk)]


class NewInquiry(Body):
    """What came in: its topic, never what was asked. A member who asks over the web names neither member nor way."""

    topic: InquiryTopic
    channel: InquiryChannel = InquiryChannel.PHONE
    effort: InquiryEffort = InquiryEffort.SIMPLE
    org_code: Annotated[
        OrgCode | None, Field(description="Who took it; the member's branch, or the own, if absent")
    ] = None
    service_point_id: Id | None = None
    member_id: Annotated[Id | None, Field(description="When the asker is a member known here")] = None
    from_notice_id: Annotated[Id | None, Field(description="The notice it answers (S-35)")] = None
    name: Annotated[PersonName | None, Field(description="Of an asker who is no member here")] = None
    phone: Annotated[Phone | None, Field(description="To call back; sealed, shown masked")] = None


class AssignInquiry(Body):
    """Who answers it."""

    person_id: Id


class AnswerInquiry(Body):
    """`at_first_contact` absent: as its course tells, in one go on the day it came."""

    at_first_contact: bool | None = None


class TransferInquiry(Body):
    """Which body answers: one with a code here, or one named by its title."""

    to_org: OrgCode | None = None
    to_title: OrganisationName | None = None


class ConfirmInquiry(Body):
    """Whether the answer helped."""

    solved: bool


class ReopenInquiry(Body):
    """Why it has to be answered again."""

    reason: InquiryReopen


@router.get("/v1/inquiries", summary="Inquiries of the own scope", **LIST.openapi())
async def list_inquiries(request: Request, caller: Reader, desk: Desk, under: Under = None) -> Response:
    """Those the own organisations took or have to answer; a member sees the own ones."""
    where, shown = await narrowed(desk, caller, under), Shown(desk, desk.clock.today())
    return await LIST.answer(request, caller, desk.inquiries, where=where, complete=shown.told)


@router.post("/v1/inquiries", status_code=201, summary="Take an inquiry")
async def receive(body: NewInquiry, caller: Teller, desk: Desk) -> JSONResponse:
    """With its last day, by what an answer needs (§2.12); members ask for themselves, over the web."""
    said = body.model_dump(exclude={"occurred_on", "name", "phone"}, exclude_none=True)
    if not is_officer(caller):
        _speaks_for_itself(body)
        said |= {"member_id": caller.principal.sub, "channel": InquiryChannel.WEB}
    text = AskerText(name=body.name, phone=body.phone) if body.name or body.phone else None
    outcome = await desk.receive(caller, said, text, desk.when(body.occurred_on))
    return answer(outcome, location=f"/v1/inquiries/{outcome.id}")


def _speaks_for_itself(body: NewInquiry) -> None:
    """What only an office can say of an inquiry."""
    offices = {"org_code", "service_point_id", "member_id", "from_notice_id", "name", "occurred_on"}
    said = [name for name in sorted(offices & body.model_fields_set) if getattr(body, name) is not None]
    if said:
        raise Invalid([FieldProblem(f"/{name}", "for_offices_only") for name in said])


@router.get("/v1/inquiries/figures", summary="Calls, people helped, answered in one go, by topic, channel and point")
async def figures(
    caller: Reader, desk: Desk, since: OnDay = None, until: OnDay = None, under: Under = None
) -> JSONResponse:
    """Of the own scope; every figure names the list that shows just these."""
    await caller.wait.until_applied(desk.inquiries)
    told = await inquiry_figures.count(desk, caller, since, until, under)
    return JSONResponse({**told, "sequence": await desk.inquiries.applied()})


@router.get("/v1/inquiries/{inquiry_id}", summary="One inquiry")
async def get_inquiry(inquiry_id: str, caller: Reader, desk: Desk, at: AtTime) -> JSONResponse:
    """As it is, with the verbs that the caller can do next (`acts`), or as it was on a date, as far as was recorded."""
    found, sequence = await _visible(desk, inquiry_id, caller), await desk.inquiries.applied()
    if not at.is_now:
        subject = Subject("contact", "inquiry", inquiry_id)
        past = await read_past(desk.ledger, desk.sealer, Inquiries(), [subject], at.keep)
        then, sequence = past.find(INQUIRIES, inquiry_id), past.sequence
        if then is None:
            raise NotFound
        found = {**then, "number": found["number"]}
    (told,) = await Shown(desk, at.day(desk.clock.today())).told([found])
    body = row(LIST.columns, told)
    if at.is_now:
        body["acts"] = await of_inquiry(caller, desk, inquiry_id)
    return document_answer(body, version=found["version"], sequence=sequence)


@router.get("/v1/inquiries/{inquiry_id}/history", summary="Every event of one inquiry")
async def inquiry_history(inquiry_id: str, caller: Reader, desk: Desk, at: AtTime) -> JSONResponse:
    """Oldest first; who asked is only named as sealed."""
    await _visible(desk, inquiry_id, caller)
    return history_answer(await get_history(desk.ledger, ask.INQUIRY, inquiry_id), at=at)


async def _visible(desk: InquiryDesk, id_: str, caller: Caller) -> Document:
    await caller.wait.until_applied(desk.inquiries)
    found = await desk.inquiries.find(INQUIRIES, {"$and": [{"_id": id_}, visible(caller)]}, limit=1)
    if not found:
        raise NotFound
    return found[0]


@router.post("/v1/inquiries/{inquiry_id}/assign", summary="Name who answers it")
async def assign(inquiry_id: str, body: AssignInquiry, caller: Keeper, desk: Desk) -> JSONResponse:
    """A person of the organisation that has to answer."""
    return answer(
        await desk.act(caller, inquiry_id, ask.Assign(**desk.when(body.occurred_on), person_id=body.person_id))
    )


@router.post("/v1/inquiries/{inquiry_id}/answer", summary="It was answered")
async def answer_inquiry(
    inquiry_id: str, caller: Keeper, desk: Desk, body: AnswerInquiry | None = None
) -> JSONResponse:
    """That it was, and whether in one go; never what was said."""
    said = body or AnswerInquiry()
    act = ask.Answer(**desk.when(said.occurred_on), at_first_contact=said.at_first_contact)
    return answer(await desk.act(caller, inquiry_id, act))


@router.post("/v1/inquiries/{inquiry_id}/transfer", summary="Another body has to answer")
async def transfer(inquiry_id: str, body: TransferInquiry, caller: Keeper, desk: Desk) -> JSONResponse:
    """With the limit of another body; whoever took it still sees it."""
    act = ask.PassOn(**desk.when(body.occurred_on), to_org=body.to_org, to_title=body.to_title)
    return answer(await desk.act(caller, inquiry_id, act))


@router.post("/v1/inquiries/{inquiry_id}/confirm", summary="The asker says whether the answer helped")
async def confirm(inquiry_id: str, body: ConfirmInquiry, caller: Teller, desk: Desk) -> JSONResponse:
    """One that did not help is open again at once."""
    return answer(await desk.act(caller, inquiry_id, ask.Confirm(**desk.when(body.occurred_on), solved=body.solved)))


@router.post("/v1/inquiries/{inquiry_id}/reopen", summary="It has to be answered again")
async def reopen(inquiry_id: str, body: ReopenInquiry, caller: Teller, desk: Desk) -> JSONResponse:
    """For a coded reason, with a new limit."""
    return answer(await desk.act(caller, inquiry_id, ask.Reopen(**desk.when(body.occurred_on), reason=body.reason)))


@router.post("/v1/inquiries/{inquiry_id}/close", summary="Nothing is left to do")
async def close(inquiry_id: str, caller: Keeper, desk: Desk, body: Body | None = None) -> JSONResponse:
    """One that was answered."""
    return answer(await desk.act(caller, inquiry_id, ask.Close(**desk.when((body or Body()).occurred_on))))
