"""`/pick/areas`: what may be meant by what has been typed so far into a field of a place."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.console import places
from guiyan.console.pages import page
from guiyan.console.web.visitor import Here

router = APIRouter()


@router.get("/pick/areas")
async def pick_area(request: Request, here: Here) -> Response:
    """Areas, as options: public words, nobody's data."""
    del here
    typed = next(iter(request.query_params.values()), "")
    return page(request, "_options.html", options=places.search(typed))
