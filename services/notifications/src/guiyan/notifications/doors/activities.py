"""`/v1/activities`: noted, announced, answered, held, who was there, its record closed (S-24 to S-29, §6 no. 15)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from guiyan.ledger import Subject
from guiyan.ledger.past import read_past
from guiyan.notifications.commands.study import StudyDesk
from guiyan.notifications.domain import activity as ask
from guiyan.notifications.domain.attendance import ATTENDANCE, attendance_id
from guiyan.notifications.doors import activity_bodies as bodies
from guiyan.notifications.doors.activity_acts import possible
from guiyan.notifications.doors.activity_list import LIST, SHEET, SHEET_ROWS, shown, told
from guiyan.notifications.doors.public import public_address
from guiyan.notifications.projections.activities import ACTIVITIES, PARTICIPANTS, Study, participant_id
from guiyan.notifications.projections.learners import LEARNERS, invited
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.problems import NotFound
from guiyan.service.reads import Document
from guiyan.service.resources import AtTime, answer, document_answer, get_history, history_answer
from guiyan.service.rows import Rows
from guiyan.service.subtree import OfTree
from guiyan.service.tables import row

router = APIRouter(tags=["activities"])
KEEP: Final = (Role.BRANCH_CONTACT, Role.BRANCH_SECRETARY, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
OFFICE: Final = (*sorted(OFFICE_ROLES), Role.AUDITOR)
Reader = Annotated[Caller, requires(*OFFICE, Role.MEMBER)]
Office = Annotated[Caller, requires(*OFFICE)]
Keeper = Annotated[Commander, commands(*KEEP)]
Teller = Annotated[Commander, commands(*KEEP, Role.MEMBER)]


async def _desk(request: Request) -> StudyDesk:
    found: StudyDesk = request.app.state.study_desk
    return found


Desk = Annotated[StudyDesk, Depends(_desk)]


@router.get("/v1/activities", summary="Study activities of the own scope", **LIST.openapi())
async def list_activities(request: Request, caller: Reader, desk: Desk, below: OfTree) -> Response:
    """Members see what was announced where they belong or are guests."""
    await caller.wait.until_applied(desk.study)
    where = await below.narrowed(caller, desk, await desk.where(caller))
    return await LIST.answer(request, caller, desk.study, where=where, complete=told)


@router.post("/v1/activities", status_code=201, summary="Note an activity")
async def draft(body: bodies.NewActivity, caller: Keeper, desk: Desk) -> JSONResponse:
    """Nobody is told of it yet."""
    outcome = await desk.draft(caller, body.plan(caller.scope.org), body.occurred_on)
    return answer(outcome, location=f"/v1/activities/{outcome.id}")


@router.get("/v1/activities/{activity_id}", summary="One activity")
async def get_activity(activity_id: str, request: Request, caller: Reader, desk: Desk, at: AtTime) -> JSONResponse:
    """As it is, or as it was on both time axes; members find what they have said themselves.

    An office finds the verbs that it can do next (`acts`), and where the public reads of it (`public_page`).
    """
    found, sequence = await _visible(desk, activity_id, caller), await desk.study.applied()
    if not at.is_now:
        found, sequence = await _past(desk, activity_id, at)
        if not caller.is_office and found["announced_on"] is None:
            raise NotFound
    body = row(LIST.columns, shown(found))
    if not caller.is_office and at.is_now:
        own = await desk.study.get(PARTICIPANTS, participant_id(activity_id, caller.principal.sub)) or {}
        body["own"] = {name: own.get(name) for name in ("answer", "mode", "hours", "feedback")}
    if caller.is_office and at.is_now:
        keeps = bool(caller.principal.roles & frozenset(KEEP))
        body["acts"] = possible(desk, await desk.get(caller, activity_id)) if keeps else []
        on_page = found["public"] and found["announced_on"] is not None
        body["public_page"] = public_address(request, desk, found["branch"]) if on_page else None
    return document_answer(body, version=found["version"], sequence=sequence)


async def _past(desk: StudyDesk, id_: str, at: Any) -> tuple[Document, int]:
    """The activity's document of a past, from its own stream and those of the attendances at it."""
    parts = await desk.study.find(PARTICIPANTS, {"activity_id": id_})
    subjects = [ATTENDANCE.subject(attendance_id(id_, one["member_id"])) for one in parts]
    own = Subject("notifications", "activity", id_)
    past = await read_past(desk.ledger, desk.sealer, Study(), [own, *subjects], at.keep)
    found = past.find(ACTIVITIES, id_)
    if found is None:
        raise NotFound
    return found, past.sequence


@router.get("/v1/activities/{activity_id}/history", summary="Every event of one activity")
async def activity_history(activity_id: str, caller: Office, desk: Desk, at: AtTime) -> JSONResponse:
    """Oldest first; for offices, since it names who answered what."""
    await _visible(desk, activity_id, caller)
    return history_answer(await get_history(desk.ledger, desk.decider, activity_id), at=at)


@router.get("/v1/activities/{activity_id}/attendance", summary="Who was invited and was there", **SHEET.openapi())
async def sheet(activity_id: str, request: Request, caller: Office, desk: Desk) -> Response:
    """The branch's members and guests, names masked; on paper with room for signatures."""
    SHEET.question(request.query_params.multi_items())
    sequence = await caller.wait.until_applied(desk.study)
    found = await _visible(desk, activity_id, caller)
    rows = await _members(desk, found)
    return await SHEET.answer(request, caller, Rows({SHEET_ROWS: rows}, sequence))


