"""`/boards/flow`: where the members away have gone, as they told it: provinces or counties, never finer (S-34).

Counts alone, of those away now; each opens exactly its list. Why they left and how sure the destination is beside it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.console.board import list_address
from guiyan.console.client import Away
from guiyan.console.i18n import mark
from guiyan.console.pages import page
from guiyan.console.web.files import Listed, file_of
from guiyan.console.web.ledger import organisations
from guiyan.console.web.visitor import Here

router = APIRouter()
PATH: Final = "/v1/summary/distribution"
ADDRESS: Final = "/boards/flow"
BY: Final = {
    "province": mark("按省份"),
    "county": mark("按县(市、区)"),
    "reason": mark("按外出原因"),
    "certainty": mark("按去向确定度"),
}
CHARTED: Final = 15
"""How many of the greatest stand on the chart; the table has all."""


class Line(NamedTuple):
    """A destination: its words, how many are there, their share of all in percent, and their list."""

    name: str
    people: int
    share: str
    address: str


@router.get(ADDRESS)
async def flow(request: Request, here: Here) -> Response:
    """The own organisation's, or that of a part of it."""
    by, under = _asked(request)
    asked = _query(by, under)
    try:
        table, known = await asyncio.gather(here.api.get("registry", PATH, asked), organisations(here))
    except Away as away:
        return page(request, "flow.html", away=away.service, lines=[], organisations=[], chart="", **_around(by, under))
    lines = _lines(table, request.app.state.ledgers)
    return page(
        request,
        "flow.html",
        away="",
        lines=lines,
        total=table["total"],
        chart=_chart(lines, here.words.gettext(mark("人数"))),
        more=max(len(lines) - CHARTED, 0),
        organisations=known,
        **_around(by, under),
    )


@router.get(ADDRESS + "/file.{suffix}")
async def flow_file(suffix: str, request: Request, here: Here) -> Response:
    """The same as the service's own file."""
    return await file_of(request, here, Listed("registry", PATH, _query(*_asked(request))), name="flow", suffix=suffix)


def _asked(request: Request) -> tuple[str, str]:
    by = request.query_params.get("by", "")
    return by if by in BY else "province", request.query_params.get("under", "")


def _query(by: str, under: str) -> tuple[tuple[str, str], ...]:
    return (("by", by), *((("under", under),) if under else ()))


def _around(by: str, under: str) -> dict[str, Any]:
    views = [(title, one == by, f"{ADDRESS}?{urlencode(_query(one, under))}") for one, title in BY.items()]
    return {"by": by, "under": under, "views": views, "address": ADDRESS, "query": urlencode(_query(by, under))}


def _lines(table: dict[str, Any], ledgers: Any) -> list[Line]:
    """The greatest first; what was not told last."""
    total = table["total"]
    rows = sorted(table["rows"], key=lambda one: (one["value"] is None, -one["count"], str(one["value"])))
    return [
        Line(
            one["name"],
            one["count"],
            f"{one['count'] * 100 / total:.1f}%",
            list_address(one["list"], "registry", ledgers),
        )
        for one in rows
    ]


def _chart(lines: Sequence[Line], name: str) -> str:
    shown = lines[:CHARTED]
    if not shown:
        return ""
    series = [{"name": name, "data": [one.people for one in shown], "lists": [one.address for one in shown]}]
    return json.dumps({"names": [one.name for one in shown], "series": series}, ensure_ascii=False)
