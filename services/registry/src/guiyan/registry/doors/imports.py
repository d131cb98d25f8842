"""`/v1/imports`: a roster sent as a file, how its import stands, and its faulty rows as a workbook."""

from io import BytesIO
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import JSONResponse, Response

from guiyan.events.exact import Flag
from guiyan.ledger import Document
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere
from guiyan.registry.imports.branches import branch_index
from guiyan.registry.imports.jobs import IMPORTS, Asked, Imports
from guiyan.registry.imports.run import Order
from guiyan.registry.imports.told import REFUSED_MAX
from guiyan.registry.roster import write_template
from guiyan.service.asks import Ask
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.problems import FieldProblem, Invalid, Problem
from guiyan.service.resources import jsonable
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE, Column

router = APIRouter(tags=["imports"])
FORM: Final = "multipart/form-data"
BYTES: Final = "application/octet-stream"
MEDIA_TYPES: Final = frozenset({FORM, BYTES, XLSX_TYPE, CSV_TYPE})
BRANCHES_LISTED_MAX: Final = 5_000
CellAt = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,4})$")]
CellText = Annotated[str, Field(max_length=500)]
_FILE: Final = {"type": "string", "format": "binary"}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}}},
            XLSX_TYPE: {"schema": _FILE},
            CSV_TYPE: {"schema": {"type": "string"}},
            BYTES: {"schema": _FILE},
        },
    }
}


async def _imports(request: Request) -> Imports:
    found: Imports = request.app.state.imports
    return found


ImportsHere = Annotated[Imports, Depends(_imports)]
Importer = Annotated[Commander, commands(*roles.ORGANISE)]
Reader = Annotated[Caller, requires(*roles.ORGANISE)]
DryRun = Annotated[Flag, Query(description="Only tell what would come of it")]


STATES: Final = {"running": ("进行中", "Under way"), "done": ("已完成", "Done"), "failed": ("未完成", "Failed")}
LIST: Final = Listing(
    name="imports",
    collection=IMPORTS,
    title_zh="名册导入记录",
    title_en="Imports of rosters",
    ledger=True,
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("started_at", "开始时间", "Begun", 20),
        Column("dry_run", "仅检查", "Dry run", 8),
        Column("state", "状态", "State", 10, labels=STATES),
        Column("actor", "经办人", "Sent by", 20),
        Column("total", "行数", "Rows", 8),
        Column("accepted", "新登记", "New", 8),
        Column("differs", "与登记不同", "Different", 10),
        Column("repeated", "无变化", "Unchanged", 8),
        Column("faulty", "退回", "Refused", 8),
        Column("departures", "登记外出", "Departures", 8),
        Column("ended_at", "结束时间", "Ended", 20),
        Column("follows", "接续", "Follows", 38),
    ),
    filters={"state": Filter(choices=tuple(STATES)), "dry_run": Filter(Kind.BOOLEAN)},
    sorts=("started_at",),
    default_sort="-started_at",
)


class CorrectedRow(Ask):
    """One row of the file: its number there, and what its cells should say, by the column's position (from 0)."""

    row: Annotated[int, Field(ge=1, le=2_000_000)]
    cells: Annotated[dict[CellAt, CellText], Field(min_length=1, max_length=300)]


class CorrectedRows(Ask):
    """Rows set right by hand."""

    rows: Annotated[list[CorrectedRow], Field(min_length=1, max_length=REFUSED_MAX)]


@router.get("/v1/imports", summary="Imports of the own scope", **LIST.openapi())
async def list_imports(request: Request, caller: Reader, imports: ImportsHere) -> Response:
    """Dry runs and imports, the newest first, with what became of their rows."""
    return await LIST.answer(request, caller, imports.reads, where=caller.scope.where("org"))


@router.post("/v1/imports", status_code=202, summary="Import a roster", openapi_extra=_BODY)
async def start_import(
    request: Request,
    caller: Importer,
    imports: ImportsHere,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag of the query
) -> JSONResponse:
    """XLSX or CSV, as the part `file` of a form or as the body; 202 with the import to look at.

    One event per accepted row; the same file twice writes nothing; after an interruption the same file goes on. With
    `dry_run` the same is told, branch by branch, and nothing is written.
    """
    content = await _file(request)
    order = Order(caller.new_id("import"), content, caller.context, caller.scope, dry_run)
    document = await imports.start(order)
    return _begun(document, caller)


