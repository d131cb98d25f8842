"""`/v1/memberships` and the decisions on one: suspended, reinstated, removed, ended, and what was recorded in error."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import (
    MembershipEnd,
    MembershipStatus,
    PersonCategory,
    RecordError,
    RemovalGround,
    SuspensionGround,
)
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.registry.membership import (
    CorrectionPeriodEnded,
    MembershipEnded,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)
from guiyan.events.values import Id, OrgCode
from guiyan.registry.commands import decisions as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import OUTSIDE, ToolsHere, unless_asked, visible
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.asks import Ask
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["memberships"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Recorder = Annotated[Commander, commands(*roles.DECIDE)]

GROUNDS: Final = labels(RemovalGround) | labels(SuspensionGround)

LIST: Final = Listing(
    name="memberships",
    collection=MEMBERS,
    title_zh="党籍台账",
    ledger=True,
    title_en="Memberships and decisions",
    columns=(
        Column("_id", "编号", "Id", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("id_no", "公民身份证号", "ID number", 22),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("person_category", "人员类别", "Category", 12, labels=labels(PersonCategory)),
        Column("membership_status", "党籍状态", "Status", 10, labels=labels(MembershipStatus)),
        Column("status_since", "状态起始", "Since", 12),
        Column("decision.ground", "依据", "Ground", 20, labels=GROUNDS),
        Column("decision.decision_no", "决定文号", "Document", 22),
        Column("decision.decided_by", "决定机关", "Decided by", 16),
        Column("decision.event_id", "决定编号", "Decision", 38, name="decision_id"),
        Column("reinstatement_until", "可申请恢复至", "Reinstatement until", 14),
        Column("removal_from", "满两年之日", "Removal possible from", 14),
        Column("correction_until", "限期改正至", "Correction period until", 14),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "branch": Filter(),
        "membership_status": Filter(choices=tuple(MembershipStatus)),
        "person_category": Filter(choices=tuple(PersonCategory)),
        "status_since": Filter(Kind.DATE),
        "outside": OUTSIDE,
        "reinstatement_until": Filter(Kind.DATE),
        "removal_from": Filter(Kind.DATE),
        "correction_until": Filter(Kind.DATE),
        "decision_no": Filter(Kind.DOCUMENT_NO, field="decision.decision_no"),
    },
    sorts=("_id", "name", "branch", "status_since", "removal_from"),
)


class DecisionAsk(Ask):
    """What every decision tells: the document, its day, and who decided: the branch or an organisation above it."""

    decision_no: DocumentNumber
    decided_on: Annotated[date, Field(description="Day of the decision; the business date of the event")]
    decided_by: OrgCode

    def paper(self) -> handlers.Paper:
        """As the handlers take it."""
        return handlers.Paper(self.decision_no, self.decided_on, self.decided_by)


class Suspension(DecisionAsk):
    """停止党籍."""

    ground: SuspensionGround
    since: Annotated[date | None, Field(description="Since when contact is lost, or the member is abroad")] = None


class Reinstatement(DecisionAsk):
    """恢复党籍."""

    requested_on: date


class Removal(DecisionAsk):
    """除名: the article alone, no reason in words."""

    ground: RemovalGround


class End(DecisionAsk):
    """The membership ended otherwise."""

    how: MembershipEnd


class PeriodSet(DecisionAsk):
    """限期改正."""

    months: Annotated[int, Field(ge=1, le=600)]


class PeriodEnded(DecisionAsk):
    """What the branch found at the end of the period."""

    corrected: bool


class JoinedAnew(DecisionAsk):
    """The branch meeting that admitted the person anew; `branch` when it is another one than the record's."""

    joined_on: date
    branch: OrgCode | None = None


class Annulment(DecisionAsk):
    """Which decision should not stand in this record, and why; the document is that of whoever set it right."""

    annulled_id: Annotated[Id, Field(description="Event id of the newest decision that stands (decision_id)")]
    error: RecordError
    branch: Annotated[OrgCode | None, Field(description="Where the relation goes on if its branch has ended")] = None


