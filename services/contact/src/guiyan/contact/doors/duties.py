"""`/v1/duties`: the contact desk, and every act of a quarter's duty."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from guiyan.contact.domain import commands as ask
from guiyan.contact.domain.decide import DUTY
from guiyan.contact.doors import access, bodies, host_acts, host_side
from guiyan.contact.doors.parts import Here, Keeper, Reader, Settler
from guiyan.contact.office import Office
from guiyan.contact.projections.rows import DUTIES
from guiyan.contact.queries import DUTY_LIST, leg_query, on_day, reconcile, row_at
from guiyan.service.caller import Caller, Commander
from guiyan.service.paging import all_of
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.subtree import OfTree
from guiyan.service.tables import row

router = APIRouter(tags=["duties"])
OfQuarter = Annotated[str | None, Query(pattern=r"^[0-9]{4}-Q[1-4]$", description="Only this quarter, like 2026-Q1")]


@router.get("/v1/duties", summary="The contact desk of the own scope", **DUTY_LIST.openapi())
async def list_duties(
    request: Request, caller: Reader, office: Here, tree: OfTree, sides: host_side.OfSides
) -> Response:
    """Duties whose origin lies in the own scope, and the shared part of those whose host does; members see their own.

    Narrowed or ordered by what the host's side does not see, it holds the origin's alone.
    """
    asked, today = request.query_params.multi_items(), office.desk.clock.today()

    async def complete(rows: list[Document]) -> list[Document]:
        return [host_side.shown(caller, on_day(one, today)) for one in rows]

    side, leg = sides
    where = await host_side.where(caller, tree, office.desk, asked, side)
    if leg is not None:
        where = all_of(where, leg_query(leg, today))
    return await DUTY_LIST.answer(request, caller, office.desk.cycle, where=where, complete=complete)


@router.get("/v1/duties/reconciliation", summary="Planned = completed + missed + exempted + stopped + paused + open")
async def reconciliation(caller: Reader, office: Here, tree: OfTree, quarter: OfQuarter = None) -> JSONResponse:
    """The numbers of the own scope, or of a part of it, down to one branch; the difference is 0 at every instant."""
    sequence = await caller.wait.until_applied(office.desk.cycle)
    where: dict[str, Any] = await tree.narrowed(caller, office.desk, access.visible(caller))
    if quarter is not None:
        where = {"$and": [where, {"quarter": quarter}]}
    return JSONResponse({"quarter": quarter, **await reconcile(office.desk.cycle, where), "sequence": sequence})


@router.get("/v1/duties/{duty_id}", summary="One duty")
async def get_duty(duty_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment."""
    found = now = await _visible(office, duty_id, caller)
    if not at.is_now:
        found = row_at(await get_history(office.ledger, DUTY, duty_id), now, at)
    told = host_side.shown(caller, on_day(found, at.day(office.desk.clock.today())), now=now)
    body = row(DUTY_LIST.columns, told)
    return document_answer(body, version=told["version"], sequence=await office.desk.cycle.applied())


@router.get("/v1/duties/{duty_id}/history", summary="Every event of one duty")
async def duty_history(duty_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """Oldest first; on the host's side those of the shared part."""
    found = await _visible(office, duty_id, caller)
    history = await get_history(office.ledger, DUTY, duty_id)
    return history_answer(history, at=at, sees=partial(host_side.sees, caller, found))


async def _visible(office: Office, duty_id: str, caller: Caller) -> Document:
    await caller.wait.until_applied(office.desk.cycle)
    query = {"$and": [{"_id": duty_id}, host_side.both(caller)]}
    found = await office.desk.cycle.find(DUTIES, query, limit=1)
    if not found:
        raise NotFound
    return found[0]


async def _act(office: Office, duty_id: str, caller: Commander, act: ask.Act) -> JSONResponse:
    return answer(await host_acts.act(caller.scope, office, duty_id, act, caller.context, caller.expected_version))


@router.post("/v1/duties/{duty_id}/attempt", summary="Somebody tried to reach the member or the host")
async def attempt(duty_id: str, body: bodies.Attempt, caller: Keeper, office: Here) -> JSONResponse:
    """Channel and outcome; a wrong number closes its contact point at once."""
    said = body.model_dump(exclude={"occurred_on"})
    return await _act(office, duty_id, caller, ask.Attempt(**office.desk.when(body.occurred_on), **said))


@router.post("/v1/duties/{duty_id}/complete", summary="The member was reached")
async def complete(duty_id: str, body: bodies.Complete, caller: Keeper, office: Here) -> JSONResponse:
    """Three coded answers; never the content of the talk. By the host where it keeps contact by agreement."""
    said = body.model_dump(exclude={"occurred_on"})
    return await _act(office, duty_id, caller, ask.Complete(**office.desk.when(body.occurred_on), **said))


@router.post("/v1/duties/{duty_id}/contact-host", summary="The organisation at the destination was asked")
async def contact_host(duty_id: str, body: bodies.ContactHost, caller: Keeper, office: Here) -> JSONResponse:
    """The second leg, once a quarter (S-22): told by the origin's station, or by the host for itself."""
    said = body.model_dump(exclude={"occurred_on"})
    return await _act(office, duty_id, caller, ask.ContactHost(**office.desk.when(body.occurred_on), **said))


@router.post("/v1/duties/{duty_id}/miss", summary="The contact is called missed within the quarter")
async def miss(duty_id: str, caller: Settler, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """After enough attempts on enough channels and days; else it is missed at the quarter's end."""
    await host_acts.check_origin(caller.scope, office, duty_id)
    on = (body or bodies.Body()).occurred_on
    return answer(await office.miss(duty_id, caller.context, caller.expected_version, on=on))


@router.post("/v1/duties/{duty_id}/close", summary="A missed duty is closed by a person")
async def close(duty_id: str, caller: Settler, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """Nothing is left to do in it; it stays counted as missed."""
    return await _act(office, duty_id, caller, ask.Close(**office.desk.when((body or bodies.Body()).occurred_on)))


@router.post("/v1/duties/{duty_id}/exempt", summary="No contact is needed this once")
async def exempt(duty_id: str, body: bodies.Exempt, caller: Settler, office: Here) -> JSONResponse:
    """For a coded reason; it is neither missed nor does it break a row of missed ones."""
    act = ask.Exempt(**office.desk.when(body.occurred_on), reason=body.reason)
    return await _act(office, duty_id, caller, act)


@router.post("/v1/duties/{duty_id}/agree", summary="The host organisation keeps contact by agreement")
async def agree(duty_id: str, caller: Settler, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """The clock stands still, in later windows too, until people end it or the host has the member no more."""
    return await _act(office, duty_id, caller, ask.Agree(**office.desk.when((body or bodies.Body()).occurred_on)))


@router.post("/v1/duties/{duty_id}/resume", summary="The branch keeps contact again")
async def resume(duty_id: str, caller: Settler, office: Here, body: bodies.Body | None = None) -> JSONResponse:
    """Ends an agreement with the host; what an open transfer has stopped goes on by itself when that has ended."""
    return await _act(
        office, duty_id, caller, ask.EndAgreement(**office.desk.when((body or bodies.Body()).occurred_on))
    )
