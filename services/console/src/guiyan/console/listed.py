"""Parts of a record that are rows of services' lists, as data: each narrowed to the member, in the list's words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from guiyan.console.client import ApiProblem, Away
from guiyan.console.ledger import Cell, Col, Head, address_of, cell, codes_of, heads
from guiyan.console.section import Section, Subject
from guiyan.console.web.visitor import Visitor

MOST: Final = "100"
NONE: Final = frozenset({403, 404})
TEMPLATE: Final = "records/_rows.html"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one list that are about the member: which list, its columns, and where a row leads ({id})."""

    title: str
    service: str
    path: str
    columns: tuple[Col | str, ...]
    record: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One list as the page shows it; `away` where its service does not answer."""

    title: str
    heads: list[Head]
    rows: list[tuple[list[Cell], str]]
    away: str = ""


def listed(name: str, title: str, order: int, parts: Sequence[Rows]) -> Section:
    """A part of the record made of lists; a list that the role may not see is left out, an empty one is not shown."""

    async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
        return {"tables": await tables_of(here, subject, *parts)}

    return Section(name, title, order, load, template_name=TEMPLATE)


async def tables_of(here: Visitor, subject: Subject, *parts: Rows) -> list[Table]:
    """Lists of the member; one that the role may not see is left out, one whose service is away says so."""
    found = await asyncio.gather(*(table_of(one, here, subject) for one in parts))
    return [one for one in found if one is not None]


async def table_of(part: Rows, here: Visitor, subject: Subject) -> Table | None:
    """The list's rows about the member; none where the role may not see it."""
    try:
        info = await here.lists.get(here.api, part.service, part.path)
        asked = (("member_id", subject.member_id), ("limit", MOST))
        found = await here.api.get(part.service, part.path, asked)
    except Away as away:
        return Table(part.title, [], [], away.service)
    except ApiProblem as problem:
        if problem.status in NONE:
            return None
        raise
    columns = heads(part.columns, info, here.words)
    await here.books.learn(here.api, codes_of(columns, found["items"]))
    rows = [
        ([cell(head, item, here.words, here.books) for head in columns], address_of(part.record, item))
        for item in found["items"]
    ]
    return Table(part.title, columns, rows)
