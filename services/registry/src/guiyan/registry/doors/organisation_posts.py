"""`/v1/organisations/{org_code}/…` of who serves there, and `/v1/office-phones`, the directory (S-11, S-23)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import PhonePurpose
from guiyan.registry.commands import organisation_posts as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.doors import roles
from guiyan.registry.doors.organisation_forms import Appoint, ListPhone, Release, StartTerm, UnlistPhone
from guiyan.registry.doors.parts import ToolsHere
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.resources import answer
from guiyan.service.rows import Rows
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["organisations"])
Reader = Annotated[Caller, requires(*roles.READ)]
Organiser = Annotated[Commander, commands(*roles.ORGANISE)]
Registrar = Annotated[Commander, commands(*roles.REGISTER)]
PHONES: Final = "office_phones"
PURPOSES: Final = labels(PhonePurpose)

LIST: Final = Listing(
    name="office-phones",
    collection=PHONES,
    title_zh="咨询电话名录",
    ledger=True,
    title_en="Office phones",
    columns=(
        Column("org_code", "党组织代码", "Code", 16),
        Column("name", "党组织名称", "Organisation", 40),
        Column("phone", "电话", "Phone", 18),
        Column("purpose", "用途", "Purpose", 10, labels=PURPOSES),
        Column("bound_to_12371", "接入12371", "Bound to 12371", 10),
    ),
    filters={
        "org_code": Filter(),
        "purpose": Filter(choices=tuple(PURPOSES)),
        "bound_to_12371": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "org_code"),
)


@router.get("/v1/office-phones", summary="Phones of the offices of the own scope", **LIST.openapi())
async def list_phones(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """The phone directory, organisation by organisation (S-23)."""
    sequence = await caller.wait.until_applied(tools.organisations)
    where = {"$and": [caller.scope.where("_id"), {"active": True}]}
    found = await tools.organisations.find(ORGANISATIONS, where, sort=(("_id", 1),))
    rows = [
        {"_id": f"{one['_id']}:{phone['phone']}", "org_code": one["_id"], "name": one["name"], **phone}
        for one in found
        for phone in one["phones"]
    ]
    return await LIST.answer(request, caller, Rows({PHONES: rows}, sequence))


@router.post("/v1/organisations/{org_code}/appoint-secretary", summary="Name its secretary")
async def appoint_secretary(org_code: str, body: Appoint, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Whoever served before leaves the post."""
    return answer(await handlers.appoint_secretary(tools, Asker.of_caller(caller), org_code, body.command()))


@router.post("/v1/organisations/{org_code}/release-secretary", summary="The secretary leaves")
async def release_secretary(org_code: str, body: Release, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Nobody has taken the post yet: the list marks the gap."""
    return answer(await handlers.release_secretary(tools, Asker.of_caller(caller), org_code, body.occurred_on))


@router.post("/v1/organisations/{org_code}/appoint-contact-person", summary="Name its contact person")
async def appoint_contact_person(org_code: str, body: Appoint, caller: Registrar, tools: ToolsHere) -> JSONResponse:
    """Who keeps contact with its members away; whoever served before hands over (S-11)."""
    return answer(await handlers.appoint_contact_person(tools, Asker.of_caller(caller), org_code, body.command()))


@router.post("/v1/organisations/{org_code}/release-contact-person", summary="The contact person leaves")
async def release_contact_person(org_code: str, body: Release, caller: Registrar, tools: ToolsHere) -> JSONResponse:
    """Without a successor: the list marks the gap (S-11)."""
    return answer(await handlers.release_contact_person(tools, Asker.of_caller(caller), org_code, body.occurred_on))


@router.post("/v1/organisations/{org_code}/start-term", summary="A term of its leadership begins")
async def start_term(org_code: str, body: StartTerm, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """Five years in villages and communities, else three (R10)."""
    term = handlers.Term(body.starts_on, body.ends_on, body.term_no)
    return answer(await handlers.start_term(tools, Asker.of_caller(caller), org_code, term))


@router.post("/v1/organisations/{org_code}/list-phone", summary="Put a phone into the directory")
async def list_phone(org_code: str, body: ListPhone, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """An office's, never a person's (S-23)."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.list_phone(tools, asker, org_code, body.facts(), body.occurred_on))


@router.post("/v1/organisations/{org_code}/unlist-phone", summary="Take a phone out of the directory")
async def unlist_phone(org_code: str, body: UnlistPhone, caller: Organiser, tools: ToolsHere) -> JSONResponse:
    """It is answered no more."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.unlist_phone(tools, asker, org_code, body.phone, body.occurred_on))
