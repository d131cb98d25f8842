"""Naming a contact person for one member: who may be named, and for how many (S-11, §2.6)."""

from dataclasses import dataclass
from datetime import date

from guiyan.contact.commands.desk import Desk
from guiyan.contact.domain.assignment import ASSIGNMENT, Name, Unname
from guiyan.contact.projections import people
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.service_points import SERVERS, SERVICE_POINTS
from guiyan.ledger import Document, Ledger, Outcome, Refused
from guiyan.service.caller import Commander
from guiyan.service.problems import NotFound
from guiyan.service.reads import Reads, wait_for
from guiyan.service.turns import Turns

WAIT_SECONDS = 5.0
IN_TURN_SECONDS = 1.0
"""How long is waited inside a turn for what was told before it: less than a turn lasts."""


@dataclass(frozen=True)
class Assignments:
    """What the doors of members away work with."""

    ledger: Ledger
    desk: Desk
    points: Reads
    turn: Turns

    async def name(self, caller: Commander, member_id: str, person_id: str, on: date | None) -> Outcome:
        """Name somebody for a member away: the branch's contact person, one of its members, or who serves for it.

        One at a time, across replicas: how many members the person has is counted with all that was named before.
        """
        await wait_for(self.desk.cycle, await self.ledger.head(), WAIT_SECONDS)
        async with self.turn.turn():
            return await self._name(caller, member_id, person_id, on)

    async def _name(self, caller: Commander, member_id: str, person_id: str, on: date | None) -> Outcome:
        person = await self._find(caller, member_id, IN_TURN_SECONDS)
        if not people.is_due(person):
            raise Refused("not_away")
        if not await self._may_keep(person_id, member_id, person["branch"]):
            raise Refused("not_of_the_branch", pointer="/person_id")
        when = self.desk.when(on)
        if when["on"].isoformat() < person["away"]["since"]:
            raise Refused("date_before_last", pointer="/occurred_on", earliest=person["away"]["since"])
        has = await self.desk.cycle.count(PEOPLE, {"keeper": person_id, "_id": {"$ne": member_id}})
        most = (await self.desk.parameters(when["on"])).members_per_person
        act = Name(**when, member_id=member_id, branch=person["branch"], person_id=person_id, has=has, most=most)
        return await self._run(caller, member_id, act)

    async def unname(self, caller: Commander, member_id: str, on: date | None) -> Outcome:
        """Nobody is named any more: the branch's contact person has the member."""
        person = await self._find(caller, member_id)
        act = Unname(**self.desk.when(on), still_needed=people.is_due(person), by_person=True)
        return await self._run(caller, member_id, act)

    async def _find(self, caller: Commander, member_id: str, wait_seconds: float = WAIT_SECONDS) -> Document:
        """A member of the scope, after waiting for everything that the ledger holds now; raises NotFound."""
        await wait_for(self.desk.cycle, await self.ledger.head(), wait_seconds)
        person = await self.desk.find_person(member_id)
        if person is None:
            raise NotFound
        caller.scope.check(person["branch"])
        return person

    async def _may_keep(self, person_id: str, member_id: str, branch: str) -> bool:
        if person_id == await self.desk.find_keeper(branch):
            return True
        other = await self.desk.find_person(person_id)
        if other is not None:
            here = other["branch"] == branch and other["away"] is None and other["status"] == "NORMAL"
            return here and person_id != member_id
        serves = await self.points.get(SERVERS, person_id)
        points = [await self.points.get(SERVICE_POINTS, one) for one in (serves or {"points": []})["points"]]
        runs = {one["org_code"] for one in points if one and one["open"]}
        await self.desk.directory.refresh()
        return any(one.code in runs for one in self.desk.directory.path(branch))

    async def _run(self, caller: Commander, member_id: str, act: Name | Unname) -> Outcome:
        return await self.desk.commands.execute(ASSIGNMENT, member_id, act, caller.context, caller.expected_version)
