"""`/acts/{name}/{id}`: one page for all acts; what was filled in is kept whatever happens.

Wrong fields are told at the field (422), a record that has changed is shown beside what was filled in (409), and a
service that is away is told, with the same key for another try.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from guiyan.console import pickers, places
from guiyan.console.act import Act, Field, Prepared, faults_of, filled_in
from guiyan.console.client import ApiProblem, Away
from guiyan.console.lists import ListInfo
from guiyan.console.pages import go_on, own_address, page, wants_part
from guiyan.console.web.visitor import Here, Visitor

router = APIRouter()
NEW: Final = "new"
PART: Final = "act"
CONFLICT: Final = 409


@dataclass
class Filled:
    """A form as it stands on the page: what was filled in, what is wrong with it, for which version it is."""

    values: dict[str, list[str]]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    version: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    back: str = ""
    """The page that the act was offered on, and leads back to."""
    conflict: bool = False
    away: str = ""

    def value(self, one: Field) -> str:
        """A field's value."""
        return (self.values.get(one.name) or [""])[0]

    def has(self, one: Field, code: str) -> bool:
        """Whether a code is chosen."""
        return code in self.values.get(one.name, [])

    def kept(self, one: Field, offered: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """What was chosen and cannot be told in words now - its service is away -, by its code: it is not lost."""
        known = {code for code, _ in offered}
        return [(code, code) for code in self.values.get(one.name, []) if code and code not in known]


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who does which act, on what."""

    request: Request
    here: Visitor
    act: Act
    id: str


@router.get("/acts/{name}/{id_}")
async def act_page(name: str, id_: str, request: Request, here: Here) -> Response:
    """The form, empty but for what the address gives."""
    act = find(request, here, name, id_)
    about, prepared = await asyncio.gather(
        _about(act, id_, here), _prepared(act, id_, here, dict(request.query_params))
    )
    given = {one.name: request.query_params.getlist(one.name) for one in act.fields}
    values = {one.name: given[one.name] or _first(one, about, prepared) for one in act.fields}
    filled = Filled(values, version=_version(act, about), back=own_address(request.query_params.get("next"), ""))
    return await _page(Occasion(request, here, act, id_), about, filled, prepared)


def _first(one: Field, about: Mapping[str, Any], prepared: Prepared) -> list[str]:
    """What a field begins with: what was found for it, else what the record says, else what is usual."""
    told = prepared.values.get(one.name) or (about.get(one.source) if one.source else None) or one.value
    if not told:
        return []
    return [places.said(str(told))] if one.kind == "area" else [str(told)]


@router.get("/acts/{name}/{id_}/version")
async def act_version(name: str, id_: str, request: Request, here: Here) -> Response:
    """The version of what the act is about, so that an open form can tell that it has become stale."""
    act = find(request, here, name, id_)
    return JSONResponse({"version": _version(act, await _about(act, id_, here))})


@router.post("/acts/{name}/{id_}")
async def do(name: str, id_: str, request: Request, here: Here) -> Response:
    """Carry the act out under the form's key: sent twice, it is done once."""
    act, form = find(request, here, name, id_), await request.form()
    values = {one.name: [str(value) for value in form.getlist(one.name)] for one in act.fields}
    filled = Filled(values, str(form.get("_key", "")), str(form.get("_version", "")))
    filled.back = own_address(str(form.get("_next", "")), "")
    body, about = act.read(form), {"id": id_}
    version = filled.version if act.checks_version else ""
    try:
        if act.file:
            return await _file(here, act, id_, body, filled.key)
        told = await here.api.post(act.service, act.at(id_), body, key=filled.key, version=version)
    except Away as away:
        filled.away = away.service
        return await _page(Occasion(request, here, act, id_), {}, filled, Prepared(), status=503)
    except ApiProblem as problem:
        return await _refused(Occasion(request, here, act, id_), filled, problem)
    made = {**about, **told, "id": id_ if id_ != NEW else told.get("id", "")}
    onward = act.onward(body, made) if act.leads_on or not filled.back else filled.back
    mark = urlencode({"done": f"{act.name}:{id_}", "after": told.get("sequence", "")})
    return go_on(request, f"{onward}{'&' if '?' in onward else '?'}{mark}")


async def _prepared(act: Act, id_: str, here: Visitor, given: Mapping[str, str]) -> Prepared:
    """What the form begins with; nothing where a service is away or does not tell: the form is filled in by hand."""
    if act.prepare is None:
        return Prepared()
    try:
        return await act.prepare(here, id_, given)
    except (Away, ApiProblem):
        return Prepared()


async def _refused(on: Occasion, filled: Filled, problem: ApiProblem) -> Response:
    """The form again, with what is wrong; of a record that has changed, what it is now, and the form for that."""
    filled.faults, rest = faults_of(problem.errors, on.act.fields)
    filled.problems = rest or ([] if filled.faults else [problem.detail])
    filled.key = secrets.token_urlsafe(18)
    about = await _about(on.act, on.id, on.here)
    now = _version(on.act, about)
    filled.conflict = problem.status == CONFLICT and bool(now) and now != filled.version
    filled.version = now
    given = {name: values[0] for name, values in filled.values.items() if values}
    return await _page(on, about, filled, await _prepared(on.act, on.id, on.here, given), status=problem.status)


async def _file(here: Visitor, act: Act, id_: str, body: Mapping[str, Any], key: str) -> Response:
    """The paper that the service answers with, to be shown by the browser."""
    path, headers = act.at(id_), {"Idempotency-Key": key} if key else {}
    found = await here.api.answer(act.service, "POST", path, json=dict(body), headers=headers)
    shown = {"Content-Disposition": f'inline; filename="{act.file}"'}
    return Response(found.content, headers=shown, media_type=found.headers.get("content-type", "application/pdf"))


def _version(act: Act, about: Mapping[str, Any]) -> str:
    return str(about.get("version", "")) if act.checks_version else ""


async def _about(act: Act, id_: str, here: Visitor) -> dict[str, Any]:
    """The record the act is about; nothing for an act that makes one."""
    if not act.about or id_ == NEW:
        return {}
    return await here.api.get(act.service, filled_in(act.about, id_))


async def _page(
    on: Occasion, about: Mapping[str, Any], filled: Filled, prepared: Prepared, *, status: int = 200
) -> Response:
    facts = [*await _facts(on.act, about, on.here), *prepared.facts]
    asked = [one for one in on.act.fields if one.kind == "organisation" and one.name not in prepared.choices]
    found = await asyncio.gather(*(pickers.organisations(on.here, one.only) for one in asked))
    known = {one.name: told for one, told in zip(asked, found, strict=True)} | dict(prepared.choices)
    part = wants_part(on.request, PART)
    return page(
        on.request,
        "_act.html" if part else "act.html",
        status=status,
        act=on.act,
        id=on.id,
        about=about,
        facts=facts,
        filled=filled,
        words=on.here.words,
        done=on.request.query_params.get("done", ""),
        known=known,
        told=prepared.told,
    )


async def _facts(act: Act, about: Mapping[str, Any], here: Visitor) -> list[tuple[str, str]]:
    """What is known of the record, in words; nothing where its service is away."""
    if not about or not act.list_path:
        return []
    try:
        info = await here.lists.get(here.api, act.service, act.list_path)
    except Away:
        return []
    return await told_facts(info, act.facts, about, here)


async def told_facts(
    info: ListInfo, names: tuple[str, ...], row: Mapping[str, Any], here: Visitor
) -> list[tuple[str, str]]:
    """Fields of a record in words: headings and codes by the service's list, organisations by their names."""
    return [(title, text) for _, title, text in await named_facts(info, names, row, here)]


async def named_facts(
    info: ListInfo, names: tuple[str, ...], row: Mapping[str, Any], here: Visitor
) -> list[tuple[str, str, str]]:
    """The same with the name of each field before its words."""
    shown = [info.columns[name] for name in names if name in info.columns and row.get(name) not in {None, ""}]
    await here.books.learn(here.api, {str(row[one.name]) for one in shown if one.book == "organisation"})
    return [
        (one.name, here.words.pick(one.zh, one.en), one.told(row[one.name], here.words, here.books)) for one in shown
    ]


def find(request: Request, here: Visitor, name: str, id_: str) -> Act:
    """The act of a name on what the id names, for who may do it; raises HTTPException 404 or 403."""
    act: Act | None = request.app.state.acts.get(name)
    if act is None or not act.fits(id_):
        raise HTTPException(404)
    if not here.has(*act.roles):
        raise HTTPException(403)
    return act
