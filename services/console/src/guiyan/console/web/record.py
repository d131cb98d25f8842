"""`/members/{id}`: a member's record; its parts are asked for one by one, and one that cannot be told says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guiyan.console.client import ApiProblem, Away
from guiyan.console.i18n import mark
from guiyan.console.pages import newest, page, wants_part
from guiyan.console.screens import EVERYBODY
from guiyan.console.section import Asked, Section, Subject
from guiyan.console.web.acts import named_facts, told_facts
from guiyan.console.web.visitor import Here, Visitor
from guiyan.console.words import SHANGHAI
from guiyan.service.auth import Role

router = APIRouter()
PART: Final = "section"
REVEALERS: Final = EVERYBODY | {Role.MEMBER}
HEAD: Final = (
    "sex", "id_no", "person_category", "membership_status", "branch", "responsible", "mobile", "away_since",
    "host_branch",
)  # fmt: skip
REVEALED: Final = (
    ("name", mark("姓名")),
    ("id_no", mark("身份证号")),
    ("mobile", mark("手机号")),
    ("landline", mark("固定电话")),
    ("birth_date", mark("出生日期")),
    ("former_name", mark("曾用名")),
    ("home_address", mark("家庭住址")),
    ("file_place", mark("档案所在地")),
)
REASONS: Final = (
    ("CONTACT_DUTY", mark("联系党员")),
    ("TRANSFER", mark("办理转接")),
    ("CORRECTION", mark("更正信息")),
    ("MEMBER_ASKED", mark("本人要求")),
    ("AUDIT", mark("审计")),
)
OWN_REASONS: Final = (("MEMBER_ASKED", mark("本人要求")),)
NOT_FOUND: Final = 404
CALL_REASON: Final = "CONTACT_DUTY"


@router.get("/members/{member_id}")
async def record(member_id: str, request: Request, here: Here) -> Response:
    """The record with its first part."""
    return await _record(request, here, member_id, _sections(request, here)[0])


@router.get("/members/{member_id}/call")
async def call(member_id: str, request: Request, here: Here) -> Response:
    """The telephones by which the member may be called, masked until each is shown for this duty."""
    asked = (("member_id", member_id), ("open", "true"), ("limit", "20"))
    try:
        info = await here.lists.get(here.api, "contact", "/v1/contact-points")
        found = await here.api.get("contact", "/v1/contact-points", asked)
    except Away as away:
        return page(request, "_away.html", service=away.service)
    shown = [(one, info.columns["kind"].told(one["kind"], here.words, here.books)) for one in found["items"]]
    return page(request, "_call.html", points=shown, member_id=member_id)


@router.post("/members/{member_id}/reveal")
async def reveal(member_id: str, request: Request, here: Here) -> Response:
    """Masked fields in full, for the reason that was chosen; the service records it before it tells."""
    form = await request.form()
    body = {"fields": [str(one) for one in form.getlist("fields")], "reason": str(form.get("reason", ""))}
    try:
        told = await here.api.post("registry", f"/v1/members/{member_id}/reveal", body, key=str(form.get("_key", "")))
    except ApiProblem as problem:
        return page(request, "_revealed.html", status=problem.status, facts=[], problem=problem, member_id=member_id)
    facts = [(title, told[name] or "") for name, title in REVEALED if name in told]
    return page(request, "_revealed.html", facts=facts, problem=None, member_id=member_id)


@router.post("/contact-points/{point_id}/reveal")
async def reveal_number(point_id: str, request: Request, here: Here) -> Response:
    """One number in full, to call it: a contact duty is the reason."""
    form = await request.form()
    body = {"reason": CALL_REASON}
    told = await here.api.post("contact", f"/v1/contact-points/{point_id}/reveal", body, key=str(form.get("_key", "")))
    return page(request, "_number.html", value=str(told["value"]))


@router.get("/members/{member_id}/{name}")
async def part(member_id: str, name: str, request: Request, here: Here) -> Response:
    """One part: alone for htmx, else within the whole record."""
    section = next((one for one in _sections(request, here) if one.name == name), None)
    if section is None:
        raise HTTPException(404)
    return await _record(request, here, member_id, section)


@router.post("/find")
async def find(request: Request, here: Here) -> Response:
    """Members by name, pinyin, ID number or telephone; what was typed stands in no address."""
    form = await request.form()
    term = str(form.get("term", "")).strip()
    try:
        info = await here.lists.get(here.api, "registry", "/v1/members")
        found = await here.api.post("registry", "/v1/members/find", {"term": term})
    except ApiProblem as problem:
        return page(request, "found.html", status=problem.status, rows=[], more=False, problems=problem.said)
    shown = ("sex", "person_category", "branch", "id_no", "mobile", "departure_state")
    await here.books.learn(here.api, {str(one["branch"]) for one in found["items"] if one.get("branch")})
    rows = [(one, await told_facts(info, shown, one, here)) for one in found["items"]]
    return page(request, "found.html", rows=rows, more=found["more"], problems=[])


def _sections(request: Request, here: Visitor) -> list[Section]:
    sections: list[Section] = request.app.state.sections
    return [one for one in sections if here.has(*one.roles)]


async def _record(request: Request, here: Visitor, member_id: str, section: Section) -> Response:
    at = past_of(request)
    try:
        member = await here.api.get("registry", f"/v1/members/{member_id}", (*at, *newest(request)))
    except ApiProblem as refused:
        if refused.status != NOT_FOUND or not at:
            raise
        return page(request, "not_yet.html", status=NOT_FOUND, back=f"/members/{member_id}/{section.name}")
    subject = Subject(member_id, member, at)
    told, away, problem = await _load(here, section, subject)
    around: dict[str, Any] = {
        "member": member,
        "member_id": member_id,
        "section": section,
        "sections": _sections(request, here),
        "at": dict(at),
        "past": "&".join(f"{name}={value}" for name, value in at),
        "away": away,
        "problem": problem,
        "facts": [],
        "reveals": REVEALED if here.has(*REVEALERS) else (),
        "reasons": REASONS if here.has(*EVERYBODY) else OWN_REASONS,
        "done": request.query_params.get("done", ""),
        **_axes(member, dict(at)),
    }
    if wants_part(request, PART):
        return page(request, "_section.html", **around, **told)
    info = await here.lists.get(here.api, "registry", "/v1/members")
    around["facts"] = await named_facts(info, HEAD, member, here)
    return page(request, "record.html", **around, **told)


async def _load(here: Visitor, section: Section, subject: Subject) -> tuple[dict[str, Any], str, ApiProblem | None]:
    try:
        return await section.load(here, subject), "", None
    except Away as away:
        return {}, away.service, None
    except ApiProblem as problem:
        return {}, "", problem


def past_of(request: Request) -> Asked:
    """The time axes of the address, as far as they are dates."""
    found: list[tuple[str, str]] = []
    for name in ("as_of", "known_at"):
        told = request.query_params.get(name, "")
        try:
            date.fromisoformat(told[:10])
        except ValueError:
            continue
        found.append((name, told if name == "as_of" or "T" in told else f"{told}T23:59:59+08:00"))
    return tuple(found)


def _axes(member: Mapping[str, Any], at: Mapping[str, str]) -> dict[str, Any]:
    """The range of the two sliders: from the day the record knows of first until today."""
    today = datetime.now(SHANGHAI).date()
    began = min(date.fromisoformat(str(member.get("registered_on") or today)), today)
    told = {name: date.fromisoformat(at[name][:10]) if name in at else today for name in ("as_of", "known_at")}
    days = {f"days_{name}": (day - began).days for name, day in told.items()}
    return {"began": began.isoformat(), "today": today.isoformat(), "days": (today - began).days, **days}
