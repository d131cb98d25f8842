"""A small town with members and a branch that studies: short words for what its callers do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import httpx
from services.notifications.tests.town import CITY, FAR, HOME, OTHER, TOWN, NoticeTown, a_town

from guiyan.events.codes import DepartureSource, DestCertainty, FlowReason, MemberSource, PersonCategory
from guiyan.events.registry import ContactPersonAppointed, HostAccepted, MemberLeft, MemberRegistered
from guiyan.events.registry.member import MemberText
from guiyan.events.registry.post import PersonText
from guiyan.ledger.calendar import moment_of
from guiyan.service.auth import Role
from guiyan.service.twins import Town

DAY = date(2026, 4, 10)
PLAN: dict[str, Any] = {
    "kind": "THEME_DAY",
    "topic": "POLICY",
    "title": "四月主题党日",
    "starts_at": "2026-04-10T10:00:00+08:00",
    "hours": 2.0,
    "place": "示例村活动室",
}


class StudyTown(NoticeTown):
    """The town, its members, and who calls."""

    def __init__(self, town: Town, folder: Path) -> None:
        super().__init__(town)
        self.folder = folder
        self.keeper = town.bearer(Role.BRANCH_CONTACT, org=HOME, sub="keeper")
        self.township = town.bearer(Role.TOWNSHIP_OFFICER, org=TOWN, sub="township")
        self.others = town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="others")

    async def member(self, name: str, branch: str = HOME) -> str:
        """A member of a branch; gives the id."""
        member_id = self.world.id("member", name)
        registered = MemberRegistered(
            member_id=member_id, branch=branch, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        )
        await self.world.happen(member_id, registered, pii=MemberText(name="李示例", id_no=None))
        await self.town.settle()
        return member_id

    async def guest(self, name: str, host: str = HOME) -> str:
        """A member of another branch whom one here has taken in; gives the id."""
        member_id = await self.member(name, FAR)
        trip = self.world.id("trip", name)
        left = MemberLeft(
            member_id=member_id,
            branch=FAR,
            reason=FlowReason.MIGRANT_WORK,
            source=DepartureSource.ANNOUNCED,
            dest_certainty=DestCertainty.FIXED,
        )
        await self.world.happen(trip, left, HostAccepted(member_id=member_id, host_branch=host))
        await self.town.settle()
        return member_id

    async def serves(self, org: str, name: str) -> str:
        """Somebody keeps contact for a branch, with an address; gives the person's id."""
        person_id = self.world.id("person", name)
        text = PersonText(name="张示例", email=f"{name}@guiyan.example")
        await self.world.happen(org, ContactPersonAppointed(org_code=org, person_id=person_id), pii=text)
        await self.town.settle()
        return person_id

    def as_member(self, member_id: str, branch: str = HOME) -> dict[str, str]:
        """The headers of a member who calls for himself."""
        return self.town.bearer(Role.MEMBER, org=branch, sub=member_id)

    async def post(self, path: str, body: Any = None, headers: Any = None) -> httpx.Response:
        """A change, by the branch's contact person unless somebody else is named; applied when it returns."""
        answer = await self.town.http.post(f"/v1/{path}", json=body, headers=headers or self.keeper)
        await self.town.settle()
        return answer

    async def do(self, path: str, body: Any = None, headers: Any = None) -> dict[str, Any]:
        """A change that is carried out; gives its answer."""
        answer = await self.post(path, body, headers)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    async def get(self, path: str, headers: Any = None, **query: Any) -> httpx.Response:
        """A read."""
        return await self.town.http.get(f"/v1/{path}", params=query, headers=headers or self.keeper)

    async def row(self, id_: str, headers: Any = None, **query: Any) -> dict[str, Any]:
        """An activity as it is shown."""
        answer = await self.get(f"activities/{id_}", headers, **query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def noted(self, **changes: Any) -> str:
        """An activity of the own branch that nobody is told of; gives its id."""
        return str((await self.do("activities", PLAN | changes))["id"])

    async def announced(self, **changes: Any) -> str:
        """An activity of the own branch that was announced; gives its id."""
        id_ = await self.noted(**changes)
        await self.do(f"activities/{id_}/announce")
        return id_

    async def held(self, **changes: Any) -> str:
        """One that took place on its day, which it is now; gives its id."""
        id_ = await self.announced(**changes)
        await self.until(DAY)
        await self.do(f"activities/{id_}/hold")
        return id_

    async def until(self, day: date, hour: int = 18) -> int:
        """Move the clock to an hour of a day in Shanghai; gives how many timers fired."""
        return await self.town.advance_to(moment_of(day, time(hour)))

    async def types(self, id_: str) -> list[str]:
        """What happened to an activity."""
        found = await self.get(f"activities/{id_}/history", self.city)
        return [event["type"] for event in found.json()["events"]]


@asynccontextmanager
async def a_study_town(folder: Path, **options: Any) -> AsyncIterator[StudyTown]:
    """The town, running, on 10 March 2026."""
    async with a_town(folder, **options) as running:
        yield StudyTown(running.town, folder)


def at(day: date, hour: int = 10) -> str:
    """An hour of a day in Shanghai, as a request tells it."""
    return datetime.combine(day, time(hour)).isoformat() + "+08:00"


__all__ = ["CITY", "DAY", "FAR", "HOME", "OTHER", "PLAN", "TOWN", "StudyTown", "a_study_town", "at"]
