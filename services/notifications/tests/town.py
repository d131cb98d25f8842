"""A small town for the tests of notifications: organisations, who serves there, members, and what is due."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from guiyan.events import new_id
from guiyan.events.codes import NoticeChannel
from guiyan.events.notifications.notice import NoticeQueued
from guiyan.events.registry import ContactPersonAppointed
from guiyan.events.registry.post import PersonText
from guiyan.ledger import Context
from guiyan.notifications.addresses import Addresses
from guiyan.notifications.app import BLUEPRINT
from guiyan.notifications.digest_entries import DigestEntries
from guiyan.notifications.domain.notice import NOTICE, Queue
from guiyan.notifications.planning import Planner
from guiyan.notifications.projections import Notices, Offices, Posts, Preferences, Providers, Reach, Sides, Templates
from guiyan.notifications.queries import NoticeReads, PostReads
from guiyan.notifications.settings import NotificationsSettings
from guiyan.notifications.wordings import Wordings
from guiyan.notifications.writing import Writer
from guiyan.service.auth import Role
from guiyan.service.twins import START, Town, World, on_twins

CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
HOME, FAR = "654002001001", "654002002001"
PARENTS: Final = {CITY: None, TOWN: CITY, OTHER: CITY, HOME: TOWN, FAR: OTHER}


class NoticeTown:
    """The town and who calls in it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.world = town.world
        self.city = town.bearer(Role.CITY_OFFICER, org=CITY, sub="city")
        self.notices = NoticeReads(town.parts.reads(Notices), town.parts.reads(Providers))
        self.posts = PostReads(town.parts.reads(Posts), town.parts.reads(Sides), town.parts.directory)
        self.addresses = Addresses(self.posts, town.parts.reads(Reach))
        self.wordings = Wordings(town.parts.reads(Templates), town.parts.reads(Offices), town.parts.directory)
        reads = town.parts.reads
        self.planner = Planner(self.addresses, (NoticeChannel.MAILBOX,), town.parts.rulebook, reads(Preferences))
        entries = DigestEntries(town.parts.commands, town.world.clock, self.notices)
        self.writer = Writer(self.addresses, self.wordings, entries)

    async def officer(
        self, name: str = "one", email: str | None = "officer@guiyan.example", phone: str | None = None
    ) -> str:
        """Somebody who keeps contact for a branch; gives the person's id."""
        person_id = self.world.id("person", name)
        appointed = ContactPersonAppointed(org_code=HOME, person_id=person_id)
        await self.world.happen(HOME, appointed, pii=PersonText(name="张示例", email=email, phone=phone))
        await self.town.settle()
        return person_id

    async def queued(self, name: str = "one", to: str | None = None, **changes: Any) -> str:
        """A notice that is due; gives its id."""
        id_ = self.world.id("notice", name)
        intent = NoticeQueued(
            cause_event_id=self.world.id("cause", name),
            rule="contact_missed_to_contact_person",
            recipient_id=to or await self.officer(),
            org_code=HOME,
            channel=NoticeChannel.EMAIL,
            template="contact_missed",
            template_version=1,
            params={"quarter": "2026-Q1", "duty": id_, "missed": "1"},
        ).model_copy(update=changes)
        command = Queue(intent, self.world.clock.today())
        await self.town.parts.commands.execute(NOTICE, id_, command, Context(new_id(START), "t", CITY, "c", "c"))
        await self.town.settle()
        return id_

    async def row(self, id_: str) -> dict[str, Any]:
        """A notice as the office sees it, after everything has been applied."""
        await self.town.settle()
        return dict((await self.town.http.get(f"/v1/notices/{id_}", headers=self.city)).json())


@asynccontextmanager
async def a_town(folder: Path, providers_file: Path | None = None, **options: Any) -> AsyncIterator[NoticeTown]:
    """A running town with its organisations; mails go into the folder, unless a file names the providers."""
    world = World()
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    settings = NotificationsSettings.model_construct(mailbox=folder, providers_file=providers_file)
    async with on_twins(BLUEPRINT, settings, world, **options) as town:
        await town.settle()
        yield NoticeTown(town)
