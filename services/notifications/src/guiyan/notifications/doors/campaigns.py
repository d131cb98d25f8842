"""`/v1/campaigns`: a message to every member away below an organisation, once a quarter, and what came of it (S-35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import CampaignResult, NoticeChannel
from guiyan.events.notifications.delivery import CampaignPlanned, CampaignResultNoted
from guiyan.events.values import Id, OrgCode, Quarter
from guiyan.ledger import Clock, Commands, Ledger, Refused
from guiyan.ledger.calendar import Quarter as Of
from guiyan.ledger.calendar import moment_of
from guiyan.notifications.campaign_ways import CampaignWays
from guiyan.notifications.campaigning import members_away, sums_of
from guiyan.notifications.domain.campaign import (
    ANSWERS,
    CAMPAIGN,
    CampaignState,
    Close,
    Command,
    Note,
    Plan,
    campaign_id,
)
from guiyan.notifications.domain.fields import FIELDS, TITLES
from guiyan.notifications.domain.rules import OF_CAMPAIGN
from guiyan.notifications.domain.study_parameters import StudyParameters
from guiyan.notifications.doors.accounts import INTENT_LIST
from guiyan.notifications.doors.templates import CAMPAIGN_KNOWS
from guiyan.notifications.projections.accounts import INTENTS
from guiyan.notifications.projections.campaigns import CAMPAIGNS, REPLIES, reply_id
from guiyan.notifications.projections.learners import LEARNERS
from guiyan.notifications.wordings import Wordings
from guiyan.service.asks import Ask
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.directory import Directory
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.possible import takes
from guiyan.service.problems import NotFound
from guiyan.service.reads import CountingReads, Document, Reads
from guiyan.service.resources import answer, document_answer, get_history, history_answer
from guiyan.service.rulebook import Rulebook
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column, labels, row

Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.AUDITOR)]
PLANNERS: Final = frozenset({Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER})
Planner = Annotated[Commander, commands(*sorted(PLANNERS))]
Officer = Annotated[Commander, commands(*sorted(OFFICE_ROLES))]
GREETING: Final = OF_CAMPAIGN.template
USABLE: Final = tuple(name for name, fields in FIELDS.items() if set(fields) <= CAMPAIGN_KNOWS)
"""A campaign knows the quarter and nothing else."""
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    CampaignState.PLANNED: ("已计划", "Planned"),
    CampaignState.STARTED: ("进行中", "Under way"),
    CampaignState.CLOSED: ("已结束", "Closed"),
}
_ANSWERS: Final = labels(sorted(ANSWERS))

LIST: Final = Listing(
    name="campaigns",
    collection=CAMPAIGNS,
    title_zh="季度短信",
    title_en="Campaigns",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("quarter", "季度", "Quarter", 10),
        Column("org_code", "党组织", "Organisation", 20, book="organisation"),
        Column("template", "模板", "Template", 20, labels=TITLES),
        Column("starts_on", "开始日期", "From", 12),
        Column("state", "状态", "State", 10, labels=_STATES),
        Column("recipients", "对象数", "Recipients", 8),
        Column("delivered", "送达", "Delivered", 8),
        Column("sent", "已发出", "Sent", 8),
        Column("failed", "失败", "Failed", 8),
        Column("unknown", "未知", "Unknown", 8),
        Column("suppressed", "不发送", "Not sent", 8),
        Column("pending", "待发送", "Pending", 8),
        Column("replied", "回复(回电)", "Answered", 8),
        Column("closed_on", "结束日期", "Closed", 12),
        Column("list", "明细", "List", 38, printed=False),
        Column("version", "记录版本", "Version", 8),
    ),
    filters={
        "org_code": Filter(),
        "quarter": Filter(),
        "state": Filter(choices=tuple(CampaignState)),
        "starts_on": Filter(Kind.DATE),
    },
    sorts=("_id", "starts_on", "quarter"),
    default_sort="-starts_on",
    own_parameters=TREE_PARAMETERS,
)
RESULTS: Final = Listing(
    name="campaign-results",
    collection=INTENTS,
    title_zh="季度短信结果",
    title_en="What a campaign gave, member by member",
    ledger=True,
    columns=(
        *(
            one
            for one in INTENT_LIST.columns
            if one.key in {"id", "org_code", "member_id", "channel", "state", "reason"}
        ),
        Column("receipt", "回执", "Receipt", 6),
        Column("answer", "回复", "Answer", 10, labels=_ANSWERS),
        Column("answered_on", "回复日期", "Answered on", 12),
    ),
    filters={
        name: one
        for name, one in INTENT_LIST.filters.items()
        if name in {"org_code", "member_id", "channel", "state", "reason"}
    },
    sorts=("_id", "state"),
    own_parameters=TREE_PARAMETERS,
)


class PlanAsk(Ask):
    """For whom, of which quarter, from when, in which words."""

    org_code: Annotated[OrgCode, Field(description="Every member away below this organisation is written to")]
    quarter: Quarter
    starts_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai); today when absent")] = None
    template: Annotated[str, Field(description="A template whose only field is the quarter")] = GREETING


class ResultAsk(Ask):
    """Which member answered, and how."""

    member_id: Id
    result: Annotated[CampaignResult, Field(description="REPLIED or CALLED_BACK; opens an inquiry of the branch")]
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai); today when absent")] = None


@dataclass(frozen=True)
class CampaignDoors:
    """What these doors work with."""

    commands: Commands
    ledger: Ledger
    clock: Clock
    directory: Directory
    rulebook: Rulebook
    campaigns: Reads
    members: CountingReads
    accounts: CountingReads
    wordings: Wordings
    ways: CampaignWays

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["campaigns"])
        router.get("/v1/campaigns", summary="Campaigns with their sums", **LIST.openapi())(self.list_campaigns)
        router.get("/v1/campaigns/preview", summary="Whom one would reach, in which words")(self.preview)
        router.get("/v1/campaigns/{id_}", summary="One campaign with its sums")(self.get_campaign)
        router.get("/v1/campaigns/{id_}/results", summary="Member by member", **RESULTS.openapi())(self.results)
        router.get("/v1/campaigns/{id_}/history", summary="Every event of it")(self.history)
        router.post("/v1/campaigns", summary="Plan one")(self.plan)
        router.post("/v1/campaigns/{id_}/note-result", summary="A member replied or called back")(self.note)
        router.post("/v1/campaigns/{id_}/close", summary="End it with its sums")(self.close)
        return router

    async def list_campaigns(self, request: Request, caller: Reader, below: OfTree) -> Response:
        """Those planned for the own organisations or below."""
        where = await below.narrowed(caller, self, caller.scope.where("org_code"), "org_code")
        await caller.wait.until_applied(self.accounts)
        return await LIST.answer(request, caller, self.campaigns, where=where, complete=self._with_sums)

    async def preview(
        self, caller: Reader, under: Annotated[OrgCode, Parameter()], template: Annotated[str, Parameter()] = GREETING
    ) -> JSONResponse:
        """How many members are away below an organisation, by branch, and the words as they would leave today.

        Of the first of them (`looked_at`) by which channel they would get it, and how many would not, by the reason.
        """
        caller.scope.check(under)
        _usable(template)
        await caller.wait.until_applied(self.members)
        away = await members_away(self.directory, under)
        branches = await self.members.count_by(LEARNERS, away, "branch")
        quarter = str(Of.of(self.clock.today()))
        counted = await self.ways.count(away, template, quarter)
        version = await self.wordings.current(template)
        notice = {"template": template, "template_version": version, "params": {"quarter": quarter}, "org_code": under}
        words = {
            str(one): (await self.wordings.written(notice, one)).body
            for one in (NoticeChannel.EMAIL, NoticeChannel.SMS)
        }
        told = {"recipients": sum(branches.values()), "branches": dict(sorted(branches.items())), "words": words}
        told |= {
            "looked_at": counted.looked_at,
            "channels": counted.channels,
            "quarter": quarter,
            "suppressed": counted.suppressed,
        }
        return JSONResponse({"under": under, "template": template, "template_version": version, **told})

    async def get_campaign(self, id_: str, caller: Reader) -> JSONResponse:
        """The campaign as it stands now, with the verbs that the caller can do next (`acts`)."""
        await caller.wait.until_applied(self.campaigns)
        found = await self._visible(id_, caller)
        (told,) = await self._with_sums([found])
        body = {**row(LIST.columns, told), "acts": await self._acts(id_, found, caller)}
        return document_answer(body, version=found["version"], sequence=await self.campaigns.applied())

    async def _acts(self, id_: str, found: Document, caller: Caller) -> list[str]:
        """Tried on the decider; nothing is written."""
        if not caller.principal.roles & PLANNERS:
            return []
        state, _ = await self.commands.load(CAMPAIGN, id_)
        act = Close(await sums_of(self.accounts, found), self.clock.today())
        return ["close"] if takes(CAMPAIGN.decide, act, state) else []

    async def results(self, id_: str, request: Request, caller: Reader, below: OfTree) -> Response:
        """Each member's message and answer; who could not be written to stands there with the reason."""
        await caller.wait.until_applied(self.campaigns)
        await self._found(id_)
        where = await below.narrowed(caller, self, caller.scope.where("org_code"), "org_code")

        async def answered(rows: list[Document]) -> list[Document]:
            keys = [reply_id(id_, one["member_id"]) for one in rows]
            found = {
                one["member_id"]: one["answers"][-1]
                for one in await self.campaigns.find(REPLIES, {"_id": {"$in": keys}})
            }
            return [_answered(one, found.get(one["member_id"])) for one in rows]

        where = {"$and": [{"batch": id_}, where]}
        return await RESULTS.answer(request, caller, self.accounts, where=where, complete=answered)

    async def history(self, id_: str, caller: Reader) -> JSONResponse:
        """Every event of the campaign, oldest first."""
        await caller.wait.until_applied(self.campaigns)
        await self._visible(id_, caller)

        return history_answer(await get_history(self.ledger, CAMPAIGN, id_))

    async def plan(self, body: PlanAsk, caller: Planner) -> JSONResponse:
        """Its messages are queued from its first day on, at the hour of reminders; one a quarter and template."""
        caller.scope.check(body.org_code)
        _usable(body.template)
        today = self.clock.today()
        starts_on = body.starts_on or today
        await self.rulebook.refresh()
        hour = self.rulebook.valid(StudyParameters, starts_on).reminder_hour
        facts = CampaignPlanned(
            org_code=body.org_code,
            quarter=body.quarter,
            template=body.template,
            starts_on=starts_on,
            starts_at=max(moment_of(starts_on, time(hour)), self.clock.now()),
        )
        id_ = campaign_id(body.org_code, body.quarter, body.template)
        return await self._do(id_, caller, Plan(facts, today))

    async def note(self, id_: str, body: ResultAsk, caller: Officer) -> JSONResponse:
        """A member answered: contact opens an inquiry of the member's branch."""
        if body.result not in ANSWERS:
            raise Refused("campaign_answer_only", pointer="/result")
        await self._found(id_)
        query = {"$and": [{"batch": id_, "member_id": body.member_id}, caller.scope.where("org_code")]}
        intents = await self.accounts.find(INTENTS, query, limit=1)
        if not intents:
            raise Refused("campaign_not_for_member", pointer="/member_id")
        facts = CampaignResultNoted(
            member_id=body.member_id, notice_id=intents[0]["_id"], result=body.result, branch=intents[0]["org_code"]
        )
        today = self.clock.today()
        return await self._do(id_, caller, Note(facts, body.occurred_on or today, today))

    async def close(self, id_: str, caller: Planner) -> JSONResponse:
        """It ends with what it has come to; the night after the quarter ends it by itself."""
        found = await self._visible(id_, caller)
        return await self._do(id_, caller, Close(await sums_of(self.accounts, found), self.clock.today()))

    async def _do(self, id_: str, caller: Commander, command: Command) -> JSONResponse:
        done = await self.commands.execute(CAMPAIGN, id_, command, caller.context, caller.expected_version)
        return answer(done, location=f"/v1/campaigns/{id_}")

    async def _with_sums(self, rows: list[Document]) -> list[Document]:
        return [{**one, **await self._sums(one)} for one in rows]

    async def _sums(self, campaign: Document) -> dict[str, Any]:
        sums = (await sums_of(self.accounts, campaign)).model_dump()
        return {**sums, "list": f"/v1/campaigns/{campaign['_id']}/results"}

    async def _found(self, id_: str) -> Document:
        found = await self.campaigns.get(CAMPAIGNS, id_)
        if found is None:
            raise NotFound
        return found

    async def _visible(self, id_: str, caller: Caller) -> Document:
        found = await self._found(id_)
        caller.scope.check(found["org_code"])
        return found


def _usable(template: str) -> None:
    if template not in USABLE:
        raise Refused("campaign_template", pointer="/template", known=", ".join(USABLE))


def _answered(intent: Document, answer_: Document | None) -> Document:
    return {**intent, "answer": answer_ and answer_["result"], "answered_on": answer_ and answer_["on"]}
