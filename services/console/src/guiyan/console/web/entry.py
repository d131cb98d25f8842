"""`/ledgers/{name}/{id}`: one record of a ledger: all that its list tells of it, and its events as a time line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guiyan.console.client import Away
from guiyan.console.ledger import Cell, Head, Ledger, cell, codes_of, heads
from guiyan.console.lists import ListInfo
from guiyan.console.pages import page
from guiyan.console.tales import tell
from guiyan.console.web.ledger import find
from guiyan.console.web.visitor import Here, Visitor

router = APIRouter()
PLUMBING: Final = ("_id", "_code", "_list", "version", "steps", "successors")
"""How fields end that tell nothing to a reader: other records' ids, codes whose words stand beside them."""


@router.get("/ledgers/{name}/{id_}")
async def entry(name: str, id_: str, request: Request, here: Here) -> Response:
    """The record, its columns first, what else is known after them, and every event of it in plain words."""
    ledger = find(request, name)
    if not ledger.one:
        raise HTTPException(404)
    path = ledger.one.format(id=id_)
    try:
        info = await here.lists.get(here.api, ledger.service, ledger.path)
        row = await here.api.get(ledger.service, path)
        history = await here.api.get(ledger.service, f"{path}/history")
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
        events=await tell(history["events"], here),
        acts=[(label, address.format(id=id_)) for label, address in ledger.record_acts],
    )


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
