"""`/v1/retentions`: relations kept for graduates, members abroad and demobilised soldiers (domain.md §2.10, R1, R6)."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import RetentionEnd
from guiyan.ledger import Document
from guiyan.registry import queries
from guiyan.registry.commands import retentions as handlers
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.retention import RETENTION
from guiyan.registry.doors import roles
from guiyan.registry.doors.ledger_words import LedgerWords
from guiyan.registry.doors.members import RevealReason
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown_then, visible
from guiyan.registry.doors.retention_forms import (
    LIST,
    Asked,
    EndsWithin,
    Extended,
    Kept,
    Overdue,
    Placed,
    narrowed,
    on_day,
)
from guiyan.registry.projections.retentions import RETENTIONS
from guiyan.service.asks import Ask, DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["retentions"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Branch = Annotated[Commander, commands(*roles.KEEP_PROBATIONS)]
Holder = Annotated[Commander, commands(*roles.REGISTER)]
SIDES = ("branch", "holding_org")


class Look(Ask):
    """Why somebody has to see where the member is."""

    reason: RevealReason


async def _told(tools: Tools, documents: list[Document]) -> list[Document]:
    today = tools.clock.today()
    return [on_day(one, today) for one in await LedgerWords(tools).retentions(documents)]


@router.get("/v1/retentions", summary="Retained and parked relations of the own scope", **LIST.openapi())
async def list_retentions(  # noqa: PLR0913, PLR0917 - one argument a parameter
    request: Request,
    caller: Reader,
    tools: ToolsHere,
    tree: OfTree,
    ends_within: EndsWithin = None,
    overdue: Overdue = None,
) -> Response:
    """By kind, by end, by what is overdue; of the member's side and of the holder's; a member sees the own ones."""
    where = await tree.narrowed(caller, tools, visible(caller, "member_id", *SIDES))
    parts = [where, *narrowed(ends_within, overdue, tools.clock.today())]

    async def complete(documents: list[Document]) -> list[Document]:
        return await _told(tools, documents)

    query = {"$and": parts} if len(parts) > 1 else where
    return await LIST.answer(request, caller, tools.register, where=query, complete=complete)


@router.post("/v1/retentions", status_code=201, summary="A member asks for the relation to be kept")
async def request_retention(body: Asked, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """In writing (R6); one at a time."""
    done = await handlers.request(tools, Asker.of_caller(caller), body.member_id, body.wish())
    return answer(done, location=f"/v1/retentions/{done.id}")


@router.get("/v1/retentions/{retention_id}", summary="One retained relation")
async def get_retention(retention_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment."""
    where = visible(caller, "member_id", *SIDES)
    found = await get_visible(caller, tools.register, RETENTIONS, retention_id, where)
    sequence = await tools.register.applied()
    if not at.is_now:
        found, sequence = await queries.of_member_at(tools, RETENTIONS, found, at)
    (told,) = await LedgerWords(tools).retentions([found])
    return shown_then(LIST.columns, on_day(told, at.day(tools.clock.today())), sequence)


@router.get("/v1/retentions/{retention_id}/history", summary="Every event of one retained relation")
async def retention_history(retention_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; sealed text is only named. A parked relation has none of its own: see the member's."""
    await get_visible(caller, tools.register, RETENTIONS, retention_id, visible(caller, "member_id", *SIDES))
    return history_answer(await get_history(tools.ledger, RETENTION, retention_id), at=at)


@router.post("/v1/retentions/{retention_id}/retain", summary="The holder keeps the relation")
async def retain(retention_id: str, body: Kept, caller: Holder, tools: ToolsHere) -> JSONResponse:
    """In one of its branches, with a named contact person, within the limit of the kind (R1 Art. 24, 34)."""
    return answer(await handlers.retain(tools, Asker.of_caller(caller), retention_id, body.keeping()))


@router.post("/v1/retentions/{retention_id}/decline", summary="What was asked for is not granted")
async def decline_retention(retention_id: str, body: DatedAsk, caller: Holder, tools: ToolsHere) -> JSONResponse:
    """Before it was kept."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.end(tools, asker, retention_id, RetentionEnd.NOT_GRANTED, body.occurred_on))


@router.post("/v1/retentions/{retention_id}/extend", summary="The holder keeps the relation longer")
async def extend_retention(retention_id: str, body: Extended, caller: Holder, tools: ToolsHere) -> JSONResponse:
    """In its last months, by one more term of its kind at most and by a document; reminders move with it."""
    asker, until, on = Asker.of_caller(caller), body.retain_until, body.occurred_on
    longer = await handlers.extend(tools, asker, retention_id, until, decision_no=body.decision_no, occurred_on=on)
    return answer(longer)


@router.post("/v1/retentions/{retention_id}/place", summary="The member is put into another branch of the holder")
async def place_retention(retention_id: str, body: Placed, caller: Holder, tools: ToolsHere) -> JSONResponse:
    """Whose branch was merged or split is put into its successor by that."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.place(tools, asker, retention_id, body.branch, body.occurred_on))


@router.post("/v1/retentions/{retention_id}/return", summary="The member is back")
async def return_from_retention(retention_id: str, body: DatedAsk, caller: Holder, tools: ToolsHere) -> JSONResponse:
    """The relation is with the formal branch again; a transfer or the end of the membership ends it by itself."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.end(tools, asker, retention_id, RetentionEnd.RETURNED, body.occurred_on))


@router.post("/v1/retentions/{retention_id}/reveal", summary="Where the member is, for a stated reason")
async def reveal_retention(
    retention_id: str, body: Look, caller: Annotated[Commander, commands(*roles.REVEAL)], tools: ToolsHere
) -> JSONResponse:
    """Country, school and contact data; the act is an event before the text is shown (domain.md §5.2)."""
    text = await handlers.reveal(tools, Asker.of_caller(caller), retention_id, body.reason)
    return JSONResponse({"id": retention_id, **text})
