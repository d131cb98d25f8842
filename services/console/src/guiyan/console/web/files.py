"""A service's own file of a list, passed on as it comes: with the filters and the order on screen, all pages of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from guiyan.console.client import Clients, check
from guiyan.console.web.visitor import Visitor
from guiyan.service.printing import PDF_TYPE
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE

KINDS: Final = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE, "pdf": PDF_TYPE}


@dataclass(frozen=True, slots=True)
class Listed:
    """Which list of which service, and what it is asked."""

    service: str
    path: str
    asked: Sequence[tuple[str, str]]


async def file_of(request: Request, here: Visitor, listed: Listed, *, name: str, suffix: str) -> Response:
    """The file; raises HTTPException 404 for a kind that there is not, or what the service answers."""
    if suffix not in KINDS:
        raise HTTPException(404)
    parts = _parts(request, here, listed, KINDS[suffix])
    kind = (await anext(parts)).decode()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"', "Content-Type": kind}
    return StreamingResponse(parts, headers=headers)


async def _parts(request: Request, here: Visitor, listed: Listed, kind: str) -> AsyncIterator[bytes]:
    """The file's media type, then its bytes."""
    headers = {**here.api.headers, "Accept": kind}
    clients: Clients = request.app.state.clients
    async with clients.stream(listed.service, listed.path, params=list(listed.asked), headers=headers) as response:
        if response.is_error:
            await response.aread()
            check(listed.service, response)
        yield str(response.headers.get("content-type", kind)).encode()
        async for part in response.aiter_bytes():
            yield part
