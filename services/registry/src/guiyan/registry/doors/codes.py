"""`/v1/codes`: code tables with dates of validity, such as the counties of GB/T 2260 (domain.md §4.1)."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.exact import Day
from guiyan.events.registry.policy import CodeListed
from guiyan.events.values import Code, Title
from guiyan.ledger import Subject
from guiyan.ledger.past import read_past
from guiyan.registry.areas import is_valid
from guiyan.registry.domain.code import CODE, ListCode, RetireCode, code_id
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown, shown_then
from guiyan.registry.projections.codes import CODES, CodeTables
from guiyan.service.asks import Ask
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.problems import NotFound
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.rows import Rows
from guiyan.service.tables import Column

router = APIRouter(tags=["codes"])
Reader = Annotated[Caller, requires(*roles.READ)]
Ruler = Annotated[Commander, commands(*roles.RULE)]
OnDay = Annotated[Day | None, Query(description="Only codes that are valid on this business date")]

LIST: Final = Listing(
    name="codes",
    collection=CODES,
    title_zh="代码表",
    title_en="Code tables",
    columns=(
        Column("_id", "标识", "Id", 38, name="code_id"),
        Column("table", "代码表", "Table", 16),
        Column("code", "代码", "Code", 16),
        Column("label_zh", "名称", "Label (zh)", 28),
        Column("label_en", "英文名称", "Label", 28),
        Column("from_on", "启用日期", "Valid from", 12),
        Column("until", "停用日期", "Valid until", 12),
        Column("version", "版本", "Version", 8),
    ),
    filters={"table": Filter(), "code": Filter(), "from_on": Filter(Kind.DATE), "until": Filter(Kind.DATE)},
    sorts=("_id", "table", "code", "from_on"),
    own_parameters=("valid_on",),
)


class NewCode(Ask):
    """A code and from when on it is valid."""

    table: Code
    code: Code
    label_zh: Title
    label_en: Title | None = None
    from_on: date


class Retire(Ask):
    """The last day of a code's validity."""

    until: date


@router.get("/v1/codes", summary="Codes and their validity", **LIST.openapi())
async def list_codes(request: Request, caller: Reader, tools: ToolsHere, valid_on: OnDay = None) -> Response:
    """All codes of all tables, or those valid on a day."""
    if valid_on is None:
        return await LIST.answer(request, caller, tools.codes)
    sequence = await caller.wait.until_applied(tools.codes)
    rows = [one for one in await tools.codes.find(CODES, {}) if is_valid(one, valid_on)]
    return await LIST.answer(request, caller, Rows({CODES: rows}, sequence))


@router.post("/v1/codes", status_code=201, summary="List a code")
async def list_code(body: NewCode, caller: Ruler, tools: ToolsHere) -> JSONResponse:
    """From a day on; again after it was retired, or to set its label right."""
    facts = CodeListed.model_validate(body.model_dump())
    id_, command = code_id(body.table, body.code), ListCode(facts, tools.clock.today())
    outcome = await tools.commands.execute(CODE, id_, command, caller.context, caller.expected_version)
    return answer(outcome, location=f"/v1/codes/{outcome.id}")


@router.get("/v1/codes/{code_id}", summary="One code")
async def get_code(code_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    found = await get_visible(caller, tools.codes, CODES, code_id, {})
    if at.is_now:
        return await shown(tools.codes, LIST.columns, found, earlier=found["earlier"])
    subject = Subject("registry", CODE.aggregate, code_id)
    past = await read_past(tools.ledger, tools.sealer, CodeTables(), [subject], at.keep)
    document = past.find(CODES, code_id)
    if document is None:
        raise NotFound
    return shown_then(LIST.columns, document, past.sequence, earlier=document["earlier"])


@router.get("/v1/codes/{code_id}/history", summary="Every event of one code")
async def code_history(code_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await get_visible(caller, tools.codes, CODES, code_id, {})
    return history_answer(await get_history(tools.ledger, CODE, code_id), at=at)


@router.post("/v1/codes/{code_id}/retire", summary="End a code's validity")
async def retire_code(code_id: str, body: Retire, caller: Ruler, tools: ToolsHere) -> JSONResponse:
    """Records that carry it keep it; from then on it is a warning."""
    command = RetireCode(body.until, tools.clock.today())
    try:
        outcome = await tools.commands.execute(CODE, code_id, command, caller.context, caller.expected_version)
    except ValueError:  # no id that could be anything's
        raise NotFound from None
    return answer(outcome)
