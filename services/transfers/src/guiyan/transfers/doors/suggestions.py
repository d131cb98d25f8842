"""`/v1/transfers/{id}/dismiss`: why a suggested transfer is not asked for (S-12); to ask is `POST /v1/transfers`."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse

from guiyan.events.codes import TransferObstacle
from guiyan.service.caller import Commander, commands
from guiyan.service.resources import answer
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.doors import access, bodies
from guiyan.transfers.doors.access import Side
from guiyan.transfers.doors.http import Here

router = APIRouter(tags=["transfers"])
Secretary = Annotated[Commander, commands(*access.AGREE)]


class Dismissal(bodies.Body):
    """Why not, as far as it is known now."""

    obstacle: Annotated[TransferObstacle, Field(description="Why the relation cannot follow for now")]


@router.post("/v1/transfers/{transfer_id}/dismiss", summary="Why a suggested transfer is not asked for")
async def dismiss(transfer_id: str, body: Dismissal, caller: Secretary, office: Here) -> JSONResponse:
    """By the branch's secretary, or an officer above; it is not suggested again for this departure."""
    access.check(caller, await office.get(transfer_id), Side.ORIGIN_BRANCH)
    act = ask.DismissSuggestion(**office.when(body.occurred_on), obstacle=body.obstacle)
    return answer(await office.act(transfer_id, act, caller.context, caller.expected_version))
