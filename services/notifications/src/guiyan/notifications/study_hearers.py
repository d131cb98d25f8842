"""Who is to hear of a study activity: whoever keeps contact with the members that an event of it concerns (S-25)."""

from __future__ import annotations

from typing import Any, Protocol

from guiyan.events.codes import ActivityAnswer
from guiyan.events.notifications.study import StudyActivityAnnounced, StudyReminderSent
from guiyan.ledger import Document, Fact
from guiyan.notifications.domain.matters import Known
from guiyan.notifications.projections.activities import ACTIVITIES, PARTICIPANTS
from guiyan.notifications.projections.learners import LEARNERS, invited
from guiyan.service.reads import Reads


class Posts(Protocol):
    """Finds who serves an organisation."""

    async def find_post(self, org_code: str, post: str) -> str | None:
        """The person in a post, or None for a gap."""


class StudyHearers:
    """Finds the members whom an event concerns, and through whom each of them hears of it."""

    def __init__(self, study: Reads, posts: Posts) -> None:
        self._study = study
        self._posts = posts

    async def known(self, fact: Fact) -> Known:
        """The activity, and the persons to be told, each with the branch for which that person keeps contact."""
        activity = await self._study.get(ACTIVITIES, fact.aggregate_id) or {"branch": None, "announced_on": None}
        keepers: dict[str, str] = {}
        for member in await self._concerned(fact, activity):
            found = await self._through_whom(member)
            if found is not None:
                keepers.setdefault(found, member["branch"])
        return Known(activity=activity, keepers=keepers)

    async def _concerned(self, fact: Fact, activity: Document) -> list[Document]:
        """Announced: whoever is invited; near: who has not declined; changed or called off: whoever answered."""
        parts = await self._study.find(PARTICIPANTS, {"activity_id": fact.aggregate_id, "answer": {"$ne": None}})
        answers = {one["member_id"]: one["answer"] for one in parts}
        asked: dict[str, Any] = {"_id": {"$in": sorted(answers)}}
        if isinstance(fact.payload, StudyActivityAnnounced | StudyReminderSent):
            asked = {"$or": [asked, invited(activity["branch"])]}
        members = await self._study.find(LEARNERS, asked, sort=[("_id", 1)])
        if isinstance(fact.payload, StudyReminderSent):
            return [one for one in members if answers.get(one["_id"]) != ActivityAnswer.NOT_COMING]
        return members

    async def _through_whom(self, member: Document) -> str | None:
        """By whom a member is told: who was named for the member, else the contact person of the member's branch.

        A member's own address belongs here: once members are reached by themselves, this gives the member first.
        """
        if member["keeper"] is not None:
            return str(member["keeper"])
        return None if member["branch"] is None else await self._posts.find_post(member["branch"], "contact_person")
