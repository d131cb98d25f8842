"""`/boards/{name}`: one page for all boards; a figure opens exactly its list, a part of the tree its own board."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guiyan.console import live
from guiyan.console.board import Board, Figure, figure, list_address
from guiyan.console.client import Away
from guiyan.console.i18n import mark
from guiyan.console.pages import page, wants_part
from guiyan.console.periods import TITLES, around, span_of, within
from guiyan.console.web.files import Listed, file_of
from guiyan.console.web.visitor import Here, Visitor
from guiyan.console.words import SHANGHAI

router = APIRouter()
PART: Final = "board"
ASKED: Final = ("under", "period", "tree_on")
PERIOD: Final = "period"


@router.get("/boards/{name}")
async def board_page(name: str, request: Request, here: Here) -> Response:
    """The board of the own organisation or of one below it."""
    board, asked = _find(request, name), _asked(request)
    try:
        table = await here.api.get(board.service, board.path, asked)
    except Away as away:
        return page(request, "board_away.html", board=board, away=away.service)
    shown = live.etag(request.state.language, table["rows"], table["total"])
    same = live.unchanged(request, shown)
    if same is not None:
        return same
    titles = {one["name"]: here.words.pick(one["zh"], one["en"]) for one in table["figures"]}
    names = [one for one in board.figures if one in titles]
    flows = [titles[one["name"]] for one in table["figures"] if one.get("of") == PERIOD and one["name"] in names]
    ledgers = request.app.state.ledgers

    def figures(row: dict[str, Any]) -> list[Figure]:
        return [figure(row["figures"][one], board.service, ledgers, share=one in board.shares) for one in names]

    rows = [(one, figures(one), _below(board, one, asked)) for one in table["rows"]]
    await here.books.learn(here.api, [table["under"]])
    part = wants_part(request, PART)
    answer = page(
        request,
        "_board.html" if part else "board.html",
        board=board,
        titles=[(one, titles[one]) for one in names],
        rows=rows,
        total=(table["total"], figures(table["total"])),
        period=table["period"],
        office=here.books.organisation(table["under"]),
        under=dict(asked).get("under", ""),
        tree_on=dict(asked).get("tree_on", ""),
        off=table["total"]["figures"].get(board.nought[0], {}).get("value"),
        note=_note(here, flows, len(names)),
        chart=_chart(board, table, titles, request),
        address=f"{board.address}?{urlencode(asked)}",
        query=urlencode(asked),
        periods=[(one, _at(board, asked, one)) for one in around(table["period"])],
        spans=[
            (TITLES[one], span_of(table["period"]) == one, _at(board, asked, _spanned(table["period"], one)))
            for one in board.spans
        ],
        etag=shown,
    )
    return live.marked(answer, shown)


@router.get("/boards/{name}/file.{suffix}")
async def board_file(name: str, suffix: str, request: Request, here: Here) -> Response:
    """What is on screen as the service's own file."""
    board = _find(request, name)
    listed = Listed(board.service, board.path, _asked(request))
    return await file_of(request, here, listed, name=board.name, suffix=suffix)


def _find(request: Request, name: str) -> Board:
    board: Board | None = request.app.state.boards.get(name)
    if board is None:
        raise HTTPException(404)
    return board


def _asked(request: Request) -> tuple[tuple[str, str], ...]:
    return tuple((one, request.query_params[one]) for one in ASKED if request.query_params.get(one))


def _note(here: Visitor, flows: list[str], count: int) -> str:
    """Which figures are of the period; all others are of now."""
    if len(flows) == count:
        return here.words.gettext(mark("均为期间数。"))
    if not flows:
        return here.words.gettext(mark("均为现有数。"))
    told = here.words.several(flows)
    return here.words.gettext(mark("期间数:%(figures)s;其余为现有数。")) % {"figures": told}


def _at(board: Board, asked: tuple[tuple[str, str], ...], period: str) -> str:
    """The same board for another period."""
    return f"{board.address}?{urlencode([*(one for one in asked if one[0] != PERIOD), (PERIOD, period)])}"


def _spanned(period: str, span: str) -> str:
    return within(period, span, datetime.now(SHANGHAI).date())


def _below(board: Board, row: dict[str, Any], asked: tuple[tuple[str, str], ...]) -> str:
    """The board of a part of the tree; none for what lies with the organisation itself."""
    if row.get("own"):
        return ""
    more = [one for one in asked if one[0] != "under"]
    return f"{board.address}?{urlencode([('under', row['org_code']), *more])}"


def _chart(board: Board, table: dict[str, Any], titles: dict[str, str], request: Request) -> str:
    """The chart's figures as data in the page; what is clicked opens the same list as in the table."""
    rows, ledgers = table["rows"], request.app.state.ledgers
    if not board.charted or not rows:
        return ""

    def address(row: dict[str, Any], name: str) -> str:
        return list_address(row["figures"][name].get("list") or "", board.service, ledgers)

    series = [
        {
            "name": titles[name],
            "data": [row["figures"][name]["value"] for row in rows],
            "lists": [address(row, name) for row in rows],
            **({"stack": "all"} if board.stacked else {}),
        }
        for name in board.charted
        if name in titles
    ]
    return json.dumps({"names": [row["name"] for row in rows], "series": series}, ensure_ascii=False)
