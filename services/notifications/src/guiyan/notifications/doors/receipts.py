"""`/v1/receipts/{provider}`: where an HTTP provider reports what became of its messages, signed by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from guiyan.notifications.channels.pool import Pools
from guiyan.notifications.channels.receipts import Receipt
from guiyan.notifications.channels.signatures import Request as Signed
from guiyan.notifications.receiving import Receiving
from guiyan.service.problems import Problem


@runtime_checkable
class Reports(Protocol):
    """A provider that reports to this door."""

    def heard(self, request: Signed, headers: Mapping[str, str]) -> Sequence[Receipt] | None:
        """The receipts of a request; None when it is not from this provider; ValueError when it holds no receipts."""


@dataclass(frozen=True)
class ReceiptDoors:
    """What this door works with."""

    pools: Pools
    receiving: Receiving

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(tags=["receipts"])
        router.post(
            "/v1/receipts/{provider}",
            summary="What became of messages, as their provider tells; signed, not by token",
            responses={401: {"description": "No such provider, or not signed by it"}},
        )(self.take)
        return router

    async def take(self, provider: str, request: Request) -> JSONResponse:
        """Take one receipt or up to 1,000; each is written, or tried again for a minute."""
        found = self.pools.find(provider)
        who = found[1].provider if found is not None else None
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        signed = Signed("POST", path, await request.body())
        try:
            receipts = who.heard(signed, dict(request.headers)) if isinstance(who, Reports) else None
        except ValueError:
            raise Problem(400, "malformed") from None
        if receipts is None:
            raise Problem(401, "unauthenticated", headers={"WWW-Authenticate": "Signature"})
        for receipt in receipts:
            await self.receiving.told(receipt)
        return JSONResponse({"taken": len(receipts)})
