"""A small town for the tests of transfers: organisations, members, and short words for what callers do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx

from guiyan.events.codes import MemberSource, PersonCategory
from guiyan.events.registry import MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.service.auth import Role
from guiyan.service.twins import Town, World, on_twins
from guiyan.transfers.app import BLUEPRINT
from guiyan.transfers.settings import TransfersSettings

CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
HOME, NEXT, FAR = "654002001001", "654002001002", "654002002001"
PARENTS: Final = {CITY: None, TOWN: CITY, OTHER: CITY, HOME: TOWN, NEXT: TOWN, FAR: OTHER}
SETTINGS: Final = TransfersSettings.model_construct()


class TransferTown:
    """The town and who calls in it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.world = town.world
        self.secretary = town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")
        self.origin = town.bearer(Role.TOWNSHIP_OFFICER, org=TOWN, sub="origin")
        self.receiver = town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="receiver")
        self.city = town.bearer(Role.CITY_OFFICER, org=CITY, sub="city")

    async def member(self, name: str = "one", branch: str = HOME, id_no: str | None = None) -> str:
        """A member of a branch; gives the id."""
        member_id = self.world.id("member", name)
        registered = MemberRegistered(
            member_id=member_id,
            branch=branch,
            person_category=PersonCategory.FULL,
            source=MemberSource.DEVELOPED,
            id_index=self.world.index.of("id_no", id_no) if id_no else None,
        )
        await self.world.happen(member_id, registered, pii=MemberText(name="李示例", id_no=id_no))
        return member_id

    async def post(self, path: str, body: Any = None, headers: Any = None, **more: str) -> httpx.Response:
        """A change, by the origin's officer unless somebody else is named."""
        return await self.town.http.post(path, json=body, headers={**(headers or self.origin), **more})

    async def get(self, path: str, headers: Any = None, **query: Any) -> httpx.Response:
        """A read."""
        return await self.town.http.get(path, params=query, headers=headers or self.city)

    async def requested(self, member_id: str | None = None, **more: Any) -> str:
        """The id of a transfer to the other town."""
        body = {"member_id": member_id or await self.member(), "to_committee": OTHER, "dues_paid_to": "2026-02"}
        made = await self.post("/v1/transfers", body | more)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def issued(self, **more: Any) -> str:
        """The id of a transfer whose letter is issued."""
        id_ = await self.requested(**more)
        for verb, who in (("approve", self.secretary), ("issue", self.origin)):
            done = await self.post(f"/v1/transfers/{id_}/{verb}", headers=who)
            assert done.status_code == 200, done.text
        return id_


@asynccontextmanager
async def a_town(settings: TransfersSettings = SETTINGS, **options: Any) -> AsyncIterator[TransferTown]:
    """A running town with its organisations."""
    world = World()
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    async with on_twins(BLUEPRINT, settings, world, **options) as town:
        await town.settle()
        yield TransferTown(town)
