"""Short words for what is done about a lost contact in the small town."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Final

import httpx
from services.contact.tests.town import CITY, HOME, ContactTown, a_town

from guiyan.events import Event
from guiyan.events.codes import SearchMeans
from guiyan.events.registry import MembershipReinstated, MembershipRemoved, MembershipSuspended
from guiyan.service.auth import Role

PAPER: Final = {"document_no": "示例〔2026〕7号"}
MISSED_TWICE: Final = date(2026, 7, 1)
"""Away since 10 February 2026: two quarters missed, and silent for four months and three weeks."""


class LostTown(ContactTown):
    """The town, and who searches in it."""

    def __init__(self, town: Any) -> None:
        super().__init__(town)
        self.secretary = town.bearer(Role.BRANCH_SECRETARY, org=HOME, sub="secretary")

    async def watched(self, name: str = "one") -> tuple[str, str]:
        """A member away whom two quarters did not reach; gives the member's and the case's id."""
        member_id = await self.away(name)
        await self.until(MISSED_TWICE)
        return member_id, str((await self.cases(member_id=member_id))[0]["id"])

    async def searching(self, name: str = "one") -> tuple[str, str]:
        """The same, and the branch has begun to search."""
        member_id, case_id = await self.watched(name)
        assert (await self.do(case_id, "start-search")).status_code == 200
        return member_id, case_id

    async def cases(self, **query: Any) -> list[dict[str, Any]]:
        """Ledger no. 10, after everything has been applied."""
        await self.town.settle()
        return list((await self.get("/v1/lost-contacts", **query)).json()["items"])

    async def case(self, case_id: str, **query: Any) -> dict[str, Any]:
        """One case, after everything has been applied."""
        await self.town.settle()
        return dict((await self.get(f"/v1/lost-contacts/{case_id}", **query)).json())

    async def do(self, case_id: str, verb: str, headers: Any = None, /, **body: Any) -> httpx.Response:
        """An act on a case, by the branch's secretary unless somebody else is named."""
        return await self.post(f"/v1/lost-contacts/{case_id}/{verb}", body, headers or self.secretary)

    async def try_everything(self, case_id: str, **body: Any) -> None:
        """Every means, without result; the relay person is not there."""
        for means in SearchMeans:
            result = "NOT_APPLICABLE" if means is SearchMeans.RELAY_PERSON else "NOTHING"
            done = await self.do(case_id, "search-step", means=means, result=result, **body)
            assert done.status_code == 200, done.text

    async def confirmed(self, name: str = "one") -> tuple[str, str]:
        """A case that branch and committee have confirmed, on 10 August 2026."""
        member_id, case_id = await self.searching(name)
        await self.try_everything(case_id)
        assert (await self.do(case_id, "open", cause="MIGRANT_OR_BUSINESS")).status_code == 200
        await self.until(date(2026, 8, 10))
        done = await self.do(case_id, "confirm", self.officer)
        assert done.status_code == 200, done.text
        return member_id, case_id

    async def decide(self, member_id: str, kind: Any = MembershipSuspended, **facts: Any) -> Event:
        """Registry records a decision of today; gives its event."""
        today = self.world.clock.today()
        paper = {"branch": HOME, "decision_no": "示例〔2026〕9号", "decided_on": today, "decided_by": CITY}
        of = {
            MembershipSuspended: {"ground": "LOST_CONTACT"},
            MembershipRemoved: {"ground": "ART24_LOST"},
            MembershipReinstated: {"requested_on": today},
        }
        await self.world.happen(member_id, kind(member_id=member_id, **paper, **of.get(kind, {}), **facts))
        await self.town.settle()
        return (await self.events(member_id))[-1]

    async def types(self, case_id: str, quarter: str = "") -> list[str]:
        """What happened to a case."""
        found = await self.get(f"/v1/lost-contacts/{case_id}/history")
        return [event["type"] for event in found.json()["events"]]

    async def events(self, of: str = "") -> list[Event]:
        """Every event of the ledger, or those of one aggregate."""
        found: list[Event] = []
        async for commits in self.world.ledger.follow(0, batch=1_000_000):
            found = [event for commit in commits for event in commit.events]
            break
        return [one for one in found if one.subject.endswith(of)]


@asynccontextmanager
async def a_lost_town(**options: Any) -> AsyncIterator[LostTown]:
    """A running town."""
    async with a_town(**options) as town:
        yield LostTown(town.town)
