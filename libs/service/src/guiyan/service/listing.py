"""Lists: one declaration gives the JSON page, the CSV, the XLSX and the PDF, with filters, order, cursor and waiting.

MEMBERS = Listing("members", collection="members", title_zh="党员名册", title_en="Members", columns=(...),
filters={"branch": Filter()}, sorts=("name_key",))

@router.get("/v1/members", **MEMBERS.openapi())
async def members(request: Request, caller: Annotated[Caller, requires(Role.CITY_OFFICER)]) -> Response:
return await MEMBERS.answer(request, caller, reads, where=caller.scope.where("branch"))
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from guiyan.service import tables
from guiyan.service.caller import Caller, shell
from guiyan.service.conditions import UNDER, conditions
from guiyan.service.filters import Filters, Kind, parameters_of, query_of
from guiyan.service.paging import MAX_CURSOR_CHARS, BadCursor, Cursors, Page, Sort, all_of
from guiyan.service.printing import PDF_TYPE
from guiyan.service.problems import FieldProblem, Invalid
from guiyan.service.reads import Document, Query, Reads
from guiyan.service.resources import jsonable
from guiyan.service.sheet import PDF_ROWS, Sheet
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE, Column, CsvFile
from guiyan.service.workbook import Around, Workbook

MAX_LIMIT: Final = 500
DEFAULT_LIMIT: Final = 100
EXPORT_PART_ROWS: Final = 2_000
SUFFIXES: Final[Mapping[str, str]] = {CSV_TYPE: "csv", XLSX_TYPE: "xlsx", PDF_TYPE: "pdf"}
"""How the files of a list are named, by their kind."""
BAD_CURSOR: Final = FieldProblem("?cursor", "bad_cursor")
Complete = Callable[[list[Document]], Awaitable[list[Document]]]


@dataclass(frozen=True, slots=True)
class Question:
    """What one request asks of a list, checked."""

    query: Query
    sort: Sort
    limit: int | None
    cursor: str | None


@dataclass(frozen=True)
class Listing:
    """A list as data: collection, columns, what it may be narrowed and ordered by; unknown parameters are 422.

    A `ledger` is printed with numbered rows and room for remarks.
    """

    name: str
    collection: str
    title_zh: str
    title_en: str
    columns: tuple[Column, ...]
    filters: Filters = field(default_factory=dict)
    sorts: tuple[str, ...] = ()
    default_sort: str = "_id"
    own_parameters: tuple[str, ...] = ()
    ledger: bool = False
    note: tuple[str, str] = ("", "")
    """What stands under the title of every sheet (Chinese, English)."""

    async def answer(  # noqa: PLR0913 - one argument a fact
        self,
        request: Request,
        caller: Caller,
        reads: Reads,
        *,
        where: Query | None = None,
        complete: Complete | None = None,
        taken: Mapping[str, str] | None = None,
    ) -> Response:
        """The list as the request's Accept asks: JSON page, CSV, XLSX or PDF. `where` is the scope, always applied.

        `complete` adds what the documents do not hold themselves, part by part. `taken` are own parameters which were
        not asked for, so that a sheet tells their defaults as well.
        """
        question = self.question(request.query_params.multi_items())
        sequence = await caller.wait.until_applied(reads)
        kind = accepted(request.headers.get("accept", ""))
        if kind is None:
            documents, cursor = await self.page(reads, question, where or {})
            told = await complete(documents) if complete else documents
            items = [tables.row(self.columns, document) for document in told]
            return JSONResponse(jsonable({"items": items, "next_cursor": cursor, "sequence": sequence}))
        limit = question.limit or shell(request).export_limit_rows
        if kind == PDF_TYPE:
            limit = min(limit, PDF_ROWS)
        pages = self._pages(reads, question, where or {}, limit)
        if complete:
            pages = _completed(pages, complete)
        return await self._file(kind, pages, self._around(request, caller, taken or {}))

    def question(self, parameters: Sequence[tuple[str, str]]) -> Question:
        """The parameters read and checked; raises Invalid with every fault."""
        faults: list[FieldProblem] = []
        own = {"limit", "cursor", "sort", "after_sequence", *self.own_parameters}
        given = {name: value for name, value in parameters if name in own}
        query, wrong = query_of(self.filters, [pair for pair in parameters if pair[0] not in own])
        faults.extend(wrong)
        sort = Sort.parse(given.get("sort", self.default_sort))
        if str(sort) != self.default_sort and sort.field not in self.sorts:
            faults.append(FieldProblem("?sort", "unknown_sort", {"known": ", ".join(self.sorts) or "-"}))
        limit = _number("limit", given.get("limit"), 1, MAX_LIMIT, faults)
        if "cursor" in given and not faults:
            try:
                self.cursors(sort).read(given["cursor"])
            except BadCursor:
                faults.append(BAD_CURSOR)
        if faults:
            raise Invalid(faults)
        return Question(query, sort, limit, given.get("cursor"))

    async def page(self, reads: Reads, question: Question, where: Query) -> tuple[list[Document], str | None]:
        """One page and the cursor of the next, None at the end; raises Invalid when the cursor's document is gone."""
        cursors, place = self.cursors(question.sort), None
        if question.cursor:
            try:
                place = await cursors.find_place(reads, self.collection, where, question.cursor)
            except BadCursor:
                raise Invalid([BAD_CURSOR]) from None
        asked = Page(all_of(where, question.query), question.sort, question.limit or DEFAULT_LIMIT, place)
        found, last = await asked.read(reads, self.collection)
        return found, None if last is None else cursors.write(last)

    def cursors(self, sort: Sort) -> Cursors:
        """The cursors of an order: they hold the sort field's value only where every row shows it in clear."""
        shown = [column for column in self.columns if column.field == sort.field]
        return Cursors(self.name, sort, telling=bool(shown) and all(column.mask is None for column in shown))

    async def _pages(
        self, reads: Reads, question: Question, where: Query, limit: int
    ) -> AsyncIterator[tuple[list[Document], bool]]:
        """The list part by part, each with whether more would follow: what is held at a time has a bound."""
        left, place, query = limit, None, all_of(where, question.query)
        while True:
            part = Page(query, question.sort, min(left, EXPORT_PART_ROWS), place)
            documents, place = await part.read(reads, self.collection)
            left -= len(documents)
            yield documents, place is not None
            if place is None or left <= 0:
                return

    def _around(self, request: Request, caller: Caller, taken: Mapping[str, str]) -> Around:
        """What a file tells besides its rows: of the part of the tree asked for, and of all that narrowed the list."""
        around, given = shell(request), request.query_params
        title_of, english = around.scopes.title_of, caller.language == "en"
        own = title_of(given.get(UNDER, "")) or title_of(caller.scope.org)
        pairs = [pair for pair in given.multi_items() if pair[0] != UNDER]
        pairs += [(name, value) for name, value in taken.items() if name not in given]
        asked = conditions(pairs, self.filters, self.columns, caller.language, title_of)
        return Around(
            title=self.title_en if caller.language == "en" else self.title_zh,
            organisation=own or "",
            made_by=caller.principal.sub,
            made_at=around.clock.now(),
            language=caller.language,
            ledger=self.ledger,
            asked="  ".join(one for one in (asked, self.note[english]) if one),
            books={"organisation": title_of},
            base_url=str(request.base_url).rstrip("/"),
        )

    async def _file(self, kind: str, pages: AsyncIterator[tuple[list[Document], bool]], around: Around) -> Response:
        documents, more = await anext(pages)
        file = self._begin(kind, around, large=more)
        with contextlib.closing(file):
            await run_in_threadpool(file.add, documents)
            async for documents, more in pages:  # noqa: B007 - whether more follow is told after the last one
                await run_in_threadpool(file.add, documents)
            content = await run_in_threadpool(file.done, cut=more)
        headers = {
            "Content-Disposition": f'attachment; filename="{self.name}.{SUFFIXES[kind]}"',
            "Content-Language": around.language,
        }
        if more:
            headers["Guiyan-Truncated"] = "true"
        media_type = f"{CSV_TYPE}; charset=utf-8" if kind == CSV_TYPE else kind
        return Response(content, headers=headers, media_type=media_type)

    def _begin(self, kind: str, around: Around, *, large: bool) -> CsvFile | Workbook | Sheet:
        """An empty file of a kind."""
        if kind == CSV_TYPE:
            return CsvFile(self.columns, around.language)
        return Sheet(around, self.columns) if kind == PDF_TYPE else Workbook(around, self.columns, large=large)

    def openapi(self) -> dict[str, Any]:
        """Arguments of the route: parameters and the four forms of the answer, for the OpenAPI document."""
        parameters = [
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, "Most rows of a page"),
            _parameter("cursor", {"type": "string", "maxLength": MAX_CURSOR_CHARS}, "From the page before"),
            _parameter("sort", {"type": "string", "enum": self._orders()}, "Field to order by; - in front: downwards"),
        ]
        parameters.extend(
            _parameter(name, _schema(one.kind, one.choices), one.description or f"Only rows with this {base}")
            for name, (base, _, one) in parameters_of(self.filters).items()
        )
        item = {"type": "object", "properties": {column.key: _described(column) for column in self.columns}}
        page = {
            "type": "object",
            "title": self.title_en,
            "x-title-zh": self.title_zh,
            "required": ["items", "next_cursor", "sequence"],
            "properties": {
                "items": {"type": "array", "items": item},
                "next_cursor": {"type": ["string", "null"]},
                "sequence": {"type": "integer"},
            },
        }
        content = {
            "application/json": {"schema": page},
            CSV_TYPE: {"schema": {"type": "string"}},
            XLSX_TYPE: {"schema": {"type": "string", "format": "binary"}},
            PDF_TYPE: {"schema": {"type": "string", "format": "binary"}},
        }
        answers = {200: {"description": self.title_en, "content": content}}
        return {"openapi_extra": {"parameters": parameters}, "responses": answers, "response_class": Response}

    def _orders(self) -> list[str]:
        fields = dict.fromkeys((*self.sorts, self.default_sort.removeprefix("-")))
        return [way + name for name in fields for way in ("", "-")] if self.sorts else [self.default_sort]


