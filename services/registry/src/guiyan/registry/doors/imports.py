"""`/v1/imports`: a roster sent as a file, how its import stands, and its faulty rows as a workbook."""

from io import BytesIO
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import JSONResponse, Response

from guiyan.events.exact import Flag
from guiyan.ledger import Document
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere
from guiyan.registry.imports.branches import branch_index
from guiyan.registry.imports.jobs import Imports
from guiyan.registry.imports.run import Order
from guiyan.registry.roster import write_template
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.problems import FieldProblem, Invalid, Problem
from guiyan.service.resources import jsonable
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE

router = APIRouter(tags=["imports"])
FORM: Final = "multipart/form-data"
BYTES: Final = "application/octet-stream"
MEDIA_TYPES: Final = frozenset({FORM, BYTES, XLSX_TYPE, CSV_TYPE})
BRANCHES_LISTED_MAX: Final = 5_000
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


@router.post("/v1/imports", status_code=202, summary="Import a roster", openapi_extra=_BODY)
async def start_import(
    request: Request,
    caller: Importer,
    imports: ImportsHere,
    dry_run: Annotated[Flag, Query(description="Only tell what would come of it")] = False,  # noqa: FBT002
) -> JSONResponse:
    """XLSX or CSV, as the part `file` of a form or as the body; 202 with the import to look at.

    One event per accepted row; the same file twice writes nothing; after an interruption the same file goes on. With
    `dry_run` the same is told, branch by branch, and nothing is written.
    """
    content = await _file(request)
    order = Order(caller.new_id("import"), content, caller.context, caller.scope, dry_run)
    document = await imports.start(order)
    return JSONResponse(_shown(document, caller), 202, headers={"Location": f"/v1/imports/{document['_id']}"})


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
    hidden = {"_id", "org", "scope", "context", "fence", "file_sha256"}
    shown = {name: jsonable(value) for name, value in document.items() if name not in hidden}
    error = document["error"]
    reason = error["message_en" if caller.language == "en" else "message_zh"] if error else None
    return {"id": document["_id"], **shown, "reason": reason}
