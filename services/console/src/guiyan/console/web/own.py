"""`POST /members/{id}/copy`: all that is kept about oneself as a file that a phone opens (PIPL Art. 45)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.console.listed import tables_of
from guiyan.console.lists import ListInfo
from guiyan.console.pages import page
from guiyan.console.records import care, contacts, moves, own
from guiyan.console.section import Subject
from guiyan.console.tales import tell
from guiyan.console.web.acts import told_facts
from guiyan.console.web.visitor import Here, Visitor

router = APIRouter()
PARTS: Final = (
    contacts.POINTS, contacts.DUTIES, contacts.RELAYS, contacts.REPORTS, contacts.VISITS,
    moves.TRIPS, moves.TRANSFERS, moves.CERTIFICATES, moves.PROBATIONS, moves.RETENTIONS, moves.LOST,
    care.YEARS, care.HONOURS, care.AID, care.LETTERS, care.MATERIALS, care.CORRECTIONS, care.CONSENTS, own.ACCESSES,
)  # fmt: skip
FILE: Final = "my-information.html"


@router.post("/members/{member_id}/copy")
async def copy(member_id: str, request: Request, here: Here) -> Response:
    """Registry's copy with the text in full, which it records first; the lists of all services; the story."""
    form = await request.form()
    told = await here.api.post("registry", f"/v1/members/{member_id}/copy", {}, key=str(form.get("_key", "")))
    subject = Subject(member_id, told["card"], ())
    tables = await tables_of(here, subject, *PARTS)
    info = await here.lists.get(here.api, "registry", "/v1/members")
    answer = page(
        request,
        "copy.html",
        facts=await _facts(here, info, told),
        tables=tables,
        away=sorted({one.away for one in tables if one.away}),
        events=await tell(told["events"], here),
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return answer


async def _facts(here: Visitor, info: ListInfo, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The card with the personal text in full in place of what is masked."""
    names = tuple(one for one in info.columns if not one.endswith("id") and one not in {"version", "transfer"})
    return await told_facts(info, names, {**told["card"], **told["text"]}, here)
