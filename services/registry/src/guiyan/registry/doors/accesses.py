"""`/v1/accesses`: who was shown masked text of members, when, which fields and why (domain.md §5.2, §6 no. 22)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, visible
from guiyan.registry.projections.accesses import ACCESSES, Act
from guiyan.service.caller import Caller, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["privacy"])
Reader = Annotated[Caller, requires(*roles.SEE_ACCESSES)]

LIST: Final = Listing(
    name="accesses",
    collection=ACCESSES,
    title_zh="查阅记录",
    title_en="Who looked",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("at", "时间", "Time", 20),
        Column("actor", "用户", "User", 38),
        Column("actor_org", "用户所在党组织", "User's organisation", 24, book="organisation"),
        Column("act", "操作", "Act", 14, labels=labels(Act)),
        Column("member_id", "党员编号", "Member", 38),
        Column("fields", "查看内容", "Fields", 30),
        Column("reason", "原因", "Reason", 16),
    ),
    filters={
        "member_id": Filter(),
        "actor": Filter(),
        "actor_org": Filter(),
        "act": Filter(choices=tuple(Act)),
        "reason": Filter(),
        "on": Filter(Kind.DATE),
    },
    sorts=("_id", "at"),
    default_sort="-at",
)


@router.get("/v1/accesses", summary="Who looked at masked text", **LIST.openapi())
async def list_accesses(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """The auditor sees what was done in the own organisations; a member, who looked at the own record."""
    return await LIST.answer(request, caller, tools.accesses, where=visible(caller, "member_id", "actor_org"))
