"""`/v1/providers`: who carries notices here, and who is suspended since when (ADR 0028); no member data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import JSONResponse

from guiyan.notifications.channels.pool import Pools
from guiyan.notifications.domain.provider import provider_id
from guiyan.notifications.projections.providers import PROVIDERS
from guiyan.service.auth import Role
from guiyan.service.caller import Caller, requires
from guiyan.service.reads import Reads

Watcher = Annotated[Caller, requires(Role.OPS, Role.CITY_OFFICER, Role.AUDITOR, member_data=False)]


@dataclass(frozen=True)
class ProviderDoors:
    """What this door works with."""

    pools: Pools
    reads: Reads

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(tags=["providers"])
        router.get("/v1/providers", summary="Who carries notices, and who is suspended")(self.list_providers)
        return router

    async def list_providers(self, caller: Watcher) -> JSONResponse:
        """Every provider of the settings, in their order."""
        await caller.wait.until_applied(self.reads)
        known = {one["_id"]: one for one in await self.reads.find(PROVIDERS, {})}
        items = []
        for pool in self.pools:
            for member in pool:
                told = known.get(provider_id(member.provider.name), {"suspended": False, "failures": 0, "since": None})
                items.append(
                    {
                        "name": member.provider.name,
                        "channel": str(pool.channel),
                        "weight": member.weight,
                        "can_be_asked": member.provider.answers,
                        "suspended": told["suspended"],
                        "since": None if told["since"] is None else told["since"].isoformat().replace("+00:00", "Z"),
                        "failures": told["failures"],
                    }
                )
        return JSONResponse({"items": items, "sequence": await self.reads.applied()})
