"""A small town for the tests of contact: organisations, members, trips, and short words for what callers do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

import httpx

from guiyan.contact.app import BLUEPRINT
from guiyan.contact.domain.numbering import duty_id
from guiyan.contact.settings import ContactSettings
from guiyan.events.codes import (
    ChangeType,
    DepartureSource,
    DestCertainty,
    FlowReason,
    MemberSource,
    PersonCategory,
    TransferChannel,
)
from guiyan.events.registry import ContactPersonAppointed, MemberLeft, MemberRegistered, MemberReturned
from guiyan.events.registry.member import MemberText
from guiyan.events.transfers import RelationTransferred, TransferRequested
from guiyan.ledger.calendar import Quarter, moment_of
from guiyan.service.auth import Role
from guiyan.service.twins import Town, World, on_twins

CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
HOME, NEXT, FAR = "654002001001", "654002001002", "654002002001"
PARENTS: Final = {CITY: None, TOWN: CITY, OTHER: CITY, HOME: TOWN, NEXT: TOWN, FAR: OTHER}
SETTINGS: Final = ContactSettings.model_construct()
WISH: Final = {"wish_document_no": "示例意愿〔2026〕1号", "wish_on": "2026-01-15"}
"""The member's own written wish, as the doors ask for it."""
START: Final = datetime(2026, 2, 10, 2, tzinfo=UTC)


class ContactTown:
    """The town and who calls in it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.world = town.world
        self.keeper = town.bearer(Role.BRANCH_CONTACT, org=HOME, sub="keeper")
        self.officer = town.bearer(Role.TOWNSHIP_OFFICER, org=TOWN, sub="officer")
        self.city = town.bearer(Role.CITY_OFFICER, org=CITY, sub="city")

    async def member(self, name: str = "one", branch: str = HOME, id_no: str | None = None, **text: str) -> str:
        """A member of a branch; gives the id."""
        member_id = self.world.id("member", name)
        registered = MemberRegistered(
            member_id=member_id,
            branch=branch,
            person_category=PersonCategory.FULL,
            source=MemberSource.DEVELOPED,
            id_index=self.world.index.of("id_no", id_no) if id_no else None,
        )
        await self.world.happen(member_id, registered, pii=MemberText(name="李示例", id_no=id_no, **text))
        return member_id

    async def keeper_of(self, branch: str, name: str = "keeper") -> str:
        """A branch's contact person; gives the person's id."""
        person_id = self.world.id("person", name)
        await self.world.happen(branch, ContactPersonAppointed(org_code=branch, person_id=person_id))
        return person_id

    async def leave(
        self, member_id: str, trip: str = "first", branch: str = HOME, on: date | None = None, **place: Any
    ) -> str:
        """The member has left for a fixed place, unless told otherwise; gives the departure's id."""
        told = {"reason": FlowReason.MIGRANT_WORK, "dest_certainty": DestCertainty.FIXED} | place
        departure_id = self.world.id("departure", member_id, trip)
        left = MemberLeft(member_id=member_id, branch=branch, source=DepartureSource.ANNOUNCED, **told)
        await self.world.happen(departure_id, left, occurred_on=on)
        return departure_id

    async def away(self, name: str = "one", **more: Any) -> str:
        """A member who is away; gives the member's id."""
        member_id = await self.member(name)
        await self.leave(member_id, **more)
        await self.town.settle()
        return member_id

    async def come_home(self, member_id: str, trip: str = "first") -> None:
        """The member is home again."""
        await self.come_home_from(self.world.id("departure", member_id, trip), member_id)

    async def come_home_from(self, departure_id: str, member_id: str) -> None:
        """The member is home again from one departure."""
        await self.world.happen(departure_id, MemberReturned(member_id=member_id, branch=HOME))

    async def transfer(
        self,
        member_id: str,
        to_branch: str | None = FAR,
        on: date | None = None,
        transfer_id: str | None = None,
    ) -> str:
        """The member's relation moved; gives the transfer's id."""
        transfer_id = transfer_id or self.world.id("transfer", member_id)
        day = on or self.world.clock.today()
        moved = RelationTransferred(member_id=member_id, from_branch=HOME, to_branch=to_branch, transferred_on=day)
        await self.world.happen(transfer_id, moved, occurred_on=on)
        return transfer_id

    async def ask(self, member_id: str, which: str = "") -> str:
        """A transfer of the member is requested; gives its id."""
        transfer_id = self.world.id("transfer", member_id, which) if which else self.world.id("transfer", member_id)
        asked = TransferRequested(
            member_id=member_id,
            channel=TransferChannel.PAPER,
            change_type=ChangeType.OUT_INSIDE,
            to_title="示例乡党委",
            to_committee=OTHER,
            dues_paid_to="2026-01",
            from_branch=HOME,
            from_committee=TOWN,
        )
        await self.world.happen(transfer_id, asked)
        return transfer_id

    def duty(self, member_id: str, quarter: str = "2026-Q1") -> str:
        """The id of a duty."""
        return duty_id(member_id, Quarter.parse(quarter))

    async def post(self, path: str, body: Any = None, headers: Any = None, **more: str) -> httpx.Response:
        """A change, by the branch's contact person unless somebody else is named."""
        return await self.town.http.post(path, json=body, headers={**(headers or self.keeper), **more})

    async def get(self, path: str, headers: Any = None, **query: Any) -> httpx.Response:
        """A read."""
        return await self.town.http.get(path, params=query, headers=headers or self.city)

    async def rows(self, **query: Any) -> list[dict[str, Any]]:
        """The desk, after everything has been applied."""
        await self.town.settle()
        return list((await self.get("/v1/duties", **query)).json()["items"])

    async def row(self, member_id: str, quarter: str = "2026-Q1") -> dict[str, Any]:
        """One duty, after everything has been applied."""
        await self.town.settle()
        return dict((await self.get(f"/v1/duties/{self.duty(member_id, quarter)}")).json())

    async def types(self, member_id: str, quarter: str = "2026-Q1") -> list[str]:
        """What happened to a duty."""
        found = await self.get(f"/v1/duties/{self.duty(member_id, quarter)}/history")
        return [event["type"] for event in found.json()["events"]]

    async def until(self, day: date, hour: int = 12) -> int:
        """Move the clock to noon of a day in Shanghai; gives how many timers fired."""
        return await self.town.advance_to(moment_of(day, datetime.min.time().replace(hour=hour)))


@asynccontextmanager
async def a_town(at: datetime = START, **options: Any) -> AsyncIterator[ContactTown]:
    """A running town with its organisations."""
    world = World(at)
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    async with on_twins(BLUEPRINT, SETTINGS, world, **options) as town:
        await town.settle()
        yield ContactTown(town)
