"""`/v1/consents`: what a member agreed to, one purpose each; withdrawn at any time (PIPL Art. 14, 15)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import ConsentPurpose
from guiyan.events.registry.privacy import ConsentGiven
from guiyan.events.values import Code, Id
from guiyan.registry.commands import honours as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.consent import CONSENT
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, is_own, shown, visible
from guiyan.registry.projections.honours import CONSENTS
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["consents"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Giver = Annotated[Commander, commands(*roles.ASK_CORRECTION)]

LIST: Final = Listing(
    name="consents",
    collection=CONSENTS,
    title_zh="同意记录",
    title_en="Consents",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("purpose", "用途", "Purpose", 20, labels=labels(ConsentPurpose)),
        Column("text_version", "告知文本", "Text", 12),
        Column("given_on", "同意日期", "Given on", 12),
        Column("withdrawn_on", "撤回日期", "Withdrawn on", 12),
        Column("valid", "有效", "Valid", 6),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "purpose": Filter(choices=tuple(ConsentPurpose)),
        "valid": Filter(Kind.BOOLEAN),
        "given_on": Filter(Kind.DATE),
    },
    sorts=("_id", "given_on"),
)


class NewConsent(DatedAsk):
    """What the member agrees to, and which text was shown."""

    member_id: Id
    purpose: ConsentPurpose
    text_version: Code


@router.get("/v1/consents", summary="Consents of the own scope", **LIST.openapi())
async def list_consents(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """A member sees the own ones."""
    return await LIST.answer(request, caller, tools.register, where=visible(caller, "member_id", "branch"))


@router.post("/v1/consents", status_code=201, summary="A member consents to one purpose")
async def give(body: NewConsent, caller: Giver, tools: ToolsHere) -> JSONResponse:
    """By the member, or by the office that has it on paper."""
    facts = ConsentGiven(person_id=body.member_id, purpose=body.purpose, text_version=body.text_version)
    asker, own_record = Asker.of_caller(caller), is_own(caller)
    done = await handlers.give_consent(tools, asker, facts, own_record=own_record, occurred_on=body.occurred_on)
    return answer(done, location=f"/v1/consents/{done.id}")


@router.get("/v1/consents/{consent_id}", summary="One consent")
async def get_consent(consent_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """As it stands."""
    where = visible(caller, "member_id", "branch")
    return await shown(
        tools.register, LIST.columns, await get_visible(caller, tools.register, CONSENTS, consent_id, where)
    )


@router.get("/v1/consents/{consent_id}/history", summary="Every event of one consent")
async def consent_history(consent_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await get_visible(caller, tools.register, CONSENTS, consent_id, visible(caller, "member_id", "branch"))
    return history_answer(await get_history(tools.ledger, CONSENT, consent_id), at=at)


@router.post("/v1/consents/{consent_id}/withdraw", summary="The member withdraws it")
async def withdraw(consent_id: str, body: DatedAsk, caller: Giver, tools: ToolsHere) -> JSONResponse:
    """No reason is asked for; the reserve list is left with it (PIPL Art. 15)."""
    asker, own_record = Asker.of_caller(caller), is_own(caller)
    return answer(
        await handlers.withdraw_consent(tools, asker, consent_id, own_record=own_record, occurred_on=body.occurred_on)
    )
