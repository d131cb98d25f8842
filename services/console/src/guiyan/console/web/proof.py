"""`/members/{id}/evidence.json`: the evidence on a record as registry makes it, to be kept (domain.md §6 no. 22)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.console.web.record import past_of
from guiyan.console.web.visitor import Here

router = APIRouter()


@router.get("/members/{member_id}/evidence.json")
async def evidence_file(member_id: str, request: Request, here: Here) -> Response:
    """The file with every event, its digest and what was checked; on the page's time axes."""
    found = await here.api.answer("registry", "GET", f"/v1/members/{member_id}/evidence", params=list(past_of(request)))
    headers = {"Content-Disposition": f'attachment; filename="evidence-{member_id}.json"'}
    return Response(found.content, media_type="application/json", headers=headers)
