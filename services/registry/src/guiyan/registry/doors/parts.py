"""What the registry's doors share: the tools behind them, bodies, one document as a caller may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi import Query as QueryParameter
from pydantic import BaseModel
from starlette.responses import JSONResponse

from guiyan.events.registry.departure import DestinationFacts
from guiyan.registry.commands.doubts import find_doubts
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.flow_range import contradicts
from guiyan.registry.domain.quality import RULES, Asked, Rule, of_trips, rules_of
from guiyan.registry.messages import MESSAGES
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.service.auth import OFFICE_ROLES
from guiyan.service.caller import Caller
from guiyan.service.filters import Filter, Kind
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.reads import Document, Query, Reads
from guiyan.service.resources import document_answer
from guiyan.service.tables import Column, row


async def _tools(request: Request) -> Tools:
    found: Tools = request.app.state.tools
    return found


ToolsHere = Annotated[Tools, Depends(_tools)]


@dataclass(frozen=True, slots=True)
class ByRule:
    """The rule of data quality that a list is asked for: its rows alone, the ones that the figure counts."""

    list: str
    rule: str | None = None

    async def narrowed(self, tools: Tools, where: Query) -> Query:
        """The query narrowed to the rule's rows; raises Invalid for a rule of another list."""
        if self.rule is None:
            return where
        if self.rule not in rules_of(self.list):
            known = ", ".join(rules_of(self.list))
            raise Invalid([FieldProblem("?rule", "enum", {"expected": known})])
        return {"$and": [where, RULES[self.rule].query(await asked_with(tools, RULES[self.rule]))]}


async def asked_with(tools: Tools, *rules: Rule) -> Asked:
    """What these rules of data quality are asked with today; areas are looked for only where one of them asks."""
    today = tools.clock.today()
    if not any(one.of_areas for one in rules):
        return Asked(today)
    used = await tools.register.count_by(DEPARTURES, of_trips(), "dest_area_code")
    return Asked(today, tuple([code for code in used if code and await tools.areas.find_fault(code, today)]))


def by_rule_of(list_: str) -> Any:
    """A dependency: what a list is asked by `rule`; the OpenAPI document tells its rules with their words."""
    told = QueryParameter(
        description="Only rows with this gap (`/v1/data-quality`)",
        json_schema_extra={"x-labels": {id_: [RULES[id_].zh, RULES[id_].en] for id_ in rules_of(list_)}},
    )

    async def by_rule(rule: Annotated[str | None, told] = None) -> ByRule:
        return ByRule(list_, rule)

    return Depends(by_rule)


RULE_PARAMETERS: Final = ("rule",)


COUNTED: Final = Filter(Kind.BOOLEAN, description="false: the member is linked to another record of the same person")


OUTSIDE: Final = Filter(
    Kind.BOOLEAN,
    description="true: whose relation is outside (已转出, or expected from there); who is not asked for is not listed",
)
HERE: Final[Query] = {"outside": False}
"""Whose relation is with an organisation here: what a list of members holds unless it is asked otherwise (§2.3)."""


def unless_asked(request: Request, where: Query) -> Query:
    """Only those whose relation is here, unless the caller asks about those outside as well."""
    return where if "outside" in request.query_params else {"$and": [where, HERE]}


async def area_warnings(caller: Caller, tools: Tools, on: date | None, **fields: str | None) -> list[dict[str, str]]:
    """What to tell of area codes that are not in the table on that day: taken as told, never refused (§4.1)."""
    day, found = on or tools.clock.today(), []
    for name, code in fields.items():
        fault = None if code is None else await tools.areas.find_fault(code, day)
        if fault is not None:
            found.append(warning(caller, name, fault))
    return found


async def place_warnings(caller: Caller, tools: Tools, on: date | None, told: DestinationFacts) -> list[dict[str, str]]:
    """What to tell of a destination: a code that is not in the table, a range that cannot be that place's (§4.1)."""
    found = await area_warnings(caller, tools, on, dest_area_code=told.dest_area_code)
    return found + [warning(caller, "range", "range_contradicts")] * contradicts(told.range, told.dest_area_code)


def warning(caller: Caller, field: str, code: str) -> dict[str, str]:
    """One warning of an answer: where, which, and the sentence in the caller's language."""
    return {"pointer": f"/{field}", "code": code, "detail": MESSAGES[code].text(caller.language)}


async def member_warnings(
    caller: Caller, tools: Tools, body: BaseModel, member_id: str | None = None
) -> list[dict[str, str]]:
    """What to look at again in what was told of a member: taken as told (`commands/doubts`)."""
    doubts = await find_doubts(tools, given(body, type(body).model_fields), member_id)
    return [warning(caller, one.field, one.code) for one in doubts]


def given(body: BaseModel, fields: Iterable[str]) -> dict[str, Any]:
    """Those of the fields that the caller gave."""
    return {
        name: value
        for name in fields
        if name in body.model_fields_set and (value := getattr(body, name, None)) is not None
    }


def is_own(caller: Caller) -> bool:
    """Whether somebody asks as a member alone: then about the own record, whatever the scope of the branch."""
    return not caller.principal.roles & OFFICE_ROLES


def visible(caller: Caller, own: str, *fields: str) -> dict[str, Any]:
    """The query for what a caller may see: the organisations in scope, or a member's own record (`own` names whose)."""
    if caller.is_office:
        return caller.scope.where(*fields)
    return {own: caller.principal.sub}


async def get_visible(caller: Caller, reads: Reads, collection: str, id_: str, where: dict[str, Any]) -> Document:
    """One document of a projection; raises NotFound when there is none that the caller may see."""
    await caller.wait.until_applied(reads)
    found = await reads.find(collection, {"$and": [{"_id": id_}, where]}, limit=1)
    if not found:
        raise NotFound
    return found[0]


async def shown(reads: Reads, columns: tuple[Column, ...], document: Document, **more: Any) -> JSONResponse:
    """One document with the columns of its list, its version as ETag, and how far the projection has come."""
    return shown_then(columns, document, await reads.applied(), **more)


def shown_then(columns: tuple[Column, ...], document: Document, sequence: int, **more: Any) -> JSONResponse:
    """The same for a document of some past, with the sequence of the newest event that counts in it."""
    return document_answer({**row(columns, document), **more}, version=document["version"], sequence=sequence)
