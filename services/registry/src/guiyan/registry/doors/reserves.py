"""`/v1/reserves`: the reserve list - named by a person, with the member's consent, no score (S-48)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.values import Id, OrgCode
from guiyan.registry.commands import honours as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.reserve import RESERVE
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown, visible
from guiyan.registry.projections.honours import RESERVES
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column

router = APIRouter(tags=["reserve list"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Namer = Annotated[Commander, commands(*roles.DECIDE)]

LIST: Final = Listing(
    name="reserves",
    collection=RESERVES,
    title_zh="村(社区)后备人选名单",
    title_en="Reserve list",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("for_org", "拟任村(社区)", "For", 16, book="organisation"),
        Column("named_by", "提名人", "Named by", 20),
        Column("named_by_org", "提名单位", "Named for", 16, book="organisation"),
        Column("listed", "在列", "Listed", 6),
        Column("listed_on", "列入日期", "Listed on", 12),
        Column("unlisted_on", "退出日期", "Left on", 12),
        Column("consent_withdrawn", "撤回同意", "Consent withdrawn", 8),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "branch": Filter(),
        "for_org": Filter(),
        "listed": Filter(Kind.BOOLEAN),
        "listed_on": Filter(Kind.DATE),
    },
    sorts=("_id", "branch", "listed_on"),
)


class Naming(DatedAsk):
    """Whom somebody names, by which consent of the member (purpose RESERVE_LIST), and for which village if any."""

    member_id: Id
    consent_id: Id
    for_org: OrgCode | None = None


@router.get("/v1/reserves", summary="The reserve list of the own scope", **LIST.openapi())
async def list_reserves(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """In no order of merit; a member sees the own place on it."""
    return await LIST.answer(request, caller, tools.register, where=visible(caller, "_id", "branch"))


@router.post("/v1/reserves", status_code=201, summary="Name a member")
async def name_member(body: Naming, caller: Namer, tools: ToolsHere) -> JSONResponse:
    """By a person, with the member's consent to just that."""
    done = await handlers.list_in_reserve(
        tools,
        Asker.of_caller(caller),
        body.member_id,
        consent_id=body.consent_id,
        for_org=body.for_org,
        occurred_on=body.occurred_on,
    )
    return answer(done, location=f"/v1/reserves/{done.id}")


@router.get("/v1/reserves/{member_id}", summary="One member's place on the list")
async def get_reserve(member_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """As it stands."""
    where = visible(caller, "_id", "branch")
    return await shown(
        tools.register, LIST.columns, await get_visible(caller, tools.register, RESERVES, member_id, where)
    )


@router.get("/v1/reserves/{member_id}/history", summary="Every event of one member's place on the list")
async def reserve_history(member_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await get_visible(caller, tools.register, RESERVES, member_id, visible(caller, "_id", "branch"))
    return history_answer(await get_history(tools.ledger, RESERVE, member_id), at=at)


@router.post("/v1/reserves/{member_id}/unlist", summary="The member leaves the list")
async def unlist(member_id: str, body: DatedAsk, caller: Namer, tools: ToolsHere) -> JSONResponse:
    """By whoever sees the record; a withdrawn consent does it by itself."""
    return answer(await handlers.unlist_from_reserve(tools, Asker.of_caller(caller), member_id, body.occurred_on))
