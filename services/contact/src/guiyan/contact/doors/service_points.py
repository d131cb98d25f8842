"""`/v1/service-points`: centre, stations, substations, who serves there, and where nobody does (§6 no. 18)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.contact.commands.service_points import NamedServer, PointDesk
from guiyan.contact.domain.service_point import SERVICE_POINT
from guiyan.contact.doors import access
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.members_away import Charge
from guiyan.contact.doors.parts import Reader
from guiyan.contact.projections.service_points import SERVICE_POINTS, ServicePoints
from guiyan.events.codes import ServicePointLevel
from guiyan.events.contact.service_point import ServicePointChanged, ServicePointOpened, StaffText
from guiyan.events.names import OrganisationName, PersonName
from guiyan.events.values import AreaCode, Id, OrgCode, Phone
from guiyan.ledger import Subject
from guiyan.ledger.past import read_past
from guiyan.service.caller import Caller, Commander, commands
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import Column, labels, row

router = APIRouter(tags=["service-points"])
Officer = Annotated[Commander, commands(*access.RUN_POINTS)]
LEVELS: Final = labels(ServicePointLevel)

LIST: Final = Listing(
    name="service-points",
    collection=SERVICE_POINTS,
    title_zh="服务点名录",
    ledger=True,
    title_en="Service points",
    columns=(
        Column("_id", "标识", "Id", 38, name="service_point_id"),
        Column("level", "级别", "Level", 10, labels=LEVELS),
        Column("name", "名称", "Name", 32),
        Column("parent_name", "上级", "Under", 32),
        Column("parent_id", "上级标识", "Under (id)", 38),
        Column("org_code", "所属党组织", "Organisation", 16, book="organisation"),
        Column("area_code", "行政区划", "Area", 10),
        Column("address", "地址", "Address", 32),
        Column("phone", "电话", "Phone", 18),
        Column("in_charge", "负责人", "In charge", 10, mask=mask_name),
        Column("staff_count", "在岗", "Staff", 6),
        Column("members_away", "负责党员数", "Members away", 10, link="members_away_list"),
        Column("unstaffed", "缺岗", "Nobody serves", 8),
        Column("open", "在用", "Open", 6),
        Column("closed_on", "关闭日期", "Closed", 12),
        Column("changed_on", "最近更新", "Last change", 12),
        Column("members_away_list", "负责党员明细", "Who they are", 40, printed=False),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "level": Filter(choices=tuple(LEVELS)),
        "org_code": Filter(),
        "parent_id": Filter(),
        "unstaffed": Filter(Kind.BOOLEAN),
        "open": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "level", "name", "org_code", "changed_on"),
)


async def _desk(request: Request) -> PointDesk:
    found: PointDesk = request.app.state.point_desk
    return found


Desk = Annotated[PointDesk, Depends(_desk)]


class Server(Body):
    """Somebody who serves; `person_id` when the person is known here already."""

    name: PersonName
    phone: Phone | None = None
    in_charge: bool = False
    person_id: Id | None = None

    def named(self) -> NamedServer:
        """As the handler takes it."""
        return NamedServer(StaffText(name=self.name, phone=self.phone), self.in_charge, self.person_id)


class NewServicePoint(Body):
    """A service point to be opened, with who serves there from the first day on."""

    level: ServicePointLevel
    name: OrganisationName
    org_code: OrgCode
    parent_id: Id | None = None
    area_code: AreaCode
    address: OrganisationName | None = None
    phone: Phone | None = None
    staff: Annotated[tuple[Server, ...], Field(max_length=50)] = ()

    def facts(self) -> ServicePointOpened:
        """As it is recorded."""
        return ServicePointOpened.model_validate(self.model_dump(include=set(ServicePointOpened.model_fields)))


class ChangeServicePoint(Body):
    """Details that change; what is absent stays."""

    name: OrganisationName | None = None
    area_code: AreaCode | None = None
    address: OrganisationName | None = None
    phone: Phone | None = None

    def facts(self) -> ServicePointChanged:
        """As it is recorded."""
        return ServicePointChanged.model_validate(self.model_dump(include=set(ServicePointChanged.model_fields)))


class Leave(Body):
    """Somebody who no longer serves."""

    person_id: Id


class Closing(Body):
    """The end of a service point."""


@router.get("/v1/service-points", summary="Service points of the own scope", **LIST.openapi())
async def list_points(request: Request, caller: Reader, desk: Desk) -> Response:
    """With their gaps marked; members see all of them."""
    return await LIST.answer(request, caller, desk.points, where=visible(caller), complete=Charge(caller, desk).told)


@router.post("/v1/service-points", status_code=201, summary="Open a service point")
async def open_point(body: NewServicePoint, caller: Officer, desk: Desk) -> JSONResponse:
    """A substation under a station, a station under the centre (S-18 to S-20)."""
    staff = tuple(one.named() for one in body.staff)
    outcome = await desk.open(caller, body.facts(), staff, body.occurred_on)
    return answer(outcome, location=f"/v1/service-points/{outcome.id}")


@router.get("/v1/service-points/{service_point_id}", summary="One service point")
async def get_point(service_point_id: str, caller: Reader, desk: Desk, at: AtTime) -> JSONResponse:
    """With everybody who serves there, masked; as it is, or as it was on both time axes."""
    found, sequence = await _visible(desk, service_point_id, caller), await desk.points.applied()
    if at.is_now:
        (found,) = await Charge(caller, desk).told([found])
    else:
        subjects = [Subject("contact", "service_point", one) for one in (found["parent_id"], found["_id"]) if one]
        past = await read_past(desk.ledger, desk.sealer, ServicePoints(), subjects, at.keep)
        then, sequence = past.find(SERVICE_POINTS, service_point_id), past.sequence
        if then is None:
            raise NotFound
        found = then
    body = row(LIST.columns, found)
    return document_answer({**body, "staff": shown_staff(found)}, version=found["version"], sequence=sequence)


@router.get("/v1/service-points/{service_point_id}/history", summary="Every event of one service point")
async def point_history(service_point_id: str, caller: Reader, desk: Desk, at: AtTime) -> JSONResponse:
    """Oldest first; who serves is only named as sealed."""
    await _visible(desk, service_point_id, caller)
    return history_answer(await get_history(desk.ledger, SERVICE_POINT, service_point_id), at=at)


@router.post("/v1/service-points/{service_point_id}/change", summary="Change its details")
async def change_point(service_point_id: str, body: ChangeServicePoint, caller: Officer, desk: Desk) -> JSONResponse:
    """What is absent stays."""
    return answer(await desk.change(caller, service_point_id, body.facts(), body.occurred_on))


@router.post("/v1/service-points/{service_point_id}/staff", summary="Name somebody who serves")
async def staff_point(service_point_id: str, body: Server, caller: Officer, desk: Desk) -> JSONResponse:
    """By name (S-20); sealed under that person's own key."""
    return answer(await desk.staff(caller, service_point_id, body.named(), body.occurred_on))


