"""Which means of the closed list the organisation holds for a member (domain.md §1.4, §7)."""

from dataclasses import dataclass
from datetime import date

from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.points import POINTS
from guiyan.contact.projections.relay_persons import RELAY_PERSONS, served
from guiyan.events.codes import ContactPointKind, SearchMeans
from guiyan.service.reads import Reads


@dataclass(frozen=True)
class MeansHeld:
    """What contact itself knows of; where it cannot know, the person who records the step says so."""

    cycle: Reads
    points: Reads
    relays: Reads

    async def held(self, member_id: str, means: SearchMeans, on: date) -> bool | None:
        """True: it can be tried. False: it must be told as not applicable. None: not known here, either may be told."""
        match means:
            case SearchMeans.RELAY_PERSON:
                return await self.relay_person(member_id, on)
            case SearchMeans.OWN_CONTACT_POINTS:
                return await self._any_point(member_id) or None
            case SearchMeans.REGISTERED_LETTER:
                return await self._any_point(member_id, kind=ContactPointKind.POSTAL) or None
            case SearchMeans.HOST_ORG:
                person = await self.cycle.get(PEOPLE, member_id)
                return bool(person and person["away"] and person["away"]["host_branch"]) or None
            case _:
                return None

    async def relay_person(self, member_id: str, on: date) -> bool:
        """Whether somebody was nominated by the member on the day; from the withdrawal on nobody is used."""
        found = await self.relays.find(RELAY_PERSONS, {"member_id": member_id})
        return any(served(one, on.isoformat()) for one in found)

    async def _any_point(self, member_id: str, **more: str) -> bool:
        return bool(await self.points.find(POINTS, {"member_id": member_id, "open": True, **more}, limit=1))
