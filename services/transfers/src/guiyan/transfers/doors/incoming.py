"""`/v1/transfers/incoming`: a transfer from an organisation without a system here is entered from its letter (§2.3)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse

from guiyan.events.codes import ChangeType, TransferChannel
from guiyan.events.names import OrganisationName
from guiyan.events.values import AreaCode, Code, Id, IdNo, Month, OrgCode, Year
from guiyan.ledger import Document
from guiyan.service.caller import Commander, commands
from guiyan.service.problems import FieldProblem, Invalid
from guiyan.service.resources import answer
from guiyan.transfers.commands.entered import Entered
from guiyan.transfers.doors import access, bodies
from guiyan.transfers.doors.http import Here
from guiyan.transfers.incoming_messages import INCOMING_MESSAGES
from guiyan.transfers.office import Office

router = APIRouter(tags=["transfers"])
Officer = Annotated[Commander, commands(*access.HANDLE)]


class IncomingTransfer(bodies.Body):
    """What the letter says. Whose it is: by the record's id, or by the ID number on the letter."""

    member_id: Id | None = None
    id_no: IdNo | None = None
    from_title: Annotated[OrganisationName, Field(description="The issuing body as written on the letter")]
    letter_year: Year | None = None
    letter_sn: Annotated[Code | None, Field(description="The serial number as written; asked for on paper")] = None
    issued_on: date
    valid_days: Annotated[int | None, Field(ge=1, le=366, description="Instead of the last day")] = None
    expires_on: date | None = None
    from_area_code: Annotated[AreaCode | None, Field(description="Where the issuing body is: 141 or 151")] = None
    to_committee: OrgCode | None = None
    to_branch: Annotated[OrgCode | None, Field(description="The branch in view")] = None
    channel: TransferChannel = TransferChannel.PAPER
    change_type: Annotated[ChangeType | None, Field(description="By the area, or the channel, when absent")] = None
    dues_paid_to: Month


@router.post("/v1/transfers/incoming", status_code=201, summary="Enter a transfer from outside, from its letter")
async def enter_transfer(body: IncomingTransfer, caller: Officer, office: Here) -> JSONResponse:
    """By the receiving committee; the member is entered before (`POST /v1/members`, `incoming`) or known from before.

    Who had gone outside and comes back has a record, perhaps elsewhere in the city: it is found by the ID number. The
    origin outside stays responsible until the relation moves. The same letter for another member is told (`warnings`).
    """
    member_id, person = await _person(body, office)
    told = Entered(**body.model_dump(exclude={"member_id", "id_no"}))
    act = await office.prepare_incoming(told, person)
    if not caller.scope.covers(act.to_committee):
        raise Invalid([FieldProblem("/to_committee", "receiver_of_others")])
    outcome = await office.enter(act, caller.context)
    same = await office.find_same_letter(told, member_id)
    warnings = []
    if same is not None:
        detail = INCOMING_MESSAGES["letter_seen_before"].text(caller.language, {"other": same})
        warnings.append({"pointer": "/letter_sn", "code": "letter_seen_before", "detail": detail})
    return answer(outcome, location=f"/v1/transfers/{outcome.id}", warnings=warnings)


async def _person(body: IncomingTransfer, office: Office) -> tuple[str, Document]:
    if (body.member_id is None) == (body.id_no is None):
        raise Invalid([FieldProblem("/member_id", "one_of_member_or_number")])
    member_id = body.member_id if body.id_no is None else await office.find_by_number(body.id_no)
    person = None if member_id is None else await office.find_person(member_id)
    if member_id is None or person is None:
        raise Invalid([FieldProblem("/id_no" if body.member_id is None else "/member_id", "member_not_entered")])
    return member_id, person