@router.post("/v1/service-points/{service_point_id}/release", summary="Somebody no longer serves")
async def release(service_point_id: str, body: Leave, caller: Officer, desk: Desk) -> JSONResponse:
    """The last one to leave leaves an alarm: the list marks the gap (S-20)."""
    return answer(await desk.release(caller, service_point_id, body.person_id, body.occurred_on))


@router.post("/v1/service-points/{service_point_id}/close", summary="Close a service point")
async def close_point(service_point_id: str, body: Closing, caller: Officer, desk: Desk) -> JSONResponse:
    """When nothing stands under it any more."""
    return answer(await desk.close(caller, service_point_id, body.occurred_on))


def visible(caller: Caller) -> dict[str, Any]:
    """The points of the own scope; members may ask for help at each that is open."""
    if caller.is_office:
        return caller.scope.where("org_code")
    return {"open": True}


def shown_staff(document: Document) -> list[dict[str, Any]]:
    """Who serves, names masked."""
    return [{**one, "name": None if one["name"] is None else mask_name(one["name"])} for one in document["staff"]]


async def _visible(desk: PointDesk, id_: str, caller: Caller) -> Document:
    await caller.wait.until_applied(desk.points)
    found = await desk.points.find(SERVICE_POINTS, {"$and": [{"_id": id_}, visible(caller)]}, limit=1)
    if not found:
        raise NotFound
    return found[0]
