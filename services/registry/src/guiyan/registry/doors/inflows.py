"""`/v1/inflows`: people from elsewhere who live or work here - the inflow ledger and every act of a record."""

from dataclasses import replace
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
from guiyan.registry.doors.ledger_words import LedgerWords
from guiyan.registry.doors.parts import ToolsHere, area_warnings, get_visible, given, shown, shown_then
from guiyan.registry.projections.inflows import INFLOWS
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column, labels

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
        Column("name", "姓名", "Name", 8, mask=mask_name),
        Column("sex", "性别", "Sex", 5, labels=labels(Sex)),
        Column("person_category", "人员类别", "Category", 9, labels=labels(PersonCategory)),
        Column("registered_on", "流入日期", "Arrived", 11),
        Column("reason", "流入原因", "Reason", 11, labels=labels(FlowReason)),
        Column("origin_title", "原组织关系所在党组织", "Origin", 22),
        Column("origin_person", "原党组织联系人", "Origin's contact person", 9),
        Column("origin_phone", "原党组织电话", "Its phone", 14),
        Column("here_area", "现居住/工作地(县级)", "Lives or works in", 16),
        Column("occupation", "现单位(岗位)", "Occupation", 12),
        Column("certificate_no", "活动证号", "Certificate", 18),
        Column("host_branch", "编入支部", "Branch", 16, book="organisation"),
        Column("group", "编入小组", "Group", 14, book="organisation"),
        Column("contact_person", "支部联系人", "Contact person", 9),
        Column("attended", "参加活动次数", "Activities", 8),
        Column("dues_paid_to", "党费交至(本地)", "Dues paid to (here)", 9),
        Column("transfer_from", "具备转接条件日期", "To be transferred from", 11),
        Column(
            "state",
            "状态",
            "State",
            8,
            labels={"OPEN": ("在册", "open"), "ENDED": ("已离开", "left"), "FOLLOWED": ("已转入", "transferred")},
        ),
        *(
            replace(one, printed=False)
            for one in (
                Column("id_no", "身份证号", "ID number", 22),
                Column("mobile", "本人手机", "Mobile", 16),
                Column("contact_phone", "联系人电话", "Its phone", 14),
                Column("origin_org", "原党组织代码", "Origin code", 16),
                Column("origin_area", "来源地", "From", 18),
                Column("origin_area_code", "来源地代码", "From code", 10),
                Column("origin_asked_on", "函询日期", "Origin asked", 12),
                Column("credential", "凭证", "Credential", 12, labels=labels(Credential)),
                Column("occupation_code", "现从业代码", "Occupation code", 10),
                Column("attended_on", "最近参加活动", "Last activity", 12),
                Column("departure_id", "对应外出编号", "Outflow", 38),
                Column("member_id", "党员编号", "Member", 38),
                Column("paired_on", "配对日期", "Paired", 12),
                Column("ended_on", "结束日期", "Ended", 12),
                Column("relation_followed", "已转入", "Relation followed", 8),
                Column("open", "在册", "Open", 6),
                Column("version", "版本", "Version", 8),
            )
        ),
    ),
    filters={
        "host_branch": Filter(),
        "origin_org": Filter(),
        "departure_id": Filter(),
        "reason": Filter(choices=tuple(FlowReason)),
        "open": Filter(Kind.BOOLEAN),
        "registered_on": Filter(Kind.DATE),
        "ended_on": Filter(Kind.DATE),
        "transfer_from": Filter(Kind.DATE),
        "relation_followed": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "name", "host_branch", "registered_on"),
    own_parameters=TREE_PARAMETERS,
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
async def list_inflows(request: Request, caller: Reader, tools: ToolsHere, tree: OfTree) -> Response:
    """Records of the own organisation and below."""
    where = await tree.narrowed(caller, tools, caller.scope.where("host_branch"), "host_branch")
    return await LIST.answer(request, caller, tools.inflows, where=where, complete=LedgerWords(tools).inflow)


@router.post("/v1/inflows", status_code=201, summary="Enter somebody from elsewhere")
async def register_inflow(body: NewInflow, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """Paired at once with the trip of who is in the register; unpaired records are allowed (S-14)."""
    outcome = await handlers.register_inflow(tools, Asker.of_caller(caller), body.command())
    warnings = await area_warnings(caller, tools, body.occurred_on, origin_area_code=body.origin_area_code)
    return answer(outcome, location=f"/v1/inflows/{outcome.id}", warnings=warnings)


@router.get("/v1/inflows/{inflow_id}", summary="One record")
async def get_inflow(inflow_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment; masked."""
    found = await get_visible(caller, tools.inflows, INFLOWS, inflow_id, caller.scope.where("host_branch"))
    if at.is_now:
        (told,) = await LedgerWords(tools).inflow([found])
        return await shown(tools.inflows, LIST.columns, told)
    document, sequence = await queries.inflow_at(tools, inflow_id, at)
    (told,) = await LedgerWords(tools).inflow([document])
    return shown_then(LIST.columns, told, sequence)


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
