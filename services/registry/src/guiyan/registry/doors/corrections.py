"""`/v1/corrections`: fields of a record to be set right - asked for here, answered one level above (domain.md §3.6)."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import CorrectionReason, CorrectionRefusal, CorrectionState
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.exact import Exact
from guiyan.events.names import PersonName
from guiyan.events.registry.member import MemberCodeChange, MemberTextChange
from guiyan.events.values import Id
from guiyan.registry.commands import corrections as handlers
from guiyan.registry.commands import members
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.correction import CORRECTION
from guiyan.registry.doors import roles
from guiyan.registry.doors.member_codes import MemberCodes
from guiyan.registry.doors.members import RevealReason
from guiyan.registry.doors.parts import ToolsHere, get_visible, given, is_own, member_warnings, shown, visible
from guiyan.registry.doors.possible import of_correction
from guiyan.registry.projections.corrections import CORRECTIONS
from guiyan.service.asks import Ask, DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_id_number, mask_name, mask_phone, mask_text
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["corrections"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Asking = Annotated[Commander, commands(*roles.ASK_CORRECTION)]
Answering = Annotated[Commander, commands(*roles.DECIDE)]

LIST: Final = Listing(
    name="corrections",
    collection=CORRECTIONS,
    title_zh="信息更正台账",
    ledger=True,
    title_en="Corrections of records",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("fields", "更正项目", "Fields", 24),
        Column("reason", "更正原因", "Reason", 16, labels=labels(CorrectionReason)),
        Column("proof", "依据文号", "Proof", 22),
        Column("state", "状态", "State", 10, labels=labels(CorrectionState)),
        Column("requested_by", "申请人", "Asked by", 20),
        Column("requested_org", "申请单位", "Asked for", 16, book="organisation"),
        Column("requested_on", "申请日期", "Asked on", 12),
        Column("answered_by", "审核人", "Answered by", 20),
        Column("answered_org", "审核单位", "Answered for", 16, book="organisation"),
        Column("answered_on", "审核日期", "Answered on", 12),
        Column("refusal", "退回原因", "Refusal", 14, labels=labels(CorrectionRefusal)),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "state": Filter(choices=tuple(CorrectionState)),
        "reason": Filter(choices=tuple(CorrectionReason)),
        "fields": Filter(),
        "requested_org": Filter(),
        "requested_on": Filter(Kind.DATE),
        "answered_on": Filter(Kind.DATE),
    },
    sorts=("_id", "branch", "requested_on", "answered_on"),
)

MASKS: Final[dict[str, Callable[[str | None], str]]] = {
    "name": mask_name,
    "former_name": mask_name,
    "id_no": mask_id_number,
    "mobile": lambda phone: mask_phone((phone or "").removeprefix("+86")),
    "landline": mask_phone,
    **dict.fromkeys(("birth_date", "home_address", "file_place"), mask_text),
}


class NewCorrection(MemberCodes, MemberCodeChange, MemberTextChange, Exact):
    """What is to be changed - the new values -, why, and the number of the paper that proves it."""

    model_config = DatedAsk.model_config

    name: PersonName | None = None
    former_name: PersonName | None = None
    member_id: Id
    why: CorrectionReason
    proof: DocumentNumber | None = None

    def wish(self) -> handlers.Wish:
        """As the handler takes it."""
        text = MemberTextChange.model_validate(given(self, MemberTextChange.model_fields))
        change = members.Correction(given(self, MemberCodeChange.model_fields), text)
        return handlers.Wish(self.member_id, change, self.why, self.proof)


class Reject(DatedAsk):
    """Why it is not agreed to."""

    reason: CorrectionRefusal


class Compare(Ask):
    """Why both values have to be seen in clear: the act is recorded."""

    reason: RevealReason


@router.get("/v1/corrections", summary="Requests for corrections, and what became of them", **LIST.openapi())
async def list_corrections(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Of the own scope, with requester and reason; a member sees those of the own record."""
    return await LIST.answer(request, caller, tools.register, where=visible(caller, "member_id", "branch"))


@router.post("/v1/corrections", status_code=201, summary="Ask for a correction")
async def request_correction(body: NewCorrection, caller: Asking, tools: ToolsHere) -> JSONResponse:
    """By an office about a member of its scope, by a member about the own record."""
    asker = Asker.of_caller(caller)
    outcome = await handlers.request_correction(tools, asker, body.wish(), own_record=is_own(caller))
    warnings = await member_warnings(caller, tools, body, body.member_id)
    return answer(outcome, location=f"/v1/corrections/{outcome.id}", warnings=warnings)


@router.get("/v1/corrections/{correction_id}", summary="One request, both values side by side")
async def get_correction(correction_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """Codes as they are, personal text masked; `POST …/compare` shows it, and records who looked.

    `acts` are the verbs that the caller can do with it next.
    """
    where = visible(caller, "member_id", "branch")
    found = await get_visible(caller, tools.register, CORRECTIONS, correction_id, where)
    changes = [_masked(one) for one in await handlers.compare(tools, correction_id)]
    acts = await of_correction(caller, tools, correction_id)
    return await shown(tools.register, LIST.columns, found, changes=changes, acts=acts)


@router.get("/v1/corrections/{correction_id}/history", summary="Every event of one request")
async def correction_history(correction_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; sealed text is only named."""
    where = visible(caller, "member_id", "branch")
    await get_visible(caller, tools.register, CORRECTIONS, correction_id, where)
    return history_answer(await get_history(tools.ledger, CORRECTION, correction_id), at=at)


@router.post("/v1/corrections/{correction_id}/approve", summary="Agree: the record is changed")
async def approve(correction_id: str, body: DatedAsk, caller: Answering, tools: ToolsHere) -> JSONResponse:
    """One level above who asked, or the top, and by another person; the old value stays sealed in the history."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.approve_correction(tools, asker, correction_id, body.occurred_on))


@router.post("/v1/corrections/{correction_id}/reject", summary="Do not agree")
async def reject(correction_id: str, body: Reject, caller: Answering, tools: ToolsHere) -> JSONResponse:
    """By the same, with a coded reason."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.reject_correction(tools, asker, correction_id, body.reason, body.occurred_on))


@router.post("/v1/corrections/{correction_id}/compare", summary="Both values in clear, for a stated reason")
async def compare(
    correction_id: str, body: Compare, caller: Annotated[Commander, commands(*roles.REVEAL)], tools: ToolsHere
) -> JSONResponse:
    """The act is an event before the values are shown (domain.md §5.2, 8.1.4.11)."""
    changes = await handlers.compare_in_clear(tools, Asker.of_caller(caller), correction_id, body.reason)
    return JSONResponse({"id": correction_id, "changes": [_plain(one) for one in changes]})


def _plain(change: handlers.Change) -> dict[str, Any]:
    return {"field": change.field, "old": change.old, "new": change.new}


def _masked(change: handlers.Change) -> dict[str, Any]:
    mask = MASKS.get(change.field)
    if mask is None:
        return _plain(change)
    return {"field": change.field, "old": mask(change.old) or None, "new": mask(change.new) or None}
