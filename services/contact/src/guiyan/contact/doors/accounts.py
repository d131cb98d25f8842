"""`/v1/duties/accounts`: planned = completed + missed + exempted + stopped + paused + open, by organisation.

Each account is counted at one moment; a difference is an alarm, and its list shows the duties in no part.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from starlette.responses import Response

from guiyan.contact.doors.access import visible
from guiyan.contact.doors.host_side import Side
from guiyan.contact.doors.parts import Here, Reader
from guiyan.contact.projections.rows import DUTIES
from guiyan.contact.queries import reconcile
from guiyan.service.paging import all_of
from guiyan.service.period import PATTERN, Period
from guiyan.service.reports import Figure, Report, parts_of, tree_of
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["duties"])
OfPeriod = Annotated[
    str | None,
    Parameter(pattern=PATTERN, description="2026-Q3 or 2026; a month means its quarter; else this quarter"),
]
OF_ORIGIN: Final = ("side", str(Side.ORIGIN))
"""The origin's account holds each duty once; members taken in from elsewhere stand in their origin's."""


def _duties(name: str, zh: str, en: str, *asked: tuple[str, str]) -> Figure:
    return Figure(name, zh, en, DUTIES, (OF_ORIGIN, *asked), quarter="quarter")


def _part(name: str, zh: str, en: str) -> Figure:
    return _duties(name, zh, en, ("part", name))


ACCOUNTS: Final = Report(
    "duty-accounts", "联系任务对账表", "Account of contact duties",
    (
        _duties("planned", "应联系(计划)", "Planned"),
        _part("completed", "已联系", "Contacted"),
        _part("missed", "未联系上", "Missed"),
        _part("exempted", "免于联系", "Exempted"),
        _part("stopped", "已停止", "Stopped"),
        _part("paused", "暂停计时", "Paused"),
        _part("open", "待联系", "Still open"),
        _duties("difference", "差额", "Difference", ("part_known", "false")),
    ),
    (),
)  # fmt: skip


@router.get("/v1/duties/accounts", summary="Planned = the six parts, by organisation", **ACCOUNTS.listing.openapi())
async def accounts(request: Request, caller: Reader, office: Here, below: OfTree, period: OfPeriod = None) -> Response:
    """Of the own scope, by the organisations directly under one; a difference other than 0 is an alarm."""
    tree = tree_of(caller, below)
    of = Period.parse(period) if period else Period.quarter_of(office.desk.clock.today())
    sequence = await caller.wait.until_applied(office.desk.cycle)
    own = await below.narrowed(caller, office.desk, visible(caller))
    told: dict[str, dict[str, int]] = {}
    for code, branches in (await parts_of(office.desk.directory, tree)).items():
        where = all_of(own, {"branch": {"$in": sorted(branches)}, "quarter": {"$in": list(of.quarters)}})
        told[code] = await reconcile(office.desk.cycle, where)
    counts = [{code: found[one.name] for code, found in told.items()} for one in ACCOUNTS.figures]
    table = await ACCOUNTS.table(office.desk.directory, tree, of, counts, sequence)
    return await ACCOUNTS.answer(request, caller, table)
