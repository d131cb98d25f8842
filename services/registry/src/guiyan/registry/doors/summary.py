"""`/v1/summary`: the two-level summary and the report on activity (S-33, S-34), for any level of the tree.

Never typed and never kept: every figure is counted by the query of the list that it opens (domain.md §6 no. 20).
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from guiyan.registry.commands.tools import Tools
from guiyan.registry.doors import roles
from guiyan.registry.doors.counting import Counter, caught_up
from guiyan.registry.doors.figures import ACTIVITY, ACTIVITY_RATIOS, FIGURES, SUMMARY_RATIOS
from guiyan.registry.doors.parts import ToolsHere
from guiyan.service.caller import Caller, requires
from guiyan.service.period import PATTERN, Period
from guiyan.service.reports import Report, Tree, tree_of
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["reports"])
Reader = Annotated[Caller, requires(*roles.READ)]
OfPeriod = Annotated[str | None, Query(pattern=PATTERN, description="2026-10, 2026-Q3 or 2026; else this quarter")]

OWN: Final = {"inflows": "host_branch"}
"""By which parameter a list is asked for one organisation alone, where it is not `branch`."""
SUMMARY: Final = Report("summary", "流动党员汇总表", "Summary", FIGURES, SUMMARY_RATIOS, OWN)
ACTIVE: Final = Report("activity", "流动党员活动情况表", "Activity", ACTIVITY, ACTIVITY_RATIOS, OWN)


@router.get("/v1/summary", summary="Figures by organisation, each with its list", **SUMMARY.listing.openapi())
async def summary(
    request: Request, caller: Reader, tools: ToolsHere, below: OfTree, period: OfPeriod = None
) -> Response:
    """Stocks are of now, flows and contacts of the period; the parts add up to the whole (domain.md §8)."""
    tree = tree_of(caller, below)
    table = await _table(SUMMARY, caller, tools, tree, _period(tools, period))
    return await SUMMARY.answer(request, caller, table)


@router.get("/v1/summary/activity", summary="Who took part, was reached, reported", **ACTIVE.listing.openapi())
async def activity(
    request: Request, caller: Reader, tools: ToolsHere, below: OfTree, period: OfPeriod = None
) -> Response:
    """Numbers by organisation, never a ranking of people (S-34)."""
    tree = tree_of(caller, below)
    table = await _table(ACTIVE, caller, tools, tree, _period(tools, period))
    return await ACTIVE.answer(request, caller, table)


def _period(tools: Tools, text: str | None) -> Period:
    return Period.parse(text) if text else Period.quarter_of(tools.clock.today())


async def _table(report: Report, caller: Caller, tools: Tools, tree: Tree, period: Period) -> dict[str, Any]:
    sequence = await caught_up(caller, tools)
    counts = await Counter(caller, tools, tree, period).by_branch(report.figures)
    return await report.table(tools.directory, tree, period, counts, sequence)
