"""What the registry's tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
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
