"""`/v1/transfers`: the transfer ledger and every act of a transfer."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import TransferSide, TransferState
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.listing import accepted
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import row
from guiyan.transfers.commands.asked import Asked
from guiyan.transfers.detail import FILES, sheet, timeline, waits_for
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.decide import TRANSFER
from guiyan.transfers.doors import access, bodies
from guiyan.transfers.doors.access import Side
from guiyan.transfers.doors.possible import possible
from guiyan.transfers.office import Office
from guiyan.transfers.projections.rows import TRANSFERS
from guiyan.transfers.queries import LIST, RowsToday, row_at, with_days_left

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
    """Transfers out of and into the own scope; a member sees the own ones. What is only suggested: `state=DRAFT`."""
    reads = RowsToday(office.reads, office.desk.today())
    where = access.visible(caller)
    asked = request.query_params
    if "suggestion" not in asked and TransferState.DRAFT not in asked.getlist("state"):
        where = {"$and": [where, {"suggestion": False}]}
    return await LIST.answer(request, caller, reads, where=where)


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


@router.get("/v1/transfers/{transfer_id}", summary="One transfer", responses=FILES)
async def get_transfer(request: Request, transfer_id: str, caller: Reader, office: Here, at: AtTime) -> Response:
    """All its fields, what it waits for, from whom, until when, its time line; `as_of` and `known_at`: as it was.

    `acts` are the verbs that the caller can do with it next.

    As CSV, XLSX and PDF the time line, a row an event, under what the transfer is and waits for.
    """
    found = await _visible(office, transfer_id, caller)
    history = await get_history(office.ledger, TRANSFER, transfer_id)
    await office.desk.rulebook.refresh()
    if not at.is_now:
        found = row_at(history, found, at, office.desk.parameters_known)
    today, title_of = at.day(office.desk.today()), office.directory.title_of
    body = row(LIST.columns, with_days_left(found, today))
    body["waits_for"] = waits_for(found, today, office.desk.parameters_known, title_of)
    body["timeline"] = timeline(history, at, found["version"], title_of)
    if at.is_now:
        body["acts"] = possible(caller, await office.get(transfer_id), today)
    sequence = await office.reads.applied()
    if accepted(request.headers.get("accept", "")) is not None:
        english = caller.language == "en"
        listing, lines = sheet(found, body["waits_for"], body["timeline"], english=english, sequence=sequence)
        return await listing.answer(request, caller, lines)
    return document_answer(body, version=found["version"], sequence=sequence)


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
    """With a coded reason (R1 Art. 25); the origin stays responsible. Before the letter the origin may do so itself."""
    transfer = await office.get(transfer_id)
    side = access.returns_for(caller, transfer, body.side)
    who = Side.ORIGIN_COMMITTEE if side is TransferSide.ORIGIN else access.answers(transfer)
    act = ask.Return(**office.when(body.occurred_on), reason=body.reason, text=body.text, side=side)
    return await _act(office, transfer_id, caller, who, act)


@router.post("/v1/transfers/{transfer_id}/resubmit", summary="What was returned is set right")
async def resubmit(transfer_id: str, caller: Asker, office: Here, body: bodies.Resubmit | None = None) -> JSONResponse:
    """By the member or the origin branch; it goes on from the branch, under a new letter."""
    said = body or bodies.Resubmit()
    access.check(caller, await office.get(transfer_id), Side.ORIGIN_BRANCH)
    told: dict[str, Any] = {**office.when(said.occurred_on), **said.model_dump(exclude={"occurred_on"})}
    act = ask.Resubmit(**told)
    return answer(await office.resubmit(transfer_id, caller.context, caller.expected_version, act))


@router.post("/v1/transfers/{transfer_id}/change-channel", summary="It goes on by another channel")
async def change_channel(
    transfer_id: str, caller: Officer, office: Here, body: bodies.ChangeChannel | None = None
) -> JSONResponse:
    """An online transfer that failed goes on by paper (§2.3); its letter is void."""
    said = body or bodies.ChangeChannel()
    act = ask.ChangeChannel(**office.when(said.occurred_on), channel=said.channel)
    return await _act(office, transfer_id, caller, Side.ORIGIN_COMMITTEE, act)


@router.post("/v1/transfers/{transfer_id}/report-lost", summary="The letter was lost")
async def report_lost(transfer_id: str, caller: Asker, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """To the committee that issued it; a new one makes the old one void."""
    when = office.when((body or bodies.Body()).occurred_on)
    return await _act(office, transfer_id, caller, Side.ORIGIN_BRANCH, ask.ReportLost(**when))


@router.post("/v1/transfers/{transfer_id}/reissue", summary="A new letter for one expired or lost")
async def reissue(transfer_id: str, caller: Officer, office: Here, body: bodies.Reissue) -> JSONResponse:
    """The branch certifies why; graduates within six months of the old letter (R6)."""
    access.check(caller, await office.get(transfer_id), Side.ORIGIN_COMMITTEE)
    when: dict[str, Any] = {**office.when(body.occurred_on)}
    act = ask.Reissue(
        **when,
        letter_year=0,
        letter_sn=0,
        valid_days=0,
        dues_paid_to=body.dues_paid_to,
        certified_by=body.certified_by,
        proof=body.proof,
        channel=body.channel,
    )
    return answer(await office.reissue(transfer_id, caller.context, caller.expected_version, act, body.valid_days))


@router.post("/v1/transfers/{transfer_id}/agree-converter", summary="Who converts a probationary member")
async def agree_converter(
    transfer_id: str, caller: Secretary, office: Here, body: bodies.AgreeConverter
) -> JSONResponse:
    """Each side says so for itself; both before the relation moves in the last months of probation (§2.8)."""
    transfer = await office.get(transfer_id)
    side = access.speaks_for(caller, transfer, body.side)
    act = ask.AgreeConverter(**office.when(body.occurred_on), side=side, converter=body.converter)
    where = access.answers(transfer) if side is TransferSide.RECEIVER else Side.ORIGIN_BRANCH
    return await _act(office, transfer_id, caller, where, act)


@router.post("/v1/transfers/{transfer_id}/record-receipt", summary="The paper receipt of a receiver outside")
async def record_receipt(transfer_id: str, caller: Officer, office: Here, body: bodies.OutsideReceipt) -> JSONResponse:
    """By the origin committee: received, moved and returned, each as of its own day."""
    act = ask.RecordOutsideReceipt(
        **office.when(body.occurred_on),
        received_on=body.received_on,
        receipt_on=body.receipt_on,
        handed_over_how=body.how,
    )
    access.check(caller, await office.get(transfer_id), Side.ORIGIN_COMMITTEE)
    return answer(await office.record_receipt(transfer_id, act, caller.context, caller.expected_version))


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
