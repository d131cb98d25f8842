"""`/v1/probations`: probationary members from admission to decision (domain.md §2.8, R8 Art. 32, 33)."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.ledger import Document
from guiyan.registry import queries
from guiyan.registry.commands import probations as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.probation import (
    PROBATION,
    Command,
    DiscussQuarter,
    GiveGroupOpinion,
    GiveReport,
    PostNotice,
    ReviewByCommittee,
)
from guiyan.registry.doors import roles
from guiyan.registry.doors.memberships import DecisionAsk
from guiyan.registry.doors.parts import ToolsHere, get_visible, shown_then, visible
from guiyan.registry.doors.probation_acts import of_probation
from guiyan.registry.doors.probation_forms import (
    LIST,
    Annulled,
    Discussed,
    DueWithin,
    HandedOver,
    Longer,
    Noticed,
    Reported,
    Resolved,
    ending_within,
    on_day,
)
from guiyan.registry.projections.probations import PROBATIONS
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["probations"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Branch = Annotated[Commander, commands(*roles.KEEP_PROBATIONS)]
Decider = Annotated[Commander, commands(*roles.DECIDE)]


@router.get("/v1/probations", summary="Probationary members of the own scope", **LIST.openapi())
async def list_probations(
    request: Request, caller: Reader, tools: ToolsHere, tree: OfTree, due_within: DueWithin = None
) -> Response:
    """By end, by what is overdue, by who is away; a member sees the own one."""
    today = tools.clock.today()
    where = await tree.narrowed(caller, tools, visible(caller, "member_id", "branch"))

    async def complete(documents: list[Document]) -> list[Document]:
        return [on_day(one, today) for one in documents]

    narrowed = {"$and": [where, ending_within(due_within, today)]} if due_within is not None else where
    return await LIST.answer(request, caller, tools.register, where=narrowed, complete=complete)


@router.get("/v1/probations/{probation_id}", summary="One probation")
async def get_probation(probation_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, with the verbs that the caller can do next (`acts`), or as it was on a date, as far as was recorded."""
    where = visible(caller, "member_id", "branch")
    found = await get_visible(caller, tools.register, PROBATIONS, probation_id, where)
    if at.is_now:
        sequence = await tools.register.applied()
        acts = await of_probation(caller, tools, probation_id)
        return shown_then(LIST.columns, on_day(found, tools.clock.today()), sequence, acts=acts)
    document, sequence = await queries.of_member_at(tools, PROBATIONS, found, at)
    return shown_then(LIST.columns, on_day(document, at.day(tools.clock.today())), sequence)


@router.get("/v1/probations/{probation_id}/history", summary="Every event of one probation")
async def probation_history(probation_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await get_visible(caller, tools.register, PROBATIONS, probation_id, visible(caller, "member_id", "branch"))
    return history_answer(await get_history(tools.ledger, PROBATION, probation_id), at=at)


async def _act(caller: Commander, tools: ToolsHere, probation_id: str, command: Command) -> JSONResponse:
    return answer(await handlers.act(tools, Asker.of_caller(caller), probation_id, command))


@router.post("/v1/probations/{probation_id}/discuss-quarter", summary="The branch discussed the member this quarter")
async def discuss_quarter(probation_id: str, body: Discussed, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """That it did, not what was said; each quarter once."""
    return await _act(caller, tools, probation_id, DiscussQuarter(body.quarter, tools.when(body.occurred_on)))


@router.post("/v1/probations/{probation_id}/give-report", summary="The member away gave the half-yearly report")
async def give_report(probation_id: str, body: Reported, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """That it was given, not what it says."""
    return await _act(caller, tools, probation_id, GiveReport(body.half_year, tools.when(body.occurred_on)))


@router.post("/v1/probations/{probation_id}/apply", summary="The member applied for conversion")
async def apply_for_conversion(probation_id: str, body: DatedAsk, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """From sixty days before the end on (parameter probation.apply_before); late is late, not refused."""
    return answer(await handlers.receive_application(tools, Asker.of_caller(caller), probation_id, body.occurred_on))


@router.post("/v1/probations/{probation_id}/give-group-opinion", summary="The group gave its opinion")
async def give_group_opinion(probation_id: str, body: DatedAsk, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """Left out where the member belongs to no group."""
    return await _act(caller, tools, probation_id, GiveGroupOpinion(tools.when(body.occurred_on)))


@router.post("/v1/probations/{probation_id}/collect-opinions", summary="Opinions of members and others were collected")
async def collect_opinions(probation_id: str, body: DatedAsk, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """That they were; not what they say."""
    return answer(await handlers.collect_opinions(tools, Asker.of_caller(caller), probation_id, body.occurred_on))


@router.post("/v1/probations/{probation_id}/review", summary="The branch committee reviewed it")
async def review_probation(probation_id: str, body: DatedAsk, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """Before the meeting."""
    return await _act(caller, tools, probation_id, ReviewByCommittee(tools.when(body.occurred_on)))


@router.post("/v1/probations/{probation_id}/post-notice", summary="Put up for public notice, where local rule asks")
async def post_notice(probation_id: str, body: Noticed, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """The meeting waits until it is over."""
    return await _act(caller, tools, probation_id, PostNotice(body.until, tools.when(body.occurred_on)))


@router.post("/v1/probations/{probation_id}/vote", summary="The branch meeting resolved")
async def vote_on_probation(probation_id: str, body: Resolved, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """Never before the last day of probation (R8 Art. 33)."""
    meeting = handlers.Meeting(body.vote, body.in_favour, body.against, body.abstained, body.occurred_on)
    return answer(await handlers.vote(tools, Asker.of_caller(caller), probation_id, meeting))


@router.post("/v1/probations/{probation_id}/convert", summary="Approved: a full member")
async def convert(probation_id: str, body: DecisionAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """By an organisation above the branch; the member's record says so from the same moment on (R8 Art. 32)."""
    return answer(await handlers.convert(tools, Asker.of_caller(caller), probation_id, body.paper()))


@router.post("/v1/probations/{probation_id}/extend", summary="Probation extended, once only")
async def extend_probation(probation_id: str, body: Longer, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """By half a year at least and a year at most (R8 Art. 32)."""
    return answer(await handlers.extend(tools, Asker.of_caller(caller), probation_id, body.paper(), body.months))


@router.post("/v1/probations/{probation_id}/cancel", summary="The probationary status cancelled")
async def cancel_probation(probation_id: str, body: DecisionAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """The membership ends with it (PROBATION_CANCELLED), from the same moment on (R8 Art. 32)."""
    return answer(await handlers.cancel(tools, Asker.of_caller(caller), probation_id, body.paper()))


@router.post("/v1/probations/{probation_id}/annul-decision", summary="A decision was recorded in error")
async def annul_probation_decision(
    probation_id: str, body: Annulled, caller: Decider, tools: ToolsHere
) -> JSONResponse:
    """The newest that stands, named by its event; both stay in the history (domain.md §2.11)."""
    asker, which = Asker.of_caller(caller), body.annulled_id
    done = await handlers.annul(tools, asker, probation_id, body.paper(), annulled_id=which, error=body.error)
    return answer(done)


@router.post("/v1/probations/{probation_id}/hand-over", summary="The record of training went to the receiver")
async def hand_over(probation_id: str, body: HandedOver, caller: Branch, tools: ToolsHere) -> JSONResponse:
    """By whoever has it, also after the relation has moved (domain.md §2.8)."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.hand_over(tools, asker, probation_id, body.to_org, body.occurred_on))
