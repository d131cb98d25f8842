"""What the registry's tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
from services.registry.tests.city import CityOfTests, a_city
from services.registry.tests.story import TODAY

from guiyan.registry.domain.dates import Occasion


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
