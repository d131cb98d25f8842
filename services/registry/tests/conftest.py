"""What the registry's tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date

import pytest
from services.registry.tests.city import CityOfTests, a_city
from services.registry.tests.office import Office
from services.registry.tests.story import TODAY

from guiyan.registry.domain.dates import Occasion
from guiyan.registry.messages import MESSAGES
from guiyan.service.testing import Issuer, client, make_app, make_shell


@pytest.fixture
def today() -> Occasion:
    """Something that happens on the day it is told."""
    return Occasion(TODAY, TODAY)


@pytest.fixture
def on() -> Callable[[date], Occasion]:
    """Something that happened on an earlier day and is told on 1 July 2026."""
    return lambda day: Occasion(day, TODAY)


@pytest.fixture
async def city() -> AsyncIterator[CityOfTests]:
    """A small city in memory, running."""
    async with a_city() as running:
        yield running


@asynccontextmanager
async def an_office(city: CityOfTests) -> AsyncIterator[Office]:
    """Somebody at a desk who sends requests to a city's registry."""
    issuer = Issuer()
    shell = make_shell(issuer, scopes=city.parts.directory, clock=city.clock, messages=MESSAGES, list_wait_seconds=5.0)
    app = make_app(shell, *city.composed.routers, gates=city.composed.gates, state=city.composed.state)
    async with client(app) as http:
        yield Office(city, http, issuer, app)


@pytest.fixture
async def office(city: CityOfTests) -> AsyncIterator[Office]:
    """Somebody at a desk who sends requests to the registry."""
    async with an_office(city) as found:
        yield found
