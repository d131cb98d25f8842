"""`/v1/materials`: letters and study material, to whom, arrived or back (S-26)."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import LetterKind, MaterialState
from guiyan.ledger.past import read_past
from guiyan.notifications.commands.study import StudyDesk
from guiyan.notifications.domain.material import MATERIAL, Arrive, ComeBack
from guiyan.notifications.doors import activity_bodies as bodies
from guiyan.notifications.doors.activities import Desk, Keeper, Reader
from guiyan.notifications.projections.activities import MATERIALS, Study
from guiyan.notifications.projections.learners import LEARNERS
from guiyan.service.caller import Caller
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document, Query
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column, labels, row

router = APIRouter(tags=["materials"])

LIST: Final = Listing(
    name="materials",
    collection=MATERIALS,
    title_zh="学习资料与信函寄送",
    title_en="Letters and material sent",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38, name="material_id", printed=False),
        Column("member_id", "党员编号", "Member", 38, printed=False),
        Column("name", "姓名", "Name", 10),
        Column("branch", "所在支部", "Branch", 20, book="organisation"),
        Column("kind", "类别", "Kind", 16, labels=labels(LetterKind)),
        Column("activity_id", "活动标识", "Activity", 38, printed=False),
        Column("by_post", "邮寄", "By post", 6),
        Column("tracking_no", "邮件编号", "Postal item", 18),
        Column("sent_on", "寄出日期", "Sent", 12),
        Column("state", "状态", "State", 8, labels=labels(MaterialState)),
        Column("received_on", "收到日期", "Received", 12),
        Column("came_back_on", "退回日期", "Came back", 12),
        Column("handled_by", "经办人", "Handled by", 16),
        Column("version", "版本", "Version", 8, printed=False),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "activity_id": Filter(),
        "kind": Filter(choices=tuple(LetterKind)),
        "state": Filter(choices=tuple(MaterialState)),
        "sent_on": Filter(Kind.DATE),
    },
    sorts=("_id", "sent_on", "branch", "state"),
    default_sort="-sent_on",
    own_parameters=TREE_PARAMETERS,
)


def visible(caller: Caller) -> Query:
    """What was sent to members of the own scope; a member sees what was sent to himself."""
    return caller.scope.where("branch") if caller.is_office else {"member_id": caller.principal.sub}


class Named:
    """Adds the masked names of now."""

    def __init__(self, desk: StudyDesk) -> None:
        self._desk = desk

    async def told(self, rows: list[Document]) -> list[Document]:
        """Rows with the members' names."""
        ids = sorted({one["member_id"] for one in rows})
        found = await self._desk.study.find(LEARNERS, {"_id": {"$in": ids}}) if ids else []
        names = {one["_id"]: one["name"] for one in found}
        return [{**one, "name": names.get(one["member_id"])} for one in rows]


@router.get("/v1/materials", summary="Letters and material sent", **LIST.openapi())
async def list_materials(request: Request, caller: Reader, desk: Desk, below: OfTree) -> Response:
    """Of the own scope; a member sees the own ones."""
    where = await below.narrowed(caller, desk, visible(caller))
    return await LIST.answer(request, caller, desk.study, where=where, complete=Named(desk).told)


@router.post("/v1/materials", status_code=201, summary="Something was sent to a member")
async def dispatch(body: bodies.NewMaterial, caller: Keeper, desk: Desk) -> JSONResponse:
    """By post or as a file; what belongs to an activity names it."""
    outcome = await desk.dispatch(caller, body.facts(), body.occurred_on)
    return answer(outcome, location=f"/v1/materials/{outcome.id}")


@router.get("/v1/materials/{material_id}", summary="One dispatch")
async def get_material(material_id: str, caller: Reader, desk: Desk, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    found, sequence = await _visible(desk, material_id, caller), await desk.study.applied()
    if not at.is_now:
        past = await read_past(desk.ledger, desk.sealer, Study(), [MATERIAL.subject(material_id)], at.keep)
        then, sequence = past.find(MATERIALS, material_id), past.sequence
        if then is None:
            raise NotFound
        found = {**then, "branch": found["branch"]}
    (told,) = await Named(desk).told([found])
    body: dict[str, Any] = row(LIST.columns, told)
    return document_answer(body, version=found["version"], sequence=sequence)


@router.get("/v1/materials/{material_id}/history", summary="Every event of one dispatch")
async def material_history(material_id: str, caller: Reader, desk: Desk, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await _visible(desk, material_id, caller)
    return history_answer(await get_history(desk.ledger, MATERIAL, material_id), at=at)


@router.post("/v1/materials/{material_id}/receive", summary="It arrived")
async def receive(material_id: str, caller: Keeper, desk: Desk, body: bodies.Body | None = None) -> JSONResponse:
    """On `occurred_on`."""
    when = desk.when((body or bodies.Body()).occurred_on)
    return answer(await desk.handle(caller, material_id, Arrive(**when)))


@router.post("/v1/materials/{material_id}/return", summary="It came back undelivered")
async def come_back(material_id: str, caller: Keeper, desk: Desk, body: bodies.Body | None = None) -> JSONResponse:
    """On `occurred_on`."""
    when = desk.when((body or bodies.Body()).occurred_on)
    return answer(await desk.handle(caller, material_id, ComeBack(**when)))


async def _visible(desk: StudyDesk, id_: str, caller: Caller) -> Document:
    await caller.wait.until_applied(desk.study)
    found = await desk.study.find(MATERIALS, {"$and": [{"_id": id_}, visible(caller)]}, limit=1)
    if not found:
        raise NotFound
    return found[0]
