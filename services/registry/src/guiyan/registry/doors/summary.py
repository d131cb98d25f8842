"""`/v1/summary`: the two-level summary and the report on activity (S-33, S-34), for any level of the tree.

Never typed and never kept: every figure is counted by the query of the list that it opens (domain.md §6 no. 20).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.period import PATTERN, Period
from guiyan.registry.doors import roles
from guiyan.registry.doors.counting import Counter, Tree, caught_up, parts_of, tree_of
from guiyan.registry.doors.figures import ACTIVITY, ACTIVITY_RATIOS, FIGURES, SUMMARY_RATIOS
from guiyan.registry.doors.parts import OfTree, ToolsHere
from guiyan.registry.doors.report_tables import ROWS, Report, flat
from guiyan.service.caller import Caller, requires
from guiyan.service.listing import accepted
from guiyan.service.rows import Rows

router = APIRouter(tags=["reports"])
Reader = Annotated[Caller, requires(*roles.READ)]
OfPeriod = Annotated[str | None, Query(pattern=PATTERN, description="2026-10, 2026-Q3 or 2026; else this quarter")]

SUMMARY: Final = Report("summary", "流动党员汇总表", "Summary", FIGURES, SUMMARY_RATIOS)
ACTIVE: Final = Report("activity", "流动党员活动情况表", "Activity", ACTIVITY, ACTIVITY_RATIOS)


@router.get("/v1/summary", summary="Figures by organisation, each with its list", **SUMMARY.listing.openapi())
async def summary(
    request: Request, caller: Reader, tools: ToolsHere, below: OfTree, period: OfPeriod = None
) -> Response:
    """Stocks are of now, flows and contacts of the period; the parts add up to the whole (domain.md §8)."""
    tree = tree_of(caller, below)
    table = await _table(SUMMARY, caller, tools, tree, _period(tools, period))
    return await _answer(SUMMARY, request, caller, table)


@router.get("/v1/summary/activity", summary="Who took part, was reached, reported", **ACTIVE.listing.openapi())
async def activity(
    request: Request, caller: Reader, tools: ToolsHere, below: OfTree, period: OfPeriod = None
) -> Response:
    """Numbers by organisation, never a ranking of people (S-34)."""
    tree = tree_of(caller, below)
    table = await _table(ACTIVE, caller, tools, tree, _period(tools, period))
    return await _answer(ACTIVE, request, caller, table)


def _period(tools: Tools, text: str | None) -> Period:
    return Period.parse(text) if text else Period.quarter_of(tools.clock.today())


async def _table(report: Report, caller: Caller, tools: Tools, tree: Tree, period: Period) -> dict[str, Any]:
    """The report: a row for each organisation directly under the tree's, one for what lies with it alone, the sum."""
    sequence = await caught_up(caller, tools)
    counts = await Counter(caller, tools, tree, period).by_branch(report.figures)
    rows, parts = [], await parts_of(tools, tree)
    for code, codes in parts.items():
        own, values = code == tree.under, [sum(one.get(branch, 0) for branch in codes) for one in counts]
        row = report.row(replace(tree, under=code), period, values, own=own)
        if _is_told(row, tools, tree, alone=len(parts) == 1):
            rows.append({**row, "name": _title(tools, code, "本级" if own else "")})
    total = report.row(tree, period, [sum(one.values()) for one in counts])
    return {
        "under": tree.under,
        "tree_on": tree.tree_on and tree.tree_on.isoformat(),
        "period": period.text,
        "figures": report.words(),
        "rows": rows,
        "total": {**total, "name": _title(tools, tree.under, "合计")},
        "sequence": sequence,
    }


def _title(tools: Tools, code: str, more: str) -> str:
    title = tools.directory.title_of(code) or code
    return f"{title}({more})" if more else title


def _is_told(row: Mapping[str, Any], tools: Tools, tree: Tree, *, alone: bool) -> bool:
    """What has ended or was not there yet, and the own level beside its parts, is told when it has anything to tell."""
    known = tools.directory.known(row["org_code"])
    if alone or (not row["own"] and known is not None and known.is_active and known.was_there(tree.tree_on)):
        return True
    return any(one["value"] for one in row["figures"].values())


async def _answer(report: Report, request: Request, caller: Caller, table: Mapping[str, Any]) -> Response:
    if accepted(request.headers.get("accept", "")) is None:
        return JSONResponse(table)
    taken = {"period": table["period"]}
    rows = [{**flat(one), "_id": f"{place:06}"} for place, one in enumerate([*table["rows"], table["total"]])]
    return await report.listing.answer(request, caller, Rows({ROWS: rows}, table["sequence"]), taken=taken)
