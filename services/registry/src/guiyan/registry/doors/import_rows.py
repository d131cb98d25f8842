"""`/v1/import-rows`: what became of each row of an import, in words: new, different, unchanged, refused."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.registry.doors import members
from guiyan.registry.doors.imports import ImportsHere, Reader
from guiyan.registry.doors.parts import ToolsHere
from guiyan.registry.imports.kept import IMPORT_ROWS
from guiyan.service.directory import Directory
from guiyan.service.filters import Filter
from guiyan.service.listing import Listing
from guiyan.service.reads import Document
from guiyan.service.tables import Column

router = APIRouter(tags=["imports"])
OUTCOMES: Final = {
    "accepted": ("新登记", "New"),
    "differs": ("与登记不同", "Different"),
    "repeated": ("无变化", "Unchanged"),
    "faulty": ("退回", "Refused"),
}
COLUMNS: Final = {one.key: one for one in members.LIST.columns}
LIST: Final = Listing(
    name="import_rows",
    collection=IMPORT_ROWS,
    title_zh="名册导入明细",
    title_en="Rows of an import",
    ledger=True,
    columns=(
        Column("row", "原行号", "Row", 8),
        Column("name", "姓名", "Name", 10),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("outcome", "处理结果", "Outcome", 12, labels=OUTCOMES),
        Column("changes_told", "登记内容 → 名册内容", "Register → roster", 60, name="changes"),
        Column("reasons_told", "退回原因", "Why it was refused", 60, name="reasons"),
        Column("member_id", "党员编号", "Member", 38),
        Column("import_id", "导入编号", "Import", 38),
    ),
    filters={"outcome": Filter(choices=tuple(OUTCOMES)), "branch": Filter(), "import_id": Filter()},
    sorts=("_id",),
)


@router.get("/v1/import-rows", summary="What became of each row of an import", **LIST.openapi())
async def list_import_rows(request: Request, caller: Reader, imports: ImportsHere, tools: ToolsHere) -> Response:
    """Of an import, in the file's order, masked, for seven days; at most 20,000 of each outcome.

    Those entered by an import itself are not here: `/v1/members?import_batch=` lists them.
    """
    english = caller.language == "en"

    async def told(documents: list[Document]) -> list[Document]:
        return [_in_words(one, tools.directory, english=english) for one in documents]

    return await LIST.answer(request, caller, imports.reads, where=caller.scope.where("org"), complete=told)


def _in_words(document: Document, directory: Directory, *, english: bool) -> Document:
    changes = [_change(one, directory, english=english) for one in document["changes"]]
    message = "message_en" if english else "message_zh"
    reasons = [f"{one['column']}: {one[message]}" if one["column"] else one[message] for one in document["reasons"]]
    return {**document, "changes_told": _together(changes), "reasons_told": _together(reasons)}


def _together(sentences: Sequence[str]) -> str | None:
    return "; ".join(sentences) or None


def _change(change: dict[str, Any], directory: Directory, *, english: bool) -> str:
    """A field by its heading in the list of members, and both values in words: "手机号: 139****0001 → 139****4321"."""
    column = COLUMNS[change["field"]]
    title = column.en if english else column.zh
    if "file" not in change:
        return f"{title}: {'not in your scope' if english else '不在本级范围内'}"

    def word(value: Any) -> str:
        if value is None:
            return "(none)" if english else "(空)"
        if column.book == "organisation" and (known := directory.known(str(value))):
            return known.short_name or known.name
        return str(column.told({column.field: value}, "en" if english else "zh-CN"))

    return f"{title}: {word(change['register'])} → {word(change['file'])}"
