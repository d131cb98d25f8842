"""What was due and what became of it (domain.md §6 no. 16): by day, batch and organisation; each figure opens its list.

Due = delivered + sent + suppressed + pending + failed + unknown; the difference is the intents that were called for
and never queued (ADR 0033).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import NoticeChannel, NoticeFailure, Settlement, Suppression
from guiyan.events.exact import Day, Flag
from guiyan.ledger import Clock
from guiyan.notifications.domain.fields import TITLES
from guiyan.notifications.domain.notice import NoticeState
from guiyan.notifications.projections.accounts import BATCHES, DAYS, INTENTS, MONTHS, NOT_QUEUED, PART_OF, PARTS
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, requires
from guiyan.service.directory import Directory
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.paging import all_of
from guiyan.service.period import PATTERN, Period
from guiyan.service.reads import CountingReads, Document, Query
from guiyan.service.reports import Counts, Figure, Ratio, Report, tree_of
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column, labels

Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.AUDITOR)]
OfPeriod = Annotated[str | None, Parameter(pattern=PATTERN, description="2026-03, 2026-Q1 or 2026; else this month")]
WithRecount = Annotated[Flag, Parameter(description="Count every intent of the day as well, beside the kept sums")]

STATES: Final[Mapping[str, tuple[str, str]]] = {
    NOT_QUEUED: ("未生成通知", "Not queued"),
    NoticeState.QUEUED: ("待发送", "Queued"),
    NoticeState.HELD: ("待汇总", "Waits for its digest"),
    NoticeState.GATHERED: ("已汇总", "In a digest"),
    NoticeState.SENDING: ("发送中", "Being sent"),
    NoticeState.SENT: ("已发出", "Sent"),
    NoticeState.DELIVERED: ("已送达", "Delivered"),
    NoticeState.BOUNCED: ("已退回", "Came back"),
    NoticeState.FAILED: ("失败", "Failed"),
    NoticeState.UNKNOWN: ("结果不明", "Unknown"),
    NoticeState.SUPPRESSED: ("不发送", "Not sent"),
}
REASONS: Final = labels((*Suppression, *NoticeFailure, *Settlement))
CHANNELS: Final = labels(NoticeChannel)
ORGANISATION: Final = Column("org_code", "党组织", "Organisation", 20, book="organisation")
STATES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    part: tuple(state for state, its in PART_OF.items() if its == part) for part in PARTS
}
COUNTS: Final = (
    ("due", "应发", "Due", ()),
    ("delivered", "送达", "Delivered", ("delivered",)),
    ("sent", "已发出", "Sent", ("sent",)),
    ("suppressed", "不发送", "Not sent", ("suppressed",)),
    ("pending", "待发送", "Pending", ("pending",)),
    ("failed", "失败", "Failed", ("failed", "bounced")),
    ("unknown", "未知", "Unknown", ("unknown",)),
    ("lost", "差额", "Difference", ("lost",)),
)
"""Each figure with the parts that it is the sum of; due is the sum of all."""


def _asked(parts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(("state", state) for part in parts for state in STATES_OF[part])


FIGURES: Final = tuple(Figure(name, zh, en, "intents", _asked(parts), day="day") for name, zh, en, parts in COUNTS)
REPORT: Final = Report(
    "notice-report", "通知发送情况表", "Notices by organisation", FIGURES,
    (Ratio("delivery_rate", "送达率", "Delivered", "delivered", "due"),), own={"intents": "org_code"},
)  # fmt: skip
INTENT_LIST: Final = Listing(
    name="intents",
    collection=INTENTS,
    title_zh="应发通知明细",
    title_en="What was due, one by one",
    ledger=True,
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("day", "日期", "Day", 12),
        Column("batch", "批次", "Batch", 14),
        ORGANISATION,
        Column("rule", "规则", "Rule", 30),
        Column("template", "模板", "Template", 20, labels=TITLES),
        Column("channel", "渠道", "Channel", 10, labels=CHANNELS),
        Column("member_id", "党员编号", "Member", 38),
        Column("recipient_id", "接收人编号", "Recipient", 38),
        Column("cause_event_id", "起因事件", "Cause", 38),
        Column("state", "状态", "State", 12, labels=STATES),
        Column("reason", "原因", "Reason", 16, labels=REASONS),
        Column("receipt", "回执", "Receipt", 6),
        Column("digest_id", "汇总通知编号", "Digest", 38),
        Column("notice_id", "通知编号", "Notice", 38),
    ),
    filters={
        "day": Filter(Kind.DATE),
        "batch": Filter(),
        "org_code": Filter(),
        "rule": Filter(),
        "template": Filter(choices=tuple(TITLES)),
        "channel": Filter(choices=tuple(CHANNELS)),
        "member_id": Filter(),
        "recipient_id": Filter(),
        "cause_event_id": Filter(),
        "state": Filter(choices=tuple(STATES)),
        "reason": Filter(choices=tuple(REASONS)),
        "receipt": Filter(Kind.BOOLEAN),
    },
    sorts=("_id", "day", "state"),
    own_parameters=TREE_PARAMETERS,
)


def _figures() -> tuple[Column, ...]:
    return tuple(Column(name, zh, en, 8, number_format="0", link=f"{name}_list") for name, zh, en, _ in COUNTS)


ACCOUNT_LIST: Final = Listing(
    name="notice-accounts",
    collection=DAYS,
    title_zh="通知收支日报",
    title_en="Account of notices by day",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38, printed=False),
        Column("day", "日期", "Day", 12),
        ORGANISATION,
        *_figures(),
        Column("because", "不发送原因", "Why not sent", 24),
        Column("reconciled_on", "核对日期", "Reconciled", 12),
        Column("list", "明细", "List", 38, printed=False),
    ),
    filters={
        "day": Filter(Kind.DATE),
        "org_code": Filter(),
        "lost": Filter(Kind.INTEGER),
        "unknown": Filter(Kind.INTEGER),
        "pending": Filter(Kind.INTEGER),
        "reconciled": Filter(Kind.BOOLEAN, field="reconciled_on", present=True),
    },
    sorts=("_id", "day", "org_code"),
    default_sort="-_id",
    own_parameters=TREE_PARAMETERS,
)
BATCH_LIST: Final = Listing(
    name="notice-batches",
    collection=BATCHES,
    title_zh="通知发送明细",
    title_en="Notices by batch",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38, printed=False),
        Column("batch", "批次", "Batch", 14),
        ORGANISATION,
        Column("template", "模板", "Template", 20, labels=TITLES),
        Column("channel", "渠道", "Channel", 10, labels=CHANNELS),
        Column("due", "对象数", "Recipients", 8, number_format="0", link="due_list"),
        Column("succeeded", "成功", "Succeeded", 8, number_format="0", link="succeeded_list"),
        Column("failed", "失败", "Failed", 8, number_format="0", link="failed_list"),
        Column("unknown", "未知", "Unknown", 8, number_format="0", link="unknown_list"),
        Column("pending", "待发送", "Pending", 8, number_format="0", link="pending_list"),
        Column("suppressed", "不发送", "Not sent", 8, number_format="0", link="suppressed_list"),
        Column("lost", "未生成", "Not queued", 8, number_format="0", link="lost_list"),
        Column("receipts", "回执", "Receipts", 8, number_format="0", link="receipts_list"),
        Column("list", "明细", "List", 38, printed=False),
    ),
    filters={
        "day": Filter(Kind.DATE),
        "batch": Filter(),
        "org_code": Filter(),
        "template": Filter(choices=tuple(TITLES)),
        "channel": Filter(choices=tuple(CHANNELS)),
    },
    sorts=("_id", "day"),
    default_sort="-_id",
    own_parameters=TREE_PARAMETERS,
)
_OF_BATCH: Final = {"succeeded": ("delivered", "sent"), **{name: parts for name, _, _, parts in COUNTS}}


@dataclass(frozen=True)
class AccountDoors:
    """What these doors work with."""

    directory: Directory
    clock: Clock
    accounts: CountingReads

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["notices"])
        router.get("/v1/intents", summary="What was due, one by one", **INTENT_LIST.openapi())(self.intents)
        router.get("/v1/notice-accounts", summary="The account of each day", **ACCOUNT_LIST.openapi())(self.days)
        router.get("/v1/notice-accounts/report", summary="By organisation", **REPORT.listing.openapi())(self.report)
        router.get("/v1/notice-batches", summary="By batch and channel", **BATCH_LIST.openapi())(self.batches)
        router.get("/v1/notices/reconciliation", summary="Due = sent + pending + … for a day")(self.reconciliation)
        return router

    async def intents(self, request: Request, caller: Reader, below: OfTree) -> Response:
        """Every intent of the own scope, those without a notice among them."""
        where = await below.narrowed(caller, self, _visible(caller), "org_code")
        return await INTENT_LIST.answer(request, caller, self.accounts, where=where, complete=_with_notice)

    async def days(self, request: Request, caller: Reader, below: OfTree) -> Response:
        """A row a day and organisation, as it stands now; a late receipt counts for the day of its notice."""
        where = {"$and": [await below.narrowed(caller, self, _visible(caller), "org_code"), _SOMETHING]}
        return await ACCOUNT_LIST.answer(request, caller, self.accounts, where=where, complete=_days_told)

    async def batches(self, request: Request, caller: Reader, below: OfTree) -> Response:
        """A row a batch (a day, or a campaign), template, channel and organisation."""
        where = {"$and": [await below.narrowed(caller, self, _visible(caller), "org_code"), _SOMETHING]}
        return await BATCH_LIST.answer(request, caller, self.accounts, where=where, complete=_batches_told)

    async def report(self, request: Request, caller: Reader, below: OfTree, period: OfPeriod = None) -> Response:
        """The figures of a period by the organisations directly under one; the parts add up to the whole."""
        tree = tree_of(caller, below)
        of = Period.parse(period or self.clock.today().strftime("%Y-%m"))
        sequence = await caller.wait.until_applied(self.accounts)
        where = await below.narrowed(caller, self, _visible(caller), "org_code")
        rows = await self.accounts.find(MONTHS, all_of(where, {"month": {"$in": list(of.months)}}))
        counts = [_by_organisation(rows, parts) for _, _, _, parts in COUNTS]
        table = await REPORT.table(self.directory, tree, of, counts, sequence)
        return await REPORT.answer(request, caller, table)

    async def reconciliation(self, day: Day, caller: Reader, recount: WithRecount = False) -> JSONResponse:  # noqa: FBT002 - a flag of the query
        """The day's account within the caller's organisations; a difference other than 0 is an alarm."""
        sequence = await caller.wait.until_applied(self.accounts)
        query = all_of({"day": day.isoformat()}, _visible(caller))
        rows = await self.accounts.find(DAYS, query)
        sums = {name: sum(row[name] for row in rows) for name in ("due", *PARTS)}
        reasons: dict[str, int] = {}
        for row in rows:
            reasons = {**reasons, **{name: reasons.get(name, 0) + count for name, count in row["reasons"].items()}}
        difference = sums["due"] - sum(sums[part] for part in PARTS if part != "lost")
        told = {"day": day.isoformat(), **sums, "reasons": reasons, "difference": difference, "sequence": sequence}
        if recount:
            total, states = await self.accounts.account(INTENTS, query, "state")
            counted = dict.fromkeys(PARTS, 0)
            for state, number in states.items():
                counted[PART_OF[state]] += number
            told["recount"] = {"due": total, **counted}
        return JSONResponse(told)


_SOMETHING: Final[Query] = {"due": {"$gt": 0}}
"""A row that everything has left tells nothing."""


def _visible(caller: Caller) -> Query:
    return caller.scope.where("org_code")


def _by_organisation(rows: Sequence[Document], parts: Sequence[str]) -> Counts:
    counts: dict[str, int] = {}
    for row in rows:
        number = sum(row[part] for part in parts or PARTS)
        counts[row["org_code"]] = counts.get(row["org_code"], 0) + number
    return counts


async def _with_notice(rows: list[Document]) -> list[Document]:
    """An intent has its notice's id, unless none was queued for it."""
    return [{**one, "notice_id": None if one["state"] == NOT_QUEUED else one["_id"]} for one in rows]


async def _days_told(rows: list[Document]) -> list[Document]:
    return [_told(row, {name: parts for name, _, _, parts in COUNTS}, ("day", "org_code")) for row in rows]


async def _batches_told(rows: list[Document]) -> list[Document]:
    told = [_told(row, _OF_BATCH, ("batch", "org_code", "template", "channel")) for row in rows]
    return [{**one, "receipts_list": f"{one['list']}&receipt=true"} for one in told]


def _told(row: Document, figures: Mapping[str, Sequence[str]], by: Sequence[str]) -> dict[str, Any]:
    """A row with its figures, each beside the address of the list that shows just its intents."""
    place = [(name, row[name]) for name in by if row[name] is not None]
    sums = {name: sum(row[part] for part in parts or PARTS) for name, parts in figures.items()}
    lists = {f"{name}_list": _address(place, _asked(parts)) for name, parts in figures.items()}
    because = ", ".join(f"{REASONS[name][0]} {number}" for name, number in sorted(row["reasons"].items()))
    return {**row, **sums, **lists, "because": because or None, "list": _address(place)}


def _address(*asked: Sequence[tuple[str, str]]) -> str:
    return f"/v1/intents?{urlencode([one for some in asked for one in some])}"
