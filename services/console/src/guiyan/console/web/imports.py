"""`/imports`: a roster is sent, looked at, set right where rows were refused, and imported (domain.md §3.3).

The console keeps nothing of it: registry holds the file, what was typed, and how it stands, for seven days.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guiyan.console.client import ApiProblem, Away
from guiyan.console.i18n import mark
from guiyan.console.pages import go_on, page, wants_part
from guiyan.console.screens import OFFICERS
from guiyan.console.web.visitor import Here, Visitor
from guiyan.service.tables import XLSX_TYPE

router = APIRouter()
PART: Final = "import"
SAID: Final = "said"
ROWS_A_PAGE: Final = 25
LATEST: Final = "5"
BYTES: Final = "application/octet-stream"
CELL: Final = re.compile(r"cell-(\d{1,7})-(\d{1,5})")
UNPROCESSABLE: Final = 422
OUTCOMES: Final = (
    ("accepted", mark("新登记"), ""),
    ("differs", mark("与登记不同"), "soon"),
    ("repeated", mark("无变化"), ""),
    ("faulty", mark("退回行"), "late"),
)
NO_FILE: Final = mark("请先选择名册文件。")
UNTOUCHED: Final = mark("没有填写任何内容。")
Begin = Callable[[str], Awaitable[dict[str, Any]]]


def _allowed(here: Visitor) -> None:
    if not here.has(*OFFICERS):
        raise HTTPException(403)


@router.get("/imports")
async def imports_page(request: Request, here: Here) -> Response:
    """The form, the template, and the imports of late."""
    _allowed(here)
    return await _first(request, here)


async def _first(request: Request, here: Visitor, *, said: str = "", status: int = 200) -> Response:
    try:
        latest = (await here.api.get("registry", "/v1/imports", (("limit", LATEST),)))["items"]
    except Away:
        latest = []
    return page(request, "imports.html", status=status, latest=latest, said=said)


@router.get("/imports/template.xlsx")
async def template(here: Here) -> Response:
    """An empty roster to fill in, with the own branches to pick from."""
    _allowed(here)
    return await _file(here, "/v1/imports/template.xlsx", "roster-template.xlsx")


@router.post("/imports")
async def send(request: Request, here: Here) -> Response:
    """A file, looked at first: nothing is entered yet. Under the form's key it is sent once."""
    _allowed(here)
    form = await request.form()
    part = form.get("file")
    content = await part.read() if isinstance(part, UploadFile) else b""

    async def begin(key: str) -> dict[str, Any]:
        headers = {"Idempotency-Key": key, "Content-Type": BYTES} if key else {"Content-Type": BYTES}
        asked = {"dry_run": "true"}
        answer = await here.api.answer(
            "registry", "POST", "/v1/imports", params=asked, content=content, headers=headers
        )
        told: dict[str, Any] = answer.json()
        return told

    return await _begun(request, here, form, begin, faulty="" if content else NO_FILE)


@router.get("/imports/{import_id}")
async def import_page(import_id: str, request: Request, here: Here) -> Response:
    """How it stands, or for htmx that part alone: progress, what became of the rows, those to be set right."""
    _allowed(here)
    told = await here.api.get("registry", f"/v1/imports/{import_id}")
    template_name = "_import.html" if wants_part(request, PART) else "import.html"
    ended = told["state"] != "running"
    return page(
        request,
        template_name,
        told=told,
        ended=ended,
        figures=_figures(told, here),
        refused=await _refused(here, told) if ended else None,
        cleared=request.query_params.get("cleared", ""),
    )


@router.get("/imports/{import_id}/faulty.xlsx")
async def faulty(import_id: str, here: Here) -> Response:
    """The refused rows with the reasons beside them."""
    _allowed(here)
    return await _file(here, f"/v1/imports/{import_id}/faulty.xlsx", "faulty.xlsx")


@router.post("/imports/{import_id}/confirm")
async def confirm(import_id: str, request: Request, here: Here) -> Response:
    """What was looked at is imported."""
    _allowed(here)

    async def begin(key: str) -> dict[str, Any]:
        return await here.api.post("registry", f"/v1/imports/{import_id}/confirm", {}, key=key)

    return await _begun(request, here, await request.form(), begin)