async def _completed(
    pages: AsyncIterator[tuple[list[Document], bool]], complete: Complete
) -> AsyncIterator[tuple[list[Document], bool]]:
    async for documents, more in pages:
        yield await complete(documents), more


def _described(column: Column) -> dict[str, Any]:
    """A column as the OpenAPI document tells it: in both languages, with its codes' words and where a figure leads."""
    told: dict[str, Any] = {"title": column.en, "x-title-zh": column.zh}
    if column.labels:
        told["x-labels"] = {code: list(words) for code, words in column.labels.items()}
    if column.book:
        told["x-book"] = column.book
    if column.link:
        told["x-link"] = column.link
    if column.mask:
        told["x-masked"] = True
    return told


def accepted(accept: str) -> str | None:
    """CSV, XLSX or PDF when Accept names it before JSON, else None (JSON)."""
    for part in accept[:1024].split(","):
        kind = part.partition(";")[0].strip().lower()
        if kind in SUFFIXES:
            return kind
        if kind in {"application/json", "*/*", "application/*"}:
            return None
    return None


def _parameter(name: str, schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": dict(schema), "description": description}


def _schema(kind: Kind, choices: Any) -> dict[str, Any]:
    plain: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: {"type": "string", "maxLength": 200},
        Kind.DOCUMENT_NO: {"type": "string", "maxLength": 200},
        Kind.DATE: {"type": "string", "format": "date"},
        Kind.MOMENT: {"type": "string", "format": "date-time"},
        Kind.INTEGER: {"type": "integer"},
        Kind.BOOLEAN: {"type": "boolean"},
    }
    return {"type": "string", "enum": sorted(choices)} if choices else plain[kind]


def _number(name: str, text: str | None, least: int, most: int, faults: list[FieldProblem]) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 19:  # noqa: PLR2004 - digits of a 64-bit number
        faults.append(FieldProblem(f"?{name}", "number"))
        return None
    number = int(text)
    if number < least:
        faults.append(FieldProblem(f"?{name}", "too_small", {"limit": least}))
    elif number > most:
        faults.append(FieldProblem(f"?{name}", "too_big", {"limit": most}))
    return number
