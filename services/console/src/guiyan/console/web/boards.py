"""`/boards/{name}`: one page for all boards; a figure opens exactly its list, a part of the tree its own board."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guiyan.console import live
from guiyan.console.board import Board, Figure, figure, list_address
from guiyan.console.client import Away
from guiyan.console.pages import page, wants_part
from guiyan.console.web.files import Listed, file_of
from guiyan.console.web.visitor import Here

router = APIRouter()
PART: Final = "board"
ASKED: Final = ("under", "period", "tree_on")


@router.get("/boards/{name}")
async def board_page(name: str, request: Request, here: Here) -> Response:
    """The board of the own organisation or of one below it."""
    board, asked = _find(request, name), _asked(request)
    try:
        table = await here.api.get(board.service, board.path, asked)
    except Away as away:
        return page(request, "board_away.html", board=board, away=away.service)
    mark = live.etag(request.state.language, table["rows"], table["total"])
    same = live.unchanged(request, mark)
    if same is not None:
        return same
    titles = {one["name"]: here.words.pick(one["zh"], one["en"]) for one in table["figures"]}
    names = [one for one in board.figures if one in titles]
    ledgers = request.app.state.ledgers

    def figures(row: dict[str, Any]) -> list[Figure]:
        return [figure(row["figures"][one], board.service, ledgers, share=one in board.shares) for one in names]

    rows = [(one, figures(one), _below(board, one, asked)) for one in table["rows"]]
    rest = [one for one in asked if one[0] != "period"]
    part = wants_part(request, PART)
    answer = page(
        request,
        "_board.html" if part else "board.html",
        board=board,
        titles=[(one, titles[one]) for one in names],
        rows=rows,
        total=(table["total"], figures(table["total"])),
        period=table["period"],
        under=table["under"],
        chart=_chart(board, table, titles, request),
        address=f"{board.address}?{urlencode(asked)}",
        query=urlencode(asked),
        periods=[(one, f"{board.address}?{urlencode([*rest, ('period', one)])}") for one in _around(table["period"])],
        etag=mark,
    )
    return live.marked(answer, mark)


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


def _around(period: str) -> tuple[str, ...]:
    """The periods beside a quarter, a month or a year, of the same length: the one before and the one after."""
    year, _, part = period.partition("-")
    if not part:
        return (str(int(year) - 1), str(int(year) + 1))
    mark, most = ("Q", 4) if part.startswith("Q") else ("", 12)
    count = int(year) * most + int(part.removeprefix("Q")) - 1
    width = 1 if mark else 2
    return tuple(f"{one // most}-{mark}{one % most + 1:0{width}}" for one in (count - 1, count + 1))


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
