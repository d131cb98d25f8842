"""`/v1/lost-contacts`: ledger no. 10 and every act of a case (domain.md §2.7, §6).

The branch starts and searches, the committee confirms and decides with the branch; members have no door here.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from guiyan.contact.commands.lost_contacts import LostDesk
from guiyan.contact.domain import lost_acts as ask
from guiyan.contact.doors import access, lost_bodies
from guiyan.contact.doors.bodies import Body
from guiyan.contact.doors.possible import of_case
from guiyan.contact.lost_queries import LOST_LIST, LostToday, by_stage, figures, lost_at, shown
from guiyan.contact.projections.lost_rows import LOST_CONTACTS
from guiyan.ledger import Document, Refused
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.tables import row

router = APIRouter(tags=["lost-contacts"])
READ: Final = (*sorted(OFFICE_ROLES), Role.AUDITOR)
Reader = Annotated[Caller, requires(*READ)]
Searcher = Annotated[Commander, commands(*access.KEEP)]
Secretary = Annotated[Commander, commands(*access.SETTLE)]
Committee = Annotated[Commander, commands(*access.RUN_POINTS)]


async def _desk(request: Request) -> LostDesk:
    found: LostDesk = request.app.state.lost_desk
    return found


Here = Annotated[LostDesk, Depends(_desk)]


@router.get("/v1/lost-contacts", summary="Lost contact in the own scope (ledger no. 10)", **LOST_LIST.openapi())
async def list_cases(request: Request, caller: Reader, desk: Here) -> Response:
    """Every case, open and closed; filters narrow it."""
    reads = LostToday(desk.lost, desk.clock.today(), caller.language)
    return await LOST_LIST.answer(request, caller, reads, where=caller.scope.where("branch"))


@router.get("/v1/lost-contacts/by-stage", summary="How many cases stand in each stage")
async def stages(caller: Reader, desk: Here) -> JSONResponse:
    """Open cases of the own scope; each figure names the list that shows just these (§3.5)."""
    sequence = await caller.wait.until_applied(desk.lost)
    counted = await by_stage(desk.lost, caller.scope.where("branch"))
    return JSONResponse({"stages": figures(counted), "total": sum(counted.values()), "sequence": sequence})


@router.post("/v1/lost-contacts", status_code=201, summary="An officer opens a watch")
async def open_watch(body: lost_bodies.NewWatch, caller: Secretary, desk: Here) -> JSONResponse:
    """Beside the system, which opens one after two missed quarters or months of silence; one is open at most."""
    try:
        person = await desk.know(body.member_id)
        caller.scope.check(person["branch"])
    except NotFound:
        raise Invalid([FieldProblem("/member_id", "member_not_found")]) from None
    if person["status"] != "NORMAL":
        raise Refused("lost_membership_not_normal", pointer="/member_id")
    when = _when(desk, body)
    if body.last_seen_on is not None and body.last_seen_on > when["on"]:
        raise Refused("date_in_future", pointer="/last_seen_on", today=when["today"].isoformat())
    outcome = await desk.watch(desk.told_watch(body.member_id, person, body.last_seen_on, **when), caller.context)
    return answer(outcome, location=f"/v1/lost-contacts/{outcome.id}")


@router.get("/v1/lost-contacts/{case_id}", summary="One case")
async def get_case(case_id: str, caller: Reader, desk: Here, at: AtTime) -> JSONResponse:
    """As it is, with the verbs that the caller can do next (`acts`), or as it was on a date, as far as was recorded."""
    found, sequence = await _visible(desk, case_id, caller), await desk.lost.applied()
    if not at.is_now:
        found, sequence = await lost_at(desk.ledger, desk.sealer, desk.lost, case_id, at)
    told = shown(found, at.day(desk.clock.today()), caller.language)
    body = row(LOST_LIST.columns, told)
    if at.is_now:
        body["acts"] = await of_case(caller, desk, case_id)
    return document_answer(body, version=found["version"], sequence=sequence)


@router.get("/v1/lost-contacts/{case_id}/history", summary="Every event of one case")
async def case_history(case_id: str, caller: Reader, desk: Here, at: AtTime) -> JSONResponse:
    """Oldest first."""
    await _visible(desk, case_id, caller)
    return history_answer(await get_history(desk.ledger, desk.decider, case_id), at=at)


@router.post("/v1/lost-contacts/{case_id}/start-search", summary="The branch begins to search")
async def start_search(case_id: str, caller: Searcher, desk: Here, body: Body | None = None) -> JSONResponse:
    """WATCH → SEARCHING, in the fifth month at the latest."""
    known = await _known(desk, caller, case_id)
    act = ask.StartSearch(**_when(desk, body or Body()), branch=known["branch"], since=known["since"])
    return await _do(desk, caller, case_id, act)


@router.post("/v1/lost-contacts/{case_id}/search-step", summary="One means of the closed list was tried")
async def search_step(case_id: str, body: lost_bodies.Step, caller: Searcher, desk: Here) -> JSONResponse:
    """With its day and coded result; a means that is not there is told as NOT_APPLICABLE, never left out."""
    known, when = await _known(desk, caller, case_id), _when(desk, body)
    held = await desk.held(known["member_id"], body.means, when["on"])
    act = ask.TakeStep(**when, means=body.means, result=body.result, channel=body.channel, held=held)
    return await _do(desk, caller, case_id, act)


@router.post("/v1/lost-contacts/{case_id}/open", summary="The branch tells that contact is lost, and by which cause")
async def tell_cause(case_id: str, body: lost_bodies.Cause, caller: Secretary, desk: Here) -> JSONResponse:
    """The branch's part of confirming; the trip stands as LOST_CONTACT from now on (§2.2)."""
    known = await _known(desk, caller, case_id)
    since = _since(known)
    act = ask.TellCause(**_when(desk, body), branch=known["branch"], since=since, cause=body.cause)
    return await _do(desk, caller, case_id, act)


