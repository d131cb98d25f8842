"""`/v1/commendations`: outstanding members, proposed by branches, awarded by decision (S-45, S-46)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import CommendationKind, CommendationState
from guiyan.events.values import Code, Id, Year
from guiyan.registry.commands import honours as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.commendation import COMMENDATION, DropProposal, PutUp
from guiyan.registry.doors import roles
from guiyan.registry.doors.memberships import DecisionAsk
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown, visible
from guiyan.registry.projections.honours import COMMENDATIONS
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["commendations"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Proposer = Annotated[Commander, commands(*roles.REGISTER)]
Decider = Annotated[Commander, commands(*roles.DECIDE)]

LIST: Final = Listing(
    name="commendations",
    collection=COMMENDATIONS,
    title_zh="表彰台账",
    ledger=True,
    title_en="Commendations",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("kind", "类型", "Kind", 18, labels=labels(CommendationKind)),
        Column("year", "年度", "Year", 6),
        Column("state", "状态", "State", 10, labels=labels(CommendationState)),
        Column("since", "状态日期", "Since", 12),
        Column("proposed_by", "推荐支部", "Proposed by", 16, book="organisation"),
        Column("decision_no", "决定文号", "Document", 22),
        Column("decided_by", "决定机关", "Decided by", 16, book="organisation"),
        Column("awarded_on", "表彰日期", "Awarded on", 12),
        Column("published_on", "公开日期", "Published on", 12),
        Column("where", "公开处", "Published in", 16),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "kind": Filter(choices=tuple(CommendationKind)),
        "year": Filter(Kind.INTEGER),
        "state": Filter(choices=tuple(CommendationState)),
        "awarded_on": Filter(Kind.DATE),
    },
    sorts=("_id", "year", "awarded_on"),
)


class Proposal(DatedAsk):
    """Whom a branch proposes, what for, and of which year."""

    member_id: Id
    kind: CommendationKind
    year: Year


class Checked(DatedAsk):
    """Whether it goes on."""

    upheld: bool


class Published(DatedAsk):
    """Where, and by which consent of the member (purpose PUBLISH_COMMENDATION)."""

    consent_id: Id
    where: Code


@router.get("/v1/commendations", summary="Commendations of the own scope", **LIST.openapi())
async def list_commendations(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """The list of honours; no score and no ranking (S-45)."""
    return await LIST.answer(request, caller, tools.register, where=visible(caller, "member_id", "branch"))


@router.post("/v1/commendations", status_code=201, summary="A branch proposes a member")
async def propose(body: Proposal, caller: Proposer, tools: ToolsHere) -> JSONResponse:
    """Of somebody whose membership stands."""
    asker = Asker.of_caller(caller)
    done = await handlers.propose(
        tools, asker, body.member_id, kind=body.kind, year=body.year, occurred_on=body.occurred_on
    )
    return answer(done, location=f"/v1/commendations/{done.id}")


@router.get("/v1/commendations/{commendation_id}", summary="One commendation")
async def get_commendation(commendation_id: str, caller: Reader, tools: ToolsHere) -> JSONResponse:
    """As it stands."""
    where = visible(caller, "member_id", "branch")
    found = await get_visible(caller, tools.register, COMMENDATIONS, commendation_id, where)
    return await shown(tools.register, LIST.columns, found)


@router.get("/v1/commendations/{commendation_id}/history", summary="Every event of one commendation")
async def commendation_history(commendation_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    where = visible(caller, "member_id", "branch")
    await get_visible(caller, tools.register, COMMENDATIONS, commendation_id, where)
    return history_answer(await get_history(tools.ledger, COMMENDATION, commendation_id), at=at)


@router.post("/v1/commendations/{commendation_id}/check", summary="The organisation above checked it")
async def check(commendation_id: str, body: Checked, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """Not upheld, it goes no further."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.check(tools, asker, commendation_id, upheld=body.upheld, occurred_on=body.occurred_on))


@router.post("/v1/commendations/{commendation_id}/notice", summary="Put up for notice inside the organisation")
async def notice(commendation_id: str, body: DatedAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """After it was upheld."""
    command = PutUp(tools.when(body.occurred_on))
    return answer(await handlers.act(tools, Asker.of_caller(caller), commendation_id, command))


@router.post("/v1/commendations/{commendation_id}/award", summary="Awarded by decision")
async def award(commendation_id: str, body: DecisionAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """With document number, day and deciding organisation, after the notice."""
    return answer(await handlers.award(tools, Asker.of_caller(caller), commendation_id, body.paper()))


@router.post("/v1/commendations/{commendation_id}/publish", summary="Published with the member's consent")
async def publish(commendation_id: str, body: Published, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """A consent to just that, not withdrawn (S-46, PIPL Art. 25)."""
    asker, more = Asker.of_caller(caller), {"consent_id": body.consent_id, "where": body.where}
    return answer(await handlers.publish(tools, asker, commendation_id, **more, occurred_on=body.occurred_on))


@router.post("/v1/commendations/{commendation_id}/drop", summary="The proposal goes no further")
async def drop(commendation_id: str, body: DatedAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """As long as it has not been awarded."""
    command = DropProposal(tools.when(body.occurred_on))
    return answer(await handlers.act(tools, Asker.of_caller(caller), commendation_id, command))
