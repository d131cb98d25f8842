"""`/v1/notices`: what was due, what became of it, and what a person says of an unknown outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import NoticeChannel, Settlement
from guiyan.ledger import Clock, Commands, Ledger, Refused
from guiyan.notifications.domain.notice import NOTICE, Acknowledge, Command, Notice, NoticeState, Settle
from guiyan.notifications.doors.accounts import REASONS, STATES
from guiyan.notifications.projections.notices import NOTICES
from guiyan.service.asks import Ask
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document, Reads
from guiyan.service.resources import answer, document_answer, get_history, history_answer
from guiyan.service.tables import Column, labels, row

READ: Final = (*sorted(OFFICE_ROLES), Role.AUDITOR)
Reader = Annotated[Caller, requires(*READ)]
Officer = Annotated[Commander, commands(*sorted(OFFICE_ROLES))]
SETTLERS: Final = frozenset({Role.BRANCH_SECRETARY, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER})
Settler = Annotated[Commander, commands(*sorted(SETTLERS))]

LIST: Final = Listing(
    name="notices",
    collection=NOTICES,
    title_zh="通知发送明细",
    ledger=True,
    title_en="Notices",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("queued_on", "日期", "Queued on", 12),
        Column("rule", "规则", "Rule", 30),
        Column("org_code", "党组织", "Organisation", 16, book="organisation"),
        Column("member_id", "党员编号", "Member", 38),
        Column("recipient_id", "接收人编号", "Recipient", 38),
        Column("channel", "渠道", "Channel", 10, labels=labels(NoticeChannel)),
        Column("template", "模板", "Template", 18),
        Column("template_version", "版本", "Template version", 8),
        Column("cause_event_id", "起因事件", "Cause", 38),
        Column("digest_id", "汇总通知编号", "Digest", 38),
        Column("attempts", "次数", "Attempts", 6),
        Column("state", "状态", "State", 12, labels=STATES),
        Column("reason", "原因", "Reason", 16, labels=REASONS),
        Column("acknowledged", "已确认", "Acknowledged", 8),
        Column("text_erased", "文本已删除", "Text erased", 8),
        Column("version", "记录版本", "Version", 8),
    ),
    filters={
        "state": Filter(choices=tuple(NoticeState)),
        "reason": Filter(choices=tuple(REASONS)),
        "rule": Filter(),
        "org_code": Filter(),
        "member_id": Filter(),
        "recipient_id": Filter(),
        "cause_event_id": Filter(),
        "channel": Filter(choices=tuple(NoticeChannel)),
        "digest_id": Filter(),
        "queued_on": Filter(Kind.DATE),
    },
    sorts=("_id", "queued_on", "state"),
)


class ResolveAsk(Ask):
    """What a person found out about an unknown outcome."""

    settlement: Annotated[Settlement, Field(description="NOT_ARRIVED queues it again")]


@dataclass(frozen=True)
class NoticeDoors:
    """What these doors work with."""

    commands: Commands
    ledger: Ledger
    clock: Clock
    reads: Reads

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["notices"])
        router.get("/v1/notices", summary="Notices", **LIST.openapi())(self.list_notices)
        router.get("/v1/notices/{notice_id}", summary="One notice with the reason of each change")(self.get_notice)
        router.get("/v1/notices/{notice_id}/history", summary="Every event of it")(self.history)
        router.post("/v1/notices/{notice_id}/acknowledge", summary="It was received")(self.acknowledge)
        router.post("/v1/notices/{notice_id}/resolve", summary="Settle an unknown outcome")(self.resolve)
        return router

    async def list_notices(self, request: Request, caller: Reader) -> Response:
        """The list, narrowed to the caller's organisations."""
        return await LIST.answer(request, caller, self.reads, where=caller.scope.where("org_code"))

    async def get_notice(self, notice_id: str, caller: Reader) -> JSONResponse:
        """One notice, with the verbs that the caller can do next (`acts`)."""
        await caller.wait.until_applied(self.reads)
        found = await self._visible(notice_id, caller)
        body = {**row(LIST.columns, found), "acts": await self._acts(found, caller)}
        body["entries"] = [one for one in found["entries"] if one not in found["left_out"]]
        body["left_out"] = found["left_out"]
        body["changes"] = found["changes"]
        return document_answer(body, version=found["version"], sequence=await self.reads.applied())

    async def _acts(self, found: Document, caller: Caller) -> list[str]:
        """Tried on the decider of the notice, or of the digest that it left in; nothing is written."""
        state, _ = await self.commands.load(NOTICE, found["digest_id"] or found["_id"])
        today, roles = self.clock.today(), caller.principal.roles
        trials: Mapping[str, tuple[frozenset[Role], Command]] = {
            "resolve": (SETTLERS, Settle(Settlement.GIVEN_UP, today)),
            "acknowledge": (OFFICE_ROLES, Acknowledge(today)),
        }
        return [verb for verb, (may, act) in trials.items() if roles & may and _changes(act, state)]

    async def history(self, notice_id: str, caller: Reader) -> JSONResponse:
        """Every event of the notice, oldest first."""
        await caller.wait.until_applied(self.reads)
        await self._visible(notice_id, caller)
        return history_answer(await get_history(self.ledger, NOTICE, notice_id))

    async def acknowledge(self, notice_id: str, caller: Officer) -> JSONResponse:
        """The recipient says it was received."""
        return await self._do(notice_id, caller, Acknowledge(self.clock.today()))

    async def resolve(self, notice_id: str, body: ResolveAsk, caller: Settler) -> JSONResponse:
        """A person found out what became of it."""
        return await self._do(notice_id, caller, Settle(body.settlement, self.clock.today()))

    async def _do(self, notice_id: str, caller: Commander, command: Command) -> JSONResponse:
        """What is said of a notice that left in a digest is said of the digest: there was one message."""
        found = await self._visible(notice_id, caller)
        id_ = found["digest_id"] or notice_id
        done = await self.commands.execute(NOTICE, id_, command, caller.context, caller.expected_version)
        return answer(done)

    async def _visible(self, notice_id: str, caller: Caller) -> Document:
        query = {"$and": [{"_id": notice_id}, caller.scope.where("org_code")]}
        found = await self.reads.find(NOTICES, query, limit=1)
        if not found:
            raise NotFound
        return found[0]


def _changes(act: Command, state: Notice) -> bool:
    """Whether an act is taken, and is not so already."""
    try:
        return bool(NOTICE.decide(act, state))
    except Refused:
        return False
