"""`/v1/policy-documents`: the rule library - number, title, issuer, date, state (S-01)."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.registry.policy import PolicyDocumentAdded
from guiyan.events.values import Title
from guiyan.ledger import Subject
from guiyan.ledger.past import read_past
from guiyan.registry.commands import policies as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.policy_document import DOCUMENT
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown, shown_then
from guiyan.registry.projections.policies import IN_FORCE, POLICY_DOCUMENTS, REPEALED, PolicyLibrary
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.problems import NotFound
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column

router = APIRouter(tags=["policy"])
Reader = Annotated[Caller, requires(*roles.READ)]
Ruler = Annotated[Commander, commands(*roles.RULE)]
STATES: Final = {IN_FORCE: ("有效", "in force"), REPEALED: ("废止", "repealed")}

LIST: Final = Listing(
    name="policy-documents",
    collection=POLICY_DOCUMENTS,
    title_zh="制度文件",
    title_en="Rule library",
    columns=(
        Column("_id", "标识", "Id", 40, name="policy_document_id"),
        Column("document_no", "文号", "Number", 28),
        Column("title", "名称", "Title", 48),
        Column("issuer", "制发单位", "Issuer", 28),
        Column("dated_on", "日期", "Date", 12),
        Column("state", "状态", "State", 10, labels=STATES),
        Column("repealed_on", "废止日期", "Repealed", 12),
        Column("by_document_no", "替代文号", "Replaced by", 28),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "state": Filter(choices=tuple(STATES)),
        "document_no": Filter(Kind.DOCUMENT_NO),
        "dated_on": Filter(Kind.DATE),
    },
    sorts=("_id", "dated_on", "document_no"),
)


class NewDocument(DatedAsk):
    """A rule for the library."""

    document_no: DocumentNumber
    title: Title
    issuer: Title
    dated_on: date


class Repeal(DatedAsk):
    """The end of a rule, and the one that takes its place."""

    by_document_no: DocumentNumber | None = None


@router.get("/v1/policy-documents", summary="The rule library", **LIST.openapi())
async def list_documents(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Every rule, in force or repealed."""
    return await LIST.answer(request, caller, tools.policies)


@router.post("/v1/policy-documents", status_code=201, summary="Add a rule")
async def add_document(body: NewDocument, caller: Ruler, tools: ToolsHere) -> JSONResponse:
    """Under its number, once."""
    facts = PolicyDocumentAdded.model_validate(body.model_dump(exclude={"occurred_on"}))
    outcome = await handlers.add_document(tools, Asker.of_caller(caller), facts, body.occurred_on)
    return answer(outcome, location=f"/v1/policy-documents/{outcome.id}")


@router.get("/v1/policy-documents/{policy_document_id}", summary="One rule")
async def get_document(policy_document_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes."""
    found = await get_visible(caller, tools.policies, POLICY_DOCUMENTS, policy_document_id, {})
    if at.is_now:
        return await shown(tools.policies, LIST.columns, found)
    subject = Subject("registry", DOCUMENT.aggregate, policy_document_id)
    past = await read_past(tools.ledger, tools.sealer, PolicyLibrary(), [subject], at.keep)
    document = past.find(POLICY_DOCUMENTS, policy_document_id)
    if document is None:
        raise NotFound
    return shown_then(LIST.columns, document, past.sequence)


@router.get("/v1/policy-documents/{policy_document_id}/history", summary="Every event of one rule")
async def document_history(policy_document_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await get_visible(caller, tools.policies, POLICY_DOCUMENTS, policy_document_id, {})
    return history_answer(await get_history(tools.ledger, DOCUMENT, policy_document_id), at=at)


@router.post("/v1/policy-documents/{policy_document_id}/repeal", summary="Take a rule out of force")
async def repeal_document(policy_document_id: str, body: Repeal, caller: Ruler, tools: ToolsHere) -> JSONResponse:
    """The parameters that rest on it stay until another rule changes them."""
    asker = Asker.of_caller(caller)
    return answer(
        await handlers.repeal_document(tools, asker, policy_document_id, body.by_document_no, body.occurred_on)
    )
