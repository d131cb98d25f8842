"""`/v1/departures`: who is away - the outflow ledger and every act of a trip."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import DepartureSource
from guiyan.events.registry.departure import DestinationFacts, LeavingFacts
from guiyan.registry import queries
from guiyan.registry.commands import departures as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.doors import roles
from guiyan.registry.doors.departure_forms import (
    LIST,
    Decline,
    Destination,
    Employer,
    Leave,
    NewDeparture,
    ReportIn,
    Return,
    told,
)
from guiyan.registry.doors.ledger_words import LedgerWords
from guiyan.registry.doors.parts import (
    ByRule,
    ToolsHere,
    by_rule_of,
    get_visible,
    place_warnings,
    shown,
    shown_then,
    visible,
)
from guiyan.registry.doors.possible import of_departure
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.service.asks import DatedAsk
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import OfTree

router = APIRouter(tags=["departures"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Keeper = Annotated[Commander, commands(*roles.KEEP_TRIPS)]
ByThisRule = Annotated[ByRule, by_rule_of("departures")]
SIDES: Final = "sides"


@router.get("/v1/departures", summary="The outflow ledger of the own scope", **LIST.openapi())
async def list_departures(
    request: Request, caller: Reader, tools: ToolsHere, tree: OfTree, rule: ByThisRule
) -> Response:
    """Trips whose origin or host lies in the own scope; a member sees the own trips."""
    where = await tree.narrowed(caller, tools, visible(caller, "member_id", SIDES), sides=SIDES)
    where = await rule.narrowed(tools, where)
    return await LIST.answer(request, caller, tools.register, where=where, complete=LedgerWords(tools).outflow)


@router.post("/v1/departures", status_code=201, summary="Announce a trip, or record that a member has left")
async def create_departure(body: NewDeparture, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """One open trip a member; a leaving that was announced continues the announced trip."""
    asker = Asker.of_caller(caller)
    if body.planned_on is not None:
        facts = told(body, {*LeavingFacts.model_fields, "planned_on"})
        outcome = await handlers.announce_departure(tools, asker, body.member_id, facts)
    else:
        facts = _with_source(told(body, LeavingFacts.model_fields), body.source)
        outcome = await handlers.record_leaving(tools, asker, body.member_id, facts)
    warnings = await place_warnings(caller, tools, body.occurred_on, body)
    return answer(outcome, location=f"/v1/departures/{outcome.id}", warnings=warnings)


def _with_source(facts: handlers.Told, source: DepartureSource) -> handlers.Told:
    return handlers.Told({**facts.codes, "source": source}, facts.text, facts.occurred_on)


@router.get("/v1/departures/{departure_id}", summary="One trip")
async def get_departure(departure_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, with the verbs that the caller can do next (`acts`), or as it was on a date, as far as was recorded."""
    where = visible(caller, "member_id", SIDES)
    found = await get_visible(caller, tools.register, DEPARTURES, departure_id, where)
    if at.is_now:
        (told,) = await LedgerWords(tools).outflow([found])
        return await shown(tools.register, LIST.columns, told, acts=await of_departure(caller, tools, departure_id))
    document, sequence = await queries.departure_at(tools, found, at)
    (told,) = await LedgerWords(tools).outflow([document])
    return shown_then(LIST.columns, told, sequence)


@router.get("/v1/departures/{departure_id}/history", summary="Every event of one trip")
async def departure_history(departure_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; sealed text is only named."""
    where = visible(caller, "member_id", SIDES)
    await get_visible(caller, tools.register, DEPARTURES, departure_id, where)
    return history_answer(await get_history(tools.ledger, DEPARTURE, departure_id), at=at)


@router.post("/v1/departures/{departure_id}/leave", summary="The announced member has left")
async def leave(departure_id: str, body: Leave, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """The contact duty begins on the business date (domain.md §2.1)."""
    asker = Asker.of_caller(caller)
    facts = _with_source(told(body, LeavingFacts.model_fields), body.source)
    outcome = await handlers.leave_as_announced(tools, asker, departure_id, facts)
    warnings = await place_warnings(caller, tools, body.occurred_on, body)
    return answer(outcome, warnings=warnings)


@router.post("/v1/departures/{departure_id}/change-destination", summary="The member told another destination")
async def change_destination(departure_id: str, body: Destination, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """County level at most; what is not told anew stays (R3)."""
    facts = told(body, DestinationFacts.model_fields)
    outcome = await handlers.change_destination(tools, Asker.of_caller(caller), departure_id, facts)
    warnings = await place_warnings(caller, tools, body.occurred_on, body)
    return answer(outcome, warnings=warnings)


@router.post("/v1/departures/{departure_id}/change-employer", summary="The member told another employer")
async def change_employer(departure_id: str, body: Employer, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """At the same place; what is not told anew stays (R3)."""
    facts = told(body, ("dest_unit_kind", "occupation_code"))
    return answer(await handlers.change_employer(tools, Asker.of_caller(caller), departure_id, facts))


@router.post("/v1/departures/{departure_id}/confirm", summary="The branch confirms a mobile member")
async def confirm(departure_id: str, body: DatedAsk, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By the origin's side, after the timer has recognised it (R2)."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.confirm_recognition(tools, asker, departure_id, body.occurred_on))


@router.post("/v1/departures/{departure_id}/report-in", summary="The member reported to a host branch")
async def report_in(departure_id: str, body: ReportIn, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """The host answers next (R3)."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.report_in(tools, asker, departure_id, body.host_branch, body.occurred_on))


@router.post("/v1/departures/{departure_id}/accept", summary="The host takes the member in")
async def accept(departure_id: str, body: DatedAsk, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By the host's side only; the origin stays responsible (R1 Art. 32)."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.accept_as_host(tools, asker, departure_id, body.occurred_on))


@router.post("/v1/departures/{departure_id}/decline", summary="The host does not take the member in")
async def decline(departure_id: str, body: Decline, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By the host's side only, with a coded cause (R1 Art. 25)."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.decline_as_host(tools, asker, departure_id, body.reason, body.occurred_on))


@router.post("/v1/departures/{departure_id}/end-hosting", summary="The member takes part at the host no more")
async def end_hosting(departure_id: str, body: DatedAsk, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By either side; the trip goes on, and the member may report in elsewhere."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.end_hosting(tools, asker, departure_id, body.occurred_on))


@router.post("/v1/departures/{departure_id}/return", summary="The member is home again")
async def record_return(departure_id: str, body: Return, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By the origin's side; a certificate is handed in for checking (R3, R4)."""
    return answer(
        await handlers.record_return(
            tools,
            Asker.of_caller(caller),
            departure_id,
            certificate_handed_in=body.certificate_handed_in,
            occurred_on=body.occurred_on,
        )
    )


@router.post("/v1/departures/{departure_id}/close", summary="The trip was entered in error")
async def close(departure_id: str, body: DatedAsk, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """By the origin's side; transfers close trips by themselves."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.close_departure(tools, asker, departure_id, body.occurred_on))
