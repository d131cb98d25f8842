"""`/v1/departures`: who is away - the outflow ledger and every act of a trip."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import (
    DepartureSource,
    DestCertainty,
    DestUnitKind,
    FlowReason,
    FlowState,
    HostRefusal,
    PersonCategory,
    RelationHolding,
    Sex,
)
from guiyan.events.registry.departure import DestinationFacts, DestinationText, LeavingFacts
from guiyan.events.values import Id, OrgCode
from guiyan.registry import queries
from guiyan.registry.commands import departures as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.doors import roles
from guiyan.registry.doors.members import labels
from guiyan.registry.doors.parts import DatedAsk, ToolsHere, get_visible, given, shown, shown_then, visible
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column

router = APIRouter(tags=["departures"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Keeper = Annotated[Commander, commands(*roles.KEEP_TRIPS)]
SIDES: Final = ("branch", "host_branch")

LIST: Final = Listing(
    name="departures",
    collection=DEPARTURES,
    title_zh="流出党员台账",
    title_en="Outflow ledger",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("member_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("sex", "性别", "Sex", 6, labels=labels(Sex)),
        Column("id_no", "身份证号", "ID number", 22),
        Column("person_category", "人员类别", "Category", 12, labels=labels(PersonCategory)),
        Column("joined_on", "入党日期", "Joined", 12),
        Column("branch", "所在支部", "Branch", 16),
        Column("responsible", "责任党组织", "Responsible", 16),
        Column("announced_on", "报告日期", "Announced", 12),
        Column("planned_on", "拟外出日期", "Planned", 12),
        Column("away_since", "外出日期", "Away since", 12),
        Column("expected_return", "预计返回", "Expected return", 12),
        Column("reason", "外出原因", "Reason", 12, labels=labels(FlowReason)),
        Column("dest_area_code", "流向(省/市/县)", "Destination", 14),
        Column("dest_certainty", "去向确定度", "Certainty", 10, labels=labels(DestCertainty)),
        Column("occupation_code", "现从业", "Occupation", 10),
        Column("dest_unit_kind", "流入单位", "Unit", 12, labels=labels(DestUnitKind)),
        Column("host_branch", "流入党组织", "Host branch", 16),
        Column("reported_in_on", "报到日期", "Reported in", 12),
        Column("hosted_since", "纳入日期", "Hosted since", 12),
        Column("mobile", "本人手机", "Mobile", 16),
        Column("dues_paid_to", "党费交至", "Dues paid to", 10),
        Column("relation_holding", "组织关系状态", "Relation", 12, labels=labels(RelationHolding)),
        Column("recognised_on", "认定日期", "Recognised", 12),
        Column("ended_on", "结束日期", "Ended", 12),
        Column("source", "登记来源", "Source", 10, labels=labels(DepartureSource)),
        Column("state", "状态", "State", 12, labels=labels(FlowState)),
        Column("open", "在外", "Open", 6),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "member_id": Filter(),
        "branch": Filter(),
        "host_branch": Filter(),
        "responsible": Filter(),
        "state": Filter(choices=tuple(FlowState)),
        "open": Filter(Kind.BOOLEAN),
        "reason": Filter(choices=tuple(FlowReason)),
        "dest_area_code": Filter(),
        "dest_certainty": Filter(choices=tuple(DestCertainty)),
        "away_since": Filter(Kind.DATE),
        "recognised_on": Filter(Kind.DATE),
        "ended_on": Filter(Kind.DATE),
        "source": Filter(choices=tuple(DepartureSource)),
    },
    sorts=("_id", "away_since", "branch", "name", "state"),
)


class NewDeparture(LeavingFacts, DestinationText):
    """A trip: with `planned_on` it is announced, without it the member has left on the business date."""

    model_config = DatedAsk.model_config

    member_id: Id
    planned_on: Annotated[date | None, Field(description="The day the member means to leave: announces the trip")] = (
        None
    )
    source: Annotated[DepartureSource, Field(description="How the leaving became known")] = DepartureSource.ANNOUNCED
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None


class Leave(LeavingFacts, DestinationText):
    """The announced member has left on the business date."""

    model_config = DatedAsk.model_config

    source: DepartureSource = DepartureSource.ANNOUNCED
    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None


class Destination(DestinationFacts, DestinationText):
    """A new destination; what is absent stays as it was."""

    model_config = DatedAsk.model_config

    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai)")] = None


class ReportIn(DatedAsk):
    """Which branch at the destination the member has reported to."""

    host_branch: OrgCode


class Decline(DatedAsk):
    """Why the host did not take the member in."""

    reason: HostRefusal


class Return(DatedAsk):
    """The member is home."""

    certificate_handed_in: bool | None = None


def told(body: Any, fields: Any) -> handlers.Told:
    """Codes, words and date of a body as the handlers take them."""
    words = given(body, DestinationText.model_fields)
    text = DestinationText.model_validate(words) if words else None
    return handlers.Told(given(body, fields), text, body.occurred_on)


@router.get("/v1/departures", summary="The outflow ledger of the own scope", **LIST.openapi())
async def list_departures(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """Trips whose origin or host lies in the own scope; a member sees the own trips."""
    return await LIST.answer(request, caller, tools.register, where=visible(caller, "member_id", *SIDES))


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
    return answer(outcome, location=f"/v1/departures/{outcome.id}")


def _with_source(facts: handlers.Told, source: DepartureSource) -> handlers.Told:
    return handlers.Told({**facts.codes, "source": source}, facts.text, facts.occurred_on)


@router.get("/v1/departures/{departure_id}", summary="One trip")
async def get_departure(departure_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """As it is, or as it was on a business date and as far as was recorded by a moment."""
    where = visible(caller, "member_id", *SIDES)
    found = await get_visible(caller, tools.register, DEPARTURES, departure_id, where)
    if at.is_now:
        return await shown(tools.register, LIST.columns, found)
    document, sequence = await queries.departure_at(tools, found, at)
    return shown_then(LIST.columns, document, sequence)


@router.get("/v1/departures/{departure_id}/history", summary="Every event of one trip")
async def departure_history(departure_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; sealed text is only named."""
    where = visible(caller, "member_id", *SIDES)
    await get_visible(caller, tools.register, DEPARTURES, departure_id, where)
    return history_answer(await get_history(tools.ledger, DEPARTURE, departure_id), at=at)


@router.post("/v1/departures/{departure_id}/leave", summary="The announced member has left")
async def leave(departure_id: str, body: Leave, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """The contact duty begins on the business date (domain.md §2.1)."""
    asker = Asker.of_caller(caller)
    facts = _with_source(told(body, LeavingFacts.model_fields), body.source)
    return answer(await handlers.leave_as_announced(tools, asker, departure_id, facts))


@router.post("/v1/departures/{departure_id}/change-destination", summary="The member told another destination")
async def change_destination(departure_id: str, body: Destination, caller: Keeper, tools: ToolsHere) -> JSONResponse:
    """County level at most; what is not told anew stays (R3)."""
    facts = told(body, DestinationFacts.model_fields)
    return answer(await handlers.change_destination(tools, Asker.of_caller(caller), departure_id, facts))


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
