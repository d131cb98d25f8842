"""`/v1/relay-persons`: whom a member nominated to pass messages on (境内联系人, §2.6); masked."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.contact.domain import relay_person as ask
from guiyan.contact.domain.relay_person import RELAY_PERSON, RelayPerson
from guiyan.contact.doors import access
from guiyan.contact.doors.bodies import Body, OnPaper
from guiyan.contact.doors.parts import Here, Reader, Teller
from guiyan.contact.office import Office
from guiyan.contact.projections.relay_persons import RELAY_PERSONS
from guiyan.events.contact.contact_point import RelayPersonText
from guiyan.events.names import PersonName
from guiyan.events.values import Id, Phone
from guiyan.service.caller import Caller
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document, Reads
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import Column, labels, row
from guiyan.service.withheld import Withheld

router = APIRouter(tags=["relay-persons"])

LIST: Final = Listing(
    name="relay-persons",
    collection=RELAY_PERSONS,
    title_zh="转达联系人",
    title_en="Relay persons",
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("branch", "支部", "Branch", 16, book="organisation"),
        Column("name", "姓名(掩码)", "Name", 10),
        Column("phone", "电话(掩码)", "Phone", 18),
        Column("in_writing", "书面意愿", "In writing", 8),
        Column("wish_document_no", "书面意愿编号", "Wish, document", 20),
        Column("wish_on", "书面意愿日期", "Wish, signed", 12),
        Column("nominated_on", "指定日期", "Nominated", 12),
        Column("withdrawn_on", "撤回日期", "Withdrawn", 12),
        Column("open", "在用", "In use", 6),
        Column("withheld", "限制或删除", "Withheld", 12, labels=labels(Withheld)),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "open": Filter(Kind.BOOLEAN),
        "withheld": Filter(choices=tuple(Withheld)),
    },
    sorts=("_id", "branch", "nominated_on"),
)


class Nomination(OnPaper):
    """Whom the member named; name and phone are sealed under that person's own key."""

    member_id: Id
    name: PersonName
    phone: Phone
    in_writing: Annotated[bool, Field(description="The member's wish is in writing; the office may record no other")]


async def _reads(request: Request) -> Reads:
    found: Reads = request.app.state.relay_persons
    return found


Relays = Annotated[Reads, Depends(_reads)]


@router.get("/v1/relay-persons", summary="Relay persons of the own scope", **LIST.openapi())
async def list_relays(request: Request, caller: Reader, relays: Relays) -> Response:
    """Masked; a member sees the own ones."""
    return await LIST.answer(request, caller, relays, where=access.visible(caller))


@router.post("/v1/relay-persons", status_code=201, summary="The member nominates a relay person")
async def nominate(body: Nomination, caller: Teller, office: Here) -> JSONResponse:
    """By the member, or by the office with the member's wish in writing, its number and day (R6, S-50)."""
    await access.check_member(caller, office, body.member_id)
    person_id = caller.new_id("relay_person")
    act = ask.Nominate(
        **office.desk.when(body.occurred_on),
        person_id=person_id,
        member_id=body.member_id,
        text=RelayPersonText(name=body.name, phone=body.phone),
        in_writing=body.in_writing,
        wish=body.wish(by_member=access.is_own(caller, body.member_id)),
        withheld=await office.find_withheld(body.member_id),
    )
    outcome = await office.desk.commands.execute(RELAY_PERSON, person_id, act, caller.context)
    return answer(outcome, location=f"/v1/relay-persons/{outcome.id}")


@router.get("/v1/relay-persons/{person_id}", summary="One relay person")
async def get_relay(person_id: str, caller: Reader, relays: Relays) -> JSONResponse:
    """Masked."""
    found = await _visible(relays, person_id, caller)
    body = row(LIST.columns, found)
    return document_answer(body, version=found["version"], sequence=await relays.applied())


@router.get("/v1/relay-persons/{person_id}/history", summary="Every event of one relay person")
async def relay_history(person_id: str, caller: Reader, office: Here, relays: Relays, at: AtTime) -> JSONResponse:
    """Oldest first; name and phone are only named as sealed."""
    await _visible(relays, person_id, caller)
    return history_answer(await get_history(office.ledger, RELAY_PERSON, person_id), at=at)


@router.post("/v1/relay-persons/{person_id}/withdraw", summary="The nomination is taken back")
async def withdraw(person_id: str, caller: Teller, office: Here, body: Body | None = None) -> JSONResponse:
    """By the member's wish or the relay person's own; from that day on nobody may use it."""
    await _checked(office, person_id, caller)
    act = ask.Withdraw(**office.desk.when((body or Body()).occurred_on))
    return answer(
        await office.desk.commands.execute(RELAY_PERSON, person_id, act, caller.context, caller.expected_version)
    )


async def _visible(relays: Reads, person_id: str, caller: Caller) -> Document:
    await caller.wait.until_applied(relays)
    found = await relays.find(RELAY_PERSONS, {"$and": [{"_id": person_id}, access.visible(caller)]}, limit=1)
    if not found:
        raise NotFound
    return found[0]


async def _checked(office: Office, person_id: str, caller: Caller) -> RelayPerson:
    """A relay person from the ledger, of a member in the caller's scope."""
    try:
        relay, _ = await office.desk.commands.load(RELAY_PERSON, person_id)
    except ValueError:
        raise NotFound from None
    if not relay.member_id:
        raise NotFound
    await access.check_point(caller, office, relay.member_id)
    return relay
