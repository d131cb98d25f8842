"""`/v1/accesses`: who was shown masked text of members, when, which fields and why (domain.md §5.2, §6 no. 22)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.registry.doors import members, roles
from guiyan.registry.doors.parts import ToolsHere, visible
from guiyan.registry.projections.accesses import ACCESSES, Act
from guiyan.service.caller import Caller, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["privacy"])
FIELDS: Final = {
    **{column.field: (column.zh, column.en) for column in members.LIST.columns},
    "contact_point": ("联系方式", "Contact point"),
}
"""What was shown, in the words of the member's own list."""
REASONS: Final = {
    "CONTACT_DUTY": ("联系党员", "To contact the member"),
    "TRANSFER": ("组织关系转接", "Transfer of the relation"),
    "CORRECTION": ("更正核对", "Correction"),
    "MEMBER_ASKED": ("本人要求", "The member asked"),
    "AUDIT": ("审计", "Audit"),
    "FILING": ("归档", "For the file"),
    "SIGNATURE": ("本人签字确认", "To be signed by the member"),
    "INQUIRY": ("受理咨询", "An inquiry"),
    "SEARCH": ("查找失联党员", "Search for a lost contact"),
}
"""Every reason that a door of registry or contact takes."""
Reader = Annotated[Caller, requires(*roles.SEE_ACCESSES)]

LIST: Final = Listing(
    name="accesses",
    collection=ACCESSES,
    title_zh="查阅记录",
    title_en="Who looked",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("at", "时间", "Time", 20),
        Column("actor", "用户", "User", 38, printed=True),
        Column("actor_org", "用户所在党组织", "User's organisation", 24, book="organisation"),
        Column("act", "操作", "Act", 14, labels=labels(Act)),
        Column("member_id", "党员编号", "Member", 38, printed=True),
        Column("fields", "查看内容", "Fields", 30, labels=FIELDS),
        Column("reason", "原因", "Reason", 16, labels=REASONS),
    ),
    filters={
        "member_id": Filter(),
        "actor": Filter(),
        "actor_org": Filter(),
        "act": Filter(choices=tuple(Act)),
        "reason": Filter(choices=tuple(REASONS)),
        "on": Filter(Kind.DATE),
    },
    sorts=("_id", "at"),
    default_sort="-at",
)


@router.get("/v1/accesses", summary="Who looked at masked text", **LIST.openapi())
async def list_accesses(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """The auditor sees what was done in the own organisations; a member, who looked at the own record."""
    return await LIST.answer(request, caller, tools.accesses, where=visible(caller, "member_id", "actor_org"))
