"""`/sweeps/{id}` and a branch's sheet of it: progress, what can be done next, findings by one tap (§2.12)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from guiyan.console import live, sweeping
from guiyan.console.act import ID_PARTS
from guiyan.console.client import ApiProblem, Away
from guiyan.console.i18n import mark
from guiyan.console.lists import ListInfo
from guiyan.console.offers import links, offered
from guiyan.console.pages import SEE_OTHER, newest, page, wants_part
from guiyan.console.web.acts import told_facts
from guiyan.console.web.visitor import Here, Visitor

router = APIRouter()
SERVICE: Final = "registry"
PART: Final = "sweep"
MOST: Final = "500"
ROWS_MOST: Final = "100"
FACTS: Final = ("kind", "root_org", "opens_on", "closes_on", "state", "branch_due_on", "township_due_on", "city_due_on",
                "closed_on", "reported_on", "reported_to", "document_no")  # fmt: skip
SHEET_FACTS: Final = ("township", "state", "submitted_on", "returned_on", "settled_on", "overdue_on")
ONE_TAP: Final = (
    ("UNCHANGED", mark("无变化")),
    ("CHANGED", mark("有变化")),
    ("NOT_REACHED", mark("未联系上")),
)
"""Findings that need no facts."""
SHOWN: Final = (
    ("left", mark("未查"), sweeping.LEFT, "left"),
    ("out", mark("新发现流出"), sweeping.PEOPLE["found_out"], "found_out"),
    ("in", mark("新发现流入"), sweeping.PEOPLE["found_in"], "found_in"),
    ("back", mark("返回"), sweeping.PEOPLE["returned"], "returned"),
    ("silent", mark("未联系上"), sweeping.PEOPLE["not_reached"], "not_reached"),
    ("checked", mark("已查"), sweeping.PEOPLE["checked"], "checked"),
    ("all", mark("应查"), sweeping.PEOPLE["expected"], "expected"),
)
"""Which of a sheet's people are shown: its name in the address, its words, what is asked, the figure that counts it."""


@router.get("/sweeps/{sweep_id}")
async def sweep_page(sweep_id: str, request: Request, here: Here) -> Response:
    """All of it by township, or one township by branch; who sees one township or branch alone comes to it at once."""
    sweep, towns = await asyncio.gather(
        here.api.get(SERVICE, f"/v1/sweeps/{sweep_id}", newest(request)),
        _all(here, "/v1/sweep-townships", (("sweep_id", sweep_id), *newest(request))),
    )
    township = request.query_params.get("township", "")
    if len(towns) == 1:
        township = towns[0]["township"]
    by_branch = bool(township) or not towns
    narrowed = (("township", township),) if township else ()
    rows = await _all(here, "/v1/sweep-sheets", (("sweep_id", sweep_id), *narrowed)) if by_branch else towns
    etag = live.etag(request.state.language, sweep, rows, township)
    same = live.unchanged(request, etag)
    if same is not None:
        return same
    unit = "branch" if by_branch else "township"
    await here.books.learn(here.api, {str(one[unit]) for one in rows} | ({township} if township else set()))
    told = _rows(here, sweep_id, unit, rows)
    info = await here.lists.get(here.api, SERVICE, "/v1/sweeps")
    path = f"/sweeps/{sweep_id}"
    answer = page(
        request,
        "_sweep.html" if wants_part(request, PART) else "sweep.html",
        sweep=sweep,
        facts=await told_facts(info, FACTS, sweep, here),
        offers=_offers(request, here, sweep, path),
        checks=_checks(here, sweep, township),
        unit=unit,
        township=here.books.organisation(township) if township and len(towns) != 1 else "",
        rows=told,
        total=_total(rows, sweep_id, narrowed) if rows else None,
        chart=sweeping.chart(
            [(name, row, of) for name, row, of, _, _ in told],
            (here.words.gettext(sweeping.CHECKED), here.words.gettext(sweeping.TO_CHECK)),
        ),
        states=_labels(await here.lists.get(here.api, SERVICE, "/v1/sweep-sheets"), "state", here),
        file=urlencode([("sweep_id", sweep_id), *narrowed]),
        address=f"{path}?{urlencode(narrowed)}",
        done=request.query_params.get("done", ""),
        etag=etag,
    )
    return live.marked(answer, etag)


async def _all(here: Visitor, path: str, asked: sweeping.Asked) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await here.api.get(SERVICE, path, (*asked, ("limit", MOST))))["items"]
    return found


