"""`/ledgers/{name}/{id}`: one record of a ledger: all that is told of it, what can be done next, its time line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guiyan.console.client import ApiProblem, Away
from guiyan.console.ledger import Cell, Head, Ledger, cell, codes_of, heads
from guiyan.console.lists import ListInfo
from guiyan.console.offers import links, offered
from guiyan.console.pages import newest, own_address, page
from guiyan.console.tales import Told, tell
from guiyan.console.web.ledger import find
from guiyan.console.web.visitor import Here, Visitor

router = APIRouter()
PLUMBING: Final = ("_id", "_code", "_list", "version", "steps", "successors")
"""How fields end that tell nothing to a reader: other records' ids, codes whose words stand beside them."""


@router.get("/ledgers/{name}/{id_}")
async def entry(name: str, id_: str, request: Request, here: Here) -> Response:
    """The record: what can be done next, its columns, what else is known, and every event of it in plain words."""
    ledger = find(request, name)
    if not ledger.one:
        raise HTTPException(404)
    path = ledger.one.format(id=id_)
    try:
        info = await here.lists.get(here.api, ledger.service, ledger.path)
        row = await here.api.get(ledger.service, path, newest(request))
        events = await _events(ledger, path, here)
        more = await ledger.more(here, row) if ledger.more else {}
    except Away as away:
        return page(request, "ledger_away.html", ledger=ledger, away=away.service)
    columns = heads(ledger.columns, info, here.words)
    rest = heads(_rest(ledger, info), info, here.words)
    await here.books.learn(here.api, codes_of([*columns, *rest], [row]))
    return page(
        request,
        "entry.html",
        ledger=ledger,
        row=row,
        facts=_facts(columns, row, here, empty=True),
        rest=_facts(rest, row, here),
        events=events,
        offers=_offers(request, here, ledger, id_, row),
        done=request.query_params.get("done", ""),
        **more,
    )


async def _events(ledger: Ledger, path: str, here: Visitor) -> list[Told] | None:
    """The time line; None for who may see the record, but not what happened to it."""
    try:
        history = await here.api.get(ledger.service, f"{path}/history")
    except ApiProblem as problem:
        if problem.status != 404:  # noqa: PLR2004 - not for this role or this side
            raise
        return None
    return await tell(history["events"], here)


def _offers(request: Request, here: Visitor, ledger: Ledger, id_: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The acts that the service says are next; each leads back here, or to where this page was opened from."""
    back = own_address(request.query_params.get("next"), "") or f"/ledgers/{ledger.name}/{id_}"
    return links(offered(ledger.service, ledger.one, row, request.app.state.acts.values(), here), id_, back)


def _rest(ledger: Ledger, info: ListInfo) -> list[str]:
    """What the list knows besides the ledger's columns."""
    shown = {one.name for one in ledger.cols}
    return [one for one in info.columns if one not in shown and one != "id" and not one.endswith(PLUMBING)]


def _facts(
    columns: list[Head], row: Mapping[str, Any], here: Visitor, *, empty: bool = False
) -> list[tuple[str, Cell]]:
    """Each column's words; what is empty or a plain "no" is left out, unless it belongs to the ledger."""
    told = [(one.title, cell(one, row, here.words, here.books), row.get(one.col.name)) for one in columns]
    return [(title, text) for title, text, value in told if empty or (text.text and value is not False and value != [])]
