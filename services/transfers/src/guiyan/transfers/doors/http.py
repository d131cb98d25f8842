"""`/v1/transfers`: the transfer ledger and every act of a transfer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import row
from guiyan.transfers.commands.asked import Asked
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.decide import TRANSFER
from guiyan.transfers.doors import access, bodies
from guiyan.transfers.doors.access import Side
from guiyan.transfers.office import Office
from guiyan.transfers.projections.rows import TRANSFERS
from guiyan.transfers.queries import LIST, RowsToday, plain, row_at, with_days_left

router = APIRouter(tags=["transfers"])
Reader = Annotated[Caller, requires(*access.READ)]
Asker = Annotated[Commander, commands(*access.ASK)]
Secretary = Annotated[Commander, commands(*access.AGREE)]
Officer = Annotated[Commander, commands(*access.HANDLE)]


async def office_here(request: Request) -> Office:
    """The office that the composition put beside the doors."""
    found: Office = request.app.state.office
    return found


Here = Annotated[Office, Depends(office_here)]


@router.get("/v1/transfers", summary="The transfer ledger of both sides of the own scope", **LIST.openapi())
async def list_transfers(request: Request, caller: Reader, office: Here) -> Response:
    """Transfers out of and into the own scope; a member sees the own ones."""
    reads = RowsToday(office.reads, office.desk.today())
    return await LIST.answer(request, caller, reads, where=access.visible(caller))


@router.post("/v1/transfers", status_code=201, summary="Request a transfer")
async def request_transfer(body: bodies.NewTransfer, caller: Asker, office: Here) -> JSONResponse:
    """By the member or the origin; one open transfer a member, a second request is 409."""
    person = await office.find_person(body.member_id)
    own = Role.MEMBER in caller.principal.roles and caller.principal.sub == body.member_id
    offices = caller.principal.roles & OFFICE_ROLES
    if person is None or not (own or (offices and caller.scope.covers(person["branch"]))):
        raise Invalid([FieldProblem("/member_id", "member_not_found")])
    asked = Asked(**body.model_dump())
    outcome = await office.request(asked, person, caller.context)
    return answer(outcome, location=f"/v1/transfers/{outcome.id}")


@router.get("/v1/transfers/{transfer_id}", summary="One transfer")
async def get_transfer(transfer_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment."""
    found = await _visible(office, transfer_id, caller)
    if not at.is_now:
        history = await get_history(office.ledger, TRANSFER, transfer_id)
        await office.desk.rulebook.refresh()
        found = row_at(history, found, at, office.desk.parameters_known)
    shown = row(LIST.columns, with_days_left(found, at.as_of or office.desk.today()))
    body = {key: plain(value) for key, value in shown.items()}
    return document_answer(body, version=found["version"], sequence=await office.reads.applied())


