"""`/v1/members/{id}/evidence`: a record's history checked from the ledger, as a file (domain.md §5.2, §6 no. 22)."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import JSONResponse

from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere, get_visible, visible
from guiyan.registry.evidence import find_evidence
from guiyan.registry.projections.members import MEMBERS
from guiyan.service.caller import Caller, requires
from guiyan.service.resources import AtTime

router = APIRouter(tags=["privacy"])
Reader = Annotated[Caller, requires(*roles.PROVE)]


@router.get("/v1/members/{member_id}/evidence", summary="A record's history, checked from the ledger")
async def evidence(member_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """For the auditor: every event with a digest, whether any is missing, and whether the pages show what they say.

    Read from the ledger at this moment, not from what the pages are served from. `as_of` and `known_at`: which events
    count in that past. No personal text is in it.
    """
    await get_visible(caller, tools.register, MEMBERS, member_id, visible(caller, "_id", "branch"))
    told = {
        "kind": "guiyan member evidence 1",
        "made_at": tools.clock.now().isoformat(),
        "made_by": caller.principal.sub,
        "as_of": at.as_of and at.as_of.isoformat(),
        "known_at": at.known_at and at.known_at.isoformat(),
        **await find_evidence(tools, member_id, at),
    }
    return JSONResponse(told, headers={"Content-Disposition": 'attachment; filename="evidence.json"'})