@router.post("/imports/{import_id}/correct")
async def correct(import_id: str, request: Request, here: Here) -> Response:
    """The same file with what was typed into its cells: looked at again after a dry run, imported after an import."""
    _allowed(here)
    form = await request.form()
    rows = _typed(form)
    way = "true" if form.get("_dry") == "true" else "false"

    async def begin(key: str) -> dict[str, Any]:
        return await here.api.post(
            "registry", f"/v1/imports/{import_id}/correct?dry_run={way}", {"rows": rows}, key=key
        )

    return await _begun(request, here, form, begin, faulty="" if rows else UNTOUCHED, cleared=import_id)


def _typed(form: FormData) -> list[dict[str, Any]]:
    """What stands in the cells of the form, row by row; registry leaves those as they are that say what they said."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in form.multi_items():
        found = CELL.fullmatch(name)
        if found and isinstance(value, str):
            rows.setdefault(int(found[1]), {})[found[2]] = value.strip()
    return [{"row": row, "cells": cells} for row, cells in rows.items()]


async def _begun(  # noqa: PLR0913 - one argument a fact
    request: Request, here: Visitor, form: FormData, begin: Begin, *, faulty: str = "", cleared: str = ""
) -> Response:
    """To the import that was begun; else what is wrong, beside the form, which stays as it was filled in."""
    if faulty:
        return await _said(request, here, here.words.gettext(faulty))
    try:
        told = await begin(str(form.get("_key", "")))
    except Away as away:
        text = here.words.gettext(mark("“%(service)s”服务没有应答,请稍候再次提交,不会重复导入。"))
        return await _said(request, here, text % {"service": away.service})
    except ApiProblem as problem:
        return await _said(request, here, "; ".join(problem.said))
    onward = f"/imports/{told['id']}" + (f"?{urlencode({'cleared': cleared})}" if cleared else "")
    return go_on(request, onward)


async def _said(request: Request, here: Visitor, text: str) -> Response:
    if wants_part(request, SAID):
        return page(request, "_import_said.html", said=text, status=UNPROCESSABLE)
    return await _first(request, here, said=text, status=UNPROCESSABLE)


def _figures(told: Mapping[str, Any], here: Visitor) -> list[tuple[str, int, str, str]]:
    """Each count with its word, the list of just its rows, and its tone."""
    found = []
    for name, word, tone in OUTCOMES:
        rows = urlencode({"all": "1", "import_id": told["id"], "outcome": name})
        address = f"/ledgers/import-rows?{rows}"
        if name == "accepted" and not told["dry_run"]:
            address = f"/ledgers/members?{urlencode({'all': '1', 'import_batch': told['id']})}"
        count = int(told[name])
        found.append((here.words.gettext(word), count, address if count else "", tone if count else ""))
    return found


async def _refused(here: Visitor, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """The first refused rows, each with the cells at fault in front; None where none are kept."""
    if not told["faulty"]:
        return None
    try:
        found = await here.api.get("registry", f"/v1/imports/{told['id']}/faulty")
    except ApiProblem:
        return None
    rows = [_fixable(one, found["columns"]) for one in found["rows"][:ROWS_A_PAGE]]
    return {"rows": rows, "total": found["total"]}


def _fixable(row: Mapping[str, Any], columns: list[dict[str, Any]]) -> dict[str, Any]:
    """A refused row: its name, the cells at fault with their reasons, the others, and what is wrong besides."""
    reasons: dict[int | None, list[str]] = {}
    for one in row["problems"]:
        reasons.setdefault(one["position"], []).append(one["detail"])
    cells = [
        {"at": one["position"], "title": one["title"], "text": row["cells"].get(str(one["position"]), "")}
        | {"reasons": reasons.get(one["position"], [])}
        for one in columns
    ]
    name_at = next((str(one["position"]) for one in columns if one["field"] == "name"), "")
    return {
        "row": row["row"],
        "name": row["cells"].get(name_at, ""),
        "wrong": [one for one in cells if one["reasons"]],
        "others": [one for one in cells if not one["reasons"]],
        "besides": reasons.get(None, []),
    }


async def _file(here: Visitor, path: str, name: str) -> Response:
    """A workbook of registry's, to be saved."""
    found = await here.api.answer("registry", "GET", path)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.content, headers=headers, media_type=XLSX_TYPE)
