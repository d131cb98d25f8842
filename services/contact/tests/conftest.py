"""What the tests of contact share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from services.contact.tests.town import ContactTown, a_town


@pytest.fixture
async def town() -> AsyncIterator[ContactTown]:
    """A small town in memory, running, on 10 February 2026."""
    async with a_town() as running:
        yield running