@router.get("/v1/imports/template.xlsx", summary="An empty roster to fill in", responses={
    200: {"content": {XLSX_TYPE: {"schema": _FILE}}},
})  # fmt: skip
async def template(caller: Reader, tools: ToolsHere) -> Response:
    """What an import reads, by the same schema: required columns marked, words and own branches to pick from, help."""
    buffer = BytesIO()
    branches = await branch_index(tools.directory, caller.scope)
    await run_in_threadpool(write_template, buffer, branches.names()[:BRANCHES_LISTED_MAX])
    headers = {"Content-Disposition": 'attachment; filename="roster-template.xlsx"'}
    return Response(buffer.getvalue(), media_type=XLSX_TYPE, headers=headers)


@router.get("/v1/imports/{import_id}", summary="How an import stands")
async def get_import(import_id: str, caller: Reader, imports: ImportsHere) -> JSONResponse:
    """State, counts - also branch by branch -, rate, the first problems and differences, field by field and masked."""
    return JSONResponse(_shown(await _own(imports, import_id, caller), caller))


@router.get("/v1/imports/{import_id}/faulty.xlsx", summary="The faulty rows with their reasons", responses={
    200: {"content": {XLSX_TYPE: {"schema": _FILE}}},
})  # fmt: skip
async def faulty_rows(import_id: str, caller: Reader, imports: ImportsHere) -> Response:
    """As they stood in the file, faulty cells marked and explained in Chinese; kept for seven days."""
    await _own(imports, import_id, caller)
    headers = {"Content-Disposition": f'attachment; filename="faulty-{import_id}.xlsx"'}
    found = await imports.files.find(import_id)
    if found is None:
        raise Problem(404, "no_faulty_rows")
    return Response(found, media_type=XLSX_TYPE, headers=headers)


@router.get("/v1/imports/{import_id}/faulty", summary="The faulty rows as they stood, to be set right")
async def refused_rows(import_id: str, caller: Reader, imports: ImportsHere) -> JSONResponse:
    """The first 500 with all their cells, each problem with its column and its sentence; kept for seven days."""
    await _own(imports, import_id, caller)
    found = await imports.refused(import_id)
    if found is None:
        raise Problem(404, "no_faulty_rows")
    message = "message_en" if caller.language == "en" else "message_zh"
    for row in found["rows"]:
        row["problems"] = [
            {"position": one["position"], "column": one["column"], "code": one["code"], "detail": one[message]}
            for one in row["problems"]
        ]
    return JSONResponse({"id": import_id, **found})


@router.post("/v1/imports/{import_id}/confirm", status_code=202, summary="Import what a dry run has looked at")
async def confirm(import_id: str, caller: Importer, imports: ImportsHere) -> JSONResponse:
    """The file that was sent with it, with the cells set right since; confirmed twice, it is one import."""
    await _own(imports, import_id, caller)
    document = await imports.confirm(import_id, _asked(caller))
    return _begun(document, caller)


@router.post("/v1/imports/{import_id}/correct", status_code=202, summary="The same file, some cells set right")
async def correct(
    import_id: str,
    body: CorrectedRows,
    caller: Importer,
    imports: ImportsHere,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag of the query
) -> JSONResponse:
    """One more import, or dry run, of the same file: whoever is entered already is known by then."""
    await _own(imports, import_id, caller)
    typed = {one.row: {int(at): text for at, text in one.cells.items()} for one in body.rows}
    document = await imports.correct(import_id, _asked(caller), typed, dry_run=dry_run)
    return _begun(document, caller)


def _begun(document: Document, caller: Caller) -> JSONResponse:
    return JSONResponse(_shown(document, caller), 202, headers={"Location": f"/v1/imports/{document['_id']}"})


def _asked(caller: Commander) -> Asked:
    return Asked(caller.new_id("import"), caller.context, caller.scope)


async def _own(imports: Imports, import_id: str, caller: Caller) -> Document:
    document = await imports.get(import_id)
    caller.scope.check(document["org"])
    return document


async def _file(request: Request) -> bytes:
    """The roster's bytes from a form's part `file`, or the body; raises Problem 400 or Invalid."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        content = await request.body()
    else:
        try:
            async with request.form(max_files=1, max_fields=4) as form:
                part = form.get("file")
                content = await part.read() if isinstance(part, UploadFile) else b""
        except MultiPartException:
            raise Problem(400, "malformed") from None
    if not content:
        raise Invalid([FieldProblem("/file", "no_file")])
    return content


def _shown(document: Document, caller: Caller) -> dict[str, Any]:
    """The import as its document says; `reason` is the error's sentence in the caller's language."""
    hidden = {"_id", "org", "scope", "context", "fence", "file_sha256", "file_of"}
    shown = {name: jsonable(value) for name, value in document.items() if name not in hidden}
    error = document["error"]
    reason = error["message_en" if caller.language == "en" else "message_zh"] if error else None
    return {"id": document["_id"], **shown, "reason": reason}
