"""`/`: what is to be done, out of every service that has a desk, the most pressing first (domain.md §6 no. 1)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from guiyan.console import live
from guiyan.console.client import ApiProblem, Away
from guiyan.console.desk_pages import MOST, MOST_TRAIL, TRAIL_MARK, Part, Place, Start, merged, read, trail_of, written
from guiyan.console.i18n import mark
from guiyan.console.ledger import address_of
from guiyan.console.lists import ListInfo
from guiyan.console.pages import SEE_OTHER, newest, page, wants_part
from guiyan.console.screens import PAGES
from guiyan.console.web.visitor import Here, Visitor
from guiyan.service.auth import OFFICE_ROLES, Role

router = APIRouter()
Filters = tuple[tuple[str, str], ...]
DESKS: Final = ("registry", "contact")
"""The services with a desk at `/v1/tasks`, all of one shape (guiyan.service.desk)."""
PATH: Final = "/v1/tasks"
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
class Asked:
    """What the address asks of the desk: one kind, one group, the change it has to show, the page."""

    kind: str
    group: str
    after: Filters
    trail: tuple[str, ...]

    @classmethod
    def of(cls, request: Request) -> Asked:
        """As the address says."""
        told = request.query_params
        trail = trail_of(told.get("trail", ""))
        if trail and read(trail[-1]) is None:
            trail = ()
        return cls(told.get("kind", ""), told.get("group", ""), newest(request), trail)

    @property
    def narrowed(self) -> bool:
        """Whether something else than the first page of everything is asked for."""
        return bool(self.kind or self.group or self.trail)

    def address(self, trail: tuple[str, ...]) -> str:
        """The same on another page."""
        told = {"kind": self.kind, "group": self.group, "trail": TRAIL_MARK.join(trail[-MOST_TRAIL:])}
        return f"/?{urlencode({name: value for name, value in told.items() if value})}"


@router.get("/")
async def desk(request: Request, here: Here) -> Response:
    """The desk, narrowed by what the address asks: one kind of task, or what is overdue, or due soon."""
    if not here.has(*PAGES[0].roles):
        return RedirectResponse(_first_screen(request, here), SEE_OTHER)
    asked = Asked.of(request)
    first = await _parts(here, asked, {one: Start() for one in DESKS}, ())
    parts = first
    if asked.narrowed:
        place = read(asked.trail[-1]) if asked.trail else None
        narrowing = _narrowing(asked, first)
        parts = await _parts(here, asked, {one: Start() for one in DESKS} if place is None else place, narrowing)
    around, further = merged(first)
    rows, following = (around, further) if parts is first else merged(parts)
    away = [part.service for part in (*first, *parts) if part.rows is None]
    mark_of = live.etag(request.state.language, [row for _, row in (*around, *rows)], away)
    same = live.unchanged(request, mark_of)
    if same is not None:
        return same
    await here.books.learn(here.api, {str(row["org_code"]) for _, row in rows if row.get("org_code")})
    everything = _tasks(request, here, around)
    tasks = everything if parts is first else _tasks(request, here, rows)
    shown = [one for one in tasks if asked.group in {"", one.group} and asked.kind in {"", one.kind}]
    told: dict[str, Any] = {
        "tasks": shown,
        "groups": [(name, title, [one for one in shown if one.group == name]) for name, title in GROUPS],
        "counts": Counter(one.group for one in everything),
        "kinds": _kinds(everything),
        "asked": asked,
        "open_ended": _open_ended(everything) if further else frozenset(),
        "next": asked.address((*asked.trail, written(following))) if following else "",
        "previous": asked.address(asked.trail[:-1]) if asked.trail else "",
        "away": list(dict.fromkeys(away)),
        "address": asked.address(asked.trail),
        "done": request.query_params.get("done", ""),
    }
    template = "_desk.html" if wants_part(request, PART) else "desk.html"
    return live.marked(page(request, template, etag=mark_of, **told), mark_of)


def _open_ended(tasks: Sequence[Task]) -> frozenset[str]:
    """The groups of which more may come after these tasks."""
    names = [name for name, _ in GROUPS]
    return frozenset(names[names.index(tasks[-1].group) :]) if tasks else frozenset(names)


def _narrowing(asked: Asked, first: Sequence[Part]) -> Filters:
    """What the services are asked so that they leave out the rest; the day is theirs, read off their tasks."""
    found: list[tuple[str, str]] = [("kind", asked.kind)] if asked.kind else []
    row = next((one for part in first for one in part.rows or []), None)
    if row is None or not asked.group:
        return tuple(found)
    today = date.fromisoformat(row["due_on"]) - timedelta(days=int(row["days_left"]))
    soon = today + timedelta(days=SOON_DAYS)
    days = {
        "overdue": (("due_on_to", today - timedelta(days=1)),),
        "soon": (("due_on_from", today), ("due_on_to", soon)),
        "later": (("due_on_from", soon + timedelta(days=1)),),
    }
    return (*found, *((name, day.isoformat()) for name, day in days.get(asked.group, ())))


async def _parts(here: Visitor, asked: Asked, place: Place, narrowing: Filters) -> list[Part]:
    return list(
        await asyncio.gather(*(_part(here, one, asked, place[one], narrowing) for one in DESKS if one in place))
    )


async def _part(here: Visitor, service: str, asked: Asked, start: Start, narrowing: Filters) -> Part:
    try:
        info = await here.lists.get(here.api, service, PATH)
        kinds = info.parameters.get("kind", {}).get("enum")
        if kinds is not None and any(name == "kind" and value not in kinds for name, value in narrowing):
            return Part(service, info, [])
        more = [one for one in narrowing if one[0] in info.parameters]
        if start.cursor:
            more.append(("cursor", start.cursor))
        found = await here.api.get(service, PATH, (("open", "true"), ("limit", str(MOST)), *more, *asked.after))
    except Away:
        return Part(service, None, None)
    except ApiProblem as problem:
        if problem.status != 403:  # noqa: PLR2004 - a role may have no desk in one of the services
            raise
        return Part(service, None, [])
    return Part(service, info, found["items"], start, found.get("next_cursor") or "")


def _tasks(request: Request, here: Visitor, rows: Iterable[tuple[Part, Mapping[str, Any]]]) -> list[Task]:
    return [_task(request, here, part.info, row) for part, row in rows if part.info is not None]


def _task(request: Request, here: Visitor, info: ListInfo, row: Mapping[str, Any]) -> Task:
    def word(column: str) -> str:
        labels, value = info.columns[column].labels, row.get(column) or ""
        return here.words.pick(*labels[value]) if value in labels else ""

    left = int(row["days_left"])
    ways: Mapping[str, str] = request.app.state.task_ways if here.has(*OFFICE_ROLES) else {}
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
        act=address_of(ways.get(row["kind"], ""), row),
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
