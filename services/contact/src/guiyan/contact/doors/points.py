"""`/v1/contact-points`: ways to reach a member, shown masked, each with its proof and its end."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.contact.domain import contact_point as ask
from guiyan.contact.domain.contact_point import CONTACT_POINT, ContactPoint
from guiyan.contact.doors import access, bodies
from guiyan.contact.doors.parts import Here, Keeper, Reader, Teller
from guiyan.contact.office import Office
from guiyan.contact.projections.points import POINTS
from guiyan.contact.queries import POINT_LIST, verified_figures
from guiyan.service.caller import Caller
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import row

router = APIRouter(tags=["contact-points"])


@router.get("/v1/contact-points", summary="Contact points of the own scope", **POINT_LIST.openapi())
async def list_points(request: Request, caller: Reader, office: Here) -> Response:
    """Masked; a member sees the own ones."""
    return await POINT_LIST.answer(request, caller, office.points, where=access.visible(caller))


@router.post("/v1/contact-points", status_code=201, summary="Add a contact point")
async def add_point(body: bodies.NewPoint, caller: Teller, office: Here) -> JSONResponse:
    """The member must tell at each change (R3); the value is sealed under a key of its own.

    A number of the family (FAMILY_BY_WISH) by the member, or with the member's written wish: number and day (S-50).
    """
    await access.check_member(caller, office, body.member_id)
    outcome = await office.add_point(
        caller.new_id("contact_point"),
        caller.context,
        member_id=body.member_id,
        kind=body.kind,
        value=body.value,
        source=body.source,
        valid_from=body.valid_from,
        wish=body.wish(by_member=access.is_own(caller, body.member_id)),
        on=body.occurred_on,
    )
    return answer(outcome, location=f"/v1/contact-points/{outcome.id}")


@router.get("/v1/contact-points/figures", summary="How many phones were proved of late")
async def point_figures(caller: Reader, office: Here) -> JSONResponse:
    """Of the phones in use in the own scope: all, and those proved within the period; each names its list (§3.5)."""
    sequence = await caller.wait.until_applied(office.points)
    days = (await office.desk.parameters(office.desk.clock.today())).verified_within_days
    figures = await verified_figures(office.points, access.visible(caller), office.desk.clock.today(), days)
    return JSONResponse({**figures, "sequence": sequence})


@router.get("/v1/contact-points/{point_id}", summary="One contact point")
async def get_point(point_id: str, caller: Reader, office: Here) -> JSONResponse:
    """Masked."""
    found = await _visible(office, point_id, caller)
    body = row(POINT_LIST.columns, found)
    return document_answer(body, version=found["version"], sequence=await office.points.applied())


@router.get("/v1/contact-points/{point_id}/history", summary="Every event of one contact point")
async def point_history(point_id: str, caller: Reader, office: Here, at: AtTime) -> JSONResponse:
    """Oldest first; the value is only named as sealed."""
    await _visible(office, point_id, caller)
    return history_answer(await get_history(office.ledger, CONTACT_POINT, point_id), at=at)


@router.post("/v1/contact-points/{point_id}/verify", summary="It was proved to reach the member")
async def verify(point_id: str, body: bodies.Verify, caller: Keeper, office: Here) -> JSONResponse:
    """How it was proved."""
    point = await _checked(office, point_id, caller)
    withheld = await office.find_withheld(point.member_id)
    act = ask.Verify(**office.desk.when(body.occurred_on), how=body.how, withheld=withheld)
    return answer(await office.change_point(point_id, act, caller.context, caller.expected_version))


@router.post("/v1/contact-points/{point_id}/reveal", summary="Show the number or address, for a stated reason")
async def reveal(point_id: str, body: bodies.Reveal, caller: Teller, office: Here) -> JSONResponse:
    """The act is an event before the value is shown (domain.md §5.2, 8.1.4.11).

    Refused once the member's processing is restricted or the key is gone: nothing is shown then, nor recorded.
    """
    point = await _checked(office, point_id, caller)
    value = await office.reveal(point, body.reason, caller.context, caller.expected_version)
    return JSONResponse({"id": point_id, "value": value})


@router.post("/v1/contact-points/{point_id}/change", summary="The member gave a new value")
async def change(point_id: str, body: bodies.ChangePoint, caller: Teller, office: Here) -> JSONResponse:
    """In place of the old one, as each change asks (R3)."""
    point = await _checked(office, point_id, caller)
    outcome = await office.change_value(point, body.value, caller.context, caller.expected_version, on=body.occurred_on)
    return answer(outcome)


@router.post("/v1/contact-points/{point_id}/close", summary="It is no longer used")
async def close(point_id: str, body: bodies.ClosePoint, caller: Teller, office: Here) -> JSONResponse:
    """With a coded reason."""
    await _checked(office, point_id, caller)
    act = ask.ClosePoint(**office.desk.when(body.occurred_on), reason=body.reason)
    return answer(await office.change_point(point_id, act, caller.context, caller.expected_version))


async def _visible(office: Office, point_id: str, caller: Caller) -> Document:
    await caller.wait.until_applied(office.points)
    found = await office.points.find(POINTS, {"$and": [{"_id": point_id}, access.visible(caller)]}, limit=1)
    if not found:
        raise NotFound
    return found[0]


async def _checked(office: Office, point_id: str, caller: Caller) -> ContactPoint:
    """A contact point from the ledger, of somebody in the caller's scope."""
    try:
        point, _ = await office.desk.commands.load(CONTACT_POINT, point_id)
    except ValueError:
        raise NotFound from None
    if not point.member_id:
        raise NotFound
    await access.check_point(caller, office, point.member_id)
    return point
