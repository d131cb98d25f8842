"""`/v1/parameters`: the table of policy parameters, what is valid on a day, and its changes (domain.md §2.14)."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.document_numbers import DocumentNumber
from guiyan.ledger import Document
from guiyan.registry.commands import policies as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.policy_parameter import PARAMETER, parameter_id
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, shown_then
from guiyan.service.asks import Ask
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.parameters import PARAMETERS, Parameter, Unit
from guiyan.service.problems import NotFound
from guiyan.service.resources import AtTime, TimeAxes, answer, get_history, history_answer
from guiyan.service.rows import Rows
from guiyan.service.rulebook import CHANGES, change_valid
from guiyan.service.tables import Column

router = APIRouter(tags=["policy"])
Reader = Annotated[Caller, requires(*roles.READ)]
Ruler = Annotated[Commander, commands(*roles.RULE)]
UNITS: Final = {one.value: (one.zh, one.en) for one in Unit}

LIST: Final = Listing(
    name="parameters",
    collection=CHANGES,
    title_zh="政策参数",
    title_en="Policy parameters",
    columns=(
        Column("_id", "参数", "Key", 32, name="key"),
        Column("zh", "含义", "Meaning (zh)", 24, name="meaning_zh"),
        Column("en", "英文含义", "Meaning", 40, name="meaning_en"),
        Column("value", "现值", "Value", 12),
        Column("unit", "单位", "Unit", 16, labels=UNITS),
        Column("from_on", "起始日期", "Valid from", 12),
        Column("document_no", "依据文号", "Rests on", 28),
        Column("next_value", "将变更为", "Next value", 12),
        Column("next_from", "变更日期", "Next from", 12),
        Column("default", "默认值", "Default", 12),
        Column("least", "最小", "Least", 8),
        Column("most", "最大", "Most", 8),
        Column("source", "出处", "Source", 20),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "document_no": Filter(Kind.DOCUMENT_NO),
        "changed": Filter(Kind.BOOLEAN, description="Only what a document has changed"),
    },
    sorts=("_id",),
    own_parameters=("as_of", "known_at"),
)


class Change(Ask):
    """Another value from a day on, by a named rule of the library."""

    value: str = Field(min_length=1, max_length=64, description="A number, a list of numbers, true or false")
    from_on: date = Field(description="First business date of the new value: today or later")
    document_no: DocumentNumber


@router.get("/v1/parameters", summary="All policy parameters", **LIST.openapi())
async def list_parameters(request: Request, caller: Reader, tools: ToolsHere, at: AtTime) -> Response:
    """Each with the value valid today, or on `as_of` as far as was recorded by `known_at`."""
    sequence = await caller.wait.until_applied(tools.changes)
    found = {one["_id"]: one for one in await tools.changes.find(CHANGES, {})}
    today = tools.clock.today()
    rows = [line(parameter, found.get(key), at, today) for key, parameter in PARAMETERS.items()]
    return await LIST.answer(request, caller, Rows({CHANGES: rows}, sequence))


@router.get("/v1/parameters/{key}", summary="One policy parameter")
async def get_parameter(key: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Its value on a day, and every change of it."""
    sequence = await caller.wait.until_applied(tools.changes)
    document = known_by(await tools.changes.get(CHANGES, _required(key).key), at)
    row = line(PARAMETERS[key], document, at, tools.clock.today())
    names = ("from_on", "value", "document_no")
    changes = [{name: one[name] for name in names} for one in (document or {"changes": []})["changes"]]
    return shown_then(LIST.columns, row, sequence, changes=changes)


@router.get("/v1/parameters/{key}/history", summary="Every event of one policy parameter")
async def parameter_history(key: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; none for one that no document has changed."""
    sequence = await caller.wait.until_applied(tools.changes)
    id_ = parameter_id(_required(key).key)
    try:
        return history_answer(await get_history(tools.ledger, PARAMETER, id_), at=at)
    except NotFound:
        return JSONResponse({"id": id_, "events": [], "sequence": sequence})


@router.post("/v1/parameters/{key}/change", summary="Give a parameter another value")
async def change_parameter(key: str, body: Change, caller: Ruler, tools: ToolsHere) -> JSONResponse:
    """From a business date on, never in the past; every service decides by it from that day."""
    new = handlers.NewValue(body.value, body.from_on, body.document_no)
    return answer(await handlers.change_parameter(tools, Asker.of_caller(caller), key, new))


def line(parameter: Parameter, document: Document | None, at: TimeAxes, today: date) -> dict[str, Any]:
    """The parameter's line in the table, on a day and as far as was recorded by a moment."""
    on = at.day(today)
    document = known_by(document, at)
    now = change_valid(parameter.key, document, on)
    later = [one for one in (document or {"changes": []})["changes"] if one["from_on"] > on.isoformat()]
    coming = later[0] if later else {}
    return {
        "_id": parameter.key,
        "zh": parameter.zh,
        "en": parameter.en,
        "value": parameter.text(parameter.default) if now is None else now["value"],
        "unit": parameter.unit.value,
        "from_on": now and now["from_on"],
        "document_no": now and now["document_no"],
        "changed": now is not None,
        "next_value": coming.get("value"),
        "next_from": coming.get("from_on"),
        "default": parameter.text(parameter.default),
        "least": parameter.least,
        "most": parameter.most,
        "source": parameter.source,
        "version": (document or {"version": 0})["version"],
    }


def known_by(document: Document | None, at: TimeAxes) -> Document | None:
    """The changes recorded by the moment asked for."""
    if document is None or at.known_at is None:
        return document
    return {**document, "changes": [one for one in document["changes"] if one["recorded_at"] <= at.known_at]}


def _required(key: str) -> Parameter:
    if key not in PARAMETERS:
        raise NotFound
    return PARAMETERS[key]
