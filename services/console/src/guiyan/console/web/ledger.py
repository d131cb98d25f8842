"""`/ledgers/{name}`: one page for all ledgers; filtered, ordered, paged and exported by the service itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guiyan.console import live
from guiyan.console.board import list_address
from guiyan.console.client import Away
from guiyan.console.ledger import Asked, Cell, Head, Ledger, address_of, cell, codes_of, heads, questions
from guiyan.console.lists import ListInfo
from guiyan.console.pages import page, wants_part
from guiyan.console.web.files import Listed, file_of
from guiyan.console.web.visitor import Here, Visitor
from guiyan.service.conditions import UNDER

router = APIRouter()
ROWS: Final = ("50", "100", "200", "500")
PART: Final = "list"
TRAIL_MARK: Final = "."
MOST_TRAIL: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells, and where it leads."""

    cells: list[Cell]
    record: str


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page's address asks of a ledger, as far as the service's list knows it."""

    ledger: Ledger
    asked: Asked
    limit: str
    trail: tuple[str, ...]

    @classmethod
    def of(cls, ledger: Ledger, info: ListInfo, given: list[tuple[str, str]]) -> Asking:
        """As the address says; the first view where it asks nothing."""
        known = {*info.parameters, "sort"}
        asked = tuple((name, value) for name, value in given if name in known and value)
        own = dict(given)
        if not asked and "all" not in own and ledger.views:
            asked = ledger.views[0].asked
        limit = own.get("limit", ROWS[0])
        trail = tuple(one for one in own.get("trail", "").split(TRAIL_MARK) if one)[-MOST_TRAIL:]
        return cls(ledger, asked, limit if limit in ROWS else ROWS[0], trail)

    @property
    def sort(self) -> str:
        """The order asked for."""
        return next((value for name, value in self.asked if name == "sort"), "")

    @property
    def filtered(self) -> Asked:
        """What narrows the list."""
        return tuple(one for one in self.asked if one[0] != "sort")

    def parameters(self) -> Asked:
        """What the service is asked for this page."""
        cursor = (("cursor", self.trail[-1]),) if self.trail else ()
        return (*self.asked, ("limit", self.limit), *cursor)

    def address(self, *, sort: str = "", trail: tuple[str, ...] = ()) -> str:
        """The same list in another order, or on another page."""
        order = sort or self.sort
        asked = (*self.filtered, ("sort", order)) if order else self.filtered
        more: Asked = (("limit", self.limit),) if self.limit != ROWS[0] else ()
        more += (("trail", TRAIL_MARK.join(trail)),) if trail else ()
        return f"{self.ledger.address}?{urlencode([*asked, *more] or [('all', '1')])}"

    @property
    def query(self) -> str:
        """What is asked, as an address holds it: the whole list as a file is asked for by it."""
        return urlencode(self.asked)


@router.get("/ledgers/{name}")
async def ledger_page(name: str, request: Request, here: Here) -> Response:
    """The ledger, or for htmx its list alone; 304 for a page that looks by itself and has the same rows."""
    ledger = find(request, name)
    try:
        return await _page(ledger, request, here)
    except Away as away:
        return page(request, "ledger_away.html", ledger=ledger, away=away.service)


async def _page(ledger: Ledger, request: Request, here: Visitor) -> Response:
    info = await here.lists.get(here.api, ledger.service, ledger.path)
    asking = Asking.of(ledger, info, request.query_params.multi_items())
    found = await here.api.get(ledger.service, ledger.path, asking.parameters())
    items: list[dict[str, Any]] = found["items"]
    following = found.get("next_cursor")
    mark = live.etag(request.state.language, items, following)
    same = live.unchanged(request, mark)
    if same is not None:
        return same
    columns = heads(ledger.columns, info, here.words, asking.sort)
    await here.books.learn(here.api, codes_of(columns, items))
    told: dict[str, Any] = {
        "ledger": ledger,
        "asking": asking,
        "heads": columns,
        "rows": [_row(ledger, columns, one, here, request.app.state.ledgers) for one in items],
        "questions": questions(ledger, info, here.words, asking.asked),
        "first_number": len(asking.trail) * int(asking.limit) + 1,
        "next": asking.address(trail=(*asking.trail, following)) if following else "",
        "previous": asking.address(trail=asking.trail[:-1]) if asking.trail else "",
        "limits": ROWS,
        "etag": mark,
        "organisations": await organisations(here) if UNDER in ledger.filters else [],
    }
    template = "_list.html" if wants_part(request, PART) else "ledger.html"
    return live.marked(page(request, template, **told), mark)


def _row(
    ledger: Ledger, columns: list[Head], item: Mapping[str, Any], here: Visitor, ledgers: dict[str, Ledger]
) -> Row:
    """A row; a figure whose list the service names leads to the ledger that shows just that list."""
    cells = [cell(one, item, here.words, here.books) for one in columns]
    lists = [item.get(one.column.link) if one.column.link and item.get(one.col.name) else None for one in columns]
    linked = [
        replace(one, address=list_address(str(api), ledger.service, ledgers)) if api else one
        for one, api in zip(cells, lists, strict=True)
    ]
    return Row(linked, address_of(ledger.record, item))


async def organisations(here: Visitor) -> list[tuple[str, str]]:
    """The committees of the own scope, to choose from; none where registry is away."""
    kinds = (("kind", "COMMITTEE"), ("kind", "WORK_COMMITTEE"), ("active", "true"), ("limit", "500"))
    try:
        found = await here.api.get("registry", "/v1/organisations", kinds)
    except Away:
        return []
    return [(one["org_code"], one.get("short_name") or one["name"]) for one in found["items"]]


@router.get("/ledgers/{name}/file.{suffix}")
async def ledger_file(name: str, suffix: str, request: Request, here: Here) -> Response:
    """What is on screen, all pages of it, as the service's own XLSX, CSV or PDF, as it comes."""
    ledger = find(request, name)
    info = await here.lists.get(here.api, ledger.service, ledger.path)
    asked = Asking.of(ledger, info, request.query_params.multi_items()).asked
    return await file_of(request, here, Listed(ledger.service, ledger.path, asked), name=ledger.name, suffix=suffix)


def find(request: Request, name: str) -> Ledger:
    """The ledger of a name; raises HTTPException 404."""
    ledger: Ledger | None = request.app.state.ledgers.get(name)
    if ledger is None:
        raise HTTPException(404)
    return ledger