@router.get("/v1/memberships", summary="How memberships stand, with the decision each rests on", **LIST.openapi())
async def list_memberships(request: Request, caller: Reader, tools: ToolsHere) -> Response:
    """By status, by the day from which removal is possible, by the document; a member sees the own record."""
    where = unless_asked(request, visible(caller, "_id", "branch"))
    return await LIST.answer(request, caller, tools.register, where=where)


@router.post("/v1/members/{member_id}/suspend", summary="Membership suspended by decision")
async def suspend(member_id: str, body: Suspension, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """Lost for six months at least, or abroad (R1 Art. 24); its day starts the two years."""
    more = {"ground": body.ground, "since": body.since}
    asker = Asker.of_caller(caller)
    return answer(await handlers.record_decision(tools, asker, member_id, body.paper(), MembershipSuspended, **more))


@router.post("/v1/members/{member_id}/reinstate", summary="Membership reinstated by decision")
async def reinstate(member_id: str, body: Reinstatement, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """Asked for within two years of the suspension; nothing that ended is reinstated (R1 Art. 24)."""
    more = {"requested_on": body.requested_on}
    asker = Asker.of_caller(caller)
    return answer(await handlers.record_decision(tools, asker, member_id, body.paper(), MembershipReinstated, **more))


@router.post("/v1/members/{member_id}/remove", summary="Removed from the roll by decision")
async def remove(member_id: str, body: Removal, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """As lost only two years after the suspension (R1 Art. 24, 31); an open trip ends with it."""
    asker = Asker.of_caller(caller)
    paper = body.paper()
    return answer(await handlers.record_decision(tools, asker, member_id, paper, MembershipRemoved, ground=body.ground))


@router.post("/v1/members/{member_id}/end-membership", summary="Withdrew, expelled, probation cancelled, or deceased")
async def end_membership(member_id: str, body: End, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """By decision with its document number (domain.md §2.11); an open trip ends with it."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.record_decision(tools, asker, member_id, body.paper(), MembershipEnded, how=body.how))


@router.post("/v1/members/{member_id}/set-correction-period", summary="A period to set one's conduct right")
async def set_correction_period(member_id: str, body: PeriodSet, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """At most a year (R1 Art. 30); nothing follows by itself when it is over."""
    asker = Asker.of_caller(caller)
    return answer(await handlers.set_correction_period(tools, asker, member_id, body.paper(), body.months))


@router.post("/v1/members/{member_id}/end-correction-period", summary="What was found at the end of the period")
async def end_correction_period(member_id: str, body: PeriodEnded, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """Set right or not; a removal would be another decision (R1 Art. 30, 31)."""
    asker = Asker.of_caller(caller)
    more = {"corrected": body.corrected}
    return answer(await handlers.record_decision(tools, asker, member_id, body.paper(), CorrectionPeriodEnded, **more))


@router.post("/v1/members/{member_id}/join-anew", summary="Admitted anew after an end")
async def join_anew(member_id: str, body: JoinedAnew, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """A new probation, no reinstatement (R1 Art. 24)."""
    asker = Asker.of_caller(caller)
    return answer(
        await handlers.join_anew(tools, asker, member_id, body.paper(), joined_on=body.joined_on, branch=body.branch)
    )


@router.post("/v1/members/{member_id}/annul-decision", summary="A decision was recorded in error")
async def annul_decision(member_id: str, body: Annulment, caller: Recorder, tools: ToolsHere) -> JSONResponse:
    """On the wrong person, another decision than the document's, or twice; both stay in the history."""
    asker = Asker.of_caller(caller)
    return answer(
        await handlers.annul_decision(
            tools, asker, member_id, body.paper(), annulled_id=body.annulled_id, error=body.error, branch=body.branch
        )
    )
