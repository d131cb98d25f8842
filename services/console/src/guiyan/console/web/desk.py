"""`/`: what is to be done, out of every service that has a desk, the most pressing first (domain.md §6 no. 1)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from guiyan.console import live
from guiyan.console.client import ApiProblem, Away
from guiyan.console.i18n import mark
from guiyan.console.lists import ListInfo
from guiyan.console.pages import SEE_OTHER, page, wants_part
from guiyan.console.screens import PAGES
from guiyan.console.web.visitor import Here, Visitor
from guiyan.service.auth import OFFICE_ROLES, Role

router = APIRouter()
DESKS: Final = ("registry", "contact")
"""The services with a desk at `/v1/tasks`, all of one shape (guiyan.service.desk)."""
PATH: Final = "/v1/tasks"
MOST: Final = "200"
PART: Final = "desk"
SOON_DAYS: Final = 7
GROUPS: Final = (
    ("overdue", mark("已逾期")),
    ("soon", mark("七天内到期")),
    ("later", mark("以后")),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task as the desk shows it: in words, with where it is done and where its record is."""

    due_on: str
    days_left: int
    kind: str
    kind_word: str
    member: str
    step: str
    organisation: str
    responsible: str
    record: str
    act: str
    group: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one service has on the desk; `rows` is None where it does not answer."""

    service: str
    info: ListInfo | None
    rows: list[dict[str, Any]] | None
    more: bool = False


@router.get("/")
async def desk(request: Request, here: Here) -> Response:
    """The desk, narrowed by what the address asks: one kind of task, or what is overdue, or due soon."""
    if not here.has(*PAGES[0].roles):
        return RedirectResponse(_first_screen(request, here), SEE_OTHER)
    asked = {name: request.query_params.get(name, "") for name in ("kind", "group", "after")}
    parts = await asyncio.gather(*(_part(here, one, asked) for one in DESKS))
    rows = [row for part in parts for row in part.rows or []]
    mark_of = live.etag(request.state.language, rows, [part.rows is None for part in parts])
    same = live.unchanged(request, mark_of)
    if same is not None:
        return same
    await here.books.learn(here.api, {str(one["org_code"]) for one in rows if one.get("org_code")})
    tasks = _tasks(request, here, parts)
    shown = [one for one in tasks if asked["group"] in {"", one.group} and asked["kind"] in {"", one.kind}]
    more = any(part.more for part in parts)
    told: dict[str, Any] = {
        "tasks": shown,
        "groups": [(name, title, [one for one in shown if one.group == name]) for name, title in GROUPS],
        "counts": Counter(one.group for one in tasks),
        "kinds": _kinds(tasks),
        "asked": asked,
        "more": more,
        "plus": "+" if more else "",
        "away": [part.service for part in parts if part.rows is None],
        "address": f"/?{urlencode({name: value for name, value in asked.items() if value and name != 'after'})}",
        "done": request.query_params.get("done", ""),
    }
    template = "_desk.html" if wants_part(request, PART) else "desk.html"
    return live.marked(page(request, template, etag=mark_of, **told), mark_of)


async def _part(here: Visitor, service: str, asked: Mapping[str, str]) -> Part:
    more = (("after_sequence", asked["after"]),) if asked["after"].isdigit() else ()
    try:
        info = await here.lists.get(here.api, service, PATH)
        found = await here.api.get(service, PATH, (("open", "true"), ("limit", MOST), *more))
    except Away:
        return Part(service, None, None)
    except ApiProblem as problem:
        if problem.status != 403:  # noqa: PLR2004 - a role may have no desk in one of the services
            raise
        return Part(service, None, [])
    return Part(service, info, found["items"], bool(found.get("next_cursor")))


def _tasks(request: Request, here: Visitor, parts: Iterable[Part]) -> list[Task]:
    tasks = [
        (row["due_on"], row["id"], _task(request, here, part.info, row))
        for part in parts
        if part.info is not None
        for row in part.rows or []
    ]
    return [one for _, _, one in sorted(tasks, key=lambda one: one[:2])]


def _task(request: Request, here: Visitor, info: ListInfo, row: Mapping[str, Any]) -> Task:
    def word(column: str) -> str:
        labels, value = info.columns[column].labels, row.get(column) or ""
        return here.words.pick(*labels[value]) if value in labels else ""

    left = int(row["days_left"])
    acts: Mapping[str, str] = request.app.state.task_acts if here.has(*OFFICE_ROLES) else {}
    act = acts.get(row["kind"], "").format_map({"about_id": row.get("about_id"), "member_id": row.get("member_id")})
    member_id = row.get("member_id")
    return Task(
        due_on=row["due_on"],
        days_left=left,
        kind=row["kind"],
        kind_word=word("kind"),
        member=row.get("member") or "",
        step=word("step"),
        organisation=here.books.organisation(row.get("org_code") or ""),
        responsible=row.get("responsible") or "",
        record=f"/members/{member_id}" if member_id else "",
        act=act,
        group="overdue" if left < 0 else "soon" if left <= SOON_DAYS else "later",
    )


def _kinds(tasks: Iterable[Task]) -> list[tuple[str, str, int]]:
    """The kinds there are, the most frequent first, with how many."""
    found = Counter((one.kind, one.kind_word) for one in tasks)
    return [(kind, word, number) for (kind, word), number in found.most_common()]


def _first_screen(request: Request, here: Visitor) -> str:
    """Where somebody without a desk begins."""
    if here.has(Role.MEMBER):
        return f"/members/{here.session.sub}"
    entries = request.app.state.nav.of(here.session)
    return entries[0].address if entries else "/nothing-here"
