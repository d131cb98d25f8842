"""`/v1/summary/distribution`: members away by province or county of destination, by reason, by certainty (S-34)."""

from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import DestCertainty, FlowReason
from guiyan.registry.commands.tools import Tools
from guiyan.registry.doors import roles
from guiyan.registry.doors.counting import Counter, caught_up
from guiyan.registry.doors.figures import AWAY_NOW, DIVISIONS, Division
from guiyan.registry.doors.parts import ToolsHere
from guiyan.service.caller import Caller, requires
from guiyan.service.listing import Listing, accepted
from guiyan.service.period import Period
from guiyan.service.reports import PARAMETERS, ROWS, tree_of
from guiyan.service.rows import Rows
from guiyan.service.subtree import OfTree
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["reports"])
Reader = Annotated[Caller, requires(*roles.READ)]


class By(StrEnum):
    """What a distribution counts by."""

    PROVINCE = "province"
    COUNTY = "county"
    REASON = "reason"
    CERTAINTY = "certainty"


LIST: Final = Listing(
    "distribution", ROWS, "流出党员分布表", "Distribution of members away",
    (
        Column("value", "代码", "Code", 12),
        Column("name", "流向/原因", "Where to or why", 30),
        Column("count", "人数", "Members", 10, number_format="0", link="list"),
    ),
    own_parameters=PARAMETERS,
)  # fmt: skip
_CODES: Final = {By.REASON: labels(FlowReason), By.CERTAINTY: labels(DestCertainty)}


@router.get("/v1/summary/distribution", summary="Members away by destination or reason", **LIST.openapi())
async def distribution(
    request: Request,
    caller: Reader,
    tools: ToolsHere,
    below: OfTree,
    by: Annotated[By, Query(description="What to count by")] = By.PROVINCE,
) -> Response:
    """Of those away now; the destination as the member told it, county level at most."""
    tree, period, division = tree_of(caller, below), Period.quarter_of(tools.clock.today()), DIVISIONS[by]
    sequence = await caught_up(caller, tools)
    await tools.areas.refresh()
    counts = await Counter(caller, tools, tree, period).by_value(AWAY_NOW, division.field)
    rows: list[dict[str, Any]] = [
        {
            "value": value,
            "name": _words(tools, caller, division, value),
            "count": counts[value],
            "list": division.figure(value).address(period, tree.parameters()),
        }
        for value in sorted(counts, key=lambda one: one or "")
    ]
    if accepted(request.headers.get("accept", "")) is not None:
        numbered = [{**one, "_id": f"{place:06}"} for place, one in enumerate(rows)]
        return await LIST.answer(request, caller, Rows({ROWS: numbered}, sequence))
    told = {"under": tree.under, "by": by, "rows": rows, "total": sum(counts.values()), "sequence": sequence}
    return JSONResponse(told)


def _words(tools: Tools, caller: Caller, division: Division, value: str | None) -> str:
    english = caller.language == "en"
    if value is None:
        return "not told" if english else "未报"
    codes = _CODES.get(By(division.name))
    return tools.areas.words(value) or value if codes is None else codes.get(value, (value, value))[english]
