"""`/v1/inflows`: people from elsewhere who live or work here - the inflow ledger and every act of a record."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import Credential, FlowReason, MobileMemberKind, PersonCategory, Sex
from guiyan.events.exact import Exact
from guiyan.events.names import OrganisationName, PersonName
from guiyan.events.registry.inflow import InflowText
from guiyan.events.values import AreaCode, Code, Id, OrgCode
from guiyan.registry import queries
from guiyan.registry.commands import inflows as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.inflow import INFLOW
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import DatedAsk, ToolsHere, get_visible, given, labels, shown, shown_then
from guiyan.registry.projections.inflows import INFLOWS
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column

router = APIRouter(tags=["inflows"])
Reader = Annotated[Caller, requires(*roles.READ)]
Keeper = Annotated[Commander, commands(*roles.KEEP_TRIPS)]

LIST: Final = Listing(
    name="inflows",
    collection=INFLOWS,
    title_zh="流入党员台账",
    ledger=True,
    title_en="Inflow ledger",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("sex", "性别", "Sex", 6, labels=labels(Sex)),
        Column("id_no", "身份证号", "ID number", 22),
        Column("mobile", "本人手机", "Mobile", 16),
        Column("person_category", "人员类别", "Category", 12, labels=labels(PersonCategory)),
        Column("registered_on", "流入日期", "Arrived", 12),
        Column("reason", "流入原因", "Reason", 12, labels=labels(FlowReason)),
        Column("origin_org", "原党组织代码", "Origin", 16),
        Column("origin_title", "原组织关系所在党组织", "Origin as told", 30),
        Column("origin_area_code", "来源地", "From", 10),
        Column("origin_asked_on", "函询日期", "Origin asked", 12),
        Column("credential", "凭证", "Credential", 12, labels=labels(Credential)),
        Column("occupation_code", "现从业", "Occupation", 10),
        Column("host_branch", "编入支部", "Branch", 16, book="organisation"),
        Column("group", "编入小组", "Group", 16, book="organisation"),
        Column("departure_id", "对应外出编号", "Outflow", 38),
        Column("paired_on", "配对日期", "Paired", 12),
        Column("ended_on", "结束日期", "Ended", 12),
        Column("relation_followed", "已转入", "Relation followed", 8),
        Column("open", "在册", "Open", 6),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "host_branch": Filter(),
        "origin_org": Filter(),
        "departure_id": Filter(),
        "reason": Filter(choices=tuple(FlowReason)),
        "open": Filter(Kind.BOOLEAN),
        "registered_on": Filter(Kind.DATE),
        "ended_on": Filter(Kind.DATE),
    },
    sorts=("_id", "name", "host_branch", "registered_on"),
)


class InflowFacts(InflowText, Exact):
    """Who has come and from where, as told; the origin may be unknown."""

    model_config = DatedAsk.model_config

    name: PersonName
    origin_title: OrganisationName | None = None
    origin_org: OrgCode | None = None
    origin_area_code: AreaCode | None = None
    reason: FlowReason | None = None
    person_category: PersonCategory | None = None
    sex: Sex | None = None
    member_kind: MobileMemberKind | None = None
    occupation_code: Code | None = None
    credential: Credential | None = None

    def text(self) -> InflowText:
        """The words, to be sealed."""
        return InflowText.model_validate(given(self, InflowText.model_fields))

    def codes(self) -> dict[str, Any]:
        """The codes that were given."""
        fields = set(type(self).model_fields)
        return given(self, fields - set(InflowText.model_fields) - {"occurred_on"})


class NewInflow(InflowFacts):
    """Somebody whose relation is elsewhere; the origin may be unknown."""

    host_branch: OrgCode
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None

    def command(self) -> handlers.NewInflow:
        """As the handler takes it."""
        return handlers.NewInflow(self.text(), self.codes(), self.occurred_on)


class Pair(DatedAsk):
    """Which outflow the record belongs to."""

    departure_id: Id


class AskOrigin(DatedAsk):
    """Which organisation was asked, when it has a code here."""

    origin_org: OrgCode | None = None


class AssignGroup(DatedAsk):
    """Into which group."""

    group: OrgCode


class End(DatedAsk):
    """How it ended."""

    relation_followed: bool = False


@router.get("/v1/inflows", summary="The inflow ledger of the own scope", **LIST.openapi())
async def list_inflows(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Records of the own organisation and below."""
    return await LIST.answer(request, caller, tools.inflows, where=caller.scope.where("host_branch"))


@router.post("/v1/inflows", status_code=201, summary="Enter somebody from elsewhere")
async def register_inflow(body: NewInflow, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """Paired at once with the trip of who is in the register; unpaired records are allowed (S-14)."""
    outcome = await handlers.register_inflow(tools, Asker.of_caller(caller), body.command())
    return answer(outcome, location=f"/v1/inflows/{outcome.id}")


@router.get("/v1/inflows/{inflow_id}", summary="One record")
async def get_inflow(inflow_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment; masked."""
    found = await get_visible(caller, tools.inflows, INFLOWS, inflow_id, caller.scope.where("host_branch"))
    if at.is_now:
        return await shown(tools.inflows, LIST.columns, found)
    document, sequence = await queries.inflow_at(tools, inflow_id, at)
    return shown_then(LIST.columns, document, sequence)


@router.get("/v1/inflows/{inflow_id}/history", summary="Every event of one record")
async def inflow_history(inflow_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; sealed text is only named."""
    await get_visible(caller, tools.inflows, INFLOWS, inflow_id, caller.scope.where("host_branch"))
    return history_answer(await get_history(tools.ledger, INFLOW, inflow_id), at=at)


@router.post("/v1/inflows/{inflow_id}/pair", summary="The record and an outflow are the same trip")
async def pair(inflow_id: str, body: Pair, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """The trip is then reported in at the host."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.pair_inflow(tools, asker, inflow_id, body.departure_id, body.occurred_on))


@router.post("/v1/inflows/{inflow_id}/ask-origin", summary="The origin was asked")
async def ask_origin(inflow_id: str, body: AskOrigin, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By letter or notice, as long as the record has no pair."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.ask_origin(tools, asker, inflow_id, body.origin_org, body.occurred_on))


@router.post("/v1/inflows/{inflow_id}/assign-group", summary="Put into a group")
async def assign_group(inflow_id: str, body: AssignGroup, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """For organised life."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.assign_group(tools, asker, inflow_id, body.group, body.occurred_on))


@router.post("/v1/inflows/{inflow_id}/end", summary="Left again, or the relation followed")
async def end(inflow_id: str, body: End, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """A record whose trip ends, ends with it by itself."""
    asker = Asker.of_caller(caller)
    followed = body.relation_followed
    return answer(
        await handlers.end_inflow(tools, asker, inflow_id, relation_followed=followed, occurred_on=body.occurred_on)
    )