def _rows(here: Visitor, sweep_id: str, unit: str, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Each row's name, itself, whose list its numbers are, its numbers, and where its name leads."""
    names = (*sweeping.PEOPLE, *(() if unit == "branch" else sweeping.BRANCHES))
    told = []
    for row in rows:
        of = (("sweep_id", sweep_id), (unit, row[unit]))
        record = f"/sweeps/{sweep_id}/sheets/{row['branch']}" if unit == "branch" else f"?{urlencode(of[1:])}"
        numbers = [sweeping.number(row, one, of) for one in names]
        told.append((here.books.organisation(row[unit]), row, of, numbers, record))
    return told


def _total(rows: list[dict[str, Any]], sweep_id: str, narrowed: sweeping.Asked) -> list[sweeping.Number]:
    names = [one for one in (*sweeping.PEOPLE, *sweeping.BRANCHES) if one in rows[0]]
    sums = {one: sum(row[one] for row in rows) for one in names}
    return [sweeping.number(sums, one, (("sweep_id", sweep_id), *narrowed)) for one in names]


def _offers(request: Request, here: Visitor, sweep: Mapping[str, Any], back: str) -> list[tuple[str, str]]:
    acts = request.app.state.acts.values()
    return links(offered(SERVICE, "/v1/sweeps/{id}", sweep, acts, here), sweep["id"], back)


def _checks(here: Visitor, sweep: Mapping[str, Any], township: str) -> list[tuple[str, str]]:
    """The township that is looked at alone, with the form in which it is checked, where it can be now."""
    if township not in sweep["to_check"]:
        return []
    address = f"/acts/check-township/{sweep['id']}{ID_PARTS}{township}?next=/sweeps/{sweep['id']}"
    return [(here.books.organisation(township), address)]


def _labels(info: ListInfo, column: str, here: Visitor) -> dict[str, str]:
    """The words of a column's codes."""
    return {code: here.words.pick(*words) for code, words in info.columns[column].labels.items()}


@router.get("/sweep-sheets/{sheet_id}")
async def sheet_of_a_task(sheet_id: str, here: Here) -> Response:
    """Where a task leads, which knows the sheet alone."""
    sheet = await here.api.get(SERVICE, f"/v1/sweep-sheets/{sheet_id}")
    return RedirectResponse(f"/sweeps/{sheet['sweep_id']}/sheets/{sheet['branch']}", SEE_OTHER)


@router.get("/sweeps/{sweep_id}/sheets/{branch}")
async def sheet_page(sweep_id: str, branch: str, request: Request, here: Here) -> Response:
    """A branch's sheet: whom it has still to check, first; each person with the findings that are a tap or a form."""
    return await _sheet(request, here, (sweep_id, branch))


@router.post("/sweeps/{sweep_id}/sheets/{branch}")
async def found(sweep_id: str, branch: str, request: Request, here: Here) -> Response:
    """A finding that needs no facts, by one tap; what keeps it from being recorded is told above the list."""
    form = await request.form()
    body = {"finding": str(form.get("finding", "")), "member_id": str(form.get("member_id", ""))}
    path, problem, after = f"/v1/sweeps/{sweep_id}/sheets/{branch}/check", "", ""
    try:
        told = await here.api.post(SERVICE, path, body, key=str(form.get("_key", "")))
        after = str(told.get("sequence", ""))
    except ApiProblem as refused:
        problem = refused.detail
    except Away as away:
        problem = here.words.gettext(AWAY) % {"service": away.service}
    shown = str(form.get("shown", ""))
    if not wants_part(request, PART) and not problem:
        return RedirectResponse(f"{request.url.path}?{urlencode({'shown': shown, 'after': after})}", SEE_OTHER)
    return await _sheet(request, here, (sweep_id, branch), shown=shown, after=after, problem=problem)


AWAY: Final = mark("“%(service)s”服务没有应答,尚未确认是否登记,请稍候再试。")


async def _sheet(  # noqa: PLR0913 - what was just tapped, and how it came out
    request: Request, here: Visitor, of: tuple[str, str], *, shown: str = "", after: str = "", problem: str = ""
) -> Response:
    sweep_id, branch = of
    waits = (("after_sequence", after),) if after else newest(request)
    sheet = await here.api.get(SERVICE, f"/v1/sweeps/{sweep_id}/sheets/{branch}", waits)
    figures = {**sheet, "left": sheet["expected"] - sheet["checked"]}
    wanted = shown or request.query_params.get("shown", "") or ("left" if figures["left"] else "checked")
    view = next((one for one in SHOWN if one[0] == wanted), SHOWN[0])
    asked = (("sweep_id", sweep_id), ("branch", branch), *view[2])
    listed = await here.api.get(SERVICE, "/v1/sweep-rows", (*asked, ("limit", ROWS_MOST)))
    etag = live.etag(request.state.language, sheet, listed["items"], problem)
    same = live.unchanged(request, etag)
    if same is not None:
        return same
    info = await here.lists.get(here.api, SERVICE, "/v1/sweep-sheets")
    rows_info = await here.lists.get(here.api, SERVICE, "/v1/sweep-rows")
    await here.books.learn(here.api, {branch})
    path = f"/sweeps/{sweep_id}/sheets/{branch}"
    acts = request.app.state.acts.values()
    id_ = ID_PARTS.join(of)
    answer = page(
        request,
        "_sheet.html" if wants_part(request, PART) else "sheet.html",
        sheet=sheet,
        path=path,
        id=id_,
        branch=here.books.organisation(branch),
        facts=await told_facts(info, SHEET_FACTS, sheet, here),
        offers=links(offered(SERVICE, "/v1/sweeps/{0}/sheets/{1}", sheet, acts, here), id_, path),
        may_check="check" in sheet["acts"],
        views=[(name, title, figures[count]) for name, title, _, count in SHOWN],
        view=view[0],
        rows=listed["items"],
        more=f"/ledgers/sweep-rows?{urlencode(asked)}" if listed.get("next_cursor") else "",
        findings=_labels(rows_info, "finding", here),
        one_tap=ONE_TAP,
        problem=problem,
        address=f"{path}?{urlencode({'shown': view[0]})}",
        done=request.query_params.get("done", ""),
        etag=etag,
    )
    return live.marked(answer, etag)