@router.post("/v1/lost-contacts/{case_id}/confirm", summary="The basic committee confirms")
async def confirm(
    case_id: str, caller: Committee, desk: Here, body: lost_bodies.Confirmation | None = None
) -> JSONResponse:
    """After six months without a sign and every means tried (R1 Art. 24); nothing follows by itself."""
    body = body or lost_bodies.Confirmation()
    known = await _known(desk, caller, case_id)
    committee = await desk.committee(known["branch"])
    if not caller.scope.covers(committee):
        raise Refused("lost_committee_confirms", committee=committee)
    act = ask.Confirm(**_when(desk, body), since=_since(known), confirmed_by=committee, document_no=body.document_no)
    return await _do(desk, caller, case_id, act)


@router.post("/v1/lost-contacts/{case_id}/regain", summary="Contact was regained")
async def regain(case_id: str, body: lost_bodies.Found, caller: Searcher, desk: Here) -> JSONResponse:
    """At any time; what follows is decided by people."""
    known, when = await _known(desk, caller, case_id), _when(desk, body)
    relay = await desk.relay_person(known["member_id"], when["on"])
    act = ask.Regain(**when, channel=body.channel, since=known["since"], relay_person=relay)
    return await _do(desk, caller, case_id, act)


@router.post("/v1/lost-contacts/{case_id}/propose-suspension", summary="The branch proposes to suspend the membership")
async def propose_suspension(case_id: str, body: lost_bodies.Proposal, caller: Secretary, desk: Here) -> JSONResponse:
    """With the number of its paper; the decision is registry's record."""
    return await _do(desk, caller, case_id, ask.ProposeSuspension(**await _paper(desk, caller, case_id, body)))


@router.post("/v1/lost-contacts/{case_id}/propose-reinstatement", summary="The branch proposes to reinstate")
async def propose_reinstatement(
    case_id: str, body: lost_bodies.ReinstatementProposal, caller: Secretary, desk: Here
) -> JSONResponse:
    """On the member's written request within two years of the suspension."""
    paper = await _paper(desk, caller, case_id, body)
    return await _do(desk, caller, case_id, ask.ProposeReinstatement(**paper, requested_on=body.requested_on))


@router.post("/v1/lost-contacts/{case_id}/propose-removal", summary="The branch proposes the removal")
async def propose_removal(case_id: str, body: lost_bodies.Proposal, caller: Secretary, desk: Here) -> JSONResponse:
    """Two years after the suspension and without contact since; by people, never by the clock."""
    return await _do(desk, caller, case_id, ask.ProposeRemoval(**await _paper(desk, caller, case_id, body)))


@router.post("/v1/lost-contacts/{case_id}/decide-outcome", summary="What follows for a member found again")
async def decide_outcome(case_id: str, body: lost_bodies.OutcomeBody, caller: Committee, desk: Here) -> JSONResponse:
    """By branch and committee, with a decision number."""
    known = await _known(desk, caller, case_id)
    decided_by = body.decided_by or known["branch"]
    if decided_by not in await desk.way_up(known["branch"]):
        raise Refused("lost_not_the_deciding_organisation", pointer="/decided_by")
    act = ask.DecideOutcome(
        **_when(desk, body),
        outcome=body.outcome,
        decision_no=body.decision_no,
        decided_by=decided_by,
        months=body.months,
        probationary=known["probationary"],
    )
    return await _do(desk, caller, case_id, act)


@router.post("/v1/lost-contacts/{case_id}/close", summary="A case opened in error is closed")
async def close(case_id: str, caller: Secretary, desk: Here, body: Body | None = None) -> JSONResponse:
    """Every other end follows from what is recorded."""
    await _known(desk, caller, case_id)
    return await _do(desk, caller, case_id, ask.CloseCase(**_when(desk, body or Body())))


async def _paper(desk: LostDesk, caller: Commander, case_id: str, body: lost_bodies.Proposal) -> dict[str, Any]:
    known = await _known(desk, caller, case_id)
    return {
        **_when(desk, body),
        "proposed_by": known["branch"],
        "document_no": body.document_no,
        "since": known["since"],
        "probationary": known["probationary"],
    }


def _since(known: Document) -> Any:
    if known["since"] is None:
        raise Refused("lost_last_seen_unknown")
    return known["since"]


async def _visible(desk: LostDesk, case_id: str, caller: Caller) -> Document:
    await caller.wait.until_applied(desk.lost)
    query = {"$and": [{"_id": case_id}, caller.scope.where("branch")]}
    found = await desk.lost.find(LOST_CONTACTS, query, limit=1)
    if not found:
        raise NotFound
    return found[0]


def _when(desk: LostDesk, body: Body) -> dict[str, Any]:
    """The dates of an act: the business date told, else today."""
    today = desk.clock.today()
    return {"on": body.occurred_on or today, "today": today}


async def _known(desk: LostDesk, caller: Caller, id_: str) -> Document:
    """What is known now of the member of a case in the scope; raises NotFound."""
    found = await desk.find(id_)
    if found is None:
        raise NotFound
    person = await desk.know(found[0].member_id)
    caller.scope.check(person["branch"])
    return {**person, "since": await desk.since(id_, person), "member_id": found[0].member_id}


async def _do(desk: LostDesk, caller: Commander, id_: str, act: ask.LostAct) -> JSONResponse:
    return answer(await desk.act(id_, act, caller.context, caller.expected_version))
