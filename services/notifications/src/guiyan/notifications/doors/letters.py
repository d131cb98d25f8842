"""`/v1/letters`: letters to members and hosts on paper, printed and sent; a print is an act, counted (S-40)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import LetterKind, MaterialState
from guiyan.events.values import Code, Id, OrgCode
from guiyan.notifications.commands.letters import LETTERS_MOST, LetterDesk, Printed
from guiyan.notifications.domain.letter import LETTER
from guiyan.notifications.forms.letters import Printable, PrintReason
from guiyan.notifications.projections.letters import LETTERS
from guiyan.service.asks import Ask
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.printing import PDF_TYPE, pdf_answer
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import document_answer, event_refs, get_history, history_answer
from guiyan.service.tables import Column, labels, row

Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.AUDITOR)]
Printer = Annotated[Commander, commands(*sorted(OFFICE_ROLES))]
_KINDS: Final = labels(LetterKind)
_STATES: Final = labels(MaterialState)
_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The letters; `Guiyan-Print-Count` tells how often each was printed, `Guiyan-Left` who waits",
        "content": {PDF_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
LIST: Final = Listing(
    name="letters",
    collection=LETTERS,
    title_zh="信函登记",
    title_en="Letters",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("branch", "党组织", "Branch", 16, book="organisation"),
        Column("kind", "信函", "Letter", 22, labels=_KINDS),
        Column("print_count", "打印次数", "Printed", 8),
        Column("printed_on", "最近打印", "Last printed", 12),
        Column("reason", "用途", "Reason", 14),
        Column("sent_on", "寄出日期", "Sent", 12),
        Column("tracking_no", "邮件编号", "Postal item", 18),
        Column("state", "状态", "State", 10, labels=_STATES),
        Column("received_on", "收到日期", "Received", 12),
        Column("came_back_on", "退回日期", "Came back", 12),
        Column("material_id", "寄送标识", "Dispatch", 38, printed=False),
        Column("version", "记录版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "kind": Filter(choices=tuple(Printable)),
        "state": Filter(choices=tuple(MaterialState)),
        "printed_on": Filter(Kind.DATE),
    },
    sorts=("_id", "branch", "printed_on"),
)


class LettersAsk(Ask):
    """Which letter, why, and to whom, in the order of the pages."""

    kind: Printable
    reason: PrintReason
    member_ids: Annotated[list[Id], Field(min_length=1, max_length=LETTERS_MOST)]


class BranchAsk(Ask):
    """Which letter, why, and of which branch: its members away who have none of this kind yet."""

    kind: Printable
    reason: PrintReason
    branch: OrgCode


class Posted(Ask):
    """Whose letter, and the number of the postal item."""

    member_id: Id
    tracking_no: Code | None = None


class PostedAsk(Ask):
    """Which letters went to the post, on which day."""

    kind: Printable
    items: Annotated[list[Posted], Field(min_length=1, max_length=LETTERS_MOST)]
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai); today when absent")] = None


@dataclass(frozen=True)
class LetterDoors:
    """What these doors work with."""

    desk: LetterDesk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["letters"])
        paper: dict[str, Any] = {"response_class": Response, "responses": _PDF}
        router.get("/v1/letters", summary="Letters printed", **LIST.openapi())(self.list_letters)
        router.get("/v1/letters/{letter_id}", summary="A member's letter of one kind")(self.get_letter)
        router.get("/v1/letters/{letter_id}/history", summary="Every print of it")(self.history)
        router.post("/v1/letters/print", summary="Print letters to members", **paper)(self.print_letters)
        router.post("/v1/letters/print-branch", summary="Print a branch's letters to its members away", **paper)(
            self.print_branch
        )
        router.post("/v1/letters/dispatch", summary="Printed letters went to the post")(self.dispatch)
        return router

    async def list_letters(self, request: Request, caller: Reader) -> Response:
        """The list, narrowed to the caller's organisations."""
        return await LIST.answer(request, caller, self.desk.letters, where=caller.scope.where("branch"))

    async def get_letter(self, letter_id: str, caller: Reader) -> JSONResponse:
        """What the code on the paper names."""
        found = await self._visible(letter_id, caller)
        sequence = await self.desk.letters.applied()
        return document_answer(row(LIST.columns, found), version=found["version"], sequence=sequence)

    async def history(self, letter_id: str, caller: Reader) -> JSONResponse:
        """Who printed it, when and why, oldest first."""
        await self._visible(letter_id, caller)
        return history_answer(await get_history(self.desk.ledger, LETTER, letter_id))

    async def print_letters(self, body: LettersAsk, caller: Printer) -> Response:
        """One PDF with a page each; all are recorded, or none is printed."""
        kind = LetterKind(body.kind)
        return _answer(await self.desk.print_for(caller, kind, body.member_ids, body.reason))

    async def print_branch(self, body: BranchAsk, caller: Printer) -> Response:
        """The first thirty; `Guiyan-Left` tells how many still wait, for the next call."""
        kind = LetterKind(body.kind)
        return _answer(await self.desk.print_branch(caller, kind, body.branch, body.reason))

    async def dispatch(self, body: PostedAsk, caller: Printer) -> JSONResponse:
        """Each with the number of its item; what became of it is told of the material."""
        items = [(one.member_id, one.tracking_no) for one in body.items]
        outcomes = await self.desk.dispatch(caller, LetterKind(body.kind), items, body.occurred_on)
        told = [
            {"member_id": member_id, "material_id": one.id, "version": one.version}
            for (member_id, _), one in zip(items, outcomes, strict=True)
        ]
        events = [ref for one in outcomes for ref in event_refs(one)]
        return JSONResponse({"items": told, "sequence": max(one.sequence for one in outcomes), "events": events})

    async def _visible(self, letter_id: str, caller: Caller) -> Document:
        await caller.wait.until_applied(self.desk.letters)
        query = {"$and": [{"_id": letter_id}, caller.scope.where("branch")]}
        found = await self.desk.letters.find(LETTERS, query, limit=1)
        if not found:
            raise NotFound
        return found[0]


def _answer(printed: Printed) -> Response:
    told = {
        "Guiyan-Print-Count": ", ".join(str(one) for one in printed.counts),
        "Guiyan-Members": ", ".join(printed.members),
        "Guiyan-Left": str(printed.left),
        "Guiyan-Sequence": str(printed.sequence),
    }
    if printed.unprintable:
        told["Guiyan-Unprintable"] = "true"
    return pdf_answer(printed.pdf, "letters", told)
