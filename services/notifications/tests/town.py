"""A small town for the tests of notifications: organisations, who serves there, members, and what is due."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from guiyan.notifications.app import BLUEPRINT
from guiyan.notifications.settings import NotificationsSettings
from guiyan.service.auth import Role
from guiyan.service.twins import Town, World, on_twins

CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
HOME, FAR = "654002001001", "654002002001"
PARENTS: Final = {CITY: None, TOWN: CITY, OTHER: CITY, HOME: TOWN, FAR: OTHER}


class NoticeTown:
    """The town and who calls in it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.world = town.world
        self.city = town.bearer(Role.CITY_OFFICER, org=CITY, sub="city")


@asynccontextmanager
async def a_town(folder: Path, **options: Any) -> AsyncIterator[NoticeTown]:
    """A running town with its organisations; mails go into the folder."""
    world = World()
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    settings = NotificationsSettings.model_construct(mailbox=folder)
    async with on_twins(BLUEPRINT, settings, world, **options) as town:
        await town.settle()
        yield NoticeTown(town)