async def _members(desk: StudyDesk, activity: Document) -> list[Document]:
    """Whoever is invited now, and whoever answered or was there; what they thought of it is counted, not listed."""
    parts = {one["member_id"]: one for one in await desk.study.find(PARTICIPANTS, {"activity_id": activity["_id"]})}
    asked = {"$or": [invited(activity["branch"]), {"_id": {"$in": sorted(parts)}}]}
    learners = {one["_id"]: one for one in await desk.study.find(LEARNERS, asked)}
    nobody: Document = {"name": None, "branch": None, "away_since": None}
    found = []
    for member_id in sorted({*learners, *parts}):
        member, part = learners.get(member_id, nobody), parts.get(member_id, {})
        said = {name: part.get(name) for name in ("answer", "mode", "hours", "attended_on")}
        away = member["away_since"] is not None
        who = {"member_id": member_id, "name": member["name"], "branch": member["branch"], "away": away}
        found.append({"_id": member_id, **who, **said, "signature": None})
    return found


@router.post("/v1/activities/{activity_id}/change", summary="Change what was planned")
async def change(activity_id: str, body: bodies.ChangeActivity, caller: Keeper, desk: Desk) -> JSONResponse:
    """Those who were told are told; nearer than the rule asks only for a coded reason."""
    act = ask.Change(**desk.when(body.occurred_on), told=body.told(), short_notice=body.short_notice)
    return answer(await desk.act(caller, activity_id, act))


@router.post("/v1/activities/{activity_id}/announce", summary="Tell the members of it")
async def announce(activity_id: str, caller: Keeper, desk: Desk, body: bodies.Announcing | None = None) -> JSONResponse:
    """At least `study.notice_before` days ahead, or for a coded reason later (S-25)."""
    said = body or bodies.Announcing()
    return answer(await desk.announce(caller, activity_id, said.occurred_on, short_notice=said.short_notice))


@router.post("/v1/activities/{activity_id}/cancel", summary="It will not take place")
async def cancel(activity_id: str, caller: Keeper, desk: Desk, body: bodies.Body | None = None) -> JSONResponse:
    """Those who were told are told."""
    act = ask.Cancel(**desk.when((body or bodies.Body()).occurred_on))
    return answer(await desk.act(caller, activity_id, act))


@router.post("/v1/activities/{activity_id}/answer", summary="A member says whether to come")
async def answer_activity(activity_id: str, body: bodies.Answering, caller: Teller, desk: Desk) -> JSONResponse:
    """For oneself, or written down by the office for a member."""
    said = {"member_id": body.member_id, "answer": body.answer}
    return answer(await desk.answer(caller, activity_id, body.occurred_on, **said))


@router.post("/v1/activities/{activity_id}/hold", summary="It took place")
async def hold(activity_id: str, caller: Keeper, desk: Desk, body: bodies.Holding | None = None) -> JSONResponse:
    """On `occurred_on`; also what was never announced."""
    said = body or bodies.Holding()
    return answer(await desk.act(caller, activity_id, ask.Hold(**desk.when(said.occurred_on), hours=said.hours)))


@router.post("/v1/activities/{activity_id}/attend", summary="A member was there")
async def attend(activity_id: str, body: bodies.Attending, caller: Keeper, desk: Desk) -> JSONResponse:
    """In person, online or as a guest; once each, whoever else reports it."""
    return answer(await desk.attend(caller, activity_id, body.member_id, body.mode, body.hours))


@router.post("/v1/activities/{activity_id}/withdraw-attendance", summary="Somebody was not there after all")
async def withdraw(activity_id: str, body: bodies.Withdrawing, caller: Keeper, desk: Desk) -> JSONResponse:
    """While the record is open."""
    return answer(await desk.withdraw(caller, activity_id, body.member_id, body.occurred_on))


@router.post("/v1/activities/{activity_id}/record", summary="Close its record")
async def close(activity_id: str, caller: Keeper, desk: Desk, body: bodies.Body | None = None) -> JSONResponse:
    """Attendance is closed, and counted."""
    return answer(await desk.close(caller, activity_id, (body or bodies.Body()).occurred_on))


@router.post("/v1/activities/{activity_id}/reopen", summary="Open its record again")
async def reopen(activity_id: str, caller: Keeper, desk: Desk, body: bodies.Body | None = None) -> JSONResponse:
    """Something in it was wrong."""
    act = ask.Reopen(**desk.when((body or bodies.Body()).occurred_on))
    return answer(await desk.act(caller, activity_id, act))


@router.post("/v1/activities/{activity_id}/feedback", summary="Whether it was of use")
async def feedback(activity_id: str, body: bodies.Judging, caller: Teller, desk: Desk) -> JSONResponse:
    """One of three codes, by whoever was there (S-27)."""
    said = {"member_id": body.member_id, "answer": body.answer}
    return answer(await desk.judge(caller, activity_id, body.occurred_on, **said))


async def _visible(desk: StudyDesk, id_: str, caller: Caller) -> Document:
    await caller.wait.until_applied(desk.study)
    found = await desk.study.find(ACTIVITIES, {"$and": [{"_id": id_}, await desk.where(caller)]}, limit=1)
    if not found:
        raise NotFound
    return found[0]