@router.get("/v1/transfers/{transfer_id}/history", summary="Every event of one transfer")
async def transfer_history(transfer_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """Oldest first; sealed text is only named."""
    await _visible(office, transfer_id, caller)
    return history_answer(await get_history(office.ledger, TRANSFER, transfer_id), at=at)


async def _visible(office: Office, transfer_id: str, caller: Caller) -> Document:
    await caller.wait.until_applied(office.reads)
    found = await office.reads.find(TRANSFERS, {"$and": [{"_id": transfer_id}, access.visible(caller)]}, limit=1)
    if not found:
        raise NotFound
    return found[0]


async def _act(office: Office, transfer_id: str, caller: Commander, side: Side, act: ask.Act) -> JSONResponse:
    """An act by the side it belongs to."""
    access.check(caller, await office.get(transfer_id), side)
    return answer(await office.act(transfer_id, act, caller.context, caller.expected_version))


@router.post("/v1/transfers/{transfer_id}/approve", summary="The origin branch agrees")
async def approve(transfer_id: str, caller: Secretary, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """By the branch's secretary, or by an officer above on the branch's behalf."""
    when = office.when((body or bodies.Body()).occurred_on)
    return await _act(office, transfer_id, caller, Side.ORIGIN_BRANCH, ask.Approve(**when))


@router.post("/v1/transfers/{transfer_id}/issue", summary="Issue the introduction letter")
async def issue(transfer_id: str, caller: Officer, office: Here, body: bodies.Issue | None = None) -> JSONResponse:
    """By the origin committee, under its next number of the letter's year."""
    said = body or bodies.Issue()
    access.check(caller, await office.get(transfer_id), Side.ORIGIN_COMMITTEE)
    outcome = await office.issue(
        transfer_id,
        caller.context,
        caller.expected_version,
        on=said.occurred_on,
        valid_days=said.valid_days,
        dues_paid_to=said.dues_paid_to,
    )
    return answer(outcome)


@router.post("/v1/transfers/{transfer_id}/hand-over", summary="The letter is on its way")
async def hand_over(
    transfer_id: str, caller: Officer, office: Here, body: bodies.HandOver | None = None
) -> JSONResponse:
    """Carried by the member, or by confidential post; never by ordinary courier."""
    said = body or bodies.HandOver()
    act = ask.HandOver(**office.when(said.occurred_on), how=said.how)
    return await _act(office, transfer_id, caller, Side.ORIGIN_COMMITTEE, act)


@router.post("/v1/transfers/{transfer_id}/receive", summary="The receiving committee accepts")
async def receive(transfer_id: str, caller: Officer, office: Here, body: bodies.Receive | None = None) -> JSONResponse:
    """Inside the letter's validity; with a branch the relation moves at once."""
    said = body or bodies.Receive()
    access.check(caller, await office.get(transfer_id), Side.RECEIVER)
    outcome = await office.receive(
        transfer_id,
        caller.context,
        caller.expected_version,
        on=said.occurred_on,
        to_branch=said.to_branch,
        how=said.how,
    )
    return answer(outcome)


@router.post("/v1/transfers/{transfer_id}/assign", summary="The receiving committee assigns a branch")
async def assign(transfer_id: str, caller: Officer, office: Here, body: bodies.Assign) -> JSONResponse:
    """The relation moves here."""
    access.check(caller, await office.get(transfer_id), Side.RECEIVER)
    outcome = await office.assign(
        transfer_id, caller.context, caller.expected_version, on=body.occurred_on, to_branch=body.to_branch
    )
    return answer(outcome)


@router.post("/v1/transfers/{transfer_id}/return", summary="The receiver returns it for correction")
async def send_back(transfer_id: str, caller: Officer, office: Here, body: bodies.Return) -> JSONResponse:
    """With a coded reason (R1 Art. 25); the origin stays responsible."""
    act = ask.Return(**office.when(body.occurred_on), reason=body.reason, text=body.text)
    return await _act(office, transfer_id, caller, Side.RECEIVER, act)


@router.post("/v1/transfers/{transfer_id}/withdraw", summary="The member takes it back")
async def withdraw(transfer_id: str, caller: Asker, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """While the receiver has not accepted; recorded by the member or the origin branch."""
    when = office.when((body or bodies.Body()).occurred_on)
    return await _act(office, transfer_id, caller, Side.ORIGIN_BRANCH, ask.Withdraw(**when))


@router.post("/v1/transfers/{transfer_id}/cancel", summary="The origin committee cancels it")
async def cancel(transfer_id: str, caller: Officer, office: Here, body: bodies.Cancel) -> JSONResponse:
    """With a coded reason, while the receiver has not accepted."""
    act = ask.Cancel(**office.when(body.occurred_on), reason=body.reason)
    return await _act(office, transfer_id, caller, Side.ORIGIN_COMMITTEE, act)


@router.post("/v1/transfers/{transfer_id}/receipt", summary="The receipt goes back to the origin committee")
async def receipt(transfer_id: str, caller: Officer, office: Here, body: bodies.Receipt | None = None) -> JSONResponse:
    """By the receiving committee, within a month; a late one is recorded as well."""
    said = body or bodies.Receipt()
    act = ask.ReturnReceipt(**office.when(said.occurred_on), receipt_on=said.receipt_on)
    return await _act(office, transfer_id, caller, Side.RECEIVER, act)


@router.post("/v1/transfers/{transfer_id}/archive", summary="The receipt is on the stub")
async def archive(transfer_id: str, caller: Officer, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """By the origin committee; the stub is kept for ten years."""
    when = office.when((body or bodies.Body()).occurred_on)
    return await _act(office, transfer_id, caller, Side.ORIGIN_COMMITTEE, ask.PasteReceipt(**when))
